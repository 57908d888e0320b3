//! The INF checker finds nothing in ours, and each planted problem where it was planted.

use inf_file::{Inf, check};
use ringfence_tests::drydock::root;
use serde::Deserialize;
use std::fs;

#[derive(Deserialize)]
struct Table {
    problem: Vec<Planted>,
}

#[derive(Deserialize)]
struct Planted {
    /// InfVerif's number; 0 is a rule of FltMgr's.
    code: u16,
    find: String,
    put: String,
    /// Part of the message.
    says: String,
    /// Replace every occurrence.
    #[serde(default)]
    all: bool,
    /// Codes that the same edit cannot be without.
    #[serde(default)]
    also: Vec<u16>,
}

fn built(folder: &str) -> String {
    let path = root()
        .join("target/driver")
        .join(folder)
        .join("ringfence.inf");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn problems(text: &str) -> Vec<check::Problem> {
    check::problems(&Inf::decode(text.as_bytes()).expect("an INF"))
}

#[test]
fn ours_has_no_problem_on_any_processor() {
    for folder in ["x64", "arm64"] {
        assert_eq!(problems(&built(folder)), [], "{folder}");
    }
}

#[test]
fn the_source_has_its_architecture_still_to_be_stamped() {
    let source = fs::read_to_string(root().join("inf/ringfence.inx")).expect("the source");
    let found = problems(&source);
    assert!(
        found.len() > 2 && found.iter().all(|problem| problem.code == Some(1274)),
        "{found:?}"
    );
}

#[test]
fn each_planted_problem_is_found() {
    let text = fs::read_to_string(root().join("tests/inf/problems.toml")).expect("the table");
    let table: Table = toml::from_str(&text).expect("a table of problems");
    let clean = built("x64");
    let mut wrong = Vec::new();
    for planted in table.problem {
        assert!(
            clean.contains(&planted.find),
            "not in the INF: {}",
            planted.find
        );
        let times = if planted.all { usize::MAX } else { 1 };
        let edited = clean.replacen(&planted.find, &planted.put, times);
        let found = problems(&edited);
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        let mut codes: Vec<u16> = found
            .iter()
            .map(|problem| problem.code.unwrap_or(0))
            .collect();
        let mut expected = planted.also.clone();
        expected.push(planted.code);
        codes.sort_unstable();
        expected.sort_unstable();
        let said = found.iter().any(|problem| {
            problem.code.unwrap_or(0) == planted.code && problem.to_string().contains(&planted.says)
        });
        if codes != expected || !said {
            wrong.push(format!("{} `{}`: {shown:#?}", planted.code, planted.put));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
