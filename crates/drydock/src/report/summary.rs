//! The report for people.

use std::fmt::Write;

use super::{Report, Verdict, Violation};
use crate::image::kernel_stack;

/// The report as text: driver, attachments, operations seen, contexts, broken rules, leaks, verdict.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut out, report);
    out
}

fn write_all(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(
        out,
        "driver      {} ({} bytes)",
        report.driver.name, report.driver.size
    )?;
    for attached in &report.attached {
        writeln!(
            out,
            "attached    {} at altitude {} to {}",
            attached.instance, attached.altitude, attached.volume
        )?;
    }
    for refused in &report.unattached {
        writeln!(
            out,
            "unattached  {} from {}, also by hand: {}",
            refused.filter, refused.volume, refused.status
        )?;
    }
    writeln!(
        out,
        "operations  {} in {} ms, seed {}, peak memory {} MiB",
        report.operations,
        report.workload_ms,
        report.seed,
        report.peak_memory_kib / 1024
    )?;
    if report.stack_peak_bytes > 0 {
        writeln!(
            out,
            "stack       {} of {} bytes used at the deepest",
            report.stack_peak_bytes,
            kernel_stack::ORDINARY
        )?;
    }
    if let Some(order) = &report.schedule {
        writeln!(
            out,
            "schedule    seed {}: {}; {} points, {} switches, digest {}",
            order.seed, order.strategy, order.points, order.switches, order.digest
        )?;
    }
    match &report.sweep {
        Some(sweep) => sweep.write(out)?,
        None if !report.faults.stacks.is_empty() => writeln!(
            out,
            "faults      {} calls made to fail; {} distinct call stacks can",
            report.faults.injected,
            report.faults.stacks.len()
        )?,
        None => (),
    }
    write_seen(out, report)?;
    write_contexts(out, report)?;
    write_interventions(out, report)?;
    write_broken(out, report)?;
    write_verdict(out, report)
}

fn write_seen(out: &mut String, report: &Report) -> std::fmt::Result {
    if report.seen.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{:<44} {:<9} {:>9} {:>9}  one of the names",
        "operation", "path", "pre", "post"
    )?;
    for seen in &report.seen {
        writeln!(
            out,
            "{:<44} {:<9} {:>9} {:>9}  {}",
            seen.operation, seen.path, seen.pre, seen.post, seen.sample
        )?;
    }
    Ok(())
}

fn write_contexts(out: &mut String, report: &Report) -> std::fmt::Result {
    if report.contexts.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{:<16} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "contexts", "allocated", "set", "got", "released", "freed"
    )?;
    for (kind, counts) in &report.contexts {
        writeln!(
            out,
            "{kind:<16} {:>9} {:>9} {:>9} {:>9} {:>9}",
            counts.allocated, counts.set, counts.got, counts.released, counts.freed
        )?;
    }
    Ok(())
}

fn write_interventions(out: &mut String, report: &Report) -> std::fmt::Result {
    let found = &report.interventions;
    if !found.any() {
        return Ok(());
    }
    writeln!(
        out,
        "\nstepped in  {} operations completed, {} with changed parameters, {} with another result",
        found.completed, found.parameters, found.results
    )?;
    if found.own_changes != 0 {
        writeln!(
            out,
            "            {} changes of files by operations of its own",
            found.own_changes
        )?;
    }
    if found.differences != 0 {
        writeln!(
            out,
            "            programs saw {} results that the volume alone would not give, first:",
            found.differences
        )?;
    }
    for difference in &found.told {
        writeln!(out, "  {difference}")?;
    }
    Ok(())
}

fn write_broken(out: &mut String, report: &Report) -> std::fmt::Result {
    let leaks = &report.leaks;
    writeln!(
        out,
        "\nleaks       {} contexts, {} pool blocks ({} bytes), {} references, {} file objects",
        leaks.contexts, leaks.pool_blocks, leaks.pool_bytes, leaks.references, leaks.file_objects
    )?;
    writeln!(out, "rules       {} broken", report.violations.len())?;
    write_findings(out, &report.violations)?;
    if !report.warnings.is_empty() {
        writeln!(
            out,
            "warnings    {} (no rules of this run)",
            report.warnings.len()
        )?;
        write_findings(out, &report.warnings)?;
    }
    if !report.unimplemented.is_empty() {
        writeln!(
            out,
            "not modelled, yet called: {}",
            report.unimplemented.join(", ")
        )?;
    }
    if let Some(stop) = &report.bugcheck {
        writeln!(
            out,
            "bug check   {} {} ({})",
            stop.code,
            stop.name,
            stop.parameters.join(", ")
        )?;
        writeln!(
            out,
            "            in {} from {}: {}",
            stop.function, stop.caller, stop.detail
        )?;
    }
    Ok(())
}

fn write_findings(out: &mut String, findings: &[Violation]) -> std::fmt::Result {
    for violation in findings {
        writeln!(
            out,
            "  {} [{}] in {} from {}, {} times: {}",
            violation.rule,
            violation.code,
            violation.function,
            violation.caller,
            violation.count,
            violation.detail
        )?;
    }
    Ok(())
}

fn write_verdict(out: &mut String, report: &Report) -> std::fmt::Result {
    let word = match report.verdict {
        Verdict::Clean => "clean",
        Verdict::Violations => "violations",
        Verdict::Bugcheck => "bug check",
        Verdict::Refused => "refused",
        Verdict::Error => "error",
    };
    match &report.error {
        Some(error) => writeln!(out, "verdict     {word}: {error}")?,
        None => writeln!(out, "verdict     {word}")?,
    }
    if report.verdict != Verdict::Clean && !report.replay.is_empty() {
        writeln!(out, "replay      {}", report.replay)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::fault::{FallibleStack, FaultCounts};

    #[test]
    fn injected_faults_are_told() {
        let text = summary(&Report {
            faults: FaultCounts {
                stacks: vec![FallibleStack::default(); 7],
                injected: 3,
            },
            ..Report::default()
        });
        assert!(text.contains("3 calls made to fail; 7 distinct call stacks can"));
    }

    #[test]
    fn a_broken_rule_is_shown_with_code_function_and_caller() {
        let violation = Violation {
            rule: "pool leaked".to_owned(),
            code: "0xC4/0x62".to_owned(),
            function: "ExAllocatePool2".to_owned(),
            caller: "x.sys+0x10".to_owned(),
            detail: "16 bytes".to_owned(),
            count: 2,
        };
        let text = summary(&Report {
            violations: vec![violation],
            ..Report::default()
        });
        assert!(text.contains(
            "pool leaked [0xC4/0x62] in ExAllocatePool2 from x.sys+0x10, 2 times: 16 bytes"
        ));
    }
}
