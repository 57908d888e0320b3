//! Pageable sections — those named PAGE…, which may be gone whenever no page fault can be served.
#![allow(unsafe_code)] // protects the driver's sections

use std::ffi::c_void;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use super::bounds::DISPATCH;
use super::modules;
use crate::verify::{self, rule};

/// One section.
struct Section {
    range: Range<usize>,
    /// PROT_ flags while it is there.
    protection: i32,
    code: bool,
}

static SECTIONS: RwLock<Vec<Section>> = RwLock::new(Vec::new());

/// Makes a pageable section known that has this protection while it is there.
pub fn add(range: Range<usize>, protection: i32) {
    let code = protection & libc::PROT_EXEC != 0;
    SECTIONS
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Section {
            range,
            protection,
            code,
        });
}

/// Forgets the sections of an image that is gone, or that is locked in memory.
pub fn remove(image: &Range<usize>) {
    SECTIONS
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .retain(|section| !image.contains(&section.range.start));
}

/// Whether `address` lies in a pageable section.
#[must_use]
pub fn contains(address: usize) -> bool {
    let sections = SECTIONS.read().unwrap_or_else(PoisonError::into_inner);
    sections
        .iter()
        .any(|section| section.range.contains(&address))
}

/// Makes all of them accessible or not; false where there are none.
pub fn set_accessible(accessible: bool) -> bool {
    let sections = SECTIONS.read().unwrap_or_else(PoisonError::into_inner);
    for section in sections.iter() {
        let protection = if accessible {
            section.protection
        } else {
            libc::PROT_NONE
        };
        let bytes = section.range.len().next_multiple_of(0x1000);
        // SAFETY: sections are whole pages of a driver's mapping, in which no Rust object lives.
        unsafe { libc::mprotect(section.range.start as *mut c_void, bytes, protection) };
    }
    !sections.is_empty()
}

/// Reports that the code at `address` runs at `irql`, in `function`, if it is pageable and that is too high for it.
#[cold]
pub fn check(address: usize, irql: u8, function: &str) {
    let sections = SECTIONS.read().unwrap_or_else(PoisonError::into_inner);
    let here = |section: &Section| section.code && section.range.contains(&address);
    if irql >= DISPATCH && sections.iter().any(here) {
        let place = modules::describe(address);
        let detail = format!("{place} is in a pageable section and runs at IRQL {irql}");
        verify::violation_from(rule::PAGEABLE_CODE, function, address, detail);
    }
}
