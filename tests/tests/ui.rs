//! Programs that must not compile, with their pinned messages, each beside one that compiles and differs in one line.

use std::path::Path;
use std::{env, fs};

use ringfence_tests::sys::assert_no_faults;
use ringfence_tests::ui::pair::{code, differing_lines};
use ringfence_tests::ui::{Compiler, Outcome, pairs};

fn compiler() -> Compiler {
    Compiler::with_library(Path::new(env!("CARGO_TARGET_TMPDIR")))
}

/// What is wrong with a program that must not compile; rewrites its message under `cargo xtask bless`.
fn fault(program: &Path, outcome: Outcome) -> Option<String> {
    let Outcome::Fails(message) = outcome else {
        return Some(format!("{} compiles", program.display()));
    };
    let pinned = program.with_extension("stderr");
    if env::var_os("BLESS").is_some() {
        fs::write(&pinned, message).expect("the message is written");
        return None;
    }
    let expected = fs::read_to_string(&pinned).unwrap_or_default();
    (message != expected).then(|| {
        format!(
            "{} fails otherwise than pinned:\n{message}",
            program.display()
        )
    })
}

#[test]
fn forbidden_programs_fail_as_pinned() {
    let pairs = pairs();
    let programs: Vec<&Path> = pairs.iter().map(|pair| pair.fail.as_path()).collect();
    let outcomes = compiler().check_all(&programs);
    assert_eq!(outcomes.len(), pairs.len());
    let faults: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(program, outcome)| fault(program, outcome))
        .collect();
    assert_no_faults(&faults);
}

#[test]
fn their_twins_compile() {
    let pairs = pairs();
    let programs: Vec<&Path> = pairs.iter().map(|pair| pair.pass.as_path()).collect();
    let outcomes = compiler().check_all(&programs);
    let faults: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(program, outcome)| match outcome {
            Outcome::Compiles => None,
            Outcome::Fails(message) => Some(format!("{} fails:\n{message}", program.display())),
        })
        .collect();
    assert_no_faults(&faults);
}

#[test]
fn twins_differ_in_one_line() {
    let pairs = pairs();
    assert!(pairs.len() >= 45, "{} pairs", pairs.len());
    for pair in pairs {
        let lines = differing_lines(&code(&pair.fail), &code(&pair.pass));
        assert_eq!(lines, 1, "{} differs in {lines} lines", pair.name);
    }
}

#[test]
fn no_program_opens_unsafe_code() {
    for pair in pairs() {
        for program in [pair.fail, pair.pass] {
            let first = code(&program).into_iter().next();
            let forbids = first.as_deref() == Some("#![forbid(unsafe_code)]");
            assert!(forbids, "{} does not forbid it", program.display());
        }
    }
}
