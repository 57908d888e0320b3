//! tests/faulty/faults.toml — what drydock must say about each faulty driver.

use super::{Run, driver, root, run};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// One row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub driver: String,
    pub rule: String,
    pub code: String,
    pub function: String,
    #[serde(default = "rules_broken")]
    pub exit: i32,
    #[serde(default)]
    pub also: Vec<String>,
    pub workload: Option<String>,
    /// Further options of the command line.
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default = "clean")]
    pub corrected: String,
}

fn rules_broken() -> i32 {
    3
}

fn clean() -> String {
    "clean".to_owned()
}

/// Every row, in the order of the file.
pub fn table() -> Vec<Fault> {
    #[derive(Deserialize)]
    struct Table {
        fault: Vec<Fault>,
    }
    let path = folder().join("faults.toml");
    let text = fs::read_to_string(&path).expect("faults.toml can be read");
    toml::from_str::<Table>(&text)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .fault
}

/// The folder of the faulty drivers' sources.
pub fn folder() -> PathBuf {
    root().join("tests/faulty")
}

impl Fault {
    /// What the driver does wrong: the first line of its source.
    pub fn what(&self) -> String {
        let path = folder().join("faults").join(format!("{}.rs", self.driver));
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let first = text.lines().next().unwrap_or_default();
        first.trim_start_matches("//! ").to_owned()
    }

    /// Runs the driver of this name out of a folder of target/driver/x64.
    pub fn run(&self, set: &str) -> Run {
        let file = driver(&format!("{set}/{}", self.driver));
        let script = self.workload.as_ref().map(|script| folder().join(script));
        let workload = script.map_or("smoke".to_owned(), |path| path.display().to_string());
        let mut arguments = vec!["--workload", &workload];
        if !self.options.iter().any(|option| option == "--timeout-s") {
            arguments.extend(["--timeout-s", "60"]);
        }
        arguments.extend(self.options.iter().map(String::as_str));
        run(&file, &arguments)
    }

    /// What the run got wrong about this fault, in words; nothing if it is right.
    pub fn misjudged(&self, run: &Run) -> Vec<String> {
        let mut wrong = Vec::new();
        if run.exit != Some(self.exit) {
            wrong.push(format!("exit {:?} instead of {}", run.exit, self.exit));
        }
        if !self.named_in(run) {
            let (rule, code, function) = (&self.rule, &self.code, &self.function);
            wrong.push(format!(
                "no `{rule}` [{code}] in {function} from {}.sys",
                self.driver
            ));
        }
        let found: BTreeSet<&str> = rules_of(run).collect();
        let wanted: BTreeSet<&str> = self.also.iter().map(String::as_str).collect();
        for rule in found.difference(&wanted).filter(|rule| **rule != self.rule) {
            wrong.push(format!("`{rule}` as well"));
        }
        for rule in wanted.difference(&found) {
            wrong.push(format!("no `{rule}`, which comes with it"));
        }
        if !wrong.is_empty() {
            wrong.push(format!("\n{}{}", run.stdout, run.stderr));
        }
        wrong
    }

    /// Whether rule, code, function and caller are those of this row.
    fn named_in(&self, run: &Run) -> bool {
        let told_by_program = self.function.starts_with("smoke: ");
        // What only a program or a comparison of files can tell has no place in the driver.
        let own =
            |caller: &str| told_by_program || caller.starts_with(&format!("{}.sys", self.driver));
        if let Some(stop) = &run.report.bugcheck {
            let parameter = stop.parameters.first().map_or("", String::as_str);
            let codes = [stop.code.clone(), format!("{}/{parameter}", stop.code)];
            let code = codes
                .iter()
                .any(|code| code.eq_ignore_ascii_case(&self.code));
            return code
                && stop.name == self.rule
                && stop.function == self.function
                && own(&stop.caller);
        }
        run.report.violations.iter().any(|violation| {
            violation.rule == self.rule
                && violation.code == self.code
                && violation.function == self.function
                && own(&violation.caller)
        })
    }
}

fn rules_of(run: &Run) -> impl Iterator<Item = &str> {
    run.report
        .violations
        .iter()
        .map(|violation| violation.rule.as_str())
}
