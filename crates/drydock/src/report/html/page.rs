//! The page: verdict first, then what was broken or left, then what was seen.

use std::fmt::{Result, Write};

use super::{Text, timeline};
use crate::report::{Report, Verdict, Violation};

const STYLE: &str = include_str!("style.css");

/// The report as one HTML page.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_page(&mut out, report);
    out
}

fn write_page(out: &mut String, report: &Report) -> Result {
    let name = Text(&report.driver.name);
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
    )?;
    writeln!(
        out,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
    )?;
    writeln!(
        out,
        "<title>drydock: {name}</title><style>\n{STYLE}</style></head><body>"
    )?;
    section(out, "verdict", None, |out| verdict(out, report))?;
    section(out, "rules", Some("Rules broken"), |out| {
        violations(out, &report.violations)
    })?;
    if !report.warnings.is_empty() {
        section(out, "warnings", Some("Stricter rules"), |out| {
            violations(out, &report.warnings)
        })?;
    }
    section(out, "leaks", Some("Leaks"), |out| leaks(out, report))?;
    section(out, "timeline", Some("Timeline"), |out| {
        timeline::write(out, report.timeline.as_ref())
    })?;
    section(out, "operations", Some("Operations"), |out| {
        operations(out, report)
    })?;
    section(out, "calls", Some("Calls"), |out| calls(out, report))?;
    section(out, "contexts", Some("Contexts"), |out| {
        contexts(out, report)
    })?;
    section(out, "debug-output", Some("Debug output"), |out| {
        debug_output(out, &report.debug_prints)
    })?;
    writeln!(out, "</body></html>")
}

fn section(
    out: &mut String,
    id: &str,
    title: Option<&str>,
    body: impl FnOnce(&mut String) -> Result,
) -> Result {
    writeln!(out, "<section id=\"{id}\">")?;
    if let Some(title) = title {
        writeln!(out, "<h2>{title}</h2>")?;
    }
    body(out)?;
    writeln!(out, "</section>")
}

fn none(out: &mut String, text: &str) -> Result {
    writeln!(out, "<p class=none>{text}</p>")
}

