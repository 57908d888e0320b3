//! The parameters of file system and device controls.

use crate::*;

/// `FLT_PARAMETERS_VERIFY_VOLUME` — `IRP_MN_VERIFY_VOLUME`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_VERIFY_VOLUME {
    pub Vpb: PVPB,
    pub DeviceObject: PDEVICE_OBJECT,
}
layout!(FLT_PARAMETERS_VERIFY_VOLUME: 16, 8 { Vpb: 0..8, DeviceObject: 8..16 });

/// `FLT_PARAMETERS_FS_CONTROL_COMMON` — what every file system control begins with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_FS_CONTROL_COMMON {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub FsControlCode: ULONG,
    pub _padding3: ULONG,
}
layout!(FLT_PARAMETERS_FS_CONTROL_COMMON: 24, 4 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    FsControlCode: 16..20, _padding3: 20..24,
});

/// `FLT_PARAMETERS_FS_CONTROL_NEITHER` — a file system control of `METHOD_NEITHER`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_FS_CONTROL_NEITHER {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub FsControlCode: ULONG,
    pub InputBuffer: PVOID,
    pub OutputBuffer: PVOID,
    pub OutputMdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_FS_CONTROL_NEITHER: 48, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    FsControlCode: 16..20, InputBuffer: 24..32, OutputBuffer: 32..40, OutputMdlAddress: 40..48,
});

/// `FLT_PARAMETERS_FS_CONTROL_BUFFERED` — a file system control of `METHOD_BUFFERED`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_FS_CONTROL_BUFFERED {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub FsControlCode: ULONG,
    pub SystemBuffer: PVOID,
}
layout!(FLT_PARAMETERS_FS_CONTROL_BUFFERED: 32, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    FsControlCode: 16..20, SystemBuffer: 24..32,
});

/// `FLT_PARAMETERS_FS_CONTROL_DIRECT` — a file system control of `METHOD_IN_DIRECT` or `METHOD_OUT_DIRECT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_FS_CONTROL_DIRECT {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub FsControlCode: ULONG,
    pub InputSystemBuffer: PVOID,
    pub OutputBuffer: PVOID,
    pub OutputMdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_FS_CONTROL_DIRECT: 48, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    FsControlCode: 16..20, InputSystemBuffer: 24..32, OutputBuffer: 32..40,
    OutputMdlAddress: 40..48,
});

/// `FLT_PARAMETERS_FILE_SYSTEM_CONTROL` — `IRP_MJ_FILE_SYSTEM_CONTROL`.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_PARAMETERS_FILE_SYSTEM_CONTROL {
    pub VerifyVolume: FLT_PARAMETERS_VERIFY_VOLUME,
    pub Common: FLT_PARAMETERS_FS_CONTROL_COMMON,
    pub Neither: FLT_PARAMETERS_FS_CONTROL_NEITHER,
    pub Buffered: FLT_PARAMETERS_FS_CONTROL_BUFFERED,
    pub Direct: FLT_PARAMETERS_FS_CONTROL_DIRECT,
}
layout!(FLT_PARAMETERS_FILE_SYSTEM_CONTROL: 48, 8 {
    VerifyVolume: 0..16, Common: 0..24, Neither: 0..48, Buffered: 0..32, Direct: 0..48,
});

/// `FLT_PARAMETERS_IO_CONTROL_COMMON` — what every device control begins with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_IO_CONTROL_COMMON {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub IoControlCode: ULONG,
    pub _padding3: ULONG,
}
layout!(FLT_PARAMETERS_IO_CONTROL_COMMON: 24, 4 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    IoControlCode: 16..20, _padding3: 20..24,
});

/// `FLT_PARAMETERS_IO_CONTROL_NEITHER` — a device control of `METHOD_NEITHER`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_IO_CONTROL_NEITHER {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub IoControlCode: ULONG,
    pub InputBuffer: PVOID,
    pub OutputBuffer: PVOID,
    pub OutputMdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_IO_CONTROL_NEITHER: 48, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    IoControlCode: 16..20, InputBuffer: 24..32, OutputBuffer: 32..40, OutputMdlAddress: 40..48,
});

/// `FLT_PARAMETERS_IO_CONTROL_BUFFERED` — a device control of `METHOD_BUFFERED`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_IO_CONTROL_BUFFERED {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub IoControlCode: ULONG,
    pub SystemBuffer: PVOID,
}
layout!(FLT_PARAMETERS_IO_CONTROL_BUFFERED: 32, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    IoControlCode: 16..20, SystemBuffer: 24..32,
});

/// `FLT_PARAMETERS_IO_CONTROL_DIRECT` — a device control of `METHOD_IN_DIRECT` or `METHOD_OUT_DIRECT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_IO_CONTROL_DIRECT {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub IoControlCode: ULONG,
    pub InputSystemBuffer: PVOID,
    pub OutputBuffer: PVOID,
    pub OutputMdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_IO_CONTROL_DIRECT: 48, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    IoControlCode: 16..20, InputSystemBuffer: 24..32, OutputBuffer: 32..40,
    OutputMdlAddress: 40..48,
});

/// `FLT_PARAMETERS_IO_CONTROL_FAST_IO` — a device control by fast I/O.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_IO_CONTROL_FAST_IO {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub IoControlCode: ULONG,
    pub InputBuffer: PVOID,
    pub OutputBuffer: PVOID,
}
layout!(FLT_PARAMETERS_IO_CONTROL_FAST_IO: 40, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    IoControlCode: 16..20, InputBuffer: 24..32, OutputBuffer: 32..40,
});

/// `FLT_PARAMETERS_DEVICE_IO_CONTROL` — `IRP_MJ_DEVICE_CONTROL` and `IRP_MJ_INTERNAL_DEVICE_CONTROL`.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_PARAMETERS_DEVICE_IO_CONTROL {
    pub Common: FLT_PARAMETERS_IO_CONTROL_COMMON,
    pub Neither: FLT_PARAMETERS_IO_CONTROL_NEITHER,
    pub Buffered: FLT_PARAMETERS_IO_CONTROL_BUFFERED,
    pub Direct: FLT_PARAMETERS_IO_CONTROL_DIRECT,
    pub FastIo: FLT_PARAMETERS_IO_CONTROL_FAST_IO,
}
layout!(FLT_PARAMETERS_DEVICE_IO_CONTROL: 48, 8 {
    Common: 0..24, Neither: 0..48, Buffered: 0..32, Direct: 0..48, FastIo: 0..40,
});
