//! The parameters of an operation, one member for each kind.

use crate::*;

/// `FLT_PARAMETERS_CREATE` — `IRP_MJ_CREATE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_CREATE {
    pub SecurityContext: PIO_SECURITY_CONTEXT,
    pub Options: ULONG,
    pub _padding1: ULONG,
    pub FileAttributes: USHORT,
    pub ShareAccess: USHORT,
    pub _padding2: ULONG,
    pub EaLength: ULONG,
    pub EaBuffer: PVOID,
    pub AllocationSize: LARGE_INTEGER,
}
layout!(FLT_PARAMETERS_CREATE: 48, 8 {
    SecurityContext: 0..8, Options: 8..12, _padding1: 12..16, FileAttributes: 16..18,
    ShareAccess: 18..20, _padding2: 20..24, EaLength: 24..28, EaBuffer: 32..40,
    AllocationSize: 40..48,
});

/// `FLT_PARAMETERS_CREATE_PIPE` — `IRP_MJ_CREATE_NAMED_PIPE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_CREATE_PIPE {
    pub SecurityContext: PIO_SECURITY_CONTEXT,
    pub Options: ULONG,
    pub _padding: ULONG,
    pub Reserved: USHORT,
    pub ShareAccess: USHORT,
    pub Parameters: PVOID,
}
layout!(FLT_PARAMETERS_CREATE_PIPE: 32, 8 {
    SecurityContext: 0..8, Options: 8..12, _padding: 12..16, Reserved: 16..18, ShareAccess: 18..20,
    Parameters: 24..32,
});

/// `FLT_PARAMETERS_CREATE_MAILSLOT` — `IRP_MJ_CREATE_MAILSLOT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_CREATE_MAILSLOT {
    pub SecurityContext: PIO_SECURITY_CONTEXT,
    pub Options: ULONG,
    pub _padding: ULONG,
    pub Reserved: USHORT,
    pub ShareAccess: USHORT,
    pub Parameters: PVOID,
}
layout!(FLT_PARAMETERS_CREATE_MAILSLOT: 32, 8 {
    SecurityContext: 0..8, Options: 8..12, _padding: 12..16, Reserved: 16..18, ShareAccess: 18..20,
    Parameters: 24..32,
});

/// `FLT_PARAMETERS_READ` — `IRP_MJ_READ`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_READ {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub Key: ULONG,
    pub _padding2: ULONG,
    pub ByteOffset: LARGE_INTEGER,
    pub ReadBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_READ: 40, 8 {
    Length: 0..4, _padding1: 4..8, Key: 8..12, _padding2: 12..16, ByteOffset: 16..24,
    ReadBuffer: 24..32, MdlAddress: 32..40,
});

/// `FLT_PARAMETERS_WRITE` — `IRP_MJ_WRITE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_WRITE {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub Key: ULONG,
    pub _padding2: ULONG,
    pub ByteOffset: LARGE_INTEGER,
    pub WriteBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_WRITE: 40, 8 {
    Length: 0..4, _padding1: 4..8, Key: 8..12, _padding2: 12..16, ByteOffset: 16..24,
    WriteBuffer: 24..32, MdlAddress: 32..40,
});

/// `FLT_PARAMETERS_QUERY_FILE_INFORMATION` — `IRP_MJ_QUERY_INFORMATION`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_QUERY_FILE_INFORMATION {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub FileInformationClass: FILE_INFORMATION_CLASS,
    pub _padding2: ULONG,
    pub InfoBuffer: PVOID,
}
layout!(FLT_PARAMETERS_QUERY_FILE_INFORMATION: 24, 8 {
    Length: 0..4, _padding1: 4..8, FileInformationClass: 8..12, _padding2: 12..16,
    InfoBuffer: 16..24,
});

/// `FLT_PARAMETERS_SET_FILE_FLAGS` — replace and advance flags.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_SET_FILE_FLAGS {
    pub ReplaceIfExists: BOOLEAN,
    pub AdvanceOnly: BOOLEAN,
}
layout!(FLT_PARAMETERS_SET_FILE_FLAGS: 2, 1 { ReplaceIfExists: 0..1, AdvanceOnly: 1..2 });

/// `FLT_PARAMETERS_SET_FILE_DETAIL` — what else is set.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_PARAMETERS_SET_FILE_DETAIL {
    pub Anonymous: FLT_PARAMETERS_SET_FILE_FLAGS,
    pub ClusterCount: ULONG,
    pub DeleteHandle: HANDLE,
}
layout!(FLT_PARAMETERS_SET_FILE_DETAIL: 8, 8 {
    Anonymous: 0..2, ClusterCount: 0..4, DeleteHandle: 0..8,
});

