//! IMAGE_LOAD_CONFIG_DIRECTORY64 — its fields, and the security cookie, which the loader fills in.
//!
//! Code compiled with /GS takes a cookie that still has its value of the link for damage and fails fast in its entry point.

use super::bytes::Bytes;
use super::headers::{DIRECTORY_LOAD_CONFIG, Headers};

/// `SecurityCookie`.
const SECURITY_COOKIE: usize = 0x58;
/// `GuardCFCheckFunctionPointer`.
pub const GUARD_CHECK: usize = 0x70;
/// `GuardCFDispatchFunctionPointer`.
pub const GUARD_DISPATCH: usize = 0x78;
/// `GuardCFFunctionTable`.
pub const GUARD_TABLE: usize = 0x80;
/// `GuardCFFunctionCount`.
pub const GUARD_COUNT: usize = 0x88;
/// `GuardFlags`.
const GUARD_FLAGS: usize = 0x90;
/// What the linker puts into the cookie, for 64-bit images.
const DEFAULT_COOKIE: u64 = 0x0000_2B99_2DDF_A232;
/// The two upper bytes of a cookie are zero, so that no overlong string copies it.
const MASK: u64 = 0x0000_FFFF_FFFF_FFFF;

/// Gives the image `view`, which will lie at `base` and is relocated, a cookie of its own.
pub fn initialise(headers: &Headers, view: &mut [u8], base: u64) {
    let Some(place) = cookie_place(headers, view, base) else {
        return;
    };
    let Some(word) = view.get_mut(place..place + 8) else {
        return;
    };
    if word == DEFAULT_COOKIE.to_le_bytes() {
        word.copy_from_slice(&cookie(&headers.sections).to_le_bytes());
    }
}

fn cookie_place(headers: &Headers, view: &[u8], base: u64) -> Option<usize> {
    offset(field(headers, view, SECURITY_COOKIE)?, base)
}

/// The eight bytes at `place` of the directory of `view`; none if the directory does not go that far.
pub fn field(headers: &Headers, view: &[u8], place: usize) -> Option<u64> {
    let at = place_of(headers, view, place, 8)?;
    Bytes(view).u64(at, "load config").ok()
}

/// `GuardFlags`, with which the directory of some linkers ends.
pub fn guard_flags(headers: &Headers, view: &[u8]) -> Option<u32> {
    let at = place_of(headers, view, GUARD_FLAGS, 4)?;
    Bytes(view).u32(at, "load config").ok()
}

/// Where the field of `width` bytes at `place` of the directory is.
fn place_of(headers: &Headers, view: &[u8], place: usize, width: usize) -> Option<usize> {
    let (directory, _) = headers.directory(DIRECTORY_LOAD_CONFIG)?;
    // The directory's own size field, not the one of the data directory, says which fields there are.
    let size = Bytes(view).size(directory, "load config").ok()?;
    (size >= place + width).then_some(directory + place)
}

/// Where a pointer of a relocated image at `base` leads to within it; none for a null pointer.
pub fn offset(address: u64, base: u64) -> Option<usize> {
    usize::try_from(address.checked_sub(base)?).ok()
}

/// No clock and no address: runs repeat.
fn cookie(sections: &[super::headers::Section]) -> u64 {
    let mix = |seed: u64, section: &super::headers::Section| {
        (seed ^ section.size as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    };
    let mixed = sections.iter().fold(0x5DEE_CE66, mix) & MASK;
    if mixed == 0 || mixed == DEFAULT_COOKIE {
        DEFAULT_COOKIE + 1
    } else {
        mixed
    }
}
