//! The evidence that callbacks get is no better than `tests/facts/callback-irql.csv` documents.

use ringfence_tests::bounds::operation::{Operation, faults, operations};
use ringfence_tests::bounds::{Level, Source};
use ringfence_tests::sys::assert_no_faults;

fn all() -> Vec<Operation> {
    operations(&Source::of_library())
}

fn named(name: &str) -> Operation {
    let mut all = all().into_iter();
    all.find(|operation| operation.name == name)
        .expect("an operation")
}

#[test]
fn no_callback_gets_better_evidence_than_documented() {
    let all = all();
    assert!(all.len() >= 30, "{} operations", all.len());
    assert_no_faults(&all.iter().flat_map(faults).collect::<Vec<_>>());
}

#[test]
fn a_level_too_low_is_found() {
    let mut read = named("Read");
    read.pre.level = Level::Passive;
    assert_eq!(faults(&read), ["Read pre: at Passive, documented Apc"]);
    let mut write = named("Write");
    write.post.level = Level::Apc;
    assert_eq!(faults(&write), ["Write post: at Apc, documented Dispatch"]);
}

#[test]
fn apcs_on_in_a_foreign_thread_is_found() {
    let mut close = named("Close");
    close.pre.apcs_on = true;
    assert_eq!(faults(&close), ["Close pre: APCs on, which no row grants"]);
}

#[test]
fn a_file_open_before_create_is_found() {
    let mut create = named("Create");
    create.pre.opened = true;
    create.post.opened = true;
    assert_eq!(
        faults(&create),
        [
            "Create pre: no file is open",
            "Create post: no file may be open"
        ]
    );
}
