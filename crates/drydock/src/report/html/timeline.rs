//! What happened when: a lane for each kind of event, and the first and last events.

use std::fmt::{Result, Write};

use super::Text;
use crate::report::{Event, Timeline};

/// Lanes that are drawn; the kinds with most events.
const LANES: usize = 14;

/// Draws the timeline.
pub fn write(out: &mut String, timeline: Option<&Timeline>) -> Result {
    let Some(timeline) = timeline.filter(|timeline| !timeline.counts.is_empty()) else {
        return writeln!(out, "<p class=none>Nothing was recorded.</p>");
    };
    let steps = timeline.steps();
    let total = steps as u64 * timeline.step_us;
    writeln!(
        out,
        "<p>{} steps of {} ms; each lane is drawn to its own height.</p>",
        steps,
        millis(timeline.step_us)
    )?;
    let mut kinds: Vec<_> = timeline.counts.iter().collect();
    kinds.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<u64>()));
    for (kind, counts) in kinds.into_iter().take(LANES) {
        lane(out, kind, counts, steps)?;
    }
    writeln!(
        out,
        "<div class=lane><span></span><span>0 … {} ms</span><span></span></div>",
        millis(total)
    )?;
    writeln!(
        out,
        "<details><summary>First and last events ({} between them left out)</summary><div class=wide><table>",
        timeline.between
    )?;
    writeln!(
        out,
        "<tr><th class=number>ms<th class=number>took µs<th class=number>process<th class=number>thread<th>what<th>about<th>result</tr>"
    )?;
    for event in timeline.first.iter().chain(&timeline.last) {
        row(out, event)?;
    }
    writeln!(out, "</table></div></details>")
}

fn lane(out: &mut String, kind: &str, counts: &[u64], steps: usize) -> Result {
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let class = if kind == "broken rules" {
        "lane broken"
    } else {
        "lane"
    };
    let name = Text(kind);
    write!(
        out,
        "<div class=\"{class}\"><span title=\"{name}\">{name}</span><svg viewBox=\"0 0 {steps} 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{name} over time\">"
    )?;
    for (step, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = (count * 100 / most).max(4);
        write!(
            out,
            "<rect x=\"{step}\" y=\"{}\" width=\".9\" height=\"{height}\"><title>{count}</title></rect>",
            100 - height
        )?;
    }
    writeln!(
        out,
        "</svg><span>{}</span></div>",
        counts.iter().sum::<u64>()
    )
}

fn row(out: &mut String, event: &Event) -> Result {
    writeln!(
        out,
        "<tr><td class=number>{}<td class=number>{}<td class=number>{}<td class=number>{}<td>{}<td class=text>{}<td>{}</tr>",
        millis(event.at_us),
        event.took_us,
        event.process,
        event.thread,
        Text(&event.what),
        Text(&event.about),
        Text(&event.result)
    )
}

fn millis(us: u64) -> String {
    format!("{}.{:03}", us / 1000, us % 1000)
}
