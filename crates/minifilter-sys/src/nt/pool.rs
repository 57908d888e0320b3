//! Pool memory and memory descriptor lists.

use crate::*;
/// `POOL_FLAGS` — the kind of pool, as `ExAllocatePool2` takes it.
pub type POOL_FLAGS = ULONG64;

/// `POOL_TYPE` — the kind of pool, as the older functions take it.
pub type POOL_TYPE = i32;
pub const NonPagedPool: POOL_TYPE = 0;
pub const NonPagedPoolBase: POOL_TYPE = 0;
pub const NonPagedPoolExecute: POOL_TYPE = 0;
pub const PagedPool: POOL_TYPE = 1;
pub const NonPagedPoolBaseMustSucceed: POOL_TYPE = 2;
pub const NonPagedPoolMustSucceed: POOL_TYPE = 2;
pub const DontUseThisType: POOL_TYPE = 3;
pub const NonPagedPoolBaseCacheAligned: POOL_TYPE = 4;
pub const NonPagedPoolCacheAligned: POOL_TYPE = 4;
pub const PagedPoolCacheAligned: POOL_TYPE = 5;
pub const NonPagedPoolBaseCacheAlignedMustS: POOL_TYPE = 6;
pub const NonPagedPoolCacheAlignedMustS: POOL_TYPE = 6;
pub const MaxPoolType: POOL_TYPE = 7;
pub const NonPagedPoolSession: POOL_TYPE = 32;
pub const PagedPoolSession: POOL_TYPE = 33;
pub const NonPagedPoolMustSucceedSession: POOL_TYPE = 34;
pub const DontUseThisTypeSession: POOL_TYPE = 35;
pub const NonPagedPoolCacheAlignedSession: POOL_TYPE = 36;
pub const PagedPoolCacheAlignedSession: POOL_TYPE = 37;
pub const NonPagedPoolCacheAlignedMustSSession: POOL_TYPE = 38;
pub const NonPagedPoolNx: POOL_TYPE = 512;
pub const NonPagedPoolNxCacheAligned: POOL_TYPE = 516;
pub const NonPagedPoolSessionNx: POOL_TYPE = 544;

/// `EX_POOL_PRIORITY` — how hard an allocation tries.
pub type EX_POOL_PRIORITY = i32;
pub const LowPoolPriority: EX_POOL_PRIORITY = 0;
pub const LowPoolPrioritySpecialPoolOverrun: EX_POOL_PRIORITY = 8;
pub const LowPoolPrioritySpecialPoolUnderrun: EX_POOL_PRIORITY = 9;
pub const NormalPoolPriority: EX_POOL_PRIORITY = 16;
pub const NormalPoolPrioritySpecialPoolOverrun: EX_POOL_PRIORITY = 24;
pub const NormalPoolPrioritySpecialPoolUnderrun: EX_POOL_PRIORITY = 25;
pub const HighPoolPriority: EX_POOL_PRIORITY = 32;
pub const HighPoolPrioritySpecialPoolOverrun: EX_POOL_PRIORITY = 40;
pub const HighPoolPrioritySpecialPoolUnderrun: EX_POOL_PRIORITY = 41;

/// `MM_PAGE_PRIORITY` — how hard a mapping tries.
pub type MM_PAGE_PRIORITY = i32;
pub const LowPagePriority: MM_PAGE_PRIORITY = 0;
pub const NormalPagePriority: MM_PAGE_PRIORITY = 16;
pub const HighPagePriority: MM_PAGE_PRIORITY = 32;

/// `MEMORY_CACHING_TYPE` — how mapped memory is cached.
pub type MEMORY_CACHING_TYPE = i32;
pub const MmNonCached: MEMORY_CACHING_TYPE = 0;
pub const MmCached: MEMORY_CACHING_TYPE = 1;
pub const MmWriteCombined: MEMORY_CACHING_TYPE = 2;
pub const MmHardwareCoherentCached: MEMORY_CACHING_TYPE = 3;
pub const MmNonCachedUnordered: MEMORY_CACHING_TYPE = 4;
pub const MmUSWCCached: MEMORY_CACHING_TYPE = 5;
pub const MmMaximumCacheType: MEMORY_CACHING_TYPE = 6;
pub const MmNotMapped: MEMORY_CACHING_TYPE = -1;

/// `MMFLUSH_TYPE` — why an image section is flushed.
pub type MMFLUSH_TYPE = i32;
pub const MmFlushForDelete: MMFLUSH_TYPE = 0;
pub const MmFlushForWrite: MMFLUSH_TYPE = 1;

/// `MDL` — a memory descriptor list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MDL {
    pub Next: PMDL,
    pub Size: CSHORT,
    pub MdlFlags: CSHORT,
    pub Process: PEPROCESS,
    pub MappedSystemVa: PVOID,
    pub StartVa: PVOID,
    pub ByteCount: ULONG,
    pub ByteOffset: ULONG,
}
layout!(MDL: 48, 8 {
    Next: 0..8, Size: 8..10, MdlFlags: 10..12, Process: 16..24, MappedSystemVa: 24..32,
    StartVa: 32..40, ByteCount: 40..44, ByteOffset: 44..48,
});
/// `PMDL` — points to a `MDL`.
pub type PMDL = *mut MDL;

/// `FILE_SEGMENT_ELEMENT` — one page of a scattered or gathered transfer.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FILE_SEGMENT_ELEMENT {
    pub Buffer: PVOID,
    pub Alignment: ULONGLONG,
}
layout!(FILE_SEGMENT_ELEMENT: 8, 8 { Buffer: 0..8, Alignment: 0..8 });
/// `PFILE_SEGMENT_ELEMENT` — points to a `FILE_SEGMENT_ELEMENT`.
pub type PFILE_SEGMENT_ELEMENT = *mut FILE_SEGMENT_ELEMENT;
