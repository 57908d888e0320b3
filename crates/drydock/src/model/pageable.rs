//! Pageable code — sections named PAGE…, which may be gone whenever no page fault can be served.

use std::ops::Range;
use std::sync::{PoisonError, RwLock};

use super::bounds::DISPATCH;
use super::modules;
use crate::verify::{self, rule};

static SECTIONS: RwLock<Vec<Range<usize>>> = RwLock::new(Vec::new());

/// Makes a pageable code section known.
pub fn add(section: Range<usize>) {
    SECTIONS
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .push(section);
}

/// Whether the code at `address` is pageable.
#[must_use]
pub fn contains(address: usize) -> bool {
    let sections = SECTIONS.read().unwrap_or_else(PoisonError::into_inner);
    sections.iter().any(|section| section.contains(&address))
}

/// Reports that the code at `address` runs at `irql`, in `function`, if it is pageable and that is too high for it.
#[cold]
pub fn check(address: usize, irql: u8, function: &str) {
    let sections = SECTIONS.read().unwrap_or_else(PoisonError::into_inner);
    if irql >= DISPATCH && sections.iter().any(|section| section.contains(&address)) {
        let place = modules::describe(address);
        let detail = format!("{place} is in a pageable section and runs at IRQL {irql}");
        verify::violation_from(rule::PAGEABLE_CODE, function, address, detail);
    }
}
