//! Every constant of minifilter-sys has the table's value and size, and a wrong one would be found.

use ringfence_tests::sys::{Declarations, assert_no_faults, constants};

fn assert_found(source: &str, expected: &str) {
    let aliases =
        "pub type ULONG = u32; pub type UCHAR = u8; pub type NTSTATUS = i32; pub type MODE = i32;";
    let faults = constants::faults(&Declarations::of_text(&format!("{aliases}{source}")));
    assert!(
        faults.iter().any(|fault| fault.contains(expected)),
        "no fault says {expected:?}: {faults:#?}"
    );
}

#[test]
fn constants_are_those_of_the_table() {
    assert_no_faults(&constants::faults(&Declarations::of_minifilter_sys()));
}

#[test]
fn every_status_of_the_table_is_declared() {
    let declared = Declarations::of_minifilter_sys().constants;
    let table = ringfence_tests::sys::facts::constants(ringfence_tests::sys::Arch::X64);
    let missing = table
        .keys()
        .filter(|name| name.starts_with("STATUS_") && !declared.contains_key(*name));
    assert_no_faults(&missing.cloned().collect::<Vec<_>>());
}

#[test]
fn a_wrong_value_is_found() {
    assert_found(
        "pub const STATUS_PENDING: NTSTATUS = 0x104;",
        "STATUS_PENDING is 0x104, the table has 0x103",
    );
}

#[test]
fn a_wrong_size_is_found() {
    assert_found(
        "pub const STATUS_PENDING: UCHAR = 3;",
        "STATUS_PENDING has 1 bytes",
    );
}

#[test]
fn a_wrong_enumeration_is_found() {
    assert_found("pub const UserMode: ULONG = 1;", "UserMode is a ULONG");
}

#[test]
fn an_unknown_constant_is_found() {
    assert_found(
        "pub const STATUS_INVENTED: NTSTATUS = 1;",
        "STATUS_INVENTED is in no row",
    );
}
