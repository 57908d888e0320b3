//! What is left of a filter's contexts once it is gone.

use std::sync::atomic::{AtomicU64, Ordering};

use super::cleanup::describe;
use super::node;
use super::table;
use crate::model::filter::Filter;
use crate::verify::rule;

static CONTEXTS: AtomicU64 = AtomicU64::new(0);
static REFERENCES: AtomicU64 = AtomicU64::new(0);

/// Takes the filter's volume contexts off their volumes.
pub fn filter_gone(filter: &Filter) {
    table::filter_detached(filter);
}

/// Reports every context that somebody still holds, and gives the recycled blocks back.
pub fn report_leaks(filter: &Filter) {
    for context in node::live_of(filter) {
        let (references, last) = {
            let state = context.state();
            (state.references, state.last_taker)
        };
        CONTEXTS.fetch_add(1, Ordering::Relaxed);
        REFERENCES.fetch_add(u64::from(references), Ordering::Relaxed);
        let detail = format!(
            "{} still has {references} references when the filter is gone, the latest taken by {}; allocated",
            describe(&context),
            last.describe()
        );
        context.allocated_by.blame(rule::F14, &detail);
    }
    for lookaside in &filter.lookasides {
        lookaside.empty();
    }
}

/// Contexts leaked so far, and the references that hold them.
pub fn leaked() -> (u64, u64) {
    (
        CONTEXTS.load(Ordering::Relaxed),
        REFERENCES.load(Ordering::Relaxed),
    )
}
