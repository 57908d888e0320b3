//! The files that a run writes beside its summary: the page of `--html` and the lines of `--trace`.

use std::fs;

use ringfence_tests::drydock::{driver, run};

#[test]
fn a_run_is_told_on_one_page_with_its_timeline() {
    let place = tempfile::tempdir().expect("a temporary directory");
    let file = place.path().join("report.html");
    let options = ["--html", file.to_str().expect("a name")];
    let run = run(&driver("ringfence"), &options).assert_clean();
    let page = fs::read_to_string(&file).expect("the page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    for part in [
        "<p class=\"verdict clean\">clean</p>",
        "<svg",
        "FltGetFileNameInformation",
        "pre-operation IRP_MJ_CREATE",
        "stream handle",
    ] {
        assert!(page.contains(part), "no {part}");
    }
    assert!(page.len() < 1 << 20, "{} bytes", page.len());
    let timeline = run.report.timeline.expect("it was asked for");
    assert!(timeline.counts["IRP_MJ_CREATE"].iter().sum::<u64>() > 10);
}

#[test]
fn a_trace_has_thread_and_time_on_every_line_and_results() {
    let place = tempfile::tempdir().expect("a temporary directory");
    let file = place.path().join("trace");
    let options = ["--trace", file.to_str().expect("a name")];
    run(&driver("ringfence"), &options).assert_clean();
    let trace = fs::read_to_string(&file).expect("the trace");
    let mut last = 0.0;
    for line in trace.lines() {
        let mut words = line.split_whitespace();
        let thread: Option<u32> = words.next().and_then(|word| word.parse().ok());
        let at: Option<f64> = words.next().and_then(|word| word.parse().ok());
        let (Some(_), Some(at), Some(_)) = (thread, at, words.next()) else {
            panic!("no event: {line}");
        };
        assert!(at + 1000.0 > last, "time runs backwards: {line}");
        last = at;
    }
    for event in [
        "> pre-operation IRP_MJ_CREATE at irql 0",
        "< pre-operation IRP_MJ_CREATE",
        "= FLT_PREOP_SUCCESS_WITH_CALLBACK",
        "= FLT_POSTOP_FINISHED_PROCESSING",
        "FltGetFileNameInformation = 0x0",
        "IRP_MJ_CREATE (irp)",
    ] {
        assert!(trace.contains(event), "no {event}");
    }
}

#[test]
fn a_page_that_cannot_be_written_is_told_before_the_run() {
    let options = ["--html", "/nowhere/report.html"];
    run(&driver("null"), &options).assert_refused(&["--html", "cannot be written"]);
}
