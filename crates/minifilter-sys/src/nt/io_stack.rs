//! One driver's share of a request, with the parameters of the file operations.

use crate::*;

/// `IO_STACK_CREATE` — of `IRP_MJ_CREATE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_CREATE {
    pub SecurityContext: PIO_SECURITY_CONTEXT,
    pub Options: ULONG,
    pub _padding1: ULONG,
    pub FileAttributes: USHORT,
    pub ShareAccess: USHORT,
    pub _padding2: ULONG,
    pub EaLength: ULONG,
    pub _padding3: ULONG,
}
layout!(IO_STACK_CREATE: 32, 8 {
    SecurityContext: 0..8, Options: 8..12, _padding1: 12..16, FileAttributes: 16..18,
    ShareAccess: 18..20, _padding2: 20..24, EaLength: 24..28, _padding3: 28..32,
});

/// `IO_STACK_CREATE_PIPE` — of `IRP_MJ_CREATE_NAMED_PIPE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_CREATE_PIPE {
    pub SecurityContext: PIO_SECURITY_CONTEXT,
    pub Options: ULONG,
    pub _padding: ULONG,
    pub Reserved: USHORT,
    pub ShareAccess: USHORT,
    pub Parameters: PNAMED_PIPE_CREATE_PARAMETERS,
}
layout!(IO_STACK_CREATE_PIPE: 32, 8 {
    SecurityContext: 0..8, Options: 8..12, _padding: 12..16, Reserved: 16..18, ShareAccess: 18..20,
    Parameters: 24..32,
});

/// `IO_STACK_CREATE_MAILSLOT` — of `IRP_MJ_CREATE_MAILSLOT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_CREATE_MAILSLOT {
    pub SecurityContext: PIO_SECURITY_CONTEXT,
    pub Options: ULONG,
    pub _padding: ULONG,
    pub Reserved: USHORT,
    pub ShareAccess: USHORT,
    pub Parameters: PMAILSLOT_CREATE_PARAMETERS,
}
layout!(IO_STACK_CREATE_MAILSLOT: 32, 8 {
    SecurityContext: 0..8, Options: 8..12, _padding: 12..16, Reserved: 16..18, ShareAccess: 18..20,
    Parameters: 24..32,
});

/// `IO_STACK_READ` — of `IRP_MJ_READ`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_READ {
    pub Length: ULONG,
    pub _padding: ULONG,
    pub Key: ULONG,
    pub Flags: ULONG,
    pub ByteOffset: LARGE_INTEGER,
}
layout!(IO_STACK_READ: 24, 8 {
    Length: 0..4, _padding: 4..8, Key: 8..12, Flags: 12..16, ByteOffset: 16..24,
});

/// `IO_STACK_WRITE` — of `IRP_MJ_WRITE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_WRITE {
    pub Length: ULONG,
    pub _padding: ULONG,
    pub Key: ULONG,
    pub Flags: ULONG,
    pub ByteOffset: LARGE_INTEGER,
}
layout!(IO_STACK_WRITE: 24, 8 {
    Length: 0..4, _padding: 4..8, Key: 8..12, Flags: 12..16, ByteOffset: 16..24,
});

/// `IO_STACK_QUERY_DIRECTORY` — of `IRP_MN_QUERY_DIRECTORY`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_QUERY_DIRECTORY {
    pub Length: ULONG,
    pub FileName: PUNICODE_STRING,
    pub FileInformationClass: FILE_INFORMATION_CLASS,
    pub _padding1: ULONG,
    pub FileIndex: ULONG,
    pub _padding2: ULONG,
}
layout!(IO_STACK_QUERY_DIRECTORY: 32, 8 {
    Length: 0..4, FileName: 8..16, FileInformationClass: 16..20, _padding1: 20..24,
    FileIndex: 24..28, _padding2: 28..32,
});

/// `IO_STACK_NOTIFY_DIRECTORY` — of `IRP_MN_NOTIFY_CHANGE_DIRECTORY`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_NOTIFY_DIRECTORY {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub CompletionFilter: ULONG,
    pub _padding2: ULONG,
}
layout!(IO_STACK_NOTIFY_DIRECTORY: 16, 4 {
    Length: 0..4, _padding1: 4..8, CompletionFilter: 8..12, _padding2: 12..16,
});

