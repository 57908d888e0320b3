//! What the kernel's loader reads first, on the built files and on spoiled copies of them.

use object::pe::{IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_ARM64};
use ringfence_tests::pe::{Image, assert_clean, assert_found, headers};

const SUBSYSTEM: usize = 68;
const CHECKSUM: usize = 64;
const DLL_CHARACTERISTICS: usize = 70;
const EXPORT_DIRECTORY: usize = 112;
const RELOCATION_DIRECTORY_SIZE: usize = 156;

fn x64() -> Image {
    Image::built("x64/ringfence")
}

fn arm64() -> Image {
    Image::built("arm64/ringfence")
}

fn with_file_flags(image: &Image, set: u16) -> Image {
    let offset = image.optional_header_offset() - 2;
    let flags = u16::from_le_bytes([image.bytes[offset], image.bytes[offset + 1]]) | set;
    image.with_bytes(offset, &flags.to_le_bytes())
}

#[test]
fn each_file_is_for_its_machine() {
    assert_clean(headers::machine(&x64(), IMAGE_FILE_MACHINE_AMD64));
    assert_clean(headers::machine(&arm64(), IMAGE_FILE_MACHINE_ARM64));
}

#[test]
fn another_machine_is_found() {
    assert_found(
        headers::machine(&arm64(), IMAGE_FILE_MACHINE_AMD64),
        "machine 0xaa64",
    );
}

#[test]
fn the_subsystem_is_native() {
    assert_clean(headers::subsystem(&x64()));
    assert_clean(headers::subsystem(&arm64()));
}

#[test]
fn a_console_subsystem_is_found() {
    assert_found(
        headers::subsystem(&x64().with_optional_header(SUBSYSTEM, &[3, 0])),
        "subsystem",
    );
}

#[test]
fn the_checksum_is_right() {
    assert_clean(headers::checksum(&x64()));
    assert_clean(headers::checksum(&arm64()));
}

#[test]
fn a_wrong_or_missing_checksum_is_found() {
    assert_found(
        headers::checksum(&x64().with_optional_header(CHECKSUM, &[0; 4])),
        "checksum 0x0",
    );
    let last = x64().bytes.len() - 1;
    assert_found(
        headers::checksum(&x64().with_bytes(last, &[0xa5])),
        "checksum",
    );
}

#[test]
fn the_driver_is_no_dll_and_exports_nothing() {
    assert_clean(headers::kind(&x64()));
    assert_clean(headers::kind(&arm64()));
}

#[test]
fn a_dll_flag_or_an_export_table_is_found() {
    assert_found(
        headers::kind(&with_file_flags(&x64(), 0x2000)),
        "IMAGE_FILE_DLL",
    );
    assert_found(
        headers::kind(&x64().with_optional_header(EXPORT_DIRECTORY, &[0, 0x20, 0, 0])),
        "export table",
    );
}

#[test]
fn the_image_can_be_moved_and_its_data_not_executed() {
    assert_clean(headers::mitigations(&x64()));
    assert_clean(headers::mitigations(&arm64()));
}

#[test]
fn a_missing_mitigation_is_found() {
    let none = x64().with_optional_header(DLL_CHARACTERISTICS, &[0, 0]);
    for name in ["DYNAMIC_BASE", "NX_COMPAT", "HIGH_ENTROPY_VA"] {
        assert_found(headers::mitigations(&none), name);
    }
}

#[test]
fn the_image_is_marked_for_shadow_stacks() {
    assert_clean(headers::shadow_stacks(&x64()));
    // The mark exists for x64 only, so the other image is an example of one without it.
    assert_found(headers::shadow_stacks(&arm64()), "shadow stacks");
}

#[test]
fn stripped_relocations_are_found() {
    assert_found(
        headers::mitigations(&with_file_flags(&x64(), 1)),
        "stripped",
    );
    let none = x64().with_optional_header(RELOCATION_DIRECTORY_SIZE, &[0; 4]);
    assert_found(headers::mitigations(&none), "no relocation directory");
}

#[test]
fn the_driver_is_below_64_kib() {
    assert_clean(headers::size(&x64()));
    assert_clean(headers::size(&arm64()));
}

#[test]
fn a_file_of_64_kib_is_found() {
    let mut image = x64();
    image.bytes.resize(headers::MAX_SIZE, 0);
    assert_found(headers::size(&image), "not below");
}
