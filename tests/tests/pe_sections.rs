//! What code integrity demands of the sections, on the built files and on spoiled copies of them.

use ringfence_tests::pe::{Image, assert_clean, assert_found, sections};

const ENTRY_POINT: usize = 16;
const SECTION_ALIGNMENT: usize = 32;
const IAT_DIRECTORY: usize = 112 + 12 * 8;
/// From the optional header of a PE32+ file with sixteen directories to its first section header.
const FIRST_SECTION: usize = 240;
const SECTION_ADDRESS: usize = FIRST_SECTION + 12;
const SECTION_FLAGS: usize = FIRST_SECTION + 36;

fn x64() -> Image {
    Image::built("x64/ringfence")
}

fn arm64() -> Image {
    Image::built("arm64/ringfence")
}

#[test]
fn sections_start_at_pages() {
    assert_clean(sections::alignment(&x64()));
    assert_clean(sections::alignment(&arm64()));
}

#[test]
fn a_section_inside_a_page_is_found() {
    assert_found(
        sections::alignment(&x64().with_optional_header(SECTION_ADDRESS, &[0x80, 0x10])),
        "not at a page",
    );
    assert_found(
        sections::alignment(&x64().with_optional_header(SECTION_ALIGNMENT, &[0, 2])),
        "section alignment 0x200",
    );
}

#[test]
fn no_section_is_writable_and_executable() {
    assert_clean(sections::protection(&x64()));
    assert_clean(sections::protection(&arm64()));
}

#[test]
fn a_writable_code_section_is_found() {
    let flags = 0xE000_0020_u32.to_le_bytes();
    assert_found(
        sections::protection(&x64().with_optional_header(SECTION_FLAGS, &flags)),
        "section .text",
    );
}

#[test]
fn the_import_table_is_not_in_code() {
    assert_clean(sections::import_table(&x64()));
    assert_clean(sections::import_table(&arm64()));
}

#[test]
fn an_import_table_in_code_is_found() {
    let code = 0x1000_u32.to_le_bytes();
    assert_found(
        sections::import_table(&x64().with_optional_header(IAT_DIRECTORY, &code)),
        "section .text",
    );
}

#[test]
fn the_entry_point_is_in_code() {
    assert_clean(sections::entry_point(&x64()));
    assert_clean(sections::entry_point(&arm64()));
}

#[test]
fn an_entry_point_outside_of_code_is_found() {
    assert_found(
        sections::entry_point(&x64().with_optional_header(ENTRY_POINT, &[0; 4])),
        "entry point 0x0",
    );
}
