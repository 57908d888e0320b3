//! Timers, deferred and asynchronous procedure calls, waits.

use crate::*;

/// `KDPC_TARGET` — the first word of a DPC.
#[repr(C)]
#[derive(Clone, Copy)]
pub union KDPC_TARGET {
    pub TargetInfoAsUlong: ULONG,
    pub Anonymous: KDPC_TARGET_PARTS,
}
layout!(KDPC_TARGET: 4, 4 { TargetInfoAsUlong: 0..4, Anonymous: 0..4 });

/// `KDPC_TARGET_PARTS` — kind, importance and processor of a DPC.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KDPC_TARGET_PARTS {
    pub Type: UCHAR,
    pub Importance: UCHAR,
    pub Number: USHORT,
}
layout!(KDPC_TARGET_PARTS: 4, 2 { Type: 0..1, Importance: 1..2, Number: 2..4 });

/// `KDPC` — a deferred procedure call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KDPC {
    pub Anonymous: KDPC_TARGET,
    pub DpcListEntry: SINGLE_LIST_ENTRY,
    pub ProcessorHistory: KAFFINITY,
    pub DeferredRoutine: PKDEFERRED_ROUTINE,
    pub DeferredContext: PVOID,
    pub SystemArgument1: PVOID,
    pub SystemArgument2: PVOID,
    pub DpcData: PVOID,
}
layout!(KDPC: 64, 8 {
    Anonymous: 0..4, DpcListEntry: 8..16, ProcessorHistory: 16..24, DeferredRoutine: 24..32,
    DeferredContext: 32..40, SystemArgument1: 40..48, SystemArgument2: 48..56, DpcData: 56..64,
});
/// `PKDPC` — points to a `KDPC`.
pub type PKDPC = *mut KDPC;
/// `PRKDPC` — a pointer to a DPC.
pub type PRKDPC = PKDPC;

/// `PKDEFERRED_ROUTINE` — runs a deferred procedure call.
pub type PKDEFERRED_ROUTINE =
    Option<unsafe extern "C" fn(dpc: PKDPC, context: PVOID, argument1: PVOID, argument2: PVOID)>;

/// `KTIMER` — a timer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KTIMER {
    pub Header: DISPATCHER_HEADER,
    pub DueTime: ULARGE_INTEGER,
    pub TimerListEntry: LIST_ENTRY,
    pub Dpc: PKDPC,
    pub Processor: USHORT,
    pub TimerType: USHORT,
    pub Period: ULONG,
}
layout!(KTIMER: 64, 8 {
    Header: 0..24, DueTime: 24..32, TimerListEntry: 32..48, Dpc: 48..56, Processor: 56..58,
    TimerType: 58..60, Period: 60..64,
});
/// `PKTIMER` — points to a `KTIMER`.
pub type PKTIMER = *mut KTIMER;

/// `KAPC` — an asynchronous procedure call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KAPC {
    pub Type: UCHAR,
    pub AllFlags: UCHAR,
    pub Size: UCHAR,
    pub SpareByte1: UCHAR,
    pub SpareLong0: ULONG,
    pub Thread: PKTHREAD,
    pub ApcListEntry: LIST_ENTRY,
    pub Reserved: [PVOID; 3],
    pub NormalContext: PVOID,
    pub SystemArgument1: PVOID,
    pub SystemArgument2: PVOID,
    pub ApcStateIndex: CCHAR,
    pub ApcMode: KPROCESSOR_MODE,
    pub Inserted: BOOLEAN,
}
layout!(KAPC: 88, 8 {
    Type: 0..1, AllFlags: 1..2, Size: 2..3, SpareByte1: 3..4, SpareLong0: 4..8, Thread: 8..16,
    ApcListEntry: 16..32, Reserved: 32..56, NormalContext: 56..64, SystemArgument1: 64..72,
    SystemArgument2: 72..80, ApcStateIndex: 80..81, ApcMode: 81..82, Inserted: 82..83,
});
/// `PKAPC` — points to a `KAPC`.
pub type PKAPC = *mut KAPC;

