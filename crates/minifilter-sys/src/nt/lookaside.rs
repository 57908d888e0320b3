//! Lookaside lists.

use crate::*;

/// `LOOKASIDE_HEAD` — the free entries of a lookaside list.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LOOKASIDE_HEAD {
    pub ListHead: SLIST_HEADER,
    pub SingleListHead: SINGLE_LIST_ENTRY,
}
layout!(LOOKASIDE_HEAD: 16, 16 { ListHead: 0..16, SingleListHead: 0..8 });

/// `LOOKASIDE_MISSES` — allocations the list served or did not serve.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LOOKASIDE_MISSES {
    pub AllocateMisses: ULONG,
    pub AllocateHits: ULONG,
}
layout!(LOOKASIDE_MISSES: 4, 4 { AllocateMisses: 0..4, AllocateHits: 0..4 });

/// `LOOKASIDE_FREES` — frees the list took or did not take.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LOOKASIDE_FREES {
    pub FreeMisses: ULONG,
    pub FreeHits: ULONG,
}
layout!(LOOKASIDE_FREES: 4, 4 { FreeMisses: 0..4, FreeHits: 0..4 });

/// `LOOKASIDE_ALLOCATE` — the routine that makes entries.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LOOKASIDE_ALLOCATE {
    pub AllocateEx: PALLOCATE_FUNCTION_EX,
    pub Allocate: PALLOCATE_FUNCTION,
}
layout!(LOOKASIDE_ALLOCATE: 8, 8 { AllocateEx: 0..8, Allocate: 0..8 });

/// `LOOKASIDE_FREE` — the routine that frees entries.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LOOKASIDE_FREE {
    pub FreeEx: PFREE_FUNCTION_EX,
    pub Free: PFREE_FUNCTION,
}
layout!(LOOKASIDE_FREE: 8, 8 { FreeEx: 0..8, Free: 0..8 });

/// `LOOKASIDE_LAST` — the count at the last scan.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LOOKASIDE_LAST {
    pub LastAllocateMisses: ULONG,
    pub LastAllocateHits: ULONG,
}
layout!(LOOKASIDE_LAST: 4, 4 { LastAllocateMisses: 0..4, LastAllocateHits: 0..4 });

/// `GENERAL_LOOKASIDE_POOL` — a lookaside list without its alignment.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GENERAL_LOOKASIDE_POOL {
    pub Anonymous1: LOOKASIDE_HEAD,
    pub Depth: USHORT,
    pub MaximumDepth: USHORT,
    pub TotalAllocates: ULONG,
    pub Anonymous2: LOOKASIDE_MISSES,
    pub TotalFrees: ULONG,
    pub Anonymous3: LOOKASIDE_FREES,
    pub Type: POOL_TYPE,
    pub Tag: ULONG,
    pub Size: ULONG,
    pub Anonymous4: LOOKASIDE_ALLOCATE,
    pub Anonymous5: LOOKASIDE_FREE,
    pub ListEntry: LIST_ENTRY,
    pub LastTotalAllocates: ULONG,
    pub Anonymous6: LOOKASIDE_LAST,
    pub Future: [ULONG; 2],
}
layout!(GENERAL_LOOKASIDE_POOL: 96, 16 {
    Anonymous1: 0..16, Depth: 16..18, MaximumDepth: 18..20, TotalAllocates: 20..24,
    Anonymous2: 24..28, TotalFrees: 28..32, Anonymous3: 32..36, Type: 36..40, Tag: 40..44,
    Size: 44..48, Anonymous4: 48..56, Anonymous5: 56..64, ListEntry: 64..80,
    LastTotalAllocates: 80..84, Anonymous6: 84..88, Future: 88..96,
});
/// `PGENERAL_LOOKASIDE_POOL` — points to a `GENERAL_LOOKASIDE_POOL`.
pub type PGENERAL_LOOKASIDE_POOL = *mut GENERAL_LOOKASIDE_POOL;

