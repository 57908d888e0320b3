#![allow(unsafe_code)] // ERESOURCE

//! [`Resource`]: data under an `ERESOURCE`.

use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};

use minifilter_sys::{ERESOURCE, PERESOURCE};

use crate::ddi;
use crate::irql::{
    Apc, ApcState, ApcsDisabled, ApcsOff, ApcsUnknown, AtMost, GuardOfThisLevel, Held, Irql,
    WaitState,
};
use crate::parked::{AnyThread, Parked};
use crate::pool::PoolTag;
use crate::status::{Result, Status};

/// `ERESOURCE` — owns data that many threads read or one writes, at IRQL ≤ APC_LEVEL.
///
/// Lock and data live in one nonpaged block and never move: the kernel keeps every resource in a list. Shared acquires
/// recurse. The kernel would also grant an exclusive owner every further acquire, which would give the data out twice, and
/// would let a shared owner wait for itself for ever when it asks for exclusive: both are refused with `None`. Even code
/// that never nests its locks can meet this, when a page fault under a guard comes back as paging I/O on the same thread.
///
/// # Drop
/// `ExDeleteResourceLite` at IRQL ≤ APC_LEVEL, at once or later: see [`Parked`].
///
/// # Invariants
/// The resource was initialised in its final place; `data` is touched only while it is held.
pub struct Resource<T: Send + Sync + 'static> {
    inner: Parked<Inner<T>>,
}

struct Inner<T> {
    resource: UnsafeCell<ERESOURCE>,
    initialised: UnsafeCell<bool>,
    data: UnsafeCell<T>,
}

// SAFETY: readers share `&T` (`Sync`), the one writer may drop or replace the data (`Send`); `initialised` is written only
// before the resource is shared.
unsafe impl<T: Send + Sync> Sync for Inner<T> {}
// SAFETY: a resource that nobody holds may be deleted on any thread at IRQL ≤ APC_LEVEL.
unsafe impl<T: Send + Sync + 'static> AnyThread for Inner<T> {}

impl<T> Inner<T> {
    fn raw(&self) -> PERESOURCE {
        self.resource.get()
    }
}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        if !*self.initialised.get_mut() {
            return;
        }
        // SAFETY: `Parked` drops its value at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: initialised, and nobody holds it: guards borrow it. The block is freed only afterwards.
        let _ = unsafe { ddi::ExDeleteResourceLite(&irql, self.raw()) };
    }
}

