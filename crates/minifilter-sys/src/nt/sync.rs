//! Dispatcher objects and locks.

use crate::*;

/// `DISPATCHER_HEADER_BYTES` — the four bytes that each kind of dispatcher object reads its own way.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER_BYTES {
    pub Type: UCHAR,
    pub Signalling: UCHAR,
    pub Size: UCHAR,
    pub Reserved1: UCHAR,
}
layout!(DISPATCHER_HEADER_BYTES: 4, 1 {
    Type: 0..1, Signalling: 1..2, Size: 2..3, Reserved1: 3..4,
});

/// `DISPATCHER_HEADER_TIMER` — the same bytes of a timer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER_TIMER {
    pub TimerType: UCHAR,
    pub TimerControlFlags: UCHAR,
    pub Hand: UCHAR,
    pub TimerMiscFlags: UCHAR,
}
layout!(DISPATCHER_HEADER_TIMER: 4, 1 {
    TimerType: 0..1, TimerControlFlags: 1..2, Hand: 2..3, TimerMiscFlags: 3..4,
});

/// `DISPATCHER_HEADER_TIMER2` — the same bytes of a timer of the second kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER_TIMER2 {
    pub Timer2Type: UCHAR,
    pub Timer2Flags: UCHAR,
    pub Timer2ComponentId: UCHAR,
    pub Timer2RelativeId: UCHAR,
}
layout!(DISPATCHER_HEADER_TIMER2: 4, 1 {
    Timer2Type: 0..1, Timer2Flags: 1..2, Timer2ComponentId: 2..3, Timer2RelativeId: 3..4,
});

/// `DISPATCHER_HEADER_QUEUE` — the same bytes of a queue.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER_QUEUE {
    pub QueueType: UCHAR,
    pub QueueControlFlags: UCHAR,
    pub QueueSize: UCHAR,
    pub QueueReserved: UCHAR,
}
layout!(DISPATCHER_HEADER_QUEUE: 4, 1 {
    QueueType: 0..1, QueueControlFlags: 1..2, QueueSize: 2..3, QueueReserved: 3..4,
});

/// `DISPATCHER_HEADER_THREAD` — the same bytes of a thread.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER_THREAD {
    pub ThreadType: UCHAR,
    pub ThreadReserved: UCHAR,
    pub ThreadControlFlags: UCHAR,
    pub DebugActive: UCHAR,
}
layout!(DISPATCHER_HEADER_THREAD: 4, 1 {
    ThreadType: 0..1, ThreadReserved: 1..2, ThreadControlFlags: 2..3, DebugActive: 3..4,
});

/// `DISPATCHER_HEADER_MUTANT` — the same bytes of a mutant.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER_MUTANT {
    pub MutantType: UCHAR,
    pub MutantSize: UCHAR,
    pub DpcActive: UCHAR,
    pub MutantReserved: UCHAR,
}
layout!(DISPATCHER_HEADER_MUTANT: 4, 1 {
    MutantType: 0..1, MutantSize: 1..2, DpcActive: 2..3, MutantReserved: 3..4,
});

/// `DISPATCHER_HEADER_TIMER_BITS` — the bit fields of a timer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER_TIMER_BITS {
    pub BitField0: UCHAR,
    pub BitField1: UCHAR,
    pub BitField2: UCHAR,
    pub BitField3: UCHAR,
}
layout!(DISPATCHER_HEADER_TIMER_BITS: 4, 1 {
    BitField0: 0..1, BitField1: 1..2, BitField2: 2..3, BitField3: 3..4,
});

/// `DISPATCHER_HEADER_KIND` — the first four bytes of a dispatcher header.
#[repr(C)]
#[derive(Clone, Copy)]
pub union DISPATCHER_HEADER_KIND {
    pub Lock: LONG,
    pub LockNV: LONG,
    pub Anonymous1: DISPATCHER_HEADER_BYTES,
    pub Anonymous2: DISPATCHER_HEADER_TIMER,
    pub Anonymous3: DISPATCHER_HEADER_TIMER2,
    pub Anonymous4: DISPATCHER_HEADER_QUEUE,
    pub Anonymous5: DISPATCHER_HEADER_THREAD,
    pub Anonymous6: DISPATCHER_HEADER_MUTANT,
}
layout!(DISPATCHER_HEADER_KIND: 4, 4 {
    Lock: 0..4, LockNV: 0..4, Anonymous1: 0..4, Anonymous2: 0..4, Anonymous3: 0..4,
    Anonymous4: 0..4, Anonymous5: 0..4, Anonymous6: 0..4,
});

/// `DISPATCHER_HEADER` — what every object that can be waited for begins with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DISPATCHER_HEADER {
    pub Anonymous: DISPATCHER_HEADER_KIND,
    pub SignalState: LONG,
    pub WaitListHead: LIST_ENTRY,
}
layout!(DISPATCHER_HEADER: 24, 8 { Anonymous: 0..4, SignalState: 4..8, WaitListHead: 8..24 });
/// `PDISPATCHER_HEADER` — points to a `DISPATCHER_HEADER`.
pub type PDISPATCHER_HEADER = *mut DISPATCHER_HEADER;