/// `GENERAL_LOOKASIDE` — a lookaside list on cache lines of its own.
#[cfg_attr(target_arch = "x86_64", repr(C, align(64)))]
#[cfg_attr(target_arch = "aarch64", repr(C, align(128)))]
#[derive(Clone, Copy)]
pub struct GENERAL_LOOKASIDE {
    pub Anonymous1: LOOKASIDE_HEAD,
    pub Depth: USHORT,
    pub MaximumDepth: USHORT,
    pub TotalAllocates: ULONG,
    pub Anonymous2: LOOKASIDE_MISSES,
    pub TotalFrees: ULONG,
    pub Anonymous3: LOOKASIDE_FREES,
    pub Type: POOL_TYPE,
    pub Tag: ULONG,
    pub Size: ULONG,
    pub Anonymous4: LOOKASIDE_ALLOCATE,
    pub Anonymous5: LOOKASIDE_FREE,
    pub ListEntry: LIST_ENTRY,
    pub LastTotalAllocates: ULONG,
    pub Anonymous6: LOOKASIDE_LAST,
    pub Future: [ULONG; 2],
}
layout!(GENERAL_LOOKASIDE: 128, 64 | 128 {
    Anonymous1: 0..16, Depth: 16..18, MaximumDepth: 18..20, TotalAllocates: 20..24,
    Anonymous2: 24..28, TotalFrees: 28..32, Anonymous3: 32..36, Type: 36..40, Tag: 40..44,
    Size: 44..48, Anonymous4: 48..56, Anonymous5: 56..64, ListEntry: 64..80,
    LastTotalAllocates: 80..84, Anonymous6: 84..88, Future: 88..96,
});
/// `PGENERAL_LOOKASIDE` — points to a `GENERAL_LOOKASIDE`.
pub type PGENERAL_LOOKASIDE = *mut GENERAL_LOOKASIDE;

/// `LOOKASIDE_LIST_EX` — a lookaside list with routines of the driver's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LOOKASIDE_LIST_EX {
    pub L: GENERAL_LOOKASIDE_POOL,
}
layout!(LOOKASIDE_LIST_EX: 96, 16 { L: 0..96 });
/// `PLOOKASIDE_LIST_EX` — points to a `LOOKASIDE_LIST_EX`.
pub type PLOOKASIDE_LIST_EX = *mut LOOKASIDE_LIST_EX;

/// `NPAGED_LOOKASIDE_LIST` — a lookaside list of nonpaged entries.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NPAGED_LOOKASIDE_LIST {
    pub L: GENERAL_LOOKASIDE,
}
layout!(NPAGED_LOOKASIDE_LIST: 128, 64 | 128 { L: 0..128 });
/// `PNPAGED_LOOKASIDE_LIST` — points to a `NPAGED_LOOKASIDE_LIST`.
pub type PNPAGED_LOOKASIDE_LIST = *mut NPAGED_LOOKASIDE_LIST;

/// `PAGED_LOOKASIDE_LIST` — a lookaside list of paged entries.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PAGED_LOOKASIDE_LIST {
    pub L: GENERAL_LOOKASIDE,
}
layout!(PAGED_LOOKASIDE_LIST: 128, 64 | 128 { L: 0..128 });
/// `PPAGED_LOOKASIDE_LIST` — points to a `PAGED_LOOKASIDE_LIST`.
pub type PPAGED_LOOKASIDE_LIST = *mut PAGED_LOOKASIDE_LIST;

/// `PALLOCATE_FUNCTION` — makes an entry.
pub type PALLOCATE_FUNCTION = Option<
    unsafe extern "C" fn(pool_type: POOL_TYPE, number_of_bytes: SIZE_T, tag: ULONG) -> PVOID,
>;

/// `PALLOCATE_FUNCTION_EX` — makes an entry of a given list.
pub type PALLOCATE_FUNCTION_EX = Option<
    unsafe extern "C" fn(
        pool_type: POOL_TYPE,
        number_of_bytes: SIZE_T,
        tag: ULONG,
        lookaside: PLOOKASIDE_LIST_EX,
    ) -> PVOID,
>;

/// `PFREE_FUNCTION` — frees an entry.
pub type PFREE_FUNCTION = Option<unsafe extern "C" fn(buffer: PVOID)>;

/// `PFREE_FUNCTION_EX` — frees an entry of a given list.
pub type PFREE_FUNCTION_EX =
    Option<unsafe extern "C" fn(buffer: PVOID, lookaside: PLOOKASIDE_LIST_EX)>;