impl<T: Send + Sync + 'static> Resource<T> {
    /// `ExInitializeResourceLite` — a resource around `data`. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`; `data` is dropped then.
    pub fn try_new(
        data: T,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        // SAFETY: all zero is a value of every field of the plain C structure.
        let resource = UnsafeCell::new(unsafe { core::mem::zeroed() });
        let inner = Inner {
            resource,
            initialised: UnsafeCell::new(false),
            data: UnsafeCell::new(data),
        };
        let inner = Parked::new(inner, tag, irql)?;
        // SAFETY: the resource is in its final, nonpaged, 8-byte aligned place and was not initialised before.
        let status =
            unsafe { ddi::ExInitializeResourceLite(irql.weaken::<Apc>(), inner.value().raw()) };
        Status::from_raw(status).ok()?;
        // SAFETY: the resource is not shared yet.
        unsafe { *inner.value().initialised.get() = true };
        Ok(Self { inner })
    }

    /// `FltAcquireResourceShared` — waits until no thread writes, and turns normal kernel APCs off. IRQL ≤ APC_LEVEL.
    ///
    /// The token is borrowed until the guard is dropped; the narrower one beside the guard is for what is done meanwhile:
    /// `let Some((names, irql)) = self.names.shared(irql) else { … };`. `None` if this thread holds the resource exclusively.
    pub fn shared<'a, L: AtMost<Apc>>(
        &'a self,
        irql: &'a mut Irql<'_, L, impl ApcState, impl WaitState>,
    ) -> Option<(SharedGuard<'a, T>, Irql<'a, L, ApcsUnknown, Held>)> {
        let inner = self.may_share(irql.weaken())?;
        // SAFETY: initialised (type invariant); the level is ≤ APC_LEVEL, and the call turns APCs off itself.
        unsafe { ddi::FltAcquireResourceShared(irql, inner.raw()) };
        // SAFETY: the level is what it was, and the two other states claim nothing.
        let narrower = unsafe { Irql::assume() };
        Some((
            SharedGuard {
                inner,
                _way: PhantomData,
            },
            narrower,
        ))
    }

    /// `FltAcquireResourceExclusive` — waits until no other thread reads or writes, and turns normal kernel APCs off. IRQL ≤ APC_LEVEL.
    ///
    /// The token is borrowed until the guard is dropped; the narrower one beside the guard is for what is done meanwhile.
    /// `None` if this thread holds the resource already.
    pub fn exclusive<'a, L: AtMost<Apc>>(
        &'a self,
        irql: &'a mut Irql<'_, L, impl ApcState, impl WaitState>,
    ) -> Option<(ExclusiveGuard<'a, T>, Irql<'a, L, ApcsUnknown, Held>)> {
        let inner = self.may_exclude(irql.weaken())?;
        // SAFETY: initialised (type invariant); the level is ≤ APC_LEVEL, and the call turns APCs off itself.
        unsafe { ddi::FltAcquireResourceExclusive(irql, inner.raw()) };
        // SAFETY: the level is what it was, and the two other states claim nothing.
        let narrower = unsafe { Irql::assume() };
        Some((
            ExclusiveGuard {
                inner,
                _way: PhantomData,
            },
            narrower,
        ))
    }

    /// `ExAcquireResourceSharedLite` — as [`Resource::shared`], inside a critical region. IRQL ≤ APC_LEVEL, normal APCs off.
    pub fn shared_in_region<'a, L: AtMost<Apc>, A: ApcsDisabled>(
        &'a self,
        irql: &'a mut Irql<'_, L, A, impl WaitState>,
    ) -> Option<(SharedGuard<'a, T, InRegion>, Irql<'a, L, A, Held>)> {
        let inner = self.may_share(irql.weaken())?;
        // SAFETY: initialised (type invariant); the level is ≤ APC_LEVEL and APCs are off, as the token proves.
        unsafe { ddi::ExAcquireResourceSharedLite(irql, inner.raw(), 1) };
        // SAFETY: level and APC state are what they were, and are so until the borrow of the token ends.
        let narrower = unsafe { Irql::assume() };
        Some((
            SharedGuard {
                inner,
                _way: PhantomData,
            },
            narrower,
        ))
    }

    /// `ExAcquireResourceExclusiveLite` — as [`Resource::exclusive`], inside a critical region. IRQL ≤ APC_LEVEL, normal APCs off.
    pub fn exclusive_in_region<'a, L: AtMost<Apc>, A: ApcsDisabled>(
        &'a self,
        irql: &'a mut Irql<'_, L, A, impl WaitState>,
    ) -> Option<(ExclusiveGuard<'a, T, InRegion>, Irql<'a, L, A, Held>)> {
        let inner = self.may_exclude(irql.weaken())?;
        // SAFETY: initialised (type invariant); the level is ≤ APC_LEVEL and APCs are off, as the token proves.
        unsafe { ddi::ExAcquireResourceExclusiveLite(irql, inner.raw(), 1) };
        // SAFETY: level and APC state are what they were, and are so until the borrow of the token ends.
        let narrower = unsafe { Irql::assume() };
        Some((
            ExclusiveGuard {
                inner,
                _way: PhantomData,
            },
            narrower,
        ))
    }

    /// The inside, unless this thread writes.
    fn may_share(&self, irql: &Irql<'_, Apc, impl ApcState, impl WaitState>) -> Option<&Inner<T>> {
        let inner = self.inner.value();
        // SAFETY: initialised (type invariant).
        let exclusive = unsafe { ddi::ExIsResourceAcquiredExclusiveLite(irql, inner.raw()) };
        (exclusive == 0).then_some(inner)
    }

    /// The inside, unless this thread holds the resource in any way.
    fn may_exclude(
        &self,
        irql: &Irql<'_, Apc, impl ApcState, impl WaitState>,
    ) -> Option<&Inner<T>> {
        let inner = self.inner.value();
        // SAFETY: initialised (type invariant). The count includes exclusive ownership.
        let held = unsafe { ddi::ExIsResourceAcquiredSharedLite(irql, inner.raw()) };
        (held == 0).then_some(inner)
    }
}