/// `KAPC_STATE` — where a thread's APCs wait while it is attached elsewhere.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KAPC_STATE {
    pub ApcListHead: [LIST_ENTRY; 2],
    pub Process: PKPROCESS,
    pub InProgressFlags: UCHAR,
    pub KernelApcPending: BOOLEAN,
    pub UserApcPendingAll: BOOLEAN,
}
layout!(KAPC_STATE: 48, 8 {
    ApcListHead: 0..32, Process: 32..40, InProgressFlags: 40..41, KernelApcPending: 41..42,
    UserApcPendingAll: 42..43,
});
/// `PKAPC_STATE` — points to a `KAPC_STATE`.
pub type PKAPC_STATE = *mut KAPC_STATE;
/// `PRKAPC_STATE` — a pointer to a saved APC state.
pub type PRKAPC_STATE = PKAPC_STATE;

/// `KWAIT_BLOCK_WAITER` — who waits.
#[repr(C)]
#[derive(Clone, Copy)]
pub union KWAIT_BLOCK_WAITER {
    pub Thread: PKTHREAD,
    pub NotificationQueue: PVOID,
    pub Dpc: PKDPC,
}
layout!(KWAIT_BLOCK_WAITER: 8, 8 { Thread: 0..8, NotificationQueue: 0..8, Dpc: 0..8 });

/// `KWAIT_BLOCK` — one thread's wait for one object.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KWAIT_BLOCK {
    pub WaitListEntry: LIST_ENTRY,
    pub WaitType: UCHAR,
    pub BlockState: UCHAR,
    pub WaitKey: USHORT,
    pub SpareLong: LONG,
    pub Anonymous: KWAIT_BLOCK_WAITER,
    pub Object: PVOID,
    pub SparePtr: PVOID,
}
layout!(KWAIT_BLOCK: 48, 8 {
    WaitListEntry: 0..16, WaitType: 16..17, BlockState: 17..18, WaitKey: 18..20, SpareLong: 20..24,
    Anonymous: 24..32, Object: 32..40, SparePtr: 40..48,
});
/// `PKWAIT_BLOCK` — points to a `KWAIT_BLOCK`.
pub type PKWAIT_BLOCK = *mut KWAIT_BLOCK;

/// `KDEVICE_QUEUE` — a queue of requests to a device.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KDEVICE_QUEUE {
    pub Type: CSHORT,
    pub Size: CSHORT,
    pub DeviceListHead: LIST_ENTRY,
    pub Lock: KSPIN_LOCK,
    pub Busy: BOOLEAN,
    #[cfg(target_arch = "x86_64")]
    pub BitField1: [UCHAR; 7],
    #[cfg(target_arch = "aarch64")]
    pub _padding: [UCHAR; 7],
}
layout!(KDEVICE_QUEUE: 40, 8 {
    Type: 0..2, Size: 2..4, DeviceListHead: 8..24, Lock: 24..32, Busy: 32..33,
    #[cfg(target_arch = "x86_64")] BitField1: 33..40,
    #[cfg(target_arch = "aarch64")] _padding: 33..40,
});
/// `PKDEVICE_QUEUE` — points to a `KDEVICE_QUEUE`.
pub type PKDEVICE_QUEUE = *mut KDEVICE_QUEUE;

/// `KDEVICE_QUEUE_ENTRY` — a request in a device's queue.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KDEVICE_QUEUE_ENTRY {
    pub DeviceListEntry: LIST_ENTRY,
    pub SortKey: ULONG,
    pub Inserted: BOOLEAN,
}
layout!(KDEVICE_QUEUE_ENTRY: 24, 8 { DeviceListEntry: 0..16, SortKey: 16..20, Inserted: 20..21 });
/// `PKDEVICE_QUEUE_ENTRY` — points to a `KDEVICE_QUEUE_ENTRY`.
pub type PKDEVICE_QUEUE_ENTRY = *mut KDEVICE_QUEUE_ENTRY;

/// `EVENT_TYPE` — whether an event stays signalled.
pub type EVENT_TYPE = i32;
pub const NotificationEvent: EVENT_TYPE = 0;
pub const SynchronizationEvent: EVENT_TYPE = 1;

