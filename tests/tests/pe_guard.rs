//! Control flow guard, on the built files and on spoiled copies of them.

use object::pe::IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG;
use ringfence_tests::pe::{Image, assert_clean, assert_found, guard};

const DLL_CHARACTERISTICS: usize = 70;
/// Offsets in IMAGE_LOAD_CONFIG_DIRECTORY64.
const CHECK: usize = 0x70;
const DISPATCH: usize = 0x78;
const COUNT: usize = 0x88;
const FLAGS: usize = 0x90;

fn x64() -> Image {
    Image::built("x64/ringfence")
}

fn arm64() -> Image {
    Image::built("arm64/ringfence")
}

/// A copy with other bytes in its load configuration.
fn with_load_config(image: &Image, offset: usize, bytes: &[u8]) -> Image {
    let (config, _) = image.directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    image.with_bytes(image.offset_of(config) + offset, bytes)
}

#[test]
fn both_drivers_are_guarded() {
    assert_clean(guard::marked(&x64()));
    assert_clean(guard::marked(&arm64()));
}

#[test]
fn a_driver_without_the_mark_or_the_table_is_found() {
    let image = x64();
    assert_found(
        guard::marked(&image.with_optional_header(DLL_CHARACTERISTICS, &[0x60, 1])),
        "GUARD_CF is not set",
    );
    assert_found(
        guard::marked(&with_load_config(&image, 0, &[0x70, 0])),
        "112 in itself",
    );
    assert_found(
        guard::marked(&with_load_config(&image, FLAGS, &[0, 0, 0, 0])),
        "guard flags 0x0",
    );
}

#[test]
fn there_is_a_routine_for_each_kind_of_call() {
    assert_clean(guard::routines(&x64()));
    assert_clean(guard::routines(&arm64()));
}

#[test]
fn a_missing_routine_is_found() {
    let image = x64();
    let none = |offset| guard::routines(&with_load_config(&image, offset, &[0; 8]));
    assert_found(none(CHECK), "no check routine");
    assert_found(none(DISPATCH), "no dispatch routine");
}

#[test]
fn every_callback_may_be_called() {
    for image in [x64(), arm64()] {
        assert!(guard::targets(&image).len() > 10, "a registration has more");
        assert_clean(guard::pointers(&image));
    }
}

#[test]
fn a_callback_that_is_not_in_the_table_is_found() {
    for image in [x64(), arm64()] {
        let few = with_load_config(&image, COUNT, &[2]);
        assert_found(guard::pointers(&few), "which the guard table has not");
    }
}

#[test]
fn calls_through_pointers_are_checked() {
    assert_clean(guard::instrumented(&x64()));
    let elsewhere = with_load_config(&x64(), DISPATCH, &[0; 8]);
    assert_found(guard::instrumented(&elsewhere), "no call goes through");
}
