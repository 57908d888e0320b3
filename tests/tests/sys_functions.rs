//! Every import of minifilter-sys is a symbol of its image on both targets, and a wrong one would be found.

use ringfence_tests::sys::{Declarations, assert_no_faults, functions};

fn assert_found(image: &str, function: &str, expected: &str) {
    let source = format!(
        r#"#[cfg_attr(windows, link(name = "{image}", kind = "raw-dylib", modifiers = "+verbatim"))]
        unsafe extern "C" {{ {function} }}"#
    );
    let faults = functions::faults(&Declarations::of_text(&source));
    assert!(
        faults.iter().any(|fault| fault.contains(expected)),
        "no fault says {expected:?}: {faults:#?}"
    );
}

#[test]
fn imports_are_those_of_the_table() {
    assert_no_faults(&functions::faults(&Declarations::of_minifilter_sys()));
}

#[test]
fn the_whole_filter_manager_is_imported() {
    assert_no_faults(&functions::missing_from_fltmgr(
        &Declarations::of_minifilter_sys(),
    ));
}

#[test]
fn a_wrong_image_is_found() {
    assert_found(
        "ntoskrnl.exe",
        "pub fn FltReleaseContext(context: PVOID);",
        "FltReleaseContext is imported from \"ntoskrnl.exe\"",
    );
}

#[test]
fn a_function_without_symbol_is_found() {
    assert_found(
        "ntoskrnl.exe",
        "pub fn KeRaiseIrqlToDpcLevel() -> u8;",
        "KeRaiseIrqlToDpcLevel cannot be imported: it is inline",
    );
}

#[test]
fn a_symbol_of_one_target_only_is_found() {
    assert_found(
        "ntoskrnl.exe",
        "pub fn KeLowerIrql(new_irql: u8);",
        "arm64: KeLowerIrql cannot be imported: it is macro",
    );
}

#[test]
fn a_looser_documented_level_is_found() {
    assert_found(
        "ntoskrnl.exe",
        "/// `ExReleaseRundownProtectionEx` — callable at IRQL ≤ DISPATCH_LEVEL.
        pub fn ExReleaseRundownProtectionEx(run_ref: PVOID, count: u32);",
        "the table says \"`ExReleaseRundownProtectionEx` — callable at IRQL ≤ APC_LEVEL.\"",
    );
}

#[test]
fn an_unknown_function_is_found() {
    assert_found(
        "FLTMGR.SYS",
        "pub fn FltInvented();",
        "FltInvented is in no row",
    );
}
