//! A filter above all others that asks for names, so that a name provider that runs alone is asked too.

use std::cell::Cell;

use minifilter_sys::{
    FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED, FLT_FILE_NAME_QUERY_DEFAULT, IRP_MJ_CLEANUP,
    IRP_MJ_CREATE, IRP_MJ_SET_INFORMATION, PFLT_FILE_NAME_INFORMATION,
};

use super::provider::is_provider;
use super::{of_operation, release};
use crate::model::file_system::Request;
use crate::model::operation::{self, Operation};

/// Operations of each thread for which it asks, and of the later ones one in so many.
const FIRST: u32 = 64;
const ONE_IN: u32 = 16;

thread_local! {
    static SEEN: Cell<u32> = const { Cell::new(0) };
}

/// Asks for the opened and the normalized name of an operation's file as its pre-operation callback would; true if the
/// post-operation callback would do so too.
pub fn asks_before(operation: &Operation) -> bool {
    let major = operation.iopb().MajorFunction;
    let named = matches!(
        major,
        IRP_MJ_CREATE | IRP_MJ_CLEANUP | IRP_MJ_SET_INFORMATION
    );
    let provided = || {
        let volume = operation.volume();
        volume.is_some_and(|volume| volume.stack().iter().any(|each| is_provider(each)))
    };
    if !named || operation.request() != Request::Irp || !provided() {
        return false;
    }
    let seen = SEEN.get().wrapping_add(1);
    SEEN.set(seen);
    if seen > FIRST && !seen.is_multiple_of(ONE_IN) {
        return false;
    }
    ask(operation);
    major == IRP_MJ_CREATE
}

/// The same as its post-operation callback, for a file that is open.
pub fn asks_after(operation: &Operation) {
    if operation::status_of(&operation.status()) == 0 {
        ask(operation);
    }
}

fn ask(operation: &Operation) {
    for format in [FLT_FILE_NAME_OPENED, FLT_FILE_NAME_NORMALIZED] {
        // A provider may refuse; then the filter above would go without a name.
        if let Ok(name) = of_operation(operation.pointer(), format | FLT_FILE_NAME_QUERY_DEFAULT) {
            release(name as PFLT_FILE_NAME_INFORMATION);
        }
    }
}
