//! What `--faults sweep` found.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// Runs that are told at most; the JSON has all.
const MOST: usize = 10;

/// All runs of a sweep.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sweep {
    /// Distinct call stacks of calls that may fail.
    pub stacks: u64,
    /// Places in the driver that make such calls.
    pub sites: u64,
    /// Runs with one failing call each.
    pub runs: u64,
    /// Of these, the ones in which the call was not made: the order of threads differed.
    pub missed: u64,
    /// The runs in which something went wrong.
    pub bad: Vec<BadRun>,
}

/// A run in which something went wrong.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BadRun {
    /// The function that was made to fail.
    pub function: String,
    /// What it answered.
    pub answer: String,
    /// The driver's frames, innermost first.
    pub frames: String,
    /// What came of it, in short.
    pub outcome: String,
    /// The command that runs it again.
    pub replay: String,
}

impl Sweep {
    /// Writes the part of the summary that tells of the sweep.
    ///
    /// # Errors
    /// None but those of `out`.
    pub fn write(&self, out: &mut impl Write) -> std::fmt::Result {
        writeln!(
            out,
            "faults      {} runs: {} distinct call stacks at {} places in the driver; {} runs went wrong, {} were missed",
            self.runs,
            self.stacks,
            self.sites,
            self.bad.len(),
            self.missed
        )?;
        for bad in self.bad.iter().take(MOST) {
            writeln!(
                out,
                "  {} answers {}: {}",
                bad.function, bad.answer, bad.outcome
            )?;
            writeln!(out, "    at     {}", bad.frames)?;
            writeln!(out, "    again  {}", bad.replay)?;
        }
        if let Some(more) = self.bad.len().checked_sub(MOST).filter(|more| *more > 0) {
            writeln!(out, "  and {more} more; --json has all of them")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_run_is_told_with_the_command_that_repeats_it() {
        let bad = BadRun {
            function: "FltAllocateContext".to_owned(),
            answer: "STATUS_INSUFFICIENT_RESOURCES".to_owned(),
            outcome: "pool leaked".to_owned(),
            replay: "drydock run x.sys --faults stack:1:0".to_owned(),
            ..BadRun::default()
        };
        let mut text = String::new();
        let sweep = Sweep {
            bad: vec![bad; 12],
            ..Sweep::default()
        };
        sweep.write(&mut text).expect("a String takes everything");
        assert_eq!(text.matches("again  drydock run x.sys").count(), MOST);
        assert!(text.contains("and 2 more"));
    }
}
