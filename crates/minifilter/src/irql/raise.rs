#![allow(unsafe_code)] // KfRaiseIrql and KeLowerIrql

//! Raising the level, only inside a closure.

use super::{ApcState, ApcsOff, AtMost, Dispatch, Held, Irql, Level, WaitState};
use crate::ddi;

impl<L: AtMost<Dispatch>, A: ApcState, W: WaitState> Irql<'_, L, A, W> {
    /// `KfRaiseIrql` — runs `f` at `DISPATCH_LEVEL` and lowers the level again (`KeLowerIrql`). IRQL ≤ DISPATCH_LEVEL.
    ///
    /// `f` and its result are `Send`: what is `Send` may be dropped at any level up to `DISPATCH_LEVEL`, and no token and
    /// no guard that is bound to a lower level can get in or out.
    pub fn raise<F, R>(&self, f: F) -> R
    where
        F: for<'r> FnOnce(&mut Irql<'r, Dispatch, ApcsOff, Held>) -> R + Send,
        R: Send,
    {
        // SAFETY: the new level is not below the current one, which the token bounds by DISPATCH_LEVEL.
        let old = unsafe { ddi::KfRaiseIrql(self, Dispatch::IRQL) };
        // SAFETY: the level is DISPATCH_LEVEL from here until KeLowerIrql below, and the token cannot outlive the call of `f`.
        let mut raised = unsafe { Irql::assume() };
        let result = f(&mut raised);
        // SAFETY: `old` is what KfRaiseIrql returned, on this thread, and `f` cannot have changed the level for good:
        // every raise is lowered when its closure ends.
        unsafe { ddi::KeLowerIrql(self, old) };
        result
    }
}
