#![allow(unsafe_code)] // owns a pool block through a raw pointer

//! [`Vec`]: a growing array in a pool block, for plain values.

use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};
use core::slice;

use super::{NonPaged, Paged, PoolKind, PoolTag};
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Irql, WaitState};
use crate::parked::AnyThread;
use crate::status::{Result, Status};

/// `ExAllocatePool2` — owns an array in pool memory of kind `P`. Growing is fallible and named so.
///
/// # Drop
/// Drops the elements, then `ExFreePoolWithTag`: IRQL ≤ DISPATCH_LEVEL for nonpaged vectors, which are `Send`; IRQL ≤ APC_LEVEL
/// for paged ones, which are not.
///
/// # Invariants
/// `elements` is dangling if `capacity` is 0, else a block from pool `P` with tag `tag` that fits `capacity` elements, the
/// first `len` of which are initialised.
pub struct Vec<T, P: PoolKind = NonPaged> {
    elements: NonNull<T>,
    capacity: usize,
    len: usize,
    tag: PoolTag,
    _kind: PhantomData<(T, P)>,
}

// SAFETY: the vector owns its elements, and freeing nonpaged memory is legal on any thread at IRQL ≤ DISPATCH_LEVEL (L3).
unsafe impl<T: Send> Send for Vec<T, NonPaged> {}
// SAFETY: a shared vector gives out `&[T]` only, and a paged one only with evidence of the level.
unsafe impl<T: Sync, P: PoolKind> Sync for Vec<T, P> {}
// SAFETY: a paged vector of `Send` elements is bound to a level only.
unsafe impl<T: Send + 'static> AnyThread for Vec<T, Paged> {}

impl<T, P: PoolKind> Vec<T, P> {
    /// An empty vector, which owns no memory yet. Any IRQL.
    pub const fn new(tag: PoolTag) -> Self {
        Self {
            elements: NonNull::dangling(),
            capacity: 0,
            len: 0,
            tag,
            _kind: PhantomData,
        }
    }

    /// `ExAllocatePool2` — an empty vector with room for `capacity` elements. IRQL as for [`Vec::try_push`].
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn try_with_capacity(
        capacity: usize,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<P::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        let mut vec = Self::new(tag);
        vec.try_reserve(capacity, irql)?;
        Ok(vec)
    }

    /// How many elements it holds. Any IRQL.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether it holds none. Any IRQL.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// `ExAllocatePool2` — makes room for `additional` more elements. IRQL as for [`Vec::try_push`].
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`; nothing is lost then.
    pub fn try_reserve(
        &mut self,
        additional: usize,
        irql: &Irql<'_, impl AtMost<P::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> Result<()> {
        let wanted = self
            .len
            .checked_add(additional)
            .ok_or(Status::INSUFFICIENT_RESOURCES)?;
        if wanted <= self.capacity || size_of::<T>() == 0 {
            return Ok(());
        }
        let capacity = wanted.max(self.capacity.saturating_mul(2)).max(4);
        let bytes = capacity
            .checked_mul(size_of::<T>())
            .ok_or(Status::INSUFFICIENT_RESOURCES)?;
        const {
            assert!(
                align_of::<T>() <= super::POOL_ALIGNMENT,
                "the pool aligns blocks to 16 bytes"
            )
        };
        let block = P::allocate(bytes, self.tag, irql).cast::<T>();
        let block = NonNull::new(block).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        // SAFETY: `len` elements are initialised in the old block and fit the new one, which is another block.
        unsafe { ptr::copy_nonoverlapping(self.elements.as_ptr(), block.as_ptr(), self.len) };
        let old = (self.elements, self.capacity);
        (self.elements, self.capacity) = (block, capacity);
        if old.1 != 0 {
            // SAFETY: the old block came from this pool with this tag, and its elements have moved.
            unsafe { P::free(old.0.as_ptr().cast(), self.tag, irql) };
        }
        Ok(())
    }

    /// `ExAllocatePool2` — appends an element, growing if need be. IRQL ≤ DISPATCH_LEVEL for nonpaged, ≤ APC_LEVEL for paged pool.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`; `value` is dropped then, nothing else is lost.
    pub fn try_push(
        &mut self,
        value: T,
        irql: &Irql<'_, impl AtMost<P::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> Result<()> {
        self.try_reserve(1, irql)?;
        // SAFETY: there is room for one element behind the last (just reserved).
        let end = unsafe { self.elements.add(self.len) };
        // SAFETY: as above; the place is not initialised, so nothing is overwritten.
        unsafe { end.write(value) };
        self.len += 1;
        Ok(())
    }

    fn slice(&self) -> &[T] {
        // SAFETY: `len` elements are initialised (type invariant).
        unsafe { slice::from_raw_parts(self.elements.as_ptr(), self.len) }
    }

    fn slice_mut(&mut self) -> &mut [T] {
        // SAFETY: `len` elements are initialised (type invariant), and `self` is borrowed exclusively.
        unsafe { slice::from_raw_parts_mut(self.elements.as_ptr(), self.len) }
    }
}

impl<T: Copy, P: PoolKind> Vec<T, P> {
    /// `ExAllocatePool2` — appends the elements of a slice. IRQL as for [`Vec::try_push`]; the slice is read at that level.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`; nothing is appended then.
    pub fn try_extend_from_slice(
        &mut self,
        more: &[T],
        irql: &Irql<'_, impl AtMost<P::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> Result<()> {
        self.try_reserve(more.len(), irql)?;
        // SAFETY: there is room behind the last element (just reserved).
        let end = unsafe { self.elements.add(self.len) };
        // SAFETY: `more` cannot overlap the free room of a vector that is borrowed exclusively.
        unsafe { ptr::copy_nonoverlapping(more.as_ptr(), end.as_ptr(), more.len()) };
        self.len += more.len();
        Ok(())
    }
}

impl<T: Send> Vec<T, Paged> {
    /// Reads the elements. IRQL ≤ APC_LEVEL; `f` and `T` are `Send`, so no token gets in that could raise the level inside.
    pub fn with<R>(
        &self,
        _irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: impl FnOnce(&[T]) -> R + Send,
    ) -> R {
        f(self.slice())
    }

    /// Changes the elements. IRQL ≤ APC_LEVEL; `f` and `T` are `Send`, so no token gets in that could raise the level inside.
    pub fn with_mut<R>(
        &mut self,
        _irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: impl FnOnce(&mut [T]) -> R + Send,
    ) -> R {
        f(self.slice_mut())
    }
}

impl<T> Deref for Vec<T, NonPaged> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.slice()
    }
}

impl<T> DerefMut for Vec<T, NonPaged> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.slice_mut()
    }
}

impl<T, P: PoolKind> Drop for Vec<T, P> {
    fn drop(&mut self) {
        // SAFETY: the elements are initialised and die here.
        unsafe { ptr::drop_in_place(ptr::from_mut(self.slice_mut())) };
        if self.capacity == 0 {
            return;
        }
        // SAFETY: a nonpaged vector is `Send`, hence dies at IRQL ≤ DISPATCH_LEVEL; a paged one is not and was filled at
        // IRQL ≤ APC_LEVEL, as `P::MaxIrql` says in both cases.
        let irql = unsafe { ddi::at_drop::<P::MaxIrql>() };
        // SAFETY: the block came from this pool with this tag and is not used again.
        unsafe { P::free(self.elements.as_ptr().cast(), self.tag, &irql) };
    }
}
