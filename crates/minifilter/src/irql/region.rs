#![allow(unsafe_code)] // KeEnterCriticalRegion and KeLeaveCriticalRegion

//! Critical regions: normal kernel APCs off for the length of a closure.

use super::{Apc, ApcState, ApcsOff, AtMost, Irql, WaitState};
use crate::ddi;

impl<L: AtMost<Apc>, A: ApcState, W: WaitState> Irql<'_, L, A, W> {
    /// `KeEnterCriticalRegion` — runs `f` with normal kernel APCs off, then `KeLeaveCriticalRegion`. IRQL ≤ APC_LEVEL.
    ///
    /// The outer token is borrowed meanwhile, so its "APCs on" cannot be used inside. A closure and not a guard: a
    /// forgotten guard would leave the region entered.
    pub fn critical_region<F, R>(&mut self, f: F) -> R
    where
        F: for<'r> FnOnce(&mut Irql<'r, L, ApcsOff, W>) -> R,
    {
        // SAFETY: the level is ≤ APC_LEVEL, as the token proves, and the region is left below on the same thread.
        unsafe { ddi::KeEnterCriticalRegion(self) };
        // SAFETY: normal APCs are off until KeLeaveCriticalRegion below, and the token cannot outlive the call of `f`.
        let mut inside = unsafe { Irql::assume() };
        let result = f(&mut inside);
        // SAFETY: entered above on this thread; everything `f` acquired with `inside` was released, as its lifetime ended.
        unsafe { ddi::KeLeaveCriticalRegion(self) };
        result
    }
}