/// The way into a [`Resource`], which is also the way out.
pub trait Way: sealed::Sealed {
    /// # Safety
    /// This thread holds `resource`, acquired this way, and lets one acquire of it go.
    #[doc(hidden)]
    unsafe fn release(resource: PERESOURCE);
}

/// Acquired by `FltAcquireResource*`, released by `FltReleaseResource`.
#[derive(Debug, Clone, Copy)]
pub enum ByFltMgr {}

/// Acquired by `ExAcquireResource*Lite` inside a critical region, released by `ExReleaseResourceLite`.
#[derive(Debug, Clone, Copy)]
pub enum InRegion {}

impl Way for ByFltMgr {
    unsafe fn release(resource: PERESOURCE) {
        // SAFETY: guards are not `Send` and were made at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: the caller owns one acquire of this kind.
        unsafe { ddi::FltReleaseResource(&irql, resource) };
    }
}

impl Way for InRegion {
    unsafe fn release(resource: PERESOURCE) {
        // SAFETY: guards are not `Send` and were made at IRQL ≤ APC_LEVEL with APCs off; the guard keeps the evidence borrowed.
        let irql = unsafe { Irql::<Apc, ApcsOff, Held>::assume() };
        // SAFETY: the caller owns one acquire of this kind.
        unsafe { ddi::ExReleaseResourceLite(&irql, resource) };
    }
}

/// Read access to the data of a [`Resource`].
///
/// # Drop
/// `FltReleaseResource` (`ExReleaseResourceLite` for [`InRegion`]) on the acquiring thread, which also lets normal kernel APCs
/// in again: the guard is not `Send`. IRQL ≤ APC_LEVEL.
#[must_use = "dropping the guard releases the resource"]
pub struct SharedGuard<'a, T, W: Way = ByFltMgr> {
    inner: &'a Inner<T>,
    _way: PhantomData<(&'a mut (), *mut GuardOfThisLevel, W)>,
}

// SAFETY: a shared reference to the guard gives out `&T` only.
unsafe impl<T: Send + Sync, W: Way> Sync for SharedGuard<'_, T, W> {}

impl<T, W: Way> Deref for SharedGuard<'_, T, W> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the resource is held shared, and this thread does not hold it exclusively (`may_share`).
        unsafe { &*self.inner.data.get() }
    }
}

impl<T, W: Way> Drop for SharedGuard<'_, T, W> {
    fn drop(&mut self) {
        // SAFETY: the guard stands for one acquire of this thread, made the way `W`.
        unsafe { W::release(self.inner.raw()) };
    }
}

/// Write access to the data of a [`Resource`].
///
/// # Drop
/// As for [`SharedGuard`].
#[must_use = "dropping the guard releases the resource"]
pub struct ExclusiveGuard<'a, T, W: Way = ByFltMgr> {
    inner: &'a Inner<T>,
    _way: PhantomData<(&'a mut (), *mut GuardOfThisLevel, W)>,
}

// SAFETY: a shared reference to the guard gives out `&T` only.
unsafe impl<T: Send + Sync, W: Way> Sync for ExclusiveGuard<'_, T, W> {}

impl<'a, T, W: Way> ExclusiveGuard<'a, T, W> {
    /// `ExConvertExclusiveToSharedLite` — lets readers in and keeps read access. IRQL ≤ APC_LEVEL.
    pub fn downgrade(self) -> SharedGuard<'a, T, W> {
        let this = ManuallyDrop::new(self);
        // SAFETY: guards are not `Send` and were made at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: this thread owns the resource exclusively, by this guard.
        unsafe { ddi::ExConvertExclusiveToSharedLite(&irql, this.inner.raw()) };
        SharedGuard {
            inner: this.inner,
            _way: PhantomData,
        }
    }
}

impl<T, W: Way> Deref for ExclusiveGuard<'_, T, W> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the resource is held exclusively, and only by this guard (`may_exclude`).
        unsafe { &*self.inner.data.get() }
    }
}

impl<T, W: Way> DerefMut for ExclusiveGuard<'_, T, W> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and the guard is borrowed exclusively.
        unsafe { &mut *self.inner.data.get() }
    }
}

impl<T, W: Way> Drop for ExclusiveGuard<'_, T, W> {
    fn drop(&mut self) {
        // SAFETY: the guard stands for one acquire of this thread, made the way `W`.
        unsafe { W::release(self.inner.raw()) };
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ByFltMgr {}
    impl Sealed for super::InRegion {}
}