/// `KEVENT` — an event.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KEVENT {
    pub Header: DISPATCHER_HEADER,
}
layout!(KEVENT: 24, 8 { Header: 0..24 });
/// `PKEVENT` — points to a `KEVENT`.
pub type PKEVENT = *mut KEVENT;
/// `PRKEVENT` — a pointer to an event.
pub type PRKEVENT = PKEVENT;

/// `KSEMAPHORE` — a semaphore.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KSEMAPHORE {
    pub Header: DISPATCHER_HEADER,
    pub Limit: LONG,
}
layout!(KSEMAPHORE: 32, 8 { Header: 0..24, Limit: 24..28 });
/// `PKSEMAPHORE` — points to a `KSEMAPHORE`.
pub type PKSEMAPHORE = *mut KSEMAPHORE;
/// `PRKSEMAPHORE` — a pointer to a semaphore.
pub type PRKSEMAPHORE = PKSEMAPHORE;

/// `KMUTANT` — a mutex that one thread owns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KMUTANT {
    pub Header: DISPATCHER_HEADER,
    pub MutantListEntry: LIST_ENTRY,
    pub OwnerThread: PKTHREAD,
    pub MutantFlags: UCHAR,
    pub ApcDisable: UCHAR,
}
layout!(KMUTANT: 56, 8 {
    Header: 0..24, MutantListEntry: 24..40, OwnerThread: 40..48, MutantFlags: 48..49,
    ApcDisable: 49..50,
});
/// `PKMUTANT` — points to a `KMUTANT`.
pub type PKMUTANT = *mut KMUTANT;
/// `KMUTEX` — a mutex that one thread owns.
pub type KMUTEX = KMUTANT;
/// `PRKMUTEX` — a pointer to a mutex.
pub type PRKMUTEX = PKMUTANT;
/// `PRKMUTANT` — a pointer to a mutex.
pub type PRKMUTANT = PKMUTANT;

/// `FAST_MUTEX` — a mutex that raises to APC_LEVEL while it is held.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FAST_MUTEX {
    pub Count: LONG,
    pub Owner: PVOID,
    pub Contention: ULONG,
    pub Event: KEVENT,
    pub OldIrql: ULONG,
}
layout!(FAST_MUTEX: 56, 8 {
    Count: 0..4, Owner: 8..16, Contention: 16..20, Event: 24..48, OldIrql: 48..52,
});
/// `PFAST_MUTEX` — points to a `FAST_MUTEX`.
pub type PFAST_MUTEX = *mut FAST_MUTEX;
/// `KGUARDED_MUTEX` — a mutex that enters a guarded region while it is held.
pub type KGUARDED_MUTEX = FAST_MUTEX;
/// `PKGUARDED_MUTEX` — a pointer to a guarded mutex.
pub type PKGUARDED_MUTEX = *mut KGUARDED_MUTEX;
/// `KSPIN_LOCK` — a spin lock.
pub type KSPIN_LOCK = ULONG_PTR;
/// `PKSPIN_LOCK` — a pointer to a spin lock.
pub type PKSPIN_LOCK = *mut KSPIN_LOCK;
/// `EX_SPIN_LOCK` — a spin lock that readers share.
pub type EX_SPIN_LOCK = LONG;
/// `PEX_SPIN_LOCK` — a pointer to a shared spin lock.
pub type PEX_SPIN_LOCK = *mut EX_SPIN_LOCK;
/// `EX_PUSH_LOCK` — a push lock.
pub type EX_PUSH_LOCK = ULONG_PTR;
/// `PEX_PUSH_LOCK` — a pointer to a push lock.
pub type PEX_PUSH_LOCK = *mut EX_PUSH_LOCK;

/// `KSPIN_LOCK_QUEUE` — a place in the queue for a spin lock.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KSPIN_LOCK_QUEUE {
    pub Next: PKSPIN_LOCK_QUEUE,
    pub Lock: PKSPIN_LOCK,
}
layout!(KSPIN_LOCK_QUEUE: 16, 8 { Next: 0..8, Lock: 8..16 });
/// `PKSPIN_LOCK_QUEUE` — points to a `KSPIN_LOCK_QUEUE`.
pub type PKSPIN_LOCK_QUEUE = *mut KSPIN_LOCK_QUEUE;

/// `KLOCK_QUEUE_HANDLE` — a place in the queue and the level to return to.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KLOCK_QUEUE_HANDLE {
    pub LockQueue: KSPIN_LOCK_QUEUE,
    pub OldIrql: KIRQL,
}
layout!(KLOCK_QUEUE_HANDLE: 24, 8 { LockQueue: 0..16, OldIrql: 16..17 });
/// `PKLOCK_QUEUE_HANDLE` — points to a `KLOCK_QUEUE_HANDLE`.
pub type PKLOCK_QUEUE_HANDLE = *mut KLOCK_QUEUE_HANDLE;

