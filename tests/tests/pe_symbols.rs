//! The PDB beside each .sys, and what the .sys gives away, on the built files and on spoiled copies of them.

use ringfence_tests::pe::{Image, assert_clean, assert_found, leaks, symbols};

const ENTRY_POINT: usize = 16;

fn x64() -> Image {
    Image::built("x64/ringfence")
}

fn arm64() -> Image {
    Image::built("arm64/ringfence")
}

/// Where the CodeView record starts in the file.
fn code_view(image: &Image) -> usize {
    image
        .bytes
        .windows(4)
        .position(|window| window == b"RSDS")
        .unwrap()
}

#[test]
fn the_debugger_is_sent_to_the_pdb_beside() {
    assert_clean(symbols::pdb_name(&x64()));
    assert_clean(symbols::pdb_name(&arm64()));
}

#[test]
fn another_pdb_name_is_found() {
    let image = x64();
    assert_found(
        symbols::pdb_name(&image.with_bytes(code_view(&image) + 24, b"X")),
        "names Xingfence.pdb",
    );
}

#[test]
fn the_pdb_belongs_to_the_driver() {
    assert_clean(symbols::pdb_identity(&x64()));
    assert_clean(symbols::pdb_identity(&arm64()));
}

#[test]
fn another_guid_or_age_is_found() {
    let image = x64();
    let changed = !image.bytes[code_view(&image) + 4];
    assert_found(
        symbols::pdb_identity(&image.with_bytes(code_view(&image) + 4, &[changed])),
        "PDB: GUID",
    );
    assert_found(
        symbols::pdb_identity(&image.with_bytes(code_view(&image) + 20, &[9])),
        "age 9",
    );
}

#[test]
fn the_entry_point_is_driver_entry() {
    assert_clean(symbols::entry_name(&x64()));
    assert_clean(symbols::entry_name(&arm64()));
}

#[test]
fn another_entry_point_is_found() {
    assert_found(
        symbols::entry_name(&x64().with_optional_header(ENTRY_POINT, &[1])),
        "is not DriverEntry",
    );
}

#[test]
fn the_driver_does_not_tell_where_it_was_built() {
    assert_clean(leaks::machine_paths(&x64()));
    assert_clean(leaks::machine_paths(&arm64()));
}

#[test]
fn a_path_of_the_build_machine_is_found() {
    let image = x64();
    let last = image.bytes.len() - 16;
    assert_found(
        leaks::machine_paths(&image.with_bytes(last, b"/home/somebody/")),
        "contains /home/",
    );
}
