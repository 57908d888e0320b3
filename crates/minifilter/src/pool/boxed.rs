#![allow(unsafe_code)] // owns a pool block through a raw pointer

//! [`Box`]: one value in a pool block.

use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use super::{NonPaged, Paged, PoolKind, PoolTag};
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Irql, WaitState};
use crate::parked::AnyThread;
use crate::status::Result;

/// `ExAllocatePool2` — owns a value in pool memory of kind `P`.
///
/// # Drop
/// Drops the value, then `ExFreePoolWithTag`: IRQL ≤ DISPATCH_LEVEL for nonpaged boxes, which are `Send`; IRQL ≤ APC_LEVEL for
/// paged ones, which are not.
///
/// # Invariants
/// `block` is an initialised block from pool `P` that nobody else owns.
pub struct Box<T, P: PoolKind = NonPaged> {
    block: NonNull<Block<T>>,
    _kind: core::marker::PhantomData<(T, P)>,
}

struct Block<T> {
    tag: PoolTag,
    value: T,
}

// SAFETY: the box owns its value, and freeing nonpaged memory is legal on any thread at IRQL ≤ DISPATCH_LEVEL (L3).
unsafe impl<T: Send> Send for Box<T, NonPaged> {}
// SAFETY: a shared box gives out `&T` only, and a paged one only with evidence of the level.
unsafe impl<T: Sync, P: PoolKind> Sync for Box<T, P> {}
// SAFETY: a paged box of a `Send` value is bound to a level only.
unsafe impl<T: Send + 'static> AnyThread for Box<T, Paged> {}

impl<T, P: PoolKind> Box<T, P> {
    /// `ExAllocatePool2` — moves `value` into a new block. IRQL ≤ DISPATCH_LEVEL for nonpaged, ≤ APC_LEVEL for paged pool.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`; `value` is dropped then.
    pub fn try_new(
        value: T,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<P::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        let block = super::allocate::<Block<T>, P>(tag, irql)?;
        // SAFETY: the block was just allocated with the size and alignment of `Block<T>`.
        unsafe { block.write(Block { tag, value }) };
        Ok(Self {
            block,
            _kind: core::marker::PhantomData,
        })
    }

    fn value(&self) -> &T {
        // SAFETY: the block is initialised and owned (type invariant).
        let block = unsafe { self.block.as_ref() };
        &block.value
    }

    fn value_mut(&mut self) -> &mut T {
        // SAFETY: the block is initialised and owned (type invariant), and `self` is borrowed exclusively.
        let block = unsafe { self.block.as_mut() };
        &mut block.value
    }
}

impl<T: Send> Box<T, Paged> {
    /// Reads the value. IRQL ≤ APC_LEVEL; `f` and `T` are `Send`, so no token gets in that could raise the level inside.
    pub fn with<R>(
        &self,
        _irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: impl FnOnce(&T) -> R + Send,
    ) -> R {
        f(self.value())
    }

    /// Changes the value. IRQL ≤ APC_LEVEL; `f` and `T` are `Send`, so no token gets in that could raise the level inside.
    pub fn with_mut<R>(
        &mut self,
        _irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: impl FnOnce(&mut T) -> R + Send,
    ) -> R {
        f(self.value_mut())
    }
}

impl<T> Box<T, NonPaged> {
    /// Gives the block away as a pointer that [`Box::from_raw`] takes back.
    pub(crate) fn into_raw(self) -> *mut c_void {
        ManuallyDrop::new(self).block.as_ptr().cast()
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// `raw` came from [`Box::into_raw`] of the same type, and this is the only time it is taken back.
    pub(crate) unsafe fn from_raw(raw: *mut c_void) -> Self {
        // SAFETY: `into_raw` gave out a non-null pointer.
        let block = unsafe { NonNull::new_unchecked(raw.cast()) };
        Self {
            block,
            _kind: core::marker::PhantomData,
        }
    }
}

impl<T> Deref for Box<T, NonPaged> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value()
    }
}

impl<T> DerefMut for Box<T, NonPaged> {
    fn deref_mut(&mut self) -> &mut T {
        self.value_mut()
    }
}

impl<T, P: PoolKind> Drop for Box<T, P> {
    fn drop(&mut self) {
        // SAFETY: the block is initialised (type invariant).
        let tag = unsafe { self.block.as_ref() }.tag;
        // SAFETY: the block is initialised and dies here.
        unsafe { self.block.drop_in_place() };
        // SAFETY: a nonpaged box is `Send`, hence dies at IRQL ≤ DISPATCH_LEVEL; a paged one is not and was made at
        // IRQL ≤ APC_LEVEL, as `P::MaxIrql` says in both cases.
        let irql = unsafe { ddi::at_drop::<P::MaxIrql>() };
        // SAFETY: the block came from this pool with this tag and is not used again.
        unsafe { P::free(self.block.as_ptr().cast(), tag, &irql) };
    }
}
