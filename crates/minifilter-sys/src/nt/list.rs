//! Linked lists, trees and bitmaps.

use crate::*;

/// `LIST_ENTRY` — a link of a doubly linked list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LIST_ENTRY {
    pub Flink: PLIST_ENTRY,
    pub Blink: PLIST_ENTRY,
}
layout!(LIST_ENTRY: 16, 8 { Flink: 0..8, Blink: 8..16 });
/// `PLIST_ENTRY` — points to a `LIST_ENTRY`.
pub type PLIST_ENTRY = *mut LIST_ENTRY;

/// `SINGLE_LIST_ENTRY` — a link of a singly linked list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SINGLE_LIST_ENTRY {
    pub Next: PSINGLE_LIST_ENTRY,
}
layout!(SINGLE_LIST_ENTRY: 8, 8 { Next: 0..8 });
/// `PSINGLE_LIST_ENTRY` — points to a `SINGLE_LIST_ENTRY`.
pub type PSINGLE_LIST_ENTRY = *mut SINGLE_LIST_ENTRY;

/// `SLIST_ENTRY` — a link of an interlocked list.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct SLIST_ENTRY {
    pub Next: PSLIST_ENTRY,
}
layout!(SLIST_ENTRY: 16, 16 { Next: 0..8 });
/// `PSLIST_ENTRY` — points to a `SLIST_ENTRY`.
pub type PSLIST_ENTRY = *mut SLIST_ENTRY;

/// `SLIST_HEADER_HALVES` — the two words of an interlocked list's head.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SLIST_HEADER_HALVES {
    pub Alignment: ULONGLONG,
    pub Region: ULONGLONG,
}
layout!(SLIST_HEADER_HALVES: 16, 8 { Alignment: 0..8, Region: 8..16 });

/// `SLIST_HEADER_BITS` — depth, sequence and first entry of an interlocked list, as bit fields.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SLIST_HEADER_BITS {
    pub BitField1: ULONGLONG,
    pub BitField2: ULONGLONG,
}
layout!(SLIST_HEADER_BITS: 16, 8 { BitField1: 0..8, BitField2: 8..16 });

/// `SLIST_HEADER` — the head of an interlocked list.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub union SLIST_HEADER {
    pub Anonymous: SLIST_HEADER_HALVES,
    #[cfg(target_arch = "x86_64")]
    pub HeaderX64: SLIST_HEADER_BITS,
    #[cfg(target_arch = "aarch64")]
    pub HeaderArm64: SLIST_HEADER_BITS,
}
layout!(SLIST_HEADER: 16, 16 {
    Anonymous: 0..16, #[cfg(target_arch = "x86_64")] HeaderX64: 0..16,
    #[cfg(target_arch = "aarch64")] HeaderArm64: 0..16,
});
/// `PSLIST_HEADER` — points to a `SLIST_HEADER`.
pub type PSLIST_HEADER = *mut SLIST_HEADER;

/// `RTL_SPLAY_LINKS` — a node of a splay tree.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RTL_SPLAY_LINKS {
    pub Parent: PRTL_SPLAY_LINKS,
    pub LeftChild: PRTL_SPLAY_LINKS,
    pub RightChild: PRTL_SPLAY_LINKS,
}
layout!(RTL_SPLAY_LINKS: 24, 8 { Parent: 0..8, LeftChild: 8..16, RightChild: 16..24 });
/// `PRTL_SPLAY_LINKS` — points to a `RTL_SPLAY_LINKS`.
pub type PRTL_SPLAY_LINKS = *mut RTL_SPLAY_LINKS;

/// `RTL_BALANCED_LINKS` — a node of an AVL tree.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RTL_BALANCED_LINKS {
    pub Parent: PRTL_BALANCED_LINKS,
    pub LeftChild: PRTL_BALANCED_LINKS,
    pub RightChild: PRTL_BALANCED_LINKS,
    pub Balance: CHAR,
    pub Reserved: [UCHAR; 3],
}
layout!(RTL_BALANCED_LINKS: 32, 8 {
    Parent: 0..8, LeftChild: 8..16, RightChild: 16..24, Balance: 24..25, Reserved: 25..28,
});
/// `PRTL_BALANCED_LINKS` — points to a `RTL_BALANCED_LINKS`.
pub type PRTL_BALANCED_LINKS = *mut RTL_BALANCED_LINKS;

/// `RTL_BITMAP` — a bitmap over memory of the caller's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RTL_BITMAP {
    pub SizeOfBitMap: ULONG,
    pub Buffer: PULONG,
}
layout!(RTL_BITMAP: 16, 8 { SizeOfBitMap: 0..4, Buffer: 8..16 });
/// `PRTL_BITMAP` — points to a `RTL_BITMAP`.
pub type PRTL_BITMAP = *mut RTL_BITMAP;

