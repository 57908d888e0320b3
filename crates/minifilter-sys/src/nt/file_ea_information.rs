//! Extended attributes, quotas and rarer information of files.

use crate::*;

/// `FILE_FULL_EA_INFORMATION` — one extended attribute.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FULL_EA_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub Flags: UCHAR,
    pub EaNameLength: UCHAR,
    pub EaValueLength: USHORT,
    pub EaName: [CHAR; 1],
}
layout!(FILE_FULL_EA_INFORMATION: 12, 4 {
    NextEntryOffset: 0..4, Flags: 4..5, EaNameLength: 5..6, EaValueLength: 6..8, EaName: 8..9,
});
/// `PFILE_FULL_EA_INFORMATION` — points to a `FILE_FULL_EA_INFORMATION`.
pub type PFILE_FULL_EA_INFORMATION = *mut FILE_FULL_EA_INFORMATION;

/// `FILE_GET_EA_INFORMATION` — one extended attribute that is asked for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_GET_EA_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub EaNameLength: UCHAR,
    pub EaName: [CHAR; 1],
}
layout!(FILE_GET_EA_INFORMATION: 8, 4 { NextEntryOffset: 0..4, EaNameLength: 4..5, EaName: 5..6 });
/// `PFILE_GET_EA_INFORMATION` — points to a `FILE_GET_EA_INFORMATION`.
pub type PFILE_GET_EA_INFORMATION = *mut FILE_GET_EA_INFORMATION;

/// `FILE_QUOTA_INFORMATION` — one user's quota.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_QUOTA_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub SidLength: ULONG,
    pub ChangeTime: LARGE_INTEGER,
    pub QuotaUsed: LARGE_INTEGER,
    pub QuotaThreshold: LARGE_INTEGER,
    pub QuotaLimit: LARGE_INTEGER,
    pub Sid: SID,
}
layout!(FILE_QUOTA_INFORMATION: 56, 8 {
    NextEntryOffset: 0..4, SidLength: 4..8, ChangeTime: 8..16, QuotaUsed: 16..24,
    QuotaThreshold: 24..32, QuotaLimit: 32..40, Sid: 40..52,
});
/// `PFILE_QUOTA_INFORMATION` — points to a `FILE_QUOTA_INFORMATION`.
pub type PFILE_QUOTA_INFORMATION = *mut FILE_QUOTA_INFORMATION;

/// `FILE_GET_QUOTA_INFORMATION` — one user whose quota is asked for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_GET_QUOTA_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub SidLength: ULONG,
    pub Sid: SID,
}
layout!(FILE_GET_QUOTA_INFORMATION: 20, 4 { NextEntryOffset: 0..4, SidLength: 4..8, Sid: 8..20 });
/// `PFILE_GET_QUOTA_INFORMATION` — points to a `FILE_GET_QUOTA_INFORMATION`.
pub type PFILE_GET_QUOTA_INFORMATION = *mut FILE_GET_QUOTA_INFORMATION;

/// `FILE_IO_PRIORITY_HINT_INFORMATION` — how urgent a handle's operations are.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_IO_PRIORITY_HINT_INFORMATION {
    pub PriorityHint: IO_PRIORITY_HINT,
}
layout!(FILE_IO_PRIORITY_HINT_INFORMATION: 4, 4 { PriorityHint: 0..4 });
/// `PFILE_IO_PRIORITY_HINT_INFORMATION` — points to a `FILE_IO_PRIORITY_HINT_INFORMATION`.
pub type PFILE_IO_PRIORITY_HINT_INFORMATION = *mut FILE_IO_PRIORITY_HINT_INFORMATION;

/// `FILE_IS_REMOTE_DEVICE_INFORMATION` — whether the file is on another machine.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_IS_REMOTE_DEVICE_INFORMATION {
    pub IsRemote: BOOLEAN,
}
layout!(FILE_IS_REMOTE_DEVICE_INFORMATION: 1, 1 { IsRemote: 0..1 });
/// `PFILE_IS_REMOTE_DEVICE_INFORMATION` — points to a `FILE_IS_REMOTE_DEVICE_INFORMATION`.
pub type PFILE_IS_REMOTE_DEVICE_INFORMATION = *mut FILE_IS_REMOTE_DEVICE_INFORMATION;

