//! Devices and the volumes on them.

use crate::*;

/// `VPB` — the tie between a volume and its file system.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct VPB {
    pub Type: CSHORT,
    pub Size: CSHORT,
    pub Flags: USHORT,
    pub VolumeLabelLength: USHORT,
    pub DeviceObject: PDEVICE_OBJECT,
    pub RealDevice: PDEVICE_OBJECT,
    pub SerialNumber: ULONG,
    pub ReferenceCount: ULONG,
    pub VolumeLabel: [WCHAR; 32],
}
layout!(VPB: 96, 8 {
    Type: 0..2, Size: 2..4, Flags: 4..6, VolumeLabelLength: 6..8, DeviceObject: 8..16,
    RealDevice: 16..24, SerialNumber: 24..28, ReferenceCount: 28..32, VolumeLabel: 32..96,
});
/// `PVPB` — points to a `VPB`.
pub type PVPB = *mut VPB;

/// `DEVICE_OBJECT_QUEUE` — a device's place in a queue.
#[repr(C)]
#[derive(Clone, Copy)]
pub union DEVICE_OBJECT_QUEUE {
    pub ListEntry: LIST_ENTRY,
    pub Wcb: WAIT_CONTEXT_BLOCK,
}
layout!(DEVICE_OBJECT_QUEUE: 72, 8 { ListEntry: 0..16, Wcb: 0..72 });

/// `WAIT_CONTEXT_BLOCK` — a wait for an adapter channel.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WAIT_CONTEXT_BLOCK {
    pub Anonymous: WAIT_CONTEXT_BLOCK_ENTRY,
    pub DeviceRoutine: PVOID,
    pub DeviceContext: PVOID,
    pub NumberOfMapRegisters: ULONG,
    pub DeviceObject: PVOID,
    pub CurrentIrp: PVOID,
    pub BufferChainingDpc: PKDPC,
}
layout!(WAIT_CONTEXT_BLOCK: 72, 8 {
    Anonymous: 0..24, DeviceRoutine: 24..32, DeviceContext: 32..40, NumberOfMapRegisters: 40..44,
    DeviceObject: 48..56, CurrentIrp: 56..64, BufferChainingDpc: 64..72,
});

/// `WAIT_CONTEXT_BLOCK_DMA` — the same wait by another kind of adapter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WAIT_CONTEXT_BLOCK_DMA {
    pub DmaWaitEntry: LIST_ENTRY,
    pub NumberOfChannels: ULONG,
    pub BitField1: ULONG,
}
layout!(WAIT_CONTEXT_BLOCK_DMA: 24, 8 {
    DmaWaitEntry: 0..16, NumberOfChannels: 16..20, BitField1: 20..24,
});

/// `WAIT_CONTEXT_BLOCK_ENTRY` — the place in the queue for the channel.
#[repr(C)]
#[derive(Clone, Copy)]
pub union WAIT_CONTEXT_BLOCK_ENTRY {
    pub WaitQueueEntry: KDEVICE_QUEUE_ENTRY,
    pub Anonymous: WAIT_CONTEXT_BLOCK_DMA,
}
layout!(WAIT_CONTEXT_BLOCK_ENTRY: 24, 8 { WaitQueueEntry: 0..24, Anonymous: 0..24 });

/// `DEVICE_OBJECT` — a device.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct DEVICE_OBJECT {
    pub Type: CSHORT,
    pub Size: USHORT,
    pub ReferenceCount: LONG,
    pub DriverObject: PDRIVER_OBJECT,
    pub NextDevice: PDEVICE_OBJECT,
    pub AttachedDevice: PDEVICE_OBJECT,
    pub CurrentIrp: PIRP,
    pub Timer: PIO_TIMER,
    pub Flags: ULONG,
    pub Characteristics: ULONG,
    pub Vpb: PVPB,
    pub DeviceExtension: PVOID,
    pub DeviceType: DEVICE_TYPE,
    pub StackSize: CCHAR,
    pub Queue: DEVICE_OBJECT_QUEUE,
    pub AlignmentRequirement: ULONG,
    pub DeviceQueue: KDEVICE_QUEUE,
    pub Dpc: KDPC,
    pub ActiveThreadCount: ULONG,
    pub SecurityDescriptor: PSECURITY_DESCRIPTOR,
    pub DeviceLock: KEVENT,
    pub SectorSize: USHORT,
    pub Spare1: USHORT,
    pub DeviceObjectExtension: PDEVOBJ_EXTENSION,
    pub Reserved: PVOID,
}
layout!(DEVICE_OBJECT: 336, 16 {
    Type: 0..2, Size: 2..4, ReferenceCount: 4..8, DriverObject: 8..16, NextDevice: 16..24,
    AttachedDevice: 24..32, CurrentIrp: 32..40, Timer: 40..48, Flags: 48..52,
    Characteristics: 52..56, Vpb: 56..64, DeviceExtension: 64..72, DeviceType: 72..76,
    StackSize: 76..77, Queue: 80..152, AlignmentRequirement: 152..156, DeviceQueue: 160..200,
    Dpc: 200..264, ActiveThreadCount: 264..268, SecurityDescriptor: 272..280, DeviceLock: 280..304,
    SectorSize: 304..306, Spare1: 306..308, DeviceObjectExtension: 312..320, Reserved: 320..328,
});
/// `PDEVICE_OBJECT` — points to a `DEVICE_OBJECT`.
pub type PDEVICE_OBJECT = *mut DEVICE_OBJECT;
