//! Flags of locks, rundown protection and lookaside lists.

use crate::*;

pub const EVENT_MODIFY_STATE: ULONG = 0x2;
pub const EVENT_QUERY_STATE: ULONG = 0x1;
pub const EX_DEFAULT_PUSH_LOCK_FLAGS: ULONG = 0x0;
pub const EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE: ULONG = 0x2;
pub const EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL: ULONG = 0x1;
pub const EX_MAXIMUM_LOOKASIDE_DEPTH_BASE: ULONG = 0x100;
pub const EX_MAXIMUM_LOOKASIDE_DEPTH_LIMIT: ULONG = 0x400;
pub const EX_RUNDOWN_ACTIVE: ULONG = 0x1;
pub const EX_RUNDOWN_COUNT_INC: ULONG = 0x2;
pub const EX_RUNDOWN_COUNT_SHIFT: ULONG = 0x1;
pub const LOCK_QUEUE_HALTED: ULONG = 0x4;
pub const LOCK_QUEUE_HALTED_BIT: ULONG = 0x2;
pub const LOCK_QUEUE_OWNER: ULONG = 0x2;
pub const LOCK_QUEUE_OWNER_BIT: ULONG = 0x1;
pub const LOCK_QUEUE_VALID_FLAGS: ULONG = 0x7;
pub const LOCK_QUEUE_WAIT: ULONG = 0x1;
pub const LOCK_QUEUE_WAIT_BIT: ULONG = 0x0;
pub const ResourceNeverExclusive: ULONG = 0x10;
pub const ResourceOwnedExclusive: ULONG = 0x80;
