//! FltSetXxxContext, FltGetXxxContext, FltDeleteXxxContext, FltDeleteContext.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use minifilter_sys::{
    FLT_SET_CONTEXT_KEEP_IF_EXISTS, FLT_SET_CONTEXT_REPLACE_IF_EXISTS, NTSTATUS,
    STATUS_FLT_CONTEXT_ALREADY_DEFINED, STATUS_FLT_CONTEXT_ALREADY_LINKED,
    STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND,
};

use super::Kind;
use super::cleanup::{self, add, describe, release_attachment};
use super::node::{self, Context, Counts, Link};
use super::object::Target;
use super::table::{self, Key};
use crate::model::instance::Instance;
use crate::model::origin::Origin;
use crate::verify::{self, rule};

/// The status of a set that attached nothing, and the context that was in the way, if it was asked for.
pub type Refused = (NTSTATUS, Option<Arc<Context>>);

/// FltSetXxxContext — attaches `new`; gives the context that was there, with a reference for the caller if `want_old`.
///
/// # Errors
/// The status, and with STATUS_FLT_CONTEXT_ALREADY_DEFINED the existing context, referenced for the caller.
pub fn set(
    target: &Target<'_>,
    kind: Kind,
    operation: i32,
    new: *const c_void,
    want_old: bool,
) -> Result<Option<Arc<Context>>, Refused> {
    let refuse = |status| Err((status, None));
    let keep = match operation {
        FLT_SET_CONTEXT_KEEP_IF_EXISTS => true,
        FLT_SET_CONTEXT_REPLACE_IF_EXISTS => false,
        _ => return refuse(STATUS_INVALID_PARAMETER),
    };
    let Some(new) = cleanup::known(new) else {
        return refuse(STATUS_INVALID_PARAMETER);
    };
    if new.kind != kind || !Arc::ptr_eq(&new.filter, target.filter()) {
        return refuse(STATUS_INVALID_PARAMETER);
    }
    let key = target.key(kind).map_err(|status| (status, None))?;
    let mut shard = table::lock(key.object);
    if is_closed(target) {
        return refuse(STATUS_FLT_DELETING_OBJECT);
    }
    if let (true, Some(existing)) = (keep, table::at(&shard, key)) {
        let existing = Arc::clone(existing);
        let handed_over = want_old && add(&existing);
        if handed_over {
            Counts::count(&node::counts(kind).got);
        }
        return Err((
            STATUS_FLT_CONTEXT_ALREADY_DEFINED,
            handed_over.then_some(existing),
        ));
    }
    if let Err(status) = link(&new, key) {
        drop(shard);
        return refuse(status);
    }
    let old = table::remove(&mut shard, key);
    table::insert(&mut shard, key, Arc::clone(&new));
    drop(shard);
    Counts::count(&node::counts(kind).set);
    Ok(old.and_then(|old| hand_over(old, want_old)))
}

/// The instance is being torn down, from before its teardown-start callback on, or the filter unregisters.
fn is_closed(target: &Target<'_>) -> bool {
    let closed = |instance: &Instance| {
        instance.tearing_down.load(Ordering::Acquire)
            || instance.contexts_closed.load(Ordering::Acquire)
    };
    target.instance().is_some_and(|instance| closed(instance))
        || target.filter().is_unregistering() && target.instance().is_none()
}

/// Makes the attachment hold a reference.
fn link(context: &Context, key: Key) -> Result<(), NTSTATUS> {
    let mut state = context.state();
    if state.freed {
        drop(state);
        cleanup::used_after_free(context);
        return Err(STATUS_INVALID_PARAMETER);
    }
    if state.link != Link::Never {
        return Err(STATUS_FLT_CONTEXT_ALREADY_LINKED);
    }
    state.link = Link::Attached(key);
    state.references += 1;
    Ok(())
}

/// A detached context goes to the caller with the attachment's reference, or loses that reference.
fn hand_over(old: Arc<Context>, wanted: bool) -> Option<Arc<Context>> {
    if wanted {
        old.state().last_taker = Origin::of_call();
        Counts::count(&node::counts(old.kind).got);
        return Some(old);
    }
    release_attachment(&old);
    None
}

/// FltGetXxxContext — the context on an object, referenced.
///
/// # Errors
/// STATUS_NOT_FOUND, or what makes the object unfit.
pub fn get(target: &Target<'_>, kind: Kind) -> Result<Arc<Context>, NTSTATUS> {
    let key = target.key(kind)?;
    let shard = table::lock(key.object);
    let found = table::at(&shard, key)
        .filter(|context| add(context))
        .cloned();
    drop(shard);
    let found = found.ok_or(STATUS_NOT_FOUND)?;
    Counts::count(&node::counts(kind).got);
    Ok(found)
}

/// FltDeleteXxxContext — takes the context off an object; it goes to the caller if `want_old`.
///
/// # Errors
/// STATUS_NOT_FOUND, or what makes the object unfit.
pub fn delete_from(
    target: &Target<'_>,
    kind: Kind,
    want_old: bool,
) -> Result<Option<Arc<Context>>, NTSTATUS> {
    let key = target.key(kind)?;
    let removed = table::remove(&mut table::lock(key.object), key);
    let removed = removed.ok_or(STATUS_NOT_FOUND)?;
    Ok(hand_over(removed, want_old))
}

/// FltDeleteContext — takes a context off whatever it is attached to; the caller's reference stays.
pub fn delete(memory: *const c_void) {
    let Some(context) = cleanup::known(memory) else {
        return;
    };
    let link = context.state().link;
    let Link::Attached(key) = link else {
        if link == Link::Never {
            let detail = format!("{} was never set", describe(&context));
            verify::violation(rule::CONTEXT_DELETED_UNSET, detail);
        }
        return;
    };
    let mut shard = table::lock(key.object);
    let here = table::at(&shard, key).is_some_and(|attached| Arc::ptr_eq(attached, &context));
    let removed = if here {
        table::remove(&mut shard, key)
    } else {
        None
    };
    drop(shard);
    if let Some(removed) = removed {
        release_attachment(&removed);
    }
}

/// FltCloseSectionForDataScan — takes a section context off its stream; the caller's reference stays.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for one that no section was created with, STATUS_NOT_FOUND for one that is off already.
pub fn close_section(memory: *const c_void) -> Result<(), NTSTATUS> {
    let context = cleanup::known(memory).filter(|context| context.kind == Kind::Section);
    let context = context.ok_or(STATUS_INVALID_PARAMETER)?;
    let link = context.state().link;
    match link {
        Link::Never => Err(STATUS_INVALID_PARAMETER),
        Link::Detached => Err(STATUS_NOT_FOUND),
        Link::Attached(key) => {
            let removed = table::remove(&mut table::lock(key.object), key);
            release_attachment(&removed.ok_or(STATUS_NOT_FOUND)?);
            Ok(())
        }
    }
}