/// `FILE_COMPLETION_INFORMATION` — the completion port of a handle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_COMPLETION_INFORMATION {
    pub Port: HANDLE,
    pub Key: PVOID,
}
layout!(FILE_COMPLETION_INFORMATION: 16, 8 { Port: 0..8, Key: 8..16 });
/// `PFILE_COMPLETION_INFORMATION` — points to a `FILE_COMPLETION_INFORMATION`.
pub type PFILE_COMPLETION_INFORMATION = *mut FILE_COMPLETION_INFORMATION;

/// `FILE_PROCESS_IDS_USING_FILE_INFORMATION` — the processes that have the file open.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_PROCESS_IDS_USING_FILE_INFORMATION {
    pub NumberOfProcessIdsInList: ULONG,
    pub ProcessIdList: [ULONG_PTR; 1],
}
layout!(FILE_PROCESS_IDS_USING_FILE_INFORMATION: 16, 8 {
    NumberOfProcessIdsInList: 0..4, ProcessIdList: 8..16,
});
/// `PFILE_PROCESS_IDS_USING_FILE_INFORMATION` — points to a `FILE_PROCESS_IDS_USING_FILE_INFORMATION`.
pub type PFILE_PROCESS_IDS_USING_FILE_INFORMATION = *mut FILE_PROCESS_IDS_USING_FILE_INFORMATION;

/// `FILE_MOVE_CLUSTER_INFORMATION` — clusters to move.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_MOVE_CLUSTER_INFORMATION {
    pub ClusterCount: ULONG,
    pub RootDirectory: HANDLE,
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_MOVE_CLUSTER_INFORMATION: 24, 8 {
    ClusterCount: 0..4, RootDirectory: 8..16, FileNameLength: 16..20, FileName: 20..22,
});
/// `PFILE_MOVE_CLUSTER_INFORMATION` — points to a `FILE_MOVE_CLUSTER_INFORMATION`.
pub type PFILE_MOVE_CLUSTER_INFORMATION = *mut FILE_MOVE_CLUSTER_INFORMATION;

/// `FILE_TRACKING_INFORMATION` — a file that moved to another volume.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_TRACKING_INFORMATION {
    pub DestinationFile: HANDLE,
    pub ObjectInformationLength: ULONG,
    pub ObjectInformation: [CHAR; 1],
}
layout!(FILE_TRACKING_INFORMATION: 16, 8 {
    DestinationFile: 0..8, ObjectInformationLength: 8..12, ObjectInformation: 12..13,
});
/// `PFILE_TRACKING_INFORMATION` — points to a `FILE_TRACKING_INFORMATION`.
pub type PFILE_TRACKING_INFORMATION = *mut FILE_TRACKING_INFORMATION;

/// `FILE_ZERO_DATA_INFORMATION` — a range to zero.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ZERO_DATA_INFORMATION {
    pub FileOffset: LARGE_INTEGER,
    pub BeyondFinalZero: LARGE_INTEGER,
}
layout!(FILE_ZERO_DATA_INFORMATION: 16, 8 { FileOffset: 0..8, BeyondFinalZero: 8..16 });
/// `PFILE_ZERO_DATA_INFORMATION` — points to a `FILE_ZERO_DATA_INFORMATION`.
pub type PFILE_ZERO_DATA_INFORMATION = *mut FILE_ZERO_DATA_INFORMATION;

/// `FILE_VOLUME_NAME_INFORMATION` — the name of the volume's device.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_VOLUME_NAME_INFORMATION {
    pub DeviceNameLength: ULONG,
    pub DeviceName: [WCHAR; 1],
}
layout!(FILE_VOLUME_NAME_INFORMATION: 8, 4 { DeviceNameLength: 0..4, DeviceName: 4..6 });
/// `PFILE_VOLUME_NAME_INFORMATION` — points to a `FILE_VOLUME_NAME_INFORMATION`.
pub type PFILE_VOLUME_NAME_INFORMATION = *mut FILE_VOLUME_NAME_INFORMATION;