/// `IO_STACK_NOTIFY_DIRECTORY_EX` — of `IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_NOTIFY_DIRECTORY_EX {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub CompletionFilter: ULONG,
    pub _padding2: ULONG,
    pub DirectoryNotifyInformationClass: DIRECTORY_NOTIFY_INFORMATION_CLASS,
    pub _padding3: ULONG,
}
layout!(IO_STACK_NOTIFY_DIRECTORY_EX: 24, 4 {
    Length: 0..4, _padding1: 4..8, CompletionFilter: 8..12, _padding2: 12..16,
    DirectoryNotifyInformationClass: 16..20, _padding3: 20..24,
});

/// `IO_STACK_QUERY_FILE` — of `IRP_MJ_QUERY_INFORMATION`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_QUERY_FILE {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub FileInformationClass: FILE_INFORMATION_CLASS,
    pub _padding2: ULONG,
}
layout!(IO_STACK_QUERY_FILE: 16, 4 {
    Length: 0..4, _padding1: 4..8, FileInformationClass: 8..12, _padding2: 12..16,
});

/// `IO_STACK_SET_FILE_FLAGS` — replace and advance flags.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_SET_FILE_FLAGS {
    pub ReplaceIfExists: BOOLEAN,
    pub AdvanceOnly: BOOLEAN,
}
layout!(IO_STACK_SET_FILE_FLAGS: 2, 1 { ReplaceIfExists: 0..1, AdvanceOnly: 1..2 });

/// `IO_STACK_SET_FILE_DETAIL` — what else is set.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IO_STACK_SET_FILE_DETAIL {
    pub Anonymous: IO_STACK_SET_FILE_FLAGS,
    pub ClusterCount: ULONG,
    pub DeleteHandle: HANDLE,
}
layout!(IO_STACK_SET_FILE_DETAIL: 8, 8 { Anonymous: 0..2, ClusterCount: 0..4, DeleteHandle: 0..8 });

/// `IO_STACK_SET_FILE` — of `IRP_MJ_SET_INFORMATION`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_SET_FILE {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub FileInformationClass: FILE_INFORMATION_CLASS,
    pub _padding2: ULONG,
    pub FileObject: PFILE_OBJECT,
    pub Anonymous: IO_STACK_SET_FILE_DETAIL,
}
layout!(IO_STACK_SET_FILE: 32, 8 {
    Length: 0..4, _padding1: 4..8, FileInformationClass: 8..12, _padding2: 12..16,
    FileObject: 16..24, Anonymous: 24..32,
});

/// `IO_STACK_QUERY_EA` — of `IRP_MJ_QUERY_EA`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_QUERY_EA {
    pub Length: ULONG,
    pub EaList: PVOID,
    pub EaListLength: ULONG,
    pub _padding1: ULONG,
    pub EaIndex: ULONG,
    pub _padding2: ULONG,
}
layout!(IO_STACK_QUERY_EA: 32, 8 {
    Length: 0..4, EaList: 8..16, EaListLength: 16..20, _padding1: 20..24, EaIndex: 24..28,
    _padding2: 28..32,
});

/// `IO_STACK_LENGTH` — of `IRP_MJ_SET_EA` and `IRP_MJ_SET_QUOTA`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_LENGTH {
    pub Length: ULONG,
}
layout!(IO_STACK_LENGTH: 4, 4 { Length: 0..4 });

/// `IO_STACK_VOLUME` — of `IRP_MJ_QUERY_VOLUME_INFORMATION` and `IRP_MJ_SET_VOLUME_INFORMATION`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_VOLUME {
    pub Length: ULONG,
    pub _padding1: ULONG,
    pub FsInformationClass: FS_INFORMATION_CLASS,
    pub _padding2: ULONG,
}
layout!(IO_STACK_VOLUME: 16, 4 {
    Length: 0..4, _padding1: 4..8, FsInformationClass: 8..12, _padding2: 12..16,
});

