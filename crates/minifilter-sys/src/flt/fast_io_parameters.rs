//! The parameters of fast I/O and of file system filter operations.

use crate::*;

/// `FLT_PARAMETERS_SECTION_SYNCHRONIZATION` — `IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_SECTION_SYNCHRONIZATION {
    pub SyncType: FS_FILTER_SECTION_SYNC_TYPE,
    pub PageProtection: ULONG,
    pub OutputInformation: PFS_FILTER_SECTION_SYNC_OUTPUT,
    pub Flags: ULONG,
    pub AllocationAttributes: ULONG,
}
layout!(FLT_PARAMETERS_SECTION_SYNCHRONIZATION: 24, 8 {
    SyncType: 0..4, PageProtection: 4..8, OutputInformation: 8..16, Flags: 16..20,
    AllocationAttributes: 20..24,
});

/// `FLT_PARAMETERS_ACQUIRE_MOD_WRITE` — `IRP_MJ_ACQUIRE_FOR_MOD_WRITE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_ACQUIRE_MOD_WRITE {
    pub EndingOffset: PLARGE_INTEGER,
    pub ResourceToRelease: *mut PERESOURCE,
}
layout!(FLT_PARAMETERS_ACQUIRE_MOD_WRITE: 16, 8 { EndingOffset: 0..8, ResourceToRelease: 8..16 });

/// `FLT_PARAMETERS_RELEASE_MOD_WRITE` — `IRP_MJ_RELEASE_FOR_MOD_WRITE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_RELEASE_MOD_WRITE {
    pub ResourceToRelease: PERESOURCE,
}
layout!(FLT_PARAMETERS_RELEASE_MOD_WRITE: 8, 8 { ResourceToRelease: 0..8 });

/// `FLT_PARAMETERS_QUERY_OPEN` — `IRP_MJ_QUERY_OPEN`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_QUERY_OPEN {
    pub Irp: PIRP,
    pub FileInformation: PVOID,
    pub Length: PULONG,
    pub FileInformationClass: FILE_INFORMATION_CLASS,
}
layout!(FLT_PARAMETERS_QUERY_OPEN: 32, 8 {
    Irp: 0..8, FileInformation: 8..16, Length: 16..24, FileInformationClass: 24..28,
});

/// `FLT_PARAMETERS_FAST_IO_CHECK` — `IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_FAST_IO_CHECK {
    pub FileOffset: LARGE_INTEGER,
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub LockKey: ULONG,
    pub _padding2: ULONG,
    pub CheckForReadOperation: BOOLEAN,
    pub _padding3: [UCHAR; 7],
}
layout!(FLT_PARAMETERS_FAST_IO_CHECK: 32, 8 {
    FileOffset: 0..8, Length: 8..12, _padding1: 12..16, LockKey: 16..20, _padding2: 20..24,
    CheckForReadOperation: 24..25, _padding3: 25..32,
});

/// `FLT_PARAMETERS_NETWORK_QUERY_OPEN` — `IRP_MJ_NETWORK_QUERY_OPEN`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_NETWORK_QUERY_OPEN {
    pub Irp: PIRP,
    pub NetworkInformation: PFILE_NETWORK_OPEN_INFORMATION,
}
layout!(FLT_PARAMETERS_NETWORK_QUERY_OPEN: 16, 8 { Irp: 0..8, NetworkInformation: 8..16 });

/// `FLT_PARAMETERS_MDL_TRANSFER` — `IRP_MJ_MDL_READ` and `IRP_MJ_PREPARE_MDL_WRITE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_MDL_TRANSFER {
    pub FileOffset: LARGE_INTEGER,
    pub Length: ULONG,
    pub _padding: ULONG,
    pub Key: ULONG,
    pub MdlChain: *mut PMDL,
}
layout!(FLT_PARAMETERS_MDL_TRANSFER: 32, 8 {
    FileOffset: 0..8, Length: 8..12, _padding: 12..16, Key: 16..20, MdlChain: 24..32,
});

/// `FLT_PARAMETERS_MDL_READ_COMPLETE` — `IRP_MJ_MDL_READ_COMPLETE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_MDL_READ_COMPLETE {
    pub MdlChain: PMDL,
}
layout!(FLT_PARAMETERS_MDL_READ_COMPLETE: 8, 8 { MdlChain: 0..8 });

/// `FLT_PARAMETERS_MDL_WRITE_COMPLETE` — `IRP_MJ_MDL_WRITE_COMPLETE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_MDL_WRITE_COMPLETE {
    pub FileOffset: LARGE_INTEGER,
    pub MdlChain: PMDL,
}
layout!(FLT_PARAMETERS_MDL_WRITE_COMPLETE: 16, 8 { FileOffset: 0..8, MdlChain: 8..16 });