/// `TIMER_TYPE` — whether a timer stays signalled.
pub type TIMER_TYPE = i32;
pub const NotificationTimer: TIMER_TYPE = 0;
pub const SynchronizationTimer: TIMER_TYPE = 1;

/// `WAIT_TYPE` — whether a wait ends with one object or with all.
pub type WAIT_TYPE = i32;
pub const WaitAll: WAIT_TYPE = 0;
pub const WaitAny: WAIT_TYPE = 1;
pub const WaitNotification: WAIT_TYPE = 2;
pub const WaitDequeue: WAIT_TYPE = 3;
pub const WaitDpc: WAIT_TYPE = 4;

/// `KWAIT_REASON` — why a thread waits.
pub type KWAIT_REASON = i32;
pub const Executive: KWAIT_REASON = 0;
pub const FreePage: KWAIT_REASON = 1;
pub const PageIn: KWAIT_REASON = 2;
pub const PoolAllocation: KWAIT_REASON = 3;
pub const DelayExecution: KWAIT_REASON = 4;
pub const Suspended: KWAIT_REASON = 5;
pub const UserRequest: KWAIT_REASON = 6;
pub const WrExecutive: KWAIT_REASON = 7;
pub const WrFreePage: KWAIT_REASON = 8;
pub const WrPageIn: KWAIT_REASON = 9;
pub const WrPoolAllocation: KWAIT_REASON = 10;
pub const WrDelayExecution: KWAIT_REASON = 11;
pub const WrSuspended: KWAIT_REASON = 12;
pub const WrUserRequest: KWAIT_REASON = 13;
pub const WrSpare0: KWAIT_REASON = 14;
pub const WrQueue: KWAIT_REASON = 15;
pub const WrLpcReceive: KWAIT_REASON = 16;
pub const WrLpcReply: KWAIT_REASON = 17;
pub const WrVirtualMemory: KWAIT_REASON = 18;
pub const WrPageOut: KWAIT_REASON = 19;
pub const WrRendezvous: KWAIT_REASON = 20;
pub const WrKeyedEvent: KWAIT_REASON = 21;
pub const WrTerminated: KWAIT_REASON = 22;
pub const WrProcessInSwap: KWAIT_REASON = 23;
pub const WrCpuRateControl: KWAIT_REASON = 24;
pub const WrCalloutStack: KWAIT_REASON = 25;
pub const WrKernel: KWAIT_REASON = 26;
pub const WrResource: KWAIT_REASON = 27;
pub const WrPushLock: KWAIT_REASON = 28;
pub const WrMutex: KWAIT_REASON = 29;
pub const WrQuantumEnd: KWAIT_REASON = 30;
pub const WrDispatchInt: KWAIT_REASON = 31;
pub const WrPreempted: KWAIT_REASON = 32;
pub const WrYieldExecution: KWAIT_REASON = 33;
pub const WrFastMutex: KWAIT_REASON = 34;
pub const WrGuardedMutex: KWAIT_REASON = 35;
pub const WrRundown: KWAIT_REASON = 36;
pub const WrAlertByThreadId: KWAIT_REASON = 37;
pub const WrDeferredPreempt: KWAIT_REASON = 38;
pub const WrPhysicalFault: KWAIT_REASON = 39;
pub const WrIoRing: KWAIT_REASON = 40;
pub const WrMdlCache: KWAIT_REASON = 41;
pub const MaximumWaitReason: KWAIT_REASON = 42;

/// `MODE` — the processor modes.
pub type MODE = i32;
pub const KernelMode: MODE = 0;
pub const UserMode: MODE = 1;
pub const MaximumMode: MODE = 2;

/// `PKSTART_ROUTINE` — the body of a system thread.
pub type PKSTART_ROUTINE = Option<unsafe extern "C" fn(start_context: PVOID)>;

/// `PEXPAND_STACK_CALLOUT` — runs on an expanded stack.
pub type PEXPAND_STACK_CALLOUT = Option<unsafe extern "C" fn(parameter: PVOID)>;
