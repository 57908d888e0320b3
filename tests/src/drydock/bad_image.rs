//! Driver files that cannot be loaded, made of a good one.

use super::{Run, driver, run};
use crate::pe::Image;
use std::fs;

/// The smallest good driver.
pub fn good() -> Image {
    driver("null"); // says what to build if it is missing
    Image::built("x64/null")
}

/// Runs drydock on a file with these bytes, called bad.sys.
pub fn run_bytes(bytes: &[u8]) -> Run {
    let place = tempfile::tempdir().expect("a temporary directory");
    let path = place.path().join("bad.sys");
    fs::write(&path, bytes).expect("the file can be written");
    run(&path, &[])
}

/// A copy in which every `from` is `to`, which is as long.
pub fn replaced(image: &Image, from: &str, to: &str) -> Image {
    assert_eq!(from.len(), to.len());
    let mut copy = image.clone();
    let places: Vec<usize> = (0..image.bytes.len())
        .filter(|at| image.bytes[*at..].starts_with(from.as_bytes()))
        .collect();
    assert!(!places.is_empty(), "no `{from}`");
    for at in places {
        copy = copy.with_bytes(at, to.as_bytes());
    }
    copy
}

/// A copy for a processor of 32 bits.
pub fn i386(image: &Image) -> Image {
    image.with_bytes(
        image.optional_header_offset() - 20,
        &0x14c_u16.to_le_bytes(),
    )
}

/// A copy whose second section lies where the first one lies.
pub fn overlapping(image: &Image) -> Image {
    let table = image.optional_header_offset() + 240; // the optional header of a PE32+ file with 16 directories
    let address = image.bytes[table + 12..table + 16].to_vec();
    image.with_bytes(table + 40 + 12, &address)
}

/// A copy that imports its first function by number.
pub fn by_ordinal(image: &Image) -> Image {
    let (directory, _) = image.directory(1);
    let names = image.at(directory).expect("an import directory");
    let lookup = u32::from_le_bytes(*names.first_chunk().expect("a descriptor"));
    let ordinal = (1_u64 << 63 | 7).to_le_bytes();
    image.with_bytes(image.offset_of(lookup), &ordinal)
}
