//! ringfence.sys in the bench, with the INF that was built beside it.

use super::{Run, driver, run};

/// Runs `drydock run ringfence.sys --inf ringfence.inf ARGUMENTS`.
pub fn run_ringfence(arguments: &[&str]) -> Run {
    let driver = driver("ringfence");
    let inf = driver.with_extension("inf").display().to_string();
    let inf = ["--inf", &inf];
    run(&driver, &[&inf, arguments].concat())
}

impl Run {
    /// What the driver printed when it was unloaded: `creates` for the line `ringfence: creates 12`.
    #[track_caller]
    pub fn printed(&self, number: &str) -> u64 {
        let start = format!("ringfence: {number} ");
        let lines = &self.report.debug_prints;
        let line = lines.iter().find_map(|line| line.strip_prefix(&start));
        let line = line.unwrap_or_else(|| panic!("no `{start}` in {lines:?}"));
        line.trim().parse().expect("a number")
    }

    /// Calls of the driver's pre-operation callbacks for an `IRP_MJ_…`, on all paths.
    pub fn pre(&self, operation: &str) -> u64 {
        let seen = self.report.seen.iter();
        seen.filter(|seen| seen.operation == operation)
            .map(|seen| seen.pre)
            .sum()
    }

    /// Calls of the driver's post-operation callbacks for an `IRP_MJ_…`, on all paths.
    pub fn post(&self, operation: &str) -> u64 {
        let seen = self.report.seen.iter();
        seen.filter(|seen| seen.operation == operation)
            .map(|seen| seen.post)
            .sum()
    }
}
