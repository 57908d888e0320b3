//! IMAGE_LOAD_CONFIG_DIRECTORY64 — the security cookie, which the loader fills in.
//!
//! Code compiled with /GS takes a cookie that still has its value of the link for damage and fails fast in its entry point.
//! The control flow guard pointers stay as linked: they lead to code of the image that lets every call pass, which is what
//! Windows leaves there while kernel CFG is off.

use super::bytes::Bytes;
use super::headers::{DIRECTORY_LOAD_CONFIG, Headers};

/// `SecurityCookie`.
const SECURITY_COOKIE: usize = 0x58;
/// What the linker puts there, for 64-bit images.
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
    let (directory, _) = headers.directory(DIRECTORY_LOAD_CONFIG)?;
    let bytes = Bytes(view);
    // The directory's own size field, not the one of the data directory, says which fields there are.
    let size = bytes.u32(directory, "load config").ok()? as usize;
    if size < SECURITY_COOKIE + 8 {
        return None;
    }
    let address = bytes.u64(directory + SECURITY_COOKIE, "load config").ok()?;
    usize::try_from(address.checked_sub(base)?)
        .ok()
        .filter(|_| address != 0)
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
