//! FltReferenceContext, FltReleaseContext — counting references, and the cleanup callback at count zero.
#![allow(unsafe_code)] // calls the driver's cleanup callback

use std::ffi::c_void;
use std::sync::Arc;

use super::lookaside;
use super::node::{self, Context, Counts, Link};
use crate::model::bounds::APC;
use crate::model::callback::{self, ContextCleanup};
use crate::model::origin::Origin;
use crate::model::pool::PoolKind;
use crate::model::thread::Site;
use crate::model::{modules, thread, work_queue};
use crate::verify::{self, rule};

/// Whose reference is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    Driver,
    Attachment,
}

/// FltReferenceContext — one more reference.
pub fn reference(memory: *const c_void) {
    let Some(context) = known(memory) else { return };
    if !add(&context) {
        used_after_free(&context);
    }
}

/// Adds a reference unless the context is freed.
pub fn add(context: &Context) -> bool {
    let mut state = context.state();
    if state.freed || state.references == 0 {
        return false;
    }
    state.references += 1;
    state.last_taker = Origin::of_call();
    true
}

/// FltReleaseContext — one reference less; the last one runs the cleanup callback and frees the memory.
pub fn release(memory: *const c_void) {
    let Some(context) = known(memory) else { return };
    if context.pool == PoolKind::Paged {
        thread::require_irql(APC);
    }
    Counts::count(&node::counts(context.kind).released);
    drop_reference(&context, Holder::Driver);
}

/// Drops the reference that an attachment held.
pub fn release_attachment(context: &Arc<Context>) {
    drop_reference(context, Holder::Attachment);
}

fn drop_reference(context: &Arc<Context>, holder: Holder) {
    let mut state = context.state();
    if state.freed || state.references == 0 {
        drop(state);
        return over_released(context, "is freed already");
    }
    let attached = matches!(state.link, Link::Attached(_));
    if holder == Holder::Driver && attached && state.references == 1 {
        drop(state);
        return over_released(
            context,
            "has only the reference of the object it is attached to",
        );
    }
    state.references -= 1;
    let last = state.references == 0;
    drop(state);
    if last {
        end(context);
    }
}

#[cold]
fn over_released(context: &Context, why: &str) {
    let detail = format!("{} {why}", describe(context));
    verify::violation(rule::CONTEXT_OVER_RELEASED, detail);
}

/// Reports a use of freed context memory.
#[cold]
pub fn used_after_free(context: &Context) {
    verify::violation(
        rule::CONTEXT_USED_AFTER_FREE,
        format!("{} is freed already", describe(context)),
    );
}

/// Finds a context that the driver names; reports an address that is none.
pub fn known(memory: *const c_void) -> Option<Arc<Context>> {
    let found = node::find(memory);
    if found.is_none() {
        let detail = format!("{memory:p} is not a context");
        verify::violation(rule::CONTEXT_USED_AFTER_FREE, detail);
    }
    found
}

/// One line about a context.
pub fn describe(context: &Context) -> String {
    format!(
        "{} context {:#x} of {} bytes allocated at {}",
        context.kind.label(),
        context.memory,
        context.size,
        modules::describe(context.allocated_by.caller)
    )
}

/// Count zero: at APC and below in this thread, above in a worker.
fn end(context: &Arc<Context>) {
    if thread::current().irql() <= APC {
        return clean_up(context);
    }
    let context = Arc::clone(context);
    context.filter.work.enter_again();
    work_queue::queue(Box::new(move || {
        clean_up(&context);
        context.filter.work.exit();
    }));
}

fn clean_up(context: &Context) {
    let definition = &context.filter.registration.contexts[context.definition];
    if let Some(cleanup) = definition.ContextCleanupCallback {
        // SAFETY: the member's type is PFLT_CONTEXT_CLEANUP_CALLBACK, of which ContextCleanup is the true convention.
        let cleanup: ContextCleanup = unsafe { callback::win64(cleanup) };
        let site = Site {
            name: "ContextCleanup",
            code: cleanup as usize,
        };
        thread::call_driver(site, thread::current().irql(), || {
            // SAFETY: the driver registered this code for exactly this call; the memory is freed only after it.
            unsafe { cleanup(context.pointer(), context.kind as u16) };
        });
    }
    context.state().freed = true;
    Counts::count(&node::counts(context.kind).freed);
    lookaside::give_back(context);
}