/// `FLT_PARAMETERS_SET_FILE_INFORMATION` — `IRP_MJ_SET_INFORMATION`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_SET_FILE_INFORMATION {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub FileInformationClass: FILE_INFORMATION_CLASS,
    pub _padding2: ULONG,
    pub ParentOfTarget: PFILE_OBJECT,
    pub Anonymous: FLT_PARAMETERS_SET_FILE_DETAIL,
    pub InfoBuffer: PVOID,
}
layout!(FLT_PARAMETERS_SET_FILE_INFORMATION: 40, 8 {
    Length: 0..4, _padding1: 4..8, FileInformationClass: 8..12, _padding2: 12..16,
    ParentOfTarget: 16..24, Anonymous: 24..32, InfoBuffer: 32..40,
});

/// `FLT_PARAMETERS_QUERY_EA` — `IRP_MJ_QUERY_EA`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_QUERY_EA {
    pub Length: ULONG,
    pub EaList: PVOID,
    pub EaListLength: ULONG,
    pub _padding: ULONG,
    pub EaIndex: ULONG,
    pub EaBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_QUERY_EA: 48, 8 {
    Length: 0..4, EaList: 8..16, EaListLength: 16..20, _padding: 20..24, EaIndex: 24..28,
    EaBuffer: 32..40, MdlAddress: 40..48,
});

/// `FLT_PARAMETERS_SET_EA` — `IRP_MJ_SET_EA`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_SET_EA {
    pub Length: ULONG,
    pub EaBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_SET_EA: 24, 8 { Length: 0..4, EaBuffer: 8..16, MdlAddress: 16..24 });

/// `FLT_PARAMETERS_VOLUME_INFORMATION` — `IRP_MJ_QUERY_VOLUME_INFORMATION` and `IRP_MJ_SET_VOLUME_INFORMATION`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_VOLUME_INFORMATION {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub FsInformationClass: FS_INFORMATION_CLASS,
    pub _padding2: ULONG,
    pub VolumeBuffer: PVOID,
}
layout!(FLT_PARAMETERS_VOLUME_INFORMATION: 24, 8 {
    Length: 0..4, _padding1: 4..8, FsInformationClass: 8..12, _padding2: 12..16,
    VolumeBuffer: 16..24,
});

/// `FLT_PARAMETERS_QUERY_DIRECTORY` — `IRP_MN_QUERY_DIRECTORY`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_QUERY_DIRECTORY {
    pub Length: ULONG,
    pub FileName: PUNICODE_STRING,
    pub FileInformationClass: FILE_INFORMATION_CLASS,
    pub _padding: ULONG,
    pub FileIndex: ULONG,
    pub DirectoryBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_QUERY_DIRECTORY: 48, 8 {
    Length: 0..4, FileName: 8..16, FileInformationClass: 16..20, _padding: 20..24,
    FileIndex: 24..28, DirectoryBuffer: 32..40, MdlAddress: 40..48,
});

/// `FLT_PARAMETERS_NOTIFY_DIRECTORY` — `IRP_MN_NOTIFY_CHANGE_DIRECTORY`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_NOTIFY_DIRECTORY {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub CompletionFilter: ULONG,
    pub _padding2: ULONG,
    pub Spare1: ULONG,
    pub _padding3: ULONG,
    pub Spare2: ULONG,
    pub DirectoryBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_NOTIFY_DIRECTORY: 48, 8 {
    Length: 0..4, _padding1: 4..8, CompletionFilter: 8..12, _padding2: 12..16, Spare1: 16..20,
    _padding3: 20..24, Spare2: 24..28, DirectoryBuffer: 32..40, MdlAddress: 40..48,
});

/// `FLT_PARAMETERS_NOTIFY_DIRECTORY_EX` — `IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_NOTIFY_DIRECTORY_EX {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub CompletionFilter: ULONG,
    pub _padding2: ULONG,
    pub DirectoryNotifyInformationClass: DIRECTORY_NOTIFY_INFORMATION_CLASS,
    pub _padding3: ULONG,
    pub Spare2: ULONG,
    pub DirectoryBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_NOTIFY_DIRECTORY_EX: 48, 8 {
    Length: 0..4, _padding1: 4..8, CompletionFilter: 8..12, _padding2: 12..16,
    DirectoryNotifyInformationClass: 16..20, _padding3: 20..24, Spare2: 24..28,
    DirectoryBuffer: 32..40, MdlAddress: 40..48,
});

/// `FLT_PARAMETERS_DIRECTORY_CONTROL` — `IRP_MJ_DIRECTORY_CONTROL`.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_PARAMETERS_DIRECTORY_CONTROL {
    pub QueryDirectory: FLT_PARAMETERS_QUERY_DIRECTORY,
    pub NotifyDirectory: FLT_PARAMETERS_NOTIFY_DIRECTORY,
    pub NotifyDirectoryEx: FLT_PARAMETERS_NOTIFY_DIRECTORY_EX,
}
layout!(FLT_PARAMETERS_DIRECTORY_CONTROL: 48, 8 {
    QueryDirectory: 0..48, NotifyDirectory: 0..48, NotifyDirectoryEx: 0..48,
});

