//! I/O request packets.

use crate::*;

/// `IRP_ASSOCIATED` — the system buffer, or the tie to a master request.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_ASSOCIATED {
    pub MasterIrp: PIRP,
    pub IrpCount: LONG,
    pub SystemBuffer: PVOID,
}
layout!(IRP_ASSOCIATED: 8, 8 { MasterIrp: 0..8, IrpCount: 0..4, SystemBuffer: 0..8 });

/// `IRP_STATUS` — where the result goes in the end.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_STATUS {
    pub UserIosb: PIO_STATUS_BLOCK,
    pub IoRingContext: PVOID,
}
layout!(IRP_STATUS: 8, 8 { UserIosb: 0..8, IoRingContext: 0..8 });

/// `IRP_USER_APC` — the APC of an asynchronous request.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_USER_APC {
    pub UserApcRoutine: PIO_APC_ROUTINE,
    pub IssuingProcess: PVOID,
}
layout!(IRP_USER_APC: 8, 8 { UserApcRoutine: 0..8, IssuingProcess: 0..8 });

/// `IRP_USER_APC_CONTEXT` — the context of that APC.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_USER_APC_CONTEXT {
    pub UserApcContext: PVOID,
    pub IoRing: PIORING_OBJECT,
}
layout!(IRP_USER_APC_CONTEXT: 8, 8 { UserApcContext: 0..8, IoRing: 0..8 });

/// `IRP_ASYNCHRONOUS_PARAMETERS` — what an asynchronous request carries.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IRP_ASYNCHRONOUS_PARAMETERS {
    pub Anonymous1: IRP_USER_APC,
    pub Anonymous2: IRP_USER_APC_CONTEXT,
}
layout!(IRP_ASYNCHRONOUS_PARAMETERS: 16, 8 { Anonymous1: 0..8, Anonymous2: 8..16 });

/// `IRP_OVERLAY` — asynchronous parameters or an allocation size.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_OVERLAY {
    pub AsynchronousParameters: IRP_ASYNCHRONOUS_PARAMETERS,
    pub AllocationSize: LARGE_INTEGER,
}
layout!(IRP_OVERLAY: 16, 8 { AsynchronousParameters: 0..16, AllocationSize: 0..8 });

/// `IRP_QUEUE` — the driver's words of a request.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_QUEUE {
    pub DeviceQueueEntry: KDEVICE_QUEUE_ENTRY,
    pub Anonymous: IRP_DRIVER_CONTEXT,
}
layout!(IRP_QUEUE: 32, 8 { DeviceQueueEntry: 0..24, Anonymous: 0..32 });

/// `IRP_DRIVER_CONTEXT` — the driver's words of a request, by number.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IRP_DRIVER_CONTEXT {
    pub DriverContext: [PVOID; 4],
}
layout!(IRP_DRIVER_CONTEXT: 32, 8 { DriverContext: 0..32 });

/// `IRP_CURRENT` — the current stack location.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_CURRENT {
    pub CurrentStackLocation: PIO_STACK_LOCATION,
    pub PacketType: ULONG,
}
layout!(IRP_CURRENT: 8, 8 { CurrentStackLocation: 0..8, PacketType: 0..4 });

/// `IRP_PLACE` — where a request waits and is processed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IRP_PLACE {
    pub ListEntry: LIST_ENTRY,
    pub Anonymous: IRP_CURRENT,
}
layout!(IRP_PLACE: 24, 8 { ListEntry: 0..16, Anonymous: 16..24 });

/// `IRP_TAIL_OVERLAY` — the tail of a request in flight.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IRP_TAIL_OVERLAY {
    pub Anonymous1: IRP_QUEUE,
    pub Thread: PETHREAD,
    pub AuxiliaryBuffer: PCHAR,
    pub Anonymous2: IRP_PLACE,
    pub OriginalFileObject: PFILE_OBJECT,
}
layout!(IRP_TAIL_OVERLAY: 80, 8 {
    Anonymous1: 0..32, Thread: 32..40, AuxiliaryBuffer: 40..48, Anonymous2: 48..72,
    OriginalFileObject: 72..80,
});

/// `IRP_TAIL` — the tail of a request.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IRP_TAIL {
    pub Overlay: IRP_TAIL_OVERLAY,
    pub Apc: KAPC,
    pub CompletionKey: PVOID,
}
layout!(IRP_TAIL: 88, 8 { Overlay: 0..80, Apc: 0..88, CompletionKey: 0..8 });

/// `IRP` — a request to a driver.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct IRP {
    pub Type: CSHORT,
    pub Size: USHORT,
    pub MdlAddress: PMDL,
    pub Flags: ULONG,
    pub AssociatedIrp: IRP_ASSOCIATED,
    pub ThreadListEntry: LIST_ENTRY,
    pub IoStatus: IO_STATUS_BLOCK,
    pub RequestorMode: KPROCESSOR_MODE,
    pub PendingReturned: BOOLEAN,
    pub StackCount: CHAR,
    pub CurrentLocation: CHAR,
    pub Cancel: BOOLEAN,
    pub CancelIrql: KIRQL,
    pub ApcEnvironment: CCHAR,
    pub AllocationFlags: UCHAR,
    pub Anonymous: IRP_STATUS,
    pub UserEvent: PKEVENT,
    pub Overlay: IRP_OVERLAY,
    pub CancelRoutine: PDRIVER_CANCEL,
    pub UserBuffer: PVOID,
    pub Tail: IRP_TAIL,
}
layout!(IRP: 208, 16 {
    Type: 0..2, Size: 2..4, MdlAddress: 8..16, Flags: 16..20, AssociatedIrp: 24..32,
    ThreadListEntry: 32..48, IoStatus: 48..64, RequestorMode: 64..65, PendingReturned: 65..66,
    StackCount: 66..67, CurrentLocation: 67..68, Cancel: 68..69, CancelIrql: 69..70,
    ApcEnvironment: 70..71, AllocationFlags: 71..72, Anonymous: 72..80, UserEvent: 80..88,
    Overlay: 88..104, CancelRoutine: 104..112, UserBuffer: 112..120, Tail: 120..208,
});
/// `PIRP` — points to a `IRP`.
pub type PIRP = *mut IRP;