/// `EX_RUNDOWN_REF` — rundown protection.
#[repr(C)]
#[derive(Clone, Copy)]
pub union EX_RUNDOWN_REF {
    pub Count: ULONG_PTR,
    pub Ptr: PVOID,
}
layout!(EX_RUNDOWN_REF: 8, 8 { Count: 0..8, Ptr: 0..8 });
/// `PEX_RUNDOWN_REF` — points to a `EX_RUNDOWN_REF`.
pub type PEX_RUNDOWN_REF = *mut EX_RUNDOWN_REF;

/// `OWNER_ENTRY` — one owner of a resource.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OWNER_ENTRY {
    pub OwnerThread: ERESOURCE_THREAD,
    pub TableSize: ULONG,
}
layout!(OWNER_ENTRY: 16, 8 { OwnerThread: 0..8, TableSize: 8..12 });
/// `POWNER_ENTRY` — points to a `OWNER_ENTRY`.
pub type POWNER_ENTRY = *mut OWNER_ENTRY;

/// `ERESOURCE_FLAGS` — the flags of a resource as two bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ERESOURCE_FLAGS {
    pub ReservedLowFlags: UCHAR,
    pub WaiterPriority: UCHAR,
}
layout!(ERESOURCE_FLAGS: 2, 1 { ReservedLowFlags: 0..1, WaiterPriority: 1..2 });

/// `ERESOURCE_FLAG` — the flags of a resource.
#[repr(C)]
#[derive(Clone, Copy)]
pub union ERESOURCE_FLAG {
    pub Flag: USHORT,
    pub Anonymous: ERESOURCE_FLAGS,
}
layout!(ERESOURCE_FLAG: 2, 2 { Flag: 0..2, Anonymous: 0..2 });

/// `ERESOURCE_ADDRESS` — where a resource was made.
#[repr(C)]
#[derive(Clone, Copy)]
pub union ERESOURCE_ADDRESS {
    pub Address: PVOID,
    pub CreatorBackTraceIndex: ULONG_PTR,
}
layout!(ERESOURCE_ADDRESS: 8, 8 { Address: 0..8, CreatorBackTraceIndex: 0..8 });

/// `ERESOURCE` — a lock that one thread holds exclusively or many share.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ERESOURCE {
    pub SystemResourcesList: LIST_ENTRY,
    pub OwnerTable: POWNER_ENTRY,
    pub ActiveCount: SHORT,
    pub Anonymous1: ERESOURCE_FLAG,
    pub SharedWaiters: PVOID,
    pub ExclusiveWaiters: PVOID,
    pub OwnerEntry: OWNER_ENTRY,
    pub ActiveEntries: ULONG,
    pub ContentionCount: ULONG,
    pub NumberOfSharedWaiters: ULONG,
    pub NumberOfExclusiveWaiters: ULONG,
    pub Reserved2: PVOID,
    pub Anonymous2: ERESOURCE_ADDRESS,
    pub SpinLock: KSPIN_LOCK,
}
layout!(ERESOURCE: 104, 8 {
    SystemResourcesList: 0..16, OwnerTable: 16..24, ActiveCount: 24..26, Anonymous1: 26..28,
    SharedWaiters: 32..40, ExclusiveWaiters: 40..48, OwnerEntry: 48..64, ActiveEntries: 64..68,
    ContentionCount: 68..72, NumberOfSharedWaiters: 72..76, NumberOfExclusiveWaiters: 76..80,
    Reserved2: 80..88, Anonymous2: 88..96, SpinLock: 96..104,
});
/// `PERESOURCE` — points to a `ERESOURCE`.
pub type PERESOURCE = *mut ERESOURCE;

/// `IO_REMOVE_LOCK_COMMON_BLOCK` — the part of a remove lock that every build has.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_REMOVE_LOCK_COMMON_BLOCK {
    pub Removed: BOOLEAN,
    pub Reserved: [BOOLEAN; 3],
    pub IoCount: LONG,
    pub RemoveEvent: KEVENT,
}
layout!(IO_REMOVE_LOCK_COMMON_BLOCK: 32, 8 {
    Removed: 0..1, Reserved: 1..4, IoCount: 4..8, RemoveEvent: 8..32,
});

/// `IO_REMOVE_LOCK` — a lock that holds off a device's removal.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_REMOVE_LOCK {
    pub Common: IO_REMOVE_LOCK_COMMON_BLOCK,
}
layout!(IO_REMOVE_LOCK: 32, 8 { Common: 0..32 });
/// `PIO_REMOVE_LOCK` — points to a `IO_REMOVE_LOCK`.
pub type PIO_REMOVE_LOCK = *mut IO_REMOVE_LOCK;
