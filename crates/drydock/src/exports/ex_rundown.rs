//! ExXxxRundownProtection — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{EX_RUNDOWN_REF, POOL_TYPE};

use crate::export;
use crate::exports::gate::Call;
use crate::model::pool::{self, PoolKind};
use crate::model::rundown;

type Block = *mut EX_RUNDOWN_REF;
/// EX_RUNDOWN_REF_CACHE_AWARE, opaque to drivers.
type CacheAware = *mut c_void;

/// Bytes of a cache-aware block: more than the plain one, as a driver must not guess.
const CACHE_AWARE_SIZE: usize = 128;

export! { Dll::Ntoskrnl;
    /// `ExInitializeRundownProtection`
    fn ExInitializeRundownProtection(block: Block) { rundown::initialize(block as usize) }
    /// `ExReInitializeRundownProtection`
    fn ExReInitializeRundownProtection(block: Block) { rundown::reinitialize(block as usize) }
    /// `ExAcquireRundownProtection`
    fn ExAcquireRundownProtection(block: Block) -> u8 { u8::from(rundown::acquire(block as usize, 1)) }
    /// `ExAcquireRundownProtectionEx`
    fn ExAcquireRundownProtectionEx(block: Block, count: u32) -> u8 { u8::from(rundown::acquire(block as usize, count)) }
    /// `ExReleaseRundownProtection`
    fn ExReleaseRundownProtection(block: Block) { rundown::release(block as usize, 1) }
    /// `ExReleaseRundownProtectionEx`
    fn ExReleaseRundownProtectionEx(block: Block, count: u32) { rundown::release(block as usize, count) }
    /// `ExRundownCompleted`
    fn ExRundownCompleted(block: Block) { rundown::completed(block as usize) }
    /// `ExWaitForRundownProtectionRelease`
    fn ExWaitForRundownProtectionRelease(block: Block) { rundown::wait_for_release(block as usize) }

    /// `ExAllocateCacheAwareRundownProtection`
    fn ExAllocateCacheAwareRundownProtection(pool_type: POOL_TYPE, tag: u32) -> CacheAware {
        let kind = if pool_type & 1 != 0 { PoolKind::Paged } else { PoolKind::NonPaged };
        let block = pool::allocate_zeroed(kind, CACHE_AWARE_SIZE, tag, Call::current().caller);
        if !block.is_null() {
            rundown::initialize(block as usize);
        }
        block
    }
    /// `ExFreeCacheAwareRundownProtection`
    fn ExFreeCacheAwareRundownProtection(block: CacheAware) {
        rundown::delete(block as usize);
        pool::free(block, 0);
    }
    /// `ExSizeOfRundownProtectionCacheAware`
    fn ExSizeOfRundownProtectionCacheAware() -> usize { CACHE_AWARE_SIZE }
    /// `ExInitializeRundownProtectionCacheAware`
    fn ExInitializeRundownProtectionCacheAware(block: CacheAware, _size: usize) { rundown::initialize(block as usize) }
    /// `ExInitializeRundownProtectionCacheAwareEx`
    fn ExInitializeRundownProtectionCacheAwareEx(block: CacheAware, _flags: u32) { rundown::initialize(block as usize) }
    /// `ExCleanupRundownProtectionCacheAware`
    fn ExCleanupRundownProtectionCacheAware(block: CacheAware) { rundown::delete(block as usize) }
    /// `ExReInitializeRundownProtectionCacheAware`
    fn ExReInitializeRundownProtectionCacheAware(block: CacheAware) { rundown::reinitialize(block as usize) }
    /// `ExAcquireRundownProtectionCacheAware`
    fn ExAcquireRundownProtectionCacheAware(block: CacheAware) -> u8 { u8::from(rundown::acquire(block as usize, 1)) }
    /// `ExAcquireRundownProtectionCacheAwareEx`
    fn ExAcquireRundownProtectionCacheAwareEx(block: CacheAware, count: u32) -> u8 {
        u8::from(rundown::acquire(block as usize, count))
    }
    /// `ExReleaseRundownProtectionCacheAware`
    fn ExReleaseRundownProtectionCacheAware(block: CacheAware) { rundown::release(block as usize, 1) }
    /// `ExReleaseRundownProtectionCacheAwareEx`
    fn ExReleaseRundownProtectionCacheAwareEx(block: CacheAware, count: u32) { rundown::release(block as usize, count) }
    /// `ExRundownCompletedCacheAware`
    fn ExRundownCompletedCacheAware(block: CacheAware) { rundown::completed(block as usize) }
    /// `ExWaitForRundownProtectionReleaseCacheAware`
    fn ExWaitForRundownProtectionReleaseCacheAware(block: CacheAware) { rundown::wait_for_release(block as usize) }
}