/// `FLT_PARAMETERS_LOCK_CONTROL` — `IRP_MJ_LOCK_CONTROL`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_LOCK_CONTROL {
    pub Length: PLARGE_INTEGER,
    pub Key: ULONG,
    pub _padding: ULONG,
    pub ByteOffset: LARGE_INTEGER,
    pub ProcessId: PEPROCESS,
    pub FailImmediately: BOOLEAN,
    pub ExclusiveLock: BOOLEAN,
}
layout!(FLT_PARAMETERS_LOCK_CONTROL: 40, 8 {
    Length: 0..8, Key: 8..12, _padding: 12..16, ByteOffset: 16..24, ProcessId: 24..32,
    FailImmediately: 32..33, ExclusiveLock: 33..34,
});

/// `FLT_PARAMETERS_QUERY_SECURITY` — `IRP_MJ_QUERY_SECURITY`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_QUERY_SECURITY {
    pub SecurityInformation: SECURITY_INFORMATION,
    pub _padding1: ULONG,
    pub Length: ULONG,
    pub _padding2: ULONG,
    pub SecurityBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_QUERY_SECURITY: 32, 8 {
    SecurityInformation: 0..4, _padding1: 4..8, Length: 8..12, _padding2: 12..16,
    SecurityBuffer: 16..24, MdlAddress: 24..32,
});

/// `FLT_PARAMETERS_SET_SECURITY` — `IRP_MJ_SET_SECURITY`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_SET_SECURITY {
    pub SecurityInformation: SECURITY_INFORMATION,
    pub SecurityDescriptor: PSECURITY_DESCRIPTOR,
}
layout!(FLT_PARAMETERS_SET_SECURITY: 16, 8 {
    SecurityInformation: 0..4, SecurityDescriptor: 8..16,
});

/// `FLT_PARAMETERS_QUERY_QUOTA` — `IRP_MJ_QUERY_QUOTA`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_QUERY_QUOTA {
    pub Length: ULONG,
    pub StartSid: PSID,
    pub SidList: PFILE_GET_QUOTA_INFORMATION,
    pub SidListLength: ULONG,
    pub QuotaBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_QUERY_QUOTA: 48, 8 {
    Length: 0..4, StartSid: 8..16, SidList: 16..24, SidListLength: 24..28, QuotaBuffer: 32..40,
    MdlAddress: 40..48,
});

/// `FLT_PARAMETERS_SET_QUOTA` — `IRP_MJ_SET_QUOTA`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_SET_QUOTA {
    pub Length: ULONG,
    pub QuotaBuffer: PVOID,
    pub MdlAddress: PMDL,
}
layout!(FLT_PARAMETERS_SET_QUOTA: 24, 8 { Length: 0..4, QuotaBuffer: 8..16, MdlAddress: 16..24 });

/// `FLT_PARAMETERS_PNP` — `IRP_MJ_PNP`.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_PARAMETERS_PNP {
    pub StartDevice: PNP_START_DEVICE,
    pub QueryDeviceRelations: PNP_QUERY_DEVICE_RELATIONS,
    pub QueryInterface: PNP_QUERY_INTERFACE,
    pub DeviceCapabilities: PNP_DEVICE_CAPABILITIES,
    pub FilterResourceRequirements: PNP_FILTER_RESOURCE_REQUIREMENTS,
    pub ReadWriteConfig: PNP_READ_WRITE_CONFIG,
    pub SetLock: PNP_SET_LOCK,
    pub QueryId: PNP_QUERY_ID,
    pub QueryDeviceText: PNP_QUERY_DEVICE_TEXT,
    pub UsageNotification: PNP_USAGE_NOTIFICATION,
}
layout!(FLT_PARAMETERS_PNP: 32, 8 {
    StartDevice: 0..16, QueryDeviceRelations: 0..4, QueryInterface: 0..32, DeviceCapabilities: 0..8,
    FilterResourceRequirements: 0..8, ReadWriteConfig: 0..32, SetLock: 0..1, QueryId: 0..4,
    QueryDeviceText: 0..16, UsageNotification: 0..16,
});

/// `FLT_PARAMETERS_MOUNT_VOLUME` — `IRP_MJ_VOLUME_MOUNT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_MOUNT_VOLUME {
    pub DeviceType: ULONG,
}
layout!(FLT_PARAMETERS_MOUNT_VOLUME: 4, 4 { DeviceType: 0..4 });

