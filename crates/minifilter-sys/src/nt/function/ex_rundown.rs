//! Rundown protection.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `ExInitializeRundownProtection` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExInitializeRundownProtection(run_ref: PEX_RUNDOWN_REF);

    /// `ExReInitializeRundownProtection` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExReInitializeRundownProtection(run_ref: PEX_RUNDOWN_REF);

    /// `ExAcquireRundownProtection` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquireRundownProtection(run_ref: PEX_RUNDOWN_REF) -> BOOLEAN;

    /// `ExAcquireRundownProtectionEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquireRundownProtectionEx(run_ref: PEX_RUNDOWN_REF, count: ULONG) -> BOOLEAN;

    /// `ExReleaseRundownProtection` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExReleaseRundownProtection(run_ref: PEX_RUNDOWN_REF);

    /// `ExReleaseRundownProtectionEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExReleaseRundownProtectionEx(run_ref: PEX_RUNDOWN_REF, count: ULONG);

    /// `ExRundownCompleted` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExRundownCompleted(run_ref: PEX_RUNDOWN_REF);

    /// `ExWaitForRundownProtectionRelease` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExWaitForRundownProtectionRelease(run_ref: PEX_RUNDOWN_REF);

    /// `ExAllocateCacheAwareRundownProtection` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAllocateCacheAwareRundownProtection(
        pool_type: POOL_TYPE,
        pool_tag: ULONG,
    ) -> PEX_RUNDOWN_REF_CACHE_AWARE;

    /// `ExFreeCacheAwareRundownProtection` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExFreeCacheAwareRundownProtection(run_ref_cache_aware: PEX_RUNDOWN_REF_CACHE_AWARE);

    /// `ExSizeOfRundownProtectionCacheAware` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExSizeOfRundownProtectionCacheAware() -> SIZE_T;

    /// `ExInitializeRundownProtectionCacheAware` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExInitializeRundownProtectionCacheAware(
        run_ref_cache_aware: PEX_RUNDOWN_REF_CACHE_AWARE,
        run_ref_size: SIZE_T,
    );

    /// `ExReInitializeRundownProtectionCacheAware` — callable at a level that its page leaves open.
    pub fn ExReInitializeRundownProtectionCacheAware(
        run_ref_cache_aware: PEX_RUNDOWN_REF_CACHE_AWARE,
    );

    /// `ExAcquireRundownProtectionCacheAware` — callable at a level that its page leaves open.
    pub fn ExAcquireRundownProtectionCacheAware(
        run_ref_cache_aware: PEX_RUNDOWN_REF_CACHE_AWARE,
    ) -> BOOLEAN;

    /// `ExAcquireRundownProtectionCacheAwareEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquireRundownProtectionCacheAwareEx(
        run_ref_cache_aware: PEX_RUNDOWN_REF_CACHE_AWARE,
        count: ULONG,
    ) -> BOOLEAN;

    /// `ExReleaseRundownProtectionCacheAware` — callable at a level that its page leaves open.
    pub fn ExReleaseRundownProtectionCacheAware(run_ref_cache_aware: PEX_RUNDOWN_REF_CACHE_AWARE);

    /// `ExReleaseRundownProtectionCacheAwareEx` — callable at a level that its page leaves open.
    pub fn ExReleaseRundownProtectionCacheAwareEx(
        run_ref: PEX_RUNDOWN_REF_CACHE_AWARE,
        count: ULONG,
    );

    /// `ExRundownCompletedCacheAware` — callable at a level that its page leaves open.
    pub fn ExRundownCompletedCacheAware(run_ref_cache_aware: PEX_RUNDOWN_REF_CACHE_AWARE);

    /// `ExWaitForRundownProtectionReleaseCacheAware` — callable at a level that its page leaves open.
    pub fn ExWaitForRundownProtectionReleaseCacheAware(run_ref: PEX_RUNDOWN_REF_CACHE_AWARE);
}
