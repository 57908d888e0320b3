//! Every layout that minifilter-sys asserts is the table's, and a wrong one would be found.

use ringfence_tests::sys::{Declarations, assert_no_faults, layouts};

const LIST_ENTRY: &str = "
    pub struct LIST_ENTRY { pub Flink: PLIST_ENTRY, pub Blink: PLIST_ENTRY }
    layout!(LIST_ENTRY: 16, 8 { Flink: 0..8, Blink: 8..16 });";

fn assert_found(source: &str, expected: &str) {
    let faults = layouts::faults(&Declarations::of_text(source));
    assert!(
        faults.iter().any(|fault| fault.contains(expected)),
        "no fault says {expected:?}: {faults:#?}"
    );
}

#[test]
fn layouts_are_those_of_the_tables() {
    assert_no_faults(&layouts::faults(&Declarations::of_minifilter_sys()));
}

#[test]
fn a_right_declaration_has_no_fault() {
    assert_no_faults(&layouts::faults(&Declarations::of_text(LIST_ENTRY)));
}

#[test]
fn a_wrong_offset_is_found() {
    let source = LIST_ENTRY.replace("8..16", "4..12");
    assert_found(&source, "LIST_ENTRY.Blink is at (4, 12)");
}

#[test]
fn a_wrong_size_is_found() {
    let source = LIST_ENTRY.replace(": 16, 8 {", ": 24, 8 {");
    assert_found(&source, "LIST_ENTRY: size or alignment is not (16, 8)");
}

#[test]
fn a_missing_field_is_found() {
    let source = LIST_ENTRY
        .replace(", pub Blink: PLIST_ENTRY", "")
        .replace(", Blink: 8..16", "");
    assert_found(&source, "LIST_ENTRY.Blink is not declared");
}

#[test]
fn an_invented_field_is_found() {
    let source = LIST_ENTRY
        .replace("pub Flink", "pub Extra: ULONG, pub Flink")
        .replace("Flink: 0", "Extra: 0..4, Flink: 0");
    assert_found(&source, "LIST_ENTRY.Extra is in no row");
}

#[test]
fn a_type_without_assertion_is_found() {
    let source = LIST_ENTRY.split("layout!").next().unwrap();
    assert_found(source, "LIST_ENTRY has no layout! line");
}

#[test]
fn a_field_without_assertion_is_found() {
    let source = LIST_ENTRY.replace(", Blink: 8..16", "");
    assert_found(&source, "does not list its fields in order");
}

#[test]
fn an_alias_of_the_wrong_width_is_found() {
    assert_found("pub type NTSTATUS = i64;", "NTSTATUS is Some((8, 8))");
}

#[test]
fn a_double_declaration_is_found() {
    assert_found(&LIST_ENTRY.repeat(2), "LIST_ENTRY is declared twice");
}
