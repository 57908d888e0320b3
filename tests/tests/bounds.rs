//! Law L7: no bound is looser than its row of `tests/facts/ddi.csv`, and each is documented as it is.

use std::collections::BTreeSet;

use ringfence_tests::bounds::check::{row_fault, table, use_faults, wrapper_fault};
use ringfence_tests::bounds::row::rows;
use ringfence_tests::bounds::wrapper::wrappers;
use ringfence_tests::bounds::{Row, Source, Wrapper};
use ringfence_tests::sys::assert_no_faults;

fn library() -> (Vec<Source>, Vec<Row>, Vec<Wrapper>) {
    let sources = Source::of_library();
    let rows: Vec<Row> = sources
        .iter()
        .filter(|source| source.is_table())
        .flat_map(|source| rows(&source.file))
        .collect();
    let names: BTreeSet<String> = rows.iter().map(|row| row.name.clone()).collect();
    let wrappers = sources
        .iter()
        .filter(|source| !source.is_table())
        .flat_map(|source| wrappers(source, &names))
        .collect();
    (sources, rows, wrappers)
}

fn row(text: &str) -> Row {
    let file = Source::of_text("ddi/made_up.rs", &format!("ddi! {{ {text}; }}")).file;
    rows(&file).remove(0)
}

fn wrapper(text: &str) -> Wrapper {
    let names = ["FltGetContextsEx".to_owned()].into();
    wrappers(&Source::of_text("made_up.rs", text), &names).remove(0)
}

#[test]
fn no_row_is_looser_than_the_table() {
    let (_, rows, _) = library();
    assert!(rows.len() > 50, "{} rows", rows.len());
    let table = table();
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|row| row_fault(row, &table))
        .collect();
    assert_no_faults(&faults);
}

#[test]
fn every_call_goes_through_a_row_and_every_row_is_used() {
    let (sources, rows, _) = library();
    assert_no_faults(&use_faults(&sources, &rows, &table()));
}

#[test]
fn every_public_call_states_the_bound_of_its_signature() {
    let (_, rows, wrappers) = library();
    assert!(wrappers.len() > 40, "{} public calls", wrappers.len());
    let table = table();
    let faults: Vec<String> = wrappers
        .iter()
        .filter_map(|wrapper| wrapper_fault(wrapper, &rows, &table))
        .collect();
    assert_no_faults(&faults);
}

#[test]
fn a_looser_row_is_found() {
    let fault = row_fault(&row("FltGetContextsEx <= Dispatch: fn()"), &table());
    assert_eq!(
        fault.as_deref(),
        Some("FltGetContextsEx is bound to Dispatch, the table to Apc")
    );
}

#[test]
fn a_condition_does_not_loosen_an_unconditional_bound() {
    let looser = row("anything = FltDeleteContext <= Dispatch when \"it suits\": fn()");
    assert!(row_fault(&looser, &table()).is_some());
    let granted = row("nonpaged = FltReleaseContext <= Dispatch when \"nonpaged\": fn()");
    assert_eq!(row_fault(&granted, &table()), None);
}

#[test]
fn a_missing_apc_requirement_is_found() {
    assert!(row_fault(&row("FltQueryInformationFile <= Passive: fn()"), &table()).is_some());
    assert!(row_fault(&row("ExAcquireResourceSharedLite <= Apc: fn()"), &table()).is_some());
}

#[test]
fn a_call_without_row_is_found() {
    let source = Source::of_text(
        "made_up.rs",
        "fn f() { unsafe { minifilter_sys::FltGetContextsEx() } }",
    );
    assert_eq!(
        use_faults(&[source], &[], &table()),
        ["made_up.rs names FltGetContextsEx without a row"]
    );
}

#[test]
fn a_row_that_nobody_calls_is_found() {
    let unused = row("FltGetContextsEx <= Apc: fn()");
    assert_eq!(
        use_faults(&[], &[unused], &table()),
        ["nobody calls FltGetContextsEx"]
    );
}

#[test]
fn documentation_that_says_another_level_is_found() {
    let looser = wrapper(
        "/// `FltGetContextsEx` — fetches. IRQL ≤ DISPATCH_LEVEL.
        pub fn fetch(irql: &Irql<'_, impl AtMost<Apc>, impl ApcState>) { ddi::FltGetContextsEx(irql) }",
    );
    let fault = wrapper_fault(&looser, &[], &table());
    assert_eq!(
        fault.as_deref(),
        Some("made_up.rs fetch: does not state \"IRQL ≤ APC_LEVEL\"")
    );
}

#[test]
fn a_signature_looser_than_the_table_is_found() {
    let looser = wrapper(
        "/// `FltGetContextsEx` — fetches. IRQL ≤ DISPATCH_LEVEL.
        pub fn fetch(irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState>) { inner() }
        fn inner() { ddi::FltGetContextsEx(assumed) }",
    );
    let rows = [row("FltGetContextsEx <= Apc: fn()")];
    assert_eq!(
        wrapper_fault(&looser, &rows, &table()).as_deref(),
        Some("made_up.rs fetch: bound to Dispatch, the table to Apc")
    );
}

#[test]
fn a_public_call_without_kernel_name_is_found() {
    let nameless = wrapper("/// Fetches. Any IRQL.\npub fn fetch() { ddi::FltGetContextsEx() }");
    assert!(wrapper_fault(&nameless, &[], &table()).is_some());
}
