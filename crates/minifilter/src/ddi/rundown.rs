#![allow(unsafe_code)] // the kernel's functions

//! Rundown protection, plain and cache-aware.

use minifilter_sys::{BOOLEAN, PEX_RUNDOWN_REF, PEX_RUNDOWN_REF_CACHE_AWARE, POOL_TYPE, ULONG};

ddi! {
    ExInitializeRundownProtection <= Apc: fn(block: PEX_RUNDOWN_REF);
    ExReInitializeRundownProtection <= Apc: fn(block: PEX_RUNDOWN_REF);
    ExAcquireRundownProtectionEx <= Apc: fn(block: PEX_RUNDOWN_REF, count: ULONG) -> BOOLEAN;
    ExReleaseRundownProtectionEx <= Apc: fn(block: PEX_RUNDOWN_REF, count: ULONG);
    ExWaitForRundownProtectionRelease <= Apc: fn(block: PEX_RUNDOWN_REF);
    ExRundownCompleted <= Apc: fn(block: PEX_RUNDOWN_REF);
    ExAllocateCacheAwareRundownProtection <= Apc: fn(pool: POOL_TYPE, tag: ULONG) -> PEX_RUNDOWN_REF_CACHE_AWARE;
    ExFreeCacheAwareRundownProtection <= Apc: fn(block: PEX_RUNDOWN_REF_CACHE_AWARE);
    ExReInitializeRundownProtectionCacheAware <= Apc: fn(block: PEX_RUNDOWN_REF_CACHE_AWARE);
    ExAcquireRundownProtectionCacheAwareEx <= Apc: fn(block: PEX_RUNDOWN_REF_CACHE_AWARE, count: ULONG) -> BOOLEAN;
    ExReleaseRundownProtectionCacheAwareEx <= Apc: fn(block: PEX_RUNDOWN_REF_CACHE_AWARE, count: ULONG);
    ExWaitForRundownProtectionReleaseCacheAware <= Apc: fn(block: PEX_RUNDOWN_REF_CACHE_AWARE);
    ExRundownCompletedCacheAware <= Apc: fn(block: PEX_RUNDOWN_REF_CACHE_AWARE);
}