/// `IO_STACK_FS_CONTROL` — of `IRP_MJ_FILE_SYSTEM_CONTROL`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_FS_CONTROL {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub FsControlCode: ULONG,
    pub _padding3: ULONG,
    pub Type3InputBuffer: PVOID,
}
layout!(IO_STACK_FS_CONTROL: 32, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    FsControlCode: 16..20, _padding3: 20..24, Type3InputBuffer: 24..32,
});

/// `IO_STACK_LOCK` — of `IRP_MJ_LOCK_CONTROL`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_LOCK {
    pub Length: PLARGE_INTEGER,
    pub Key: ULONG,
    pub _padding: ULONG,
    pub ByteOffset: LARGE_INTEGER,
}
layout!(IO_STACK_LOCK: 24, 8 { Length: 0..8, Key: 8..12, _padding: 12..16, ByteOffset: 16..24 });

/// `IO_STACK_DEVICE_CONTROL` — of `IRP_MJ_DEVICE_CONTROL`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_DEVICE_CONTROL {
    pub OutputBufferLength: ULONG,
    pub _padding1: ULONG,
    pub InputBufferLength: ULONG,
    pub _padding2: ULONG,
    pub IoControlCode: ULONG,
    pub _padding3: ULONG,
    pub Type3InputBuffer: PVOID,
}
layout!(IO_STACK_DEVICE_CONTROL: 32, 8 {
    OutputBufferLength: 0..4, _padding1: 4..8, InputBufferLength: 8..12, _padding2: 12..16,
    IoControlCode: 16..20, _padding3: 20..24, Type3InputBuffer: 24..32,
});

/// `IO_STACK_QUERY_SECURITY` — of `IRP_MJ_QUERY_SECURITY`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_QUERY_SECURITY {
    pub SecurityInformation: SECURITY_INFORMATION,
    pub _padding1: ULONG,
    pub Length: ULONG,
    pub _padding2: ULONG,
}
layout!(IO_STACK_QUERY_SECURITY: 16, 4 {
    SecurityInformation: 0..4, _padding1: 4..8, Length: 8..12, _padding2: 12..16,
});

/// `IO_STACK_SET_SECURITY` — of `IRP_MJ_SET_SECURITY`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_SET_SECURITY {
    pub SecurityInformation: SECURITY_INFORMATION,
    pub SecurityDescriptor: PSECURITY_DESCRIPTOR,
}
layout!(IO_STACK_SET_SECURITY: 16, 8 { SecurityInformation: 0..4, SecurityDescriptor: 8..16 });

/// `IO_STACK_MOUNT` — of `IRP_MN_MOUNT_VOLUME` and `IRP_MN_VERIFY_VOLUME`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_MOUNT {
    pub Vpb: PVPB,
    pub DeviceObject: PDEVICE_OBJECT,
}
layout!(IO_STACK_MOUNT: 16, 8 { Vpb: 0..8, DeviceObject: 8..16 });

/// `IO_STACK_SCSI` — of `IRP_MJ_SCSI`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_SCSI {
    pub Srb: PSCSI_REQUEST_BLOCK,
}
layout!(IO_STACK_SCSI: 8, 8 { Srb: 0..8 });

/// `IO_STACK_QUERY_QUOTA` — of `IRP_MJ_QUERY_QUOTA`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_QUERY_QUOTA {
    pub Length: ULONG,
    pub StartSid: PSID,
    pub SidList: PVOID,
    pub SidListLength: ULONG,
    pub _padding: ULONG,
}
layout!(IO_STACK_QUERY_QUOTA: 32, 8 {
    Length: 0..4, StartSid: 8..16, SidList: 16..24, SidListLength: 24..28, _padding: 28..32,
});

/// `IO_STACK_OTHERS` — of every other operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_OTHERS {
    pub Argument1: PVOID,
    pub Argument2: PVOID,
    pub Argument3: PVOID,
    pub Argument4: PVOID,
}
layout!(IO_STACK_OTHERS: 32, 8 {
    Argument1: 0..8, Argument2: 8..16, Argument3: 16..24, Argument4: 24..32,
});

