//! FltAllocateContext — exact-size lists of recycled, junk-filled blocks.
#![allow(unsafe_code)] // fills recycled memory with junk and calls the driver's own allocator

use crate::model::thread::Site;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{
    FLT_CONTEXT_REGISTRATION, FLT_VARIABLE_SIZED_CONTEXTS,
    FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH, NTSTATUS,
    STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND, STATUS_FLT_DELETING_OBJECT,
    STATUS_FLT_MUST_BE_NONPAGED_POOL, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER,
};

use super::Kind;
use super::node::{self, Context, Counts};
use crate::model::bounds::APC;
use crate::model::callback::{self, ContextAllocate, ContextFree};
use crate::model::filter::Filter;
use crate::model::pool::{self, PoolKind};
use crate::model::{objects, thread};

/// Blocks a list keeps. First in, first out, so that a block rests as long as possible before it is used again.
const KEPT: usize = 64;
/// What a recycled block is full of.
const JUNK: u8 = 0xDB;
/// The largest context the filter manager allocates.
const MAX_SIZE: usize = 0xFFFF;

/// The recycled blocks of one context definition.
#[derive(Default)]
pub struct Lookaside {
    blocks: Mutex<VecDeque<(PoolKind, usize)>>,
}

impl Lookaside {
    fn take(&self, pool: PoolKind) -> Option<usize> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let index = blocks.iter().position(|block| block.0 == pool)?;
        // A list that has only just got its block keeps it for a while.
        (blocks.len() > KEPT / 4)
            .then(|| blocks.remove(index))?
            .map(|block| block.1)
    }

    fn put(&self, pool: PoolKind, memory: usize) -> Option<usize> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.push_back((pool, memory));
        (blocks.len() > KEPT)
            .then(|| blocks.pop_front())?
            .map(|block| block.1)
    }

    /// Gives every block back to the pool.
    pub fn empty(&self) {
        let blocks =
            std::mem::take(&mut *self.blocks.lock().unwrap_or_else(PoisonError::into_inner));
        for (_, memory) in blocks {
            node::forget(memory);
            pool::free(memory as *mut c_void, 0);
        }
    }
}

/// FltAllocateContext — makes a context with one reference; its memory is junk.
///
/// # Errors
/// The statuses of the DDI page.
pub fn allocate(
    filter: &Arc<Filter>,
    bit: u16,
    size: usize,
    pool: PoolKind,
) -> Result<Arc<Context>, NTSTATUS> {
    let kind = Kind::of(bit).ok_or(STATUS_INVALID_PARAMETER)?;
    if filter.is_unregistering() {
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    if kind == Kind::Volume && pool == PoolKind::Paged {
        return Err(STATUS_FLT_MUST_BE_NONPAGED_POOL);
    }
    if size == 0 || size > MAX_SIZE {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let index =
        definition_for(filter, kind, size).ok_or(STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND)?;
    let definition = &filter.registration.contexts[index];
    let memory = match memory_for(filter, index, definition, size, pool) {
        0 => return Err(STATUS_INSUFFICIENT_RESOURCES),
        memory => memory,
    };
    let context = Arc::new(Context::new(filter, index, kind, pool, memory, size));
    node::enter(&context);
    Counts::count(&node::counts(kind).allocated);
    Ok(context)
}

fn is_variable(definition: &FLT_CONTEXT_REGISTRATION) -> bool {
    definition.Size == FLT_VARIABLE_SIZED_CONTEXTS
}

/// The exact size first, then a larger one that allows it, then variable size.
fn definition_for(filter: &Filter, kind: Kind, size: usize) -> Option<usize> {
    let all = || {
        filter
            .registration
            .contexts
            .iter()
            .enumerate()
            .filter(|entry| entry.1.ContextType == kind as u16)
    };
    let inexact = |flags: u16| flags & FLTFL_CONTEXT_REGISTRATION_NO_EXACT_SIZE_MATCH != 0;
    let exact = all().find(|entry| entry.1.Size == size);
    let larger = || {
        let fits = all().filter(|entry| !is_variable(entry.1) && inexact(entry.1.Flags));
        fits.filter(|entry| entry.1.Size > size)
            .min_by_key(|entry| entry.1.Size)
    };
    let variable = || all().find(|entry| is_variable(entry.1));
    let own_allocator = || all().find(|entry| entry.1.ContextAllocateCallback.is_some());
    exact
        .or_else(larger)
        .or_else(variable)
        .or_else(own_allocator)
        .map(|entry| entry.0)
}

fn memory_for(
    filter: &Filter,
    index: usize,
    definition: &FLT_CONTEXT_REGISTRATION,
    size: usize,
    pool: PoolKind,
) -> usize {
    if let Some(own) = definition.ContextAllocateCallback {
        // SAFETY: the member's type is PFLT_CONTEXT_ALLOCATE_CALLBACK, of which ContextAllocate is the true convention.
        let own: ContextAllocate = unsafe { callback::win64(own) };
        let pool_type = if pool == PoolKind::Paged { 1 } else { 512 };
        let site = Site {
            name: "ContextAllocate",
            code: own as usize,
        };
        return thread::call_driver(site, thread::current().irql().min(APC), || {
            // SAFETY: the driver registered this code for exactly this call.
            unsafe { own(pool_type, size, definition.ContextType) as usize }
        });
    }
    if is_variable(definition) {
        return pool::allocate(pool, size, definition.PoolTag, 0) as usize;
    }
    let fixed = definition.Size;
    let recycled = filter.lookasides[index].take(pool);
    recycled.unwrap_or_else(|| pool::allocate(pool, fixed, definition.PoolTag, 0) as usize)
}

/// Gives the memory of a dead context back; what the driver left in it is overwritten.
pub fn give_back(context: &Context) {
    let definition = &context.filter.registration.contexts[context.definition];
    objects::memory_freed(context.memory, context.size);
    if let Some(own) = definition.ContextFreeCallback {
        node::forget(context.memory);
        // SAFETY: the member's type is PFLT_CONTEXT_FREE_CALLBACK, of which ContextFree is the true convention.
        let own: ContextFree = unsafe { callback::win64(own) };
        let site = Site {
            name: "ContextFree",
            code: own as usize,
        };
        thread::call_driver(site, thread::current().irql().min(APC), || {
            // SAFETY: the driver registered this code for exactly this call, with memory its allocator made.
            unsafe { own(context.pointer(), definition.ContextType) };
        });
        return;
    }
    if pool::block_at(context.pointer()).is_some_and(|block| block.special) {
        // Its addresses are never used again, so that the ledger may keep what was there.
        pool::free(context.pointer(), 0);
        return;
    }
    if is_variable(definition) {
        node::forget(context.memory);
        pool::free(context.pointer(), 0);
        return;
    }
    // SAFETY: the memory is `size` bytes of a pool block that no context owns any more (invariant of Context).
    unsafe {
        context
            .pointer()
            .cast::<u8>()
            .write_bytes(JUNK, definition.Size)
    };
    if let Some(oldest) =
        context.filter.lookasides[context.definition].put(context.pool, context.memory)
    {
        node::forget(oldest);
        pool::free(oldest as *mut c_void, 0);
    }
}
