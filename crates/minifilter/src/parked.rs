#![allow(unsafe_code)] // an intrusive list of blocks, and their type-erased destructors

//! Values that must be dropped at IRQL ≤ APC_LEVEL, made fit to travel.
//!
//! Law L3 lets only those values be `Send` that may be dropped at any level up to DISPATCH_LEVEL. A [`Parked`] value is
//! `Send` because its `Drop` asks the processor: at APC_LEVEL or below the value dies at once, above it the block goes on a
//! list that is emptied by the next parking or unparking, at the latest when an instance is gone or the driver unloads.

use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, Ordering};

use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Dispatch, Irql, Level, WaitState};
use crate::pool::{self, NonPaged, PoolKind, PoolTag};
use crate::status::Result;

/// May be dropped on any thread, at IRQL ≤ APC_LEVEL.
///
/// # Safety
/// The value is bound to a level, not to a thread: dropping it on another thread at IRQL ≤ APC_LEVEL is as legal as on its own.
pub unsafe trait AnyThread: 'static {}

/// Holds a value that needs IRQL ≤ APC_LEVEL to die, and may itself be dropped at any level up to DISPATCH_LEVEL.
///
/// # Drop
/// At IRQL ≤ APC_LEVEL the value is dropped in place, above it later: see the [module](self). IRQL ≤ DISPATCH_LEVEL.
pub struct Parked<T: AnyThread> {
    block: NonNull<Block<T>>,
}

/// # Invariants
/// Lives in nonpaged pool under the tag `tag`; `value` is initialised until `bury` has run.
#[repr(C)]
struct Block<T> {
    grave: Grave,
    value: ManuallyDrop<T>,
}

/// The part of a block that the list knows.
struct Grave {
    next: *mut Grave,
    bury: unsafe fn(*mut Grave),
    tag: PoolTag,
}

/// The blocks dropped above APC_LEVEL.
static WAITING: AtomicPtr<Grave> = AtomicPtr::new(ptr::null_mut());

// SAFETY: `AnyThread` allows the drop on any thread at IRQL ≤ APC_LEVEL, and `Drop` sees to that level; the value itself is
// reached only with evidence of IRQL ≤ APC_LEVEL, and only by shared reference or by taking it out.
unsafe impl<T: AnyThread> Send for Parked<T> {}
// SAFETY: a shared `Parked` gives out `&T` only.
unsafe impl<T: AnyThread + Sync> Sync for Parked<T> {}

impl<T: AnyThread> Parked<T> {
    /// `ExAllocatePool2` — moves `value` into a nonpaged block. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`; `value` is dropped then.
    pub fn new(
        value: T,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        drain(irql);
        let block = pool::allocate::<Block<T>, NonPaged>(tag, irql.weaken::<Apc>())?;
        let grave = Grave {
            next: ptr::null_mut(),
            bury: bury::<T>,
            tag,
        };
        let value = ManuallyDrop::new(value);
        // SAFETY: the block was just allocated with the size and alignment of `Block<T>`.
        unsafe { block.write(Block { grave, value }) };
        Ok(Self { block })
    }

    /// The value, for as long as the evidence is borrowed. IRQL ≤ APC_LEVEL.
    pub fn get<'a>(
        &'a self,
        _irql: &'a Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> &'a T {
        self.value()
    }

    /// Takes the value out. IRQL ≤ APC_LEVEL.
    pub fn into_inner(self, irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>) -> T {
        drain(irql);
        let this = ManuallyDrop::new(self);
        // SAFETY: the block is initialised; `this` is not dropped, so its parts are moved out exactly once.
        let Block { grave, value } = unsafe { this.block.read() };
        let tag = grave.tag;
        // SAFETY: the block came from `pool::allocate` with this tag and is not used again.
        unsafe { NonPaged::free(this.block.as_ptr().cast(), tag, irql.weaken::<Apc>()) };
        ManuallyDrop::into_inner(value)
    }

    /// The value, for library types that reach it at every level: theirs lies in nonpaged memory and is only borrowed.
    pub(crate) fn value(&self) -> &T {
        // SAFETY: the block is initialised and lives as long as `self` (type invariant).
        let block = unsafe { self.block.as_ref() };
        &block.value
    }
}

impl<T: AnyThread> Drop for Parked<T> {
    fn drop(&mut self) {
        let grave = self.block.as_ptr().cast::<Grave>();
        // SAFETY: `Parked` is `Send`, so it dies at IRQL ≤ DISPATCH_LEVEL (L3).
        let irql = unsafe { ddi::at_drop::<Dispatch>() };
        if irql.current() <= Apc::IRQL {
            // SAFETY: the level was read just now, and the block is dropped exactly once.
            unsafe { bury::<T>(grave) };
        } else {
            // SAFETY: the block is nobody else's from here on.
            unsafe { push(grave) };
        }
    }
}

/// Drops the value of the block at `grave` and frees the block.
///
/// # Safety
/// IRQL ≤ APC_LEVEL; `grave` starts an initialised `Block<T>` that nobody uses afterwards.
unsafe fn bury<T: AnyThread>(grave: *mut Grave) {
    let block = grave.cast::<Block<T>>();
    // SAFETY: the block is initialised and nobody else's, as the caller promises.
    let contents = unsafe { &mut *block };
    // SAFETY: nobody uses the value afterwards.
    unsafe { ManuallyDrop::drop(&mut contents.value) };
    let tag = contents.grave.tag;
    // SAFETY: the caller promises IRQL ≤ APC_LEVEL.
    let irql = unsafe { ddi::at_drop::<Apc>() };
    // SAFETY: the block came from `pool::allocate` with this tag.
    unsafe { NonPaged::free(block.cast(), tag, &irql) };
}

/// Puts a block on the list.
///
/// # Safety
/// The block is initialised and belongs to the list from here on.
unsafe fn push(grave: *mut Grave) {
    let mut head = WAITING.load(Ordering::Relaxed);
    loop {
        // SAFETY: the block is still ours, as the exchange below has not succeeded.
        unsafe { (*grave).next = head };
        match WAITING.compare_exchange_weak(head, grave, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => return,
            Err(now) => head = now,
        }
    }
}

/// Buries every block on the list. IRQL ≤ APC_LEVEL.
pub(crate) fn drain(_irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>) {
    if WAITING.load(Ordering::Relaxed).is_null() {
        return;
    }
    let mut grave = WAITING.swap(ptr::null_mut(), Ordering::Acquire);
    while !grave.is_null() {
        // SAFETY: every block on the list is initialised, and the list taken is ours alone.
        let next = unsafe { (*grave).next };
        // SAFETY: as above.
        let bury = unsafe { (*grave).bury };
        // SAFETY: the token proves the level; `bury` belongs to this block's type.
        unsafe { bury(grave) };
        grave = next;
    }
}