/// `IO_STACK_PARAMETERS` — the parameters of a request.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IO_STACK_PARAMETERS {
    pub Create: IO_STACK_CREATE,
    pub CreatePipe: IO_STACK_CREATE_PIPE,
    pub CreateMailslot: IO_STACK_CREATE_MAILSLOT,
    pub Read: IO_STACK_READ,
    pub Write: IO_STACK_WRITE,
    pub QueryDirectory: IO_STACK_QUERY_DIRECTORY,
    pub NotifyDirectory: IO_STACK_NOTIFY_DIRECTORY,
    pub NotifyDirectoryEx: IO_STACK_NOTIFY_DIRECTORY_EX,
    pub QueryFile: IO_STACK_QUERY_FILE,
    pub SetFile: IO_STACK_SET_FILE,
    pub QueryEa: IO_STACK_QUERY_EA,
    pub SetEa: IO_STACK_LENGTH,
    pub QueryVolume: IO_STACK_VOLUME,
    pub SetVolume: IO_STACK_VOLUME,
    pub FileSystemControl: IO_STACK_FS_CONTROL,
    pub LockControl: IO_STACK_LOCK,
    pub DeviceIoControl: IO_STACK_DEVICE_CONTROL,
    pub QuerySecurity: IO_STACK_QUERY_SECURITY,
    pub SetSecurity: IO_STACK_SET_SECURITY,
    pub MountVolume: IO_STACK_MOUNT,
    pub VerifyVolume: IO_STACK_MOUNT,
    pub Scsi: IO_STACK_SCSI,
    pub QueryQuota: IO_STACK_QUERY_QUOTA,
    pub SetQuota: IO_STACK_LENGTH,
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
    pub WaitWake: POWER_WAIT_WAKE,
    pub PowerSequence: POWER_SEQUENCE_PARAMETERS,
    pub Power: POWER_PARAMETERS,
    pub WMI: WMI_PARAMETERS,
    pub Others: IO_STACK_OTHERS,
}
layout!(IO_STACK_PARAMETERS: 32, 8 {
    Create: 0..32, CreatePipe: 0..32, CreateMailslot: 0..32, Read: 0..24, Write: 0..24,
    QueryDirectory: 0..32, NotifyDirectory: 0..16, NotifyDirectoryEx: 0..24, QueryFile: 0..16,
    SetFile: 0..32, QueryEa: 0..32, SetEa: 0..4, QueryVolume: 0..16, SetVolume: 0..16,
    FileSystemControl: 0..32, LockControl: 0..24, DeviceIoControl: 0..32, QuerySecurity: 0..16,
    SetSecurity: 0..16, MountVolume: 0..16, VerifyVolume: 0..16, Scsi: 0..8, QueryQuota: 0..32,
    SetQuota: 0..4, StartDevice: 0..16, QueryDeviceRelations: 0..4, QueryInterface: 0..32,
    DeviceCapabilities: 0..8, FilterResourceRequirements: 0..8, ReadWriteConfig: 0..32,
    SetLock: 0..1, QueryId: 0..4, QueryDeviceText: 0..16, UsageNotification: 0..16, WaitWake: 0..4,
    PowerSequence: 0..8, Power: 0..32, WMI: 0..32, Others: 0..32,
});

/// `IO_STACK_LOCATION` — one driver's share of a request.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STACK_LOCATION {
    pub MajorFunction: UCHAR,
    pub MinorFunction: UCHAR,
    pub Flags: UCHAR,
    pub Control: UCHAR,
    pub Parameters: IO_STACK_PARAMETERS,
    pub DeviceObject: PDEVICE_OBJECT,
    pub FileObject: PFILE_OBJECT,
    pub CompletionRoutine: PIO_COMPLETION_ROUTINE,
    pub Context: PVOID,
}
layout!(IO_STACK_LOCATION: 72, 8 {
    MajorFunction: 0..1, MinorFunction: 1..2, Flags: 2..3, Control: 3..4, Parameters: 8..40,
    DeviceObject: 40..48, FileObject: 48..56, CompletionRoutine: 56..64, Context: 64..72,
});
/// `PIO_STACK_LOCATION` — points to a `IO_STACK_LOCATION`.
pub type PIO_STACK_LOCATION = *mut IO_STACK_LOCATION;
