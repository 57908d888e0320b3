//! tests/faulty/odd — drivers that look wrong and are right.

use super::{Run, driver, fault, run};
use std::fs;

/// The ways in which each is run.
pub const WAYS: [&[&str]; 7] = [
    &["--workload", "smoke"],
    &["--workload", "mixed", "--ops", "400"],
    &["--workload", "mixed", "--ops", "400", "--threads", "3"],
    &[
        "--workload",
        "mixed",
        "--ops",
        "150",
        "--threads",
        "2",
        "--schedule",
        "1",
    ],
    &[
        "--workload",
        "mixed",
        "--ops",
        "150",
        "--threads",
        "2",
        "--schedule",
        "2",
    ],
    &[
        "--workload",
        "mixed",
        "--ops",
        "400",
        "--threads",
        "2",
        "--schedule",
        "3",
        "--plan",
        "unload-under-load",
    ],
    &[
        "--workload",
        "mixed",
        "--ops",
        "400",
        "--faults",
        "random:0.05",
    ],
];

/// One of them.
#[derive(Clone, Debug)]
pub struct Odd {
    pub driver: String,
    /// What looks odd about it, and why it is right: the first lines of its source.
    pub what: String,
}

/// Every one, sorted.
pub fn all() -> Vec<Odd> {
    let sources = fs::read_dir(fault::folder().join("odd")).expect("the folder can be read");
    let mut found: Vec<Odd> = sources
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_stem().expect("a name");
            let text = fs::read_to_string(&path).expect("a source");
            let lines = text.lines().map_while(|line| line.strip_prefix("//! "));
            Odd {
                driver: name.to_string_lossy().into_owned(),
                what: lines.collect::<Vec<_>>().join(" "),
            }
        })
        .collect();
    found.sort_by(|one, other| one.driver.cmp(&other.driver));
    found
}

impl Odd {
    /// Runs it in one of the [`WAYS`].
    pub fn run(&self, way: &[&str]) -> Run {
        let arguments = [way, &["--timeout-s", "60"]].concat();
        run(&driver(&format!("odd/{}", self.driver)), &arguments)
    }
}