/// `RTL_AVL_TABLE` — an AVL tree.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RTL_AVL_TABLE {
    pub BalancedRoot: RTL_BALANCED_LINKS,
    pub OrderedPointer: PVOID,
    pub WhichOrderedElement: ULONG,
    pub NumberGenericTableElements: ULONG,
    pub DepthOfTree: ULONG,
    pub RestartKey: PRTL_BALANCED_LINKS,
    pub DeleteCount: ULONG,
    pub CompareRoutine: PRTL_AVL_COMPARE_ROUTINE,
    pub AllocateRoutine: PRTL_AVL_ALLOCATE_ROUTINE,
    pub FreeRoutine: PRTL_AVL_FREE_ROUTINE,
    pub TableContext: PVOID,
}
layout!(RTL_AVL_TABLE: 104, 8 {
    BalancedRoot: 0..32, OrderedPointer: 32..40, WhichOrderedElement: 40..44,
    NumberGenericTableElements: 44..48, DepthOfTree: 48..52, RestartKey: 56..64,
    DeleteCount: 64..68, CompareRoutine: 72..80, AllocateRoutine: 80..88, FreeRoutine: 88..96,
    TableContext: 96..104,
});
/// `PRTL_AVL_TABLE` — points to a `RTL_AVL_TABLE`.
pub type PRTL_AVL_TABLE = *mut RTL_AVL_TABLE;

/// `RTL_GENERIC_TABLE` — a splay tree.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RTL_GENERIC_TABLE {
    pub TableRoot: PRTL_SPLAY_LINKS,
    pub InsertOrderList: LIST_ENTRY,
    pub OrderedPointer: PLIST_ENTRY,
    pub WhichOrderedElement: ULONG,
    pub NumberGenericTableElements: ULONG,
    pub CompareRoutine: PRTL_GENERIC_COMPARE_ROUTINE,
    pub AllocateRoutine: PRTL_GENERIC_ALLOCATE_ROUTINE,
    pub FreeRoutine: PRTL_GENERIC_FREE_ROUTINE,
    pub TableContext: PVOID,
}
layout!(RTL_GENERIC_TABLE: 72, 8 {
    TableRoot: 0..8, InsertOrderList: 8..24, OrderedPointer: 24..32, WhichOrderedElement: 32..36,
    NumberGenericTableElements: 36..40, CompareRoutine: 40..48, AllocateRoutine: 48..56,
    FreeRoutine: 56..64, TableContext: 64..72,
});
/// `PRTL_GENERIC_TABLE` — points to a `RTL_GENERIC_TABLE`.
pub type PRTL_GENERIC_TABLE = *mut RTL_GENERIC_TABLE;

/// `RTL_GENERIC_COMPARE_RESULTS` — how two elements of a tree compare.
pub type RTL_GENERIC_COMPARE_RESULTS = i32;
pub const GenericLessThan: RTL_GENERIC_COMPARE_RESULTS = 0;
pub const GenericGreaterThan: RTL_GENERIC_COMPARE_RESULTS = 1;
pub const GenericEqual: RTL_GENERIC_COMPARE_RESULTS = 2;

/// `PRTL_AVL_COMPARE_ROUTINE` — compares two elements of an AVL tree.
pub type PRTL_AVL_COMPARE_ROUTINE = Option<
    unsafe extern "C" fn(
        table: PRTL_AVL_TABLE,
        first: PVOID,
        second: PVOID,
    ) -> RTL_GENERIC_COMPARE_RESULTS,
>;

/// `PRTL_AVL_ALLOCATE_ROUTINE` — makes room for an element of an AVL tree.
pub type PRTL_AVL_ALLOCATE_ROUTINE =
    Option<unsafe extern "C" fn(table: PRTL_AVL_TABLE, byte_size: ULONG) -> PVOID>;

/// `PRTL_AVL_FREE_ROUTINE` — frees an element of an AVL tree.
pub type PRTL_AVL_FREE_ROUTINE = Option<unsafe extern "C" fn(table: PRTL_AVL_TABLE, buffer: PVOID)>;

/// `PRTL_GENERIC_COMPARE_ROUTINE` — compares two elements of a splay tree.
pub type PRTL_GENERIC_COMPARE_ROUTINE = Option<
    unsafe extern "C" fn(
        table: PRTL_GENERIC_TABLE,
        first: PVOID,
        second: PVOID,
    ) -> RTL_GENERIC_COMPARE_RESULTS,
>;

/// `PRTL_GENERIC_ALLOCATE_ROUTINE` — makes room for an element of a splay tree.
pub type PRTL_GENERIC_ALLOCATE_ROUTINE =
    Option<unsafe extern "C" fn(table: PRTL_GENERIC_TABLE, byte_size: ULONG) -> PVOID>;

/// `PRTL_GENERIC_FREE_ROUTINE` — frees an element of a splay tree.
pub type PRTL_GENERIC_FREE_ROUTINE =
    Option<unsafe extern "C" fn(table: PRTL_GENERIC_TABLE, buffer: PVOID)>;