/// A table; cells that begin with a digit are numbers, since all of a column are of one kind.
fn table(out: &mut String, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result {
    write!(out, "<div class=wide><table><tr>")?;
    for head in heads {
        write!(out, "<th>{head}")?;
    }
    writeln!(out, "</tr>")?;
    for row in rows {
        write!(out, "<tr>")?;
        for cell in row {
            let number = !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
            let class = if number { "number" } else { "text" };
            write!(out, "<td class={class}>{}", Text(cell))?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</table></div>")
}

fn verdict(out: &mut String, report: &Report) -> Result {
    let (class, word) = match report.verdict {
        Verdict::Clean => ("clean", "clean"),
        Verdict::Violations => ("violations", "violations"),
        Verdict::Bugcheck => ("bugcheck", "bug check"),
        Verdict::Refused => ("refused", "refused"),
        Verdict::Error => ("error", "error"),
    };
    writeln!(out, "<h1>{}</h1>", Text(&report.driver.name))?;
    writeln!(out, "<p class=\"verdict {class}\">{word}</p><dl>")?;
    let mut fact =
        |name: &str, value: String| writeln!(out, "<dt>{name}</dt><dd>{}</dd>", Text(value));
    if let Some(error) = &report.error {
        fact("error", error.clone())?;
    }
    if let Some(stop) = &report.bugcheck {
        let parameters = stop.parameters.join(", ");
        fact(
            "stop",
            format!("{} {} ({parameters})", stop.code, stop.name),
        )?;
        fact("where", format!("{} from {}", stop.function, stop.caller))?;
        fact("why", stop.detail.clone())?;
    }
    for to in &report.attached {
        let text = format!(
            "{} at altitude {} to {}",
            to.instance, to.altitude, to.volume
        );
        fact("attached", text)?;
    }
    for refused in &report.unattached {
        let text = format!(
            "{} from {}, also by hand: {}",
            refused.filter, refused.volume, refused.status
        );
        fact("unattached", text)?;
    }
    fact(
        "operations",
        format!("{} in {} ms", report.operations, report.workload_ms),
    )?;
    fact("driver file", format!("{} bytes", report.driver.size))?;
    fact("seed", report.seed.to_string())?;
    fact(
        "peak memory",
        format!("{} MiB", report.peak_memory_kib / 1024),
    )?;
    if !report.unimplemented.is_empty() {
        fact("not modelled, yet called", report.unimplemented.join(", "))?;
    }
    if report.verdict != Verdict::Clean && !report.replay.is_empty() {
        fact("once more", report.replay.clone())?;
    }
    writeln!(out, "</dl>")
}

fn violations(out: &mut String, violations: &[Violation]) -> Result {
    if violations.is_empty() {
        return none(out, "None.");
    }
    let heads = ["rule", "code", "in", "from", "times", "the first time"];
    let rows = violations.iter().map(|broken| {
        vec![
            broken.rule.clone(),
            broken.code.clone(),
            broken.function.clone(),
            broken.caller.clone(),
            broken.count.to_string(),
            broken.detail.clone(),
        ]
    });
    table(out, &heads, rows)
}

fn leaks(out: &mut String, report: &Report) -> Result {
    let leaks = &report.leaks;
    let counts = [
        ("contexts", leaks.contexts),
        ("pool blocks", leaks.pool_blocks),
        ("bytes of pool", leaks.pool_bytes),
        ("references", leaks.references),
        ("file objects", leaks.file_objects),
    ];
    if counts.iter().all(|(_, count)| *count == 0) {
        return none(out, "None.");
    }
    let rows = counts.iter().filter(|(_, count)| *count != 0);
    let rows = rows.map(|(kind, count)| vec![(*kind).to_owned(), count.to_string()]);
    table(out, &["kind", "left"], rows)?;
    let told = report
        .violations
        .iter()
        .filter(|broken| broken.rule.contains("leak"));
    for broken in told {
        writeln!(
            out,
            "<p>{} from {}</p><pre>{}</pre>",
            Text(&broken.rule),
            Text(&broken.caller),
            Text(&broken.detail)
        )?;
    }
    Ok(())
}

fn operations(out: &mut String, report: &Report) -> Result {
    if report.seen.is_empty() {
        return none(out, "The driver saw none.");
    }
    let heads = ["operation", "way", "pre", "post", "one of the names"];
    let rows = report.seen.iter().map(|seen| {
        vec![
            seen.operation.clone(),
            seen.path.clone(),
            seen.pre.to_string(),
            seen.post.to_string(),
            seen.sample.clone(),
        ]
    });
    table(out, &heads, rows)
}

fn calls(out: &mut String, report: &Report) -> Result {
    if report.calls.is_empty() {
        return none(out, "The driver called nothing.");
    }
    let mut calls: Vec<_> = report.calls.iter().collect();
    calls.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let rows = calls
        .into_iter()
        .map(|(name, count)| vec![name.clone(), count.to_string()]);
    table(out, &["import", "calls"], rows)
}

fn contexts(out: &mut String, report: &Report) -> Result {
    if report.contexts.is_empty() {
        return none(out, "The driver allocated none.");
    }
    let heads = ["kind", "allocated", "set", "got", "released", "freed"];
    let rows = report.contexts.iter().map(|(kind, counts)| {
        let numbers = [
            counts.allocated,
            counts.set,
            counts.got,
            counts.released,
            counts.freed,
        ];
        let numbers = numbers.iter().map(u64::to_string);
        std::iter::once(kind.clone()).chain(numbers).collect()
    });
    table(out, &heads, rows)
}

fn debug_output(out: &mut String, lines: &[String]) -> Result {
    if lines.is_empty() {
        return none(out, "None.");
    }
    write!(out, "<pre>")?;
    for line in lines {
        writeln!(out, "{}", Text(line.trim_end()))?;
    }
    writeln!(out, "</pre>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Event, Leaks, Seen, Timeline};

    /// A report in which every text is hostile.
    fn hostile() -> Report {
        const TEXT: &str = "</pre></style><script src=\"//x\">'&";
        let mut report = Report {
            error: Some(TEXT.into()),
            debug_prints: vec![TEXT.into()],
            unimplemented: vec![TEXT.into()],
            leaks: Leaks {
                contexts: 1,
                ..Leaks::default()
            },
            ..Report::default()
        };
        report.driver.name = TEXT.into();
        report.calls.insert(TEXT.into(), 3);
        report.contexts.insert(TEXT.into(), Default::default());
        report.seen.push(Seen {
            operation: TEXT.into(),
            sample: TEXT.into(),
            ..Seen::default()
        });
        report.violations.push(Violation {
            rule: "leak".into(),
            detail: TEXT.into(),
            ..Violation::default()
        });
        let mut timeline = Timeline::default();
        timeline.note(
            TEXT,
            Event {
                about: TEXT.into(),
                ..Event::default()
            },
        );
        report.timeline = Some(timeline);
        report
    }

    #[test]
    fn a_page_has_every_section_and_nothing_from_elsewhere() {
        for page in [html(&Report::default()), html(&hostile())] {
            for id in [
                "verdict",
                "rules",
                "leaks",
                "timeline",
                "operations",
                "calls",
                "contexts",
                "debug-output",
            ] {
                assert!(page.contains(&format!("<section id=\"{id}\">")), "{id}");
            }
            let lower = page.to_lowercase();
            for elsewhere in ["<script", "<link", "http", "url(", "@import", " src=\""] {
                assert!(!lower.contains(elsewhere), "{elsewhere}");
            }
        }
    }

    #[test]
    fn tags_that_must_be_closed_are_closed_in_order() {
        let page = html(&hostile());
        let mut open: Vec<&str> = Vec::new();
        let body = page.split("</style>").nth(1).unwrap();
        for tag in body.split('<').skip(1) {
            let name = tag.split(['>', ' ', '\n']).next().unwrap();
            match name.strip_prefix('/') {
                Some("head" | "body" | "html") => {}
                Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
                None if matches!(name, "body" | "th" | "td") => {}
                None => open.push(name),
            }
        }
        assert_eq!(open, Vec::<&str>::new());
    }
}
