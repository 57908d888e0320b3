#![allow(unsafe_code)] // the one place where evidence is made

//! [`Irql`]: the token itself.

use core::fmt;
use core::marker::PhantomData;

use super::{
    Apc, ApcState, ApcsOn, ApcsUnknown, AtMost, Dispatch, EvidenceOfThisThread, Level, Passive,
};
use crate::ddi;

/// This thread holds no rundown protection and no lock that the token knows of: it may wait for others to let go.
#[derive(Debug, Clone, Copy)]
pub enum Free {}

/// This thread holds rundown protection or a lock, so that a wait for others could be a wait for itself.
#[derive(Debug, Clone, Copy)]
pub enum Held {}

/// One of [`Free`] and [`Held`].
pub trait WaitState: sealed::Sealed + 'static {}

impl WaitState for Free {}
impl WaitState for Held {}

/// Holds where this thread may wait for others to let go.
#[diagnostic::on_unimplemented(
    message = "this wait could be a wait for this thread itself: it holds a guard",
    label = "a rundown or lock guard is alive here",
    note = "drop the guard, then wait with the token from which it was taken"
)]
pub trait Waits: WaitState {}

impl Waits for Free {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Free {}
    impl Sealed for super::Held {}
}

/// Invariant in `'i`: two callbacks' lifetimes cannot be taken for each other.
pub(crate) type Brand<'i> = fn(&'i ()) -> &'i ();

/// `KeGetCurrentIrql` — evidence that this thread runs at IRQL ≤ `L`, with APC state `A`, until the token's borrow ends.
///
/// Zero-sized, passed by reference, neither `Copy` nor `Send` nor `Sync`, and tied by its invariant lifetime to the
/// callback that got it. Safe code cannot make one.
///
/// # Invariants
/// See the [module](super).
pub struct Irql<'i, L, A = ApcsOn, W = Free> {
    _callback: PhantomData<Brand<'i>>,
    _evidence: PhantomData<(*mut EvidenceOfThisThread, fn() -> (L, A, W))>,
}

impl<L: Level, A: ApcState, W: WaitState> Irql<'_, L, A, W> {
    /// Makes evidence out of a promise.
    ///
    /// # Safety
    /// For the whole life of the token this thread runs at IRQL ≤ `L` with the APC state `A`, and holds nothing that `W` denies.
    pub(crate) const unsafe fn assume() -> Self {
        Self {
            _callback: PhantomData,
            _evidence: PhantomData,
        }
    }

    /// The same evidence stated for a higher level `M`: who runs at IRQL ≤ `L` runs at IRQL ≤ `M`. Any IRQL.
    pub const fn weaken<M: Level>(&self) -> &Irql<'_, M, A, W>
    where
        L: AtMost<M>,
    {
        // SAFETY: both types are zero-sized without a field of either level, and the evidence for `M` follows from that for
        // `L`. A shared reference comes back, so what needs `&mut` still needs the original token.
        unsafe { &*core::ptr::from_ref(self).cast() }
    }

    /// `KeGetCurrentIrql` — the processor's level now, as a number. Any IRQL.
    pub fn current(&self) -> u8 {
        // SAFETY: the call has no precondition; it reads the current processor's level.
        unsafe { ddi::KeGetCurrentIrql(self) }
    }

    /// `KeGetCurrentIrql` — narrows to `PASSIVE_LEVEL` if that is what the processor runs at now. Any IRQL.
    ///
    /// # Errors
    /// [`Narrowing`] with the level found, if it is above `PASSIVE_LEVEL`.
    pub fn try_into_passive(&mut self) -> Result<Irql<'_, Passive, ApcsUnknown, W>, Narrowing> {
        self.narrow()
    }

    /// `KeGetCurrentIrql` — narrows to `APC_LEVEL` if the processor runs at or below it now. Any IRQL.
    ///
    /// # Errors
    /// [`Narrowing`] with the level found, if it is above `APC_LEVEL`.
    pub fn try_into_apc(&mut self) -> Result<Irql<'_, Apc, ApcsUnknown, W>, Narrowing> {
        self.narrow()
    }

    fn narrow<N: Level>(&mut self) -> Result<Irql<'_, N, ApcsUnknown, W>, Narrowing> {
        let irql = self.current();
        if irql > N::IRQL {
            return Err(Narrowing { irql });
        }
        // SAFETY: the level was read just now. Nothing can raise it while the new token lives: raising needs a token,
        // this one is borrowed, and what is raised through the new one is lowered before its closure returns.
        Ok(unsafe { Irql::assume() })
    }
}

impl<L: AtMost<Dispatch>, A: ApcState, W: WaitState> Irql<'_, L, A, W> {
    /// `KeAreApcsDisabled` — narrows to "normal kernel APCs on" if the kernel says so. IRQL ≤ DISPATCH_LEVEL.
    ///
    /// # Errors
    /// [`Narrowing`] with the current level, if the APCs are off.
    pub fn try_into_apcs_on(&mut self) -> Result<Irql<'_, L, ApcsOn, W>, Narrowing> {
        // SAFETY: the call has no precondition but its level, which the token proves.
        let disabled = unsafe { ddi::KeAreApcsDisabled(self) };
        let irql = self.current();
        if disabled != 0 || irql >= Apc::IRQL {
            return Err(Narrowing { irql });
        }
        // SAFETY: the kernel said so just now, and what turns APCs off takes `&mut` of this token or of one borrowed from
        // it, so that the change ends before the new token can be used again.
        Ok(unsafe { Irql::assume() })
    }
}

/// Why a narrowing was refused: the processor runs above the level asked for, or APCs are off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Narrowing {
    /// The level that was found.
    pub irql: u8,
}

impl fmt::Display for Narrowing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the level or APC state asked for does not hold at IRQL {}",
            self.irql
        )
    }
}

impl core::error::Error for Narrowing {}

impl<L, A, W> fmt::Debug for Irql<'_, L, A, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::any::type_name::<L>())
    }
}
