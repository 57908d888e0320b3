//! ringfence.sys under many orders of threads; `cargo xtask search` tries ten times as many.

use ringfence_tests::drydock::ringfence::run_ringfence;
use ringfence_tests::drydock::{driver, search};

/// Schedules of each plan.
const SEEDS: &str = "200";

#[test]
fn nothing_is_found_while_ringfence_is_unloaded_under_load() {
    nothing_is_found("unload-under-load", SEEDS);
}

#[test]
fn nothing_is_found_while_its_instances_and_volumes_come_and_go() {
    nothing_is_found("detach-under-load", "50");
    nothing_is_found("dismount-under-load", "50");
}

fn nothing_is_found(plan: &str, seeds: &str) {
    let driver = driver("ringfence");
    let inf = driver.with_extension("inf").display().to_string();
    let ended = search(&driver, &["--inf", &inf, "--plan", plan, "--seeds", seeds]);
    assert_eq!(ended.exit, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended
            .stdout
            .contains(&format!("nothing found in {seeds} schedules"))
    );
}

#[test]
fn a_schedule_runs_again_to_the_same_end() {
    let load = ["--workload", "mixed", "--ops", "300", "--threads", "3"];
    for seed in ["4", "5"] {
        let run = || {
            let order = ["--schedule", seed, "--plan", "unload-under-load"];
            run_ringfence(&[&load[..], &order].concat()).assert_clean()
        };
        let (one, two) = (run(), run());
        assert!(one.report.schedule.is_some());
        assert_eq!(one.report.schedule, two.report.schedule);
        assert_eq!(one.report.calls, two.report.calls);
    }
}