/// `FLT_PARAMETERS_OTHERS` — any other operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_PARAMETERS_OTHERS {
    pub Argument1: PVOID,
    pub Argument2: PVOID,
    pub Argument3: PVOID,
    pub Argument4: PVOID,
    pub Argument5: PVOID,
    pub Argument6: LARGE_INTEGER,
}
layout!(FLT_PARAMETERS_OTHERS: 48, 8 {
    Argument1: 0..8, Argument2: 8..16, Argument3: 16..24, Argument4: 24..32, Argument5: 32..40,
    Argument6: 40..48,
});

/// `FLT_PARAMETERS` — the parameters of an operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_PARAMETERS {
    pub Create: FLT_PARAMETERS_CREATE,
    pub CreatePipe: FLT_PARAMETERS_CREATE_PIPE,
    pub CreateMailslot: FLT_PARAMETERS_CREATE_MAILSLOT,
    pub Read: FLT_PARAMETERS_READ,
    pub Write: FLT_PARAMETERS_WRITE,
    pub QueryFileInformation: FLT_PARAMETERS_QUERY_FILE_INFORMATION,
    pub SetFileInformation: FLT_PARAMETERS_SET_FILE_INFORMATION,
    pub QueryEa: FLT_PARAMETERS_QUERY_EA,
    pub SetEa: FLT_PARAMETERS_SET_EA,
    pub QueryVolumeInformation: FLT_PARAMETERS_VOLUME_INFORMATION,
    pub SetVolumeInformation: FLT_PARAMETERS_VOLUME_INFORMATION,
    pub DirectoryControl: FLT_PARAMETERS_DIRECTORY_CONTROL,
    pub FileSystemControl: FLT_PARAMETERS_FILE_SYSTEM_CONTROL,
    pub DeviceIoControl: FLT_PARAMETERS_DEVICE_IO_CONTROL,
    pub LockControl: FLT_PARAMETERS_LOCK_CONTROL,
    pub QuerySecurity: FLT_PARAMETERS_QUERY_SECURITY,
    pub SetSecurity: FLT_PARAMETERS_SET_SECURITY,
    pub WMI: WMI_PARAMETERS,
    pub QueryQuota: FLT_PARAMETERS_QUERY_QUOTA,
    pub SetQuota: FLT_PARAMETERS_SET_QUOTA,
    pub Pnp: FLT_PARAMETERS_PNP,
    pub AcquireForSectionSynchronization: FLT_PARAMETERS_SECTION_SYNCHRONIZATION,
    pub AcquireForModifiedPageWriter: FLT_PARAMETERS_ACQUIRE_MOD_WRITE,
    pub ReleaseForModifiedPageWriter: FLT_PARAMETERS_RELEASE_MOD_WRITE,
    pub QueryOpen: FLT_PARAMETERS_QUERY_OPEN,
    pub FastIoCheckIfPossible: FLT_PARAMETERS_FAST_IO_CHECK,
    pub NetworkQueryOpen: FLT_PARAMETERS_NETWORK_QUERY_OPEN,
    pub MdlRead: FLT_PARAMETERS_MDL_TRANSFER,
    pub MdlReadComplete: FLT_PARAMETERS_MDL_READ_COMPLETE,
    pub PrepareMdlWrite: FLT_PARAMETERS_MDL_TRANSFER,
    pub MdlWriteComplete: FLT_PARAMETERS_MDL_WRITE_COMPLETE,
    pub MountVolume: FLT_PARAMETERS_MOUNT_VOLUME,
    pub Others: FLT_PARAMETERS_OTHERS,
}
layout!(FLT_PARAMETERS: 48, 8 {
    Create: 0..48, CreatePipe: 0..32, CreateMailslot: 0..32, Read: 0..40, Write: 0..40,
    QueryFileInformation: 0..24, SetFileInformation: 0..40, QueryEa: 0..48, SetEa: 0..24,
    QueryVolumeInformation: 0..24, SetVolumeInformation: 0..24, DirectoryControl: 0..48,
    FileSystemControl: 0..48, DeviceIoControl: 0..48, LockControl: 0..40, QuerySecurity: 0..32,
    SetSecurity: 0..16, WMI: 0..32, QueryQuota: 0..48, SetQuota: 0..24, Pnp: 0..32,
    AcquireForSectionSynchronization: 0..24, AcquireForModifiedPageWriter: 0..16,
    ReleaseForModifiedPageWriter: 0..8, QueryOpen: 0..32, FastIoCheckIfPossible: 0..32,
    NetworkQueryOpen: 0..16, MdlRead: 0..32, MdlReadComplete: 0..8, PrepareMdlWrite: 0..32,
    MdlWriteComplete: 0..16, MountVolume: 0..4, Others: 0..48,
});
/// `PFLT_PARAMETERS` — points to a `FLT_PARAMETERS`.
pub type PFLT_PARAMETERS = *mut FLT_PARAMETERS;
