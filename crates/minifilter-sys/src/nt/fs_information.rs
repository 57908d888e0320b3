//! What volumes answer and take.

use crate::*;

/// `FS_INFORMATION_CLASS` — the information classes of volumes.
pub type FS_INFORMATION_CLASS = i32;
pub const FileFsVolumeInformation: FS_INFORMATION_CLASS = 1;
pub const FileFsLabelInformation: FS_INFORMATION_CLASS = 2;
pub const FileFsSizeInformation: FS_INFORMATION_CLASS = 3;
pub const FileFsDeviceInformation: FS_INFORMATION_CLASS = 4;
pub const FileFsAttributeInformation: FS_INFORMATION_CLASS = 5;
pub const FileFsControlInformation: FS_INFORMATION_CLASS = 6;
pub const FileFsFullSizeInformation: FS_INFORMATION_CLASS = 7;
pub const FileFsObjectIdInformation: FS_INFORMATION_CLASS = 8;
pub const FileFsDriverPathInformation: FS_INFORMATION_CLASS = 9;
pub const FileFsVolumeFlagsInformation: FS_INFORMATION_CLASS = 10;
pub const FileFsSectorSizeInformation: FS_INFORMATION_CLASS = 11;
pub const FileFsDataCopyInformation: FS_INFORMATION_CLASS = 12;
pub const FileFsMetadataSizeInformation: FS_INFORMATION_CLASS = 13;
pub const FileFsFullSizeInformationEx: FS_INFORMATION_CLASS = 14;
pub const FileFsMaximumInformation: FS_INFORMATION_CLASS = 15;

/// `FILE_FS_VOLUME_INFORMATION` — serial number and label.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_VOLUME_INFORMATION {
    pub VolumeCreationTime: LARGE_INTEGER,
    pub VolumeSerialNumber: ULONG,
    pub VolumeLabelLength: ULONG,
    pub SupportsObjects: BOOLEAN,
    pub VolumeLabel: [WCHAR; 1],
}
layout!(FILE_FS_VOLUME_INFORMATION: 24, 8 {
    VolumeCreationTime: 0..8, VolumeSerialNumber: 8..12, VolumeLabelLength: 12..16,
    SupportsObjects: 16..17, VolumeLabel: 18..20,
});
/// `PFILE_FS_VOLUME_INFORMATION` — points to a `FILE_FS_VOLUME_INFORMATION`.
pub type PFILE_FS_VOLUME_INFORMATION = *mut FILE_FS_VOLUME_INFORMATION;

/// `FILE_FS_LABEL_INFORMATION` — the label.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_LABEL_INFORMATION {
    pub VolumeLabelLength: ULONG,
    pub VolumeLabel: [WCHAR; 1],
}
layout!(FILE_FS_LABEL_INFORMATION: 8, 4 { VolumeLabelLength: 0..4, VolumeLabel: 4..6 });
/// `PFILE_FS_LABEL_INFORMATION` — points to a `FILE_FS_LABEL_INFORMATION`.
pub type PFILE_FS_LABEL_INFORMATION = *mut FILE_FS_LABEL_INFORMATION;

/// `FILE_FS_SIZE_INFORMATION` — sizes in allocation units.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_SIZE_INFORMATION {
    pub TotalAllocationUnits: LARGE_INTEGER,
    pub AvailableAllocationUnits: LARGE_INTEGER,
    pub SectorsPerAllocationUnit: ULONG,
    pub BytesPerSector: ULONG,
}
layout!(FILE_FS_SIZE_INFORMATION: 24, 8 {
    TotalAllocationUnits: 0..8, AvailableAllocationUnits: 8..16, SectorsPerAllocationUnit: 16..20,
    BytesPerSector: 20..24,
});
/// `PFILE_FS_SIZE_INFORMATION` — points to a `FILE_FS_SIZE_INFORMATION`.
pub type PFILE_FS_SIZE_INFORMATION = *mut FILE_FS_SIZE_INFORMATION;

/// `FILE_FS_FULL_SIZE_INFORMATION` — sizes with and without the caller's quota.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_FULL_SIZE_INFORMATION {
    pub TotalAllocationUnits: LARGE_INTEGER,
    pub CallerAvailableAllocationUnits: LARGE_INTEGER,
    pub ActualAvailableAllocationUnits: LARGE_INTEGER,
    pub SectorsPerAllocationUnit: ULONG,
    pub BytesPerSector: ULONG,
}
layout!(FILE_FS_FULL_SIZE_INFORMATION: 32, 8 {
    TotalAllocationUnits: 0..8, CallerAvailableAllocationUnits: 8..16,
    ActualAvailableAllocationUnits: 16..24, SectorsPerAllocationUnit: 24..28,
    BytesPerSector: 28..32,
});
/// `PFILE_FS_FULL_SIZE_INFORMATION` — points to a `FILE_FS_FULL_SIZE_INFORMATION`.
pub type PFILE_FS_FULL_SIZE_INFORMATION = *mut FILE_FS_FULL_SIZE_INFORMATION;

/// `FILE_FS_DEVICE_INFORMATION` — the device under the volume.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_DEVICE_INFORMATION {
    pub DeviceType: DEVICE_TYPE,
    pub Characteristics: ULONG,
}
layout!(FILE_FS_DEVICE_INFORMATION: 8, 4 { DeviceType: 0..4, Characteristics: 4..8 });
/// `PFILE_FS_DEVICE_INFORMATION` — points to a `FILE_FS_DEVICE_INFORMATION`.
pub type PFILE_FS_DEVICE_INFORMATION = *mut FILE_FS_DEVICE_INFORMATION;

/// `FILE_FS_ATTRIBUTE_INFORMATION` — what the file system can do, and its name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_ATTRIBUTE_INFORMATION {
    pub FileSystemAttributes: ULONG,
    pub MaximumComponentNameLength: LONG,
    pub FileSystemNameLength: ULONG,
    pub FileSystemName: [WCHAR; 1],
}
layout!(FILE_FS_ATTRIBUTE_INFORMATION: 16, 4 {
    FileSystemAttributes: 0..4, MaximumComponentNameLength: 4..8, FileSystemNameLength: 8..12,
    FileSystemName: 12..14,
});
/// `PFILE_FS_ATTRIBUTE_INFORMATION` — points to a `FILE_FS_ATTRIBUTE_INFORMATION`.
pub type PFILE_FS_ATTRIBUTE_INFORMATION = *mut FILE_FS_ATTRIBUTE_INFORMATION;

/// `FILE_FS_CONTROL_INFORMATION` — quotas of the volume.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_CONTROL_INFORMATION {
    pub FreeSpaceStartFiltering: LARGE_INTEGER,
    pub FreeSpaceThreshold: LARGE_INTEGER,
    pub FreeSpaceStopFiltering: LARGE_INTEGER,
    pub DefaultQuotaThreshold: LARGE_INTEGER,
    pub DefaultQuotaLimit: LARGE_INTEGER,
    pub FileSystemControlFlags: ULONG,
}
layout!(FILE_FS_CONTROL_INFORMATION: 48, 8 {
    FreeSpaceStartFiltering: 0..8, FreeSpaceThreshold: 8..16, FreeSpaceStopFiltering: 16..24,
    DefaultQuotaThreshold: 24..32, DefaultQuotaLimit: 32..40, FileSystemControlFlags: 40..44,
});
/// `PFILE_FS_CONTROL_INFORMATION` — points to a `FILE_FS_CONTROL_INFORMATION`.
pub type PFILE_FS_CONTROL_INFORMATION = *mut FILE_FS_CONTROL_INFORMATION;

/// `FILE_FS_OBJECTID_INFORMATION` — the volume's object identifier.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_OBJECTID_INFORMATION {
    pub ObjectId: [UCHAR; 16],
    pub ExtendedInfo: [UCHAR; 48],
}
layout!(FILE_FS_OBJECTID_INFORMATION: 64, 1 { ObjectId: 0..16, ExtendedInfo: 16..64 });
/// `PFILE_FS_OBJECTID_INFORMATION` — points to a `FILE_FS_OBJECTID_INFORMATION`.
pub type PFILE_FS_OBJECTID_INFORMATION = *mut FILE_FS_OBJECTID_INFORMATION;

/// `FILE_FS_DRIVER_PATH_INFORMATION` — whether a driver is in the volume's path.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_DRIVER_PATH_INFORMATION {
    pub DriverInPath: BOOLEAN,
    pub DriverNameLength: ULONG,
    pub DriverName: [WCHAR; 1],
}
layout!(FILE_FS_DRIVER_PATH_INFORMATION: 12, 4 {
    DriverInPath: 0..1, DriverNameLength: 4..8, DriverName: 8..10,
});
/// `PFILE_FS_DRIVER_PATH_INFORMATION` — points to a `FILE_FS_DRIVER_PATH_INFORMATION`.
pub type PFILE_FS_DRIVER_PATH_INFORMATION = *mut FILE_FS_DRIVER_PATH_INFORMATION;

/// `FILE_FS_VOLUME_FLAGS_INFORMATION` — flags of the volume.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_VOLUME_FLAGS_INFORMATION {
    pub Flags: ULONG,
}
layout!(FILE_FS_VOLUME_FLAGS_INFORMATION: 4, 4 { Flags: 0..4 });
/// `PFILE_FS_VOLUME_FLAGS_INFORMATION` — points to a `FILE_FS_VOLUME_FLAGS_INFORMATION`.
pub type PFILE_FS_VOLUME_FLAGS_INFORMATION = *mut FILE_FS_VOLUME_FLAGS_INFORMATION;

/// `FILE_FS_SECTOR_SIZE_INFORMATION` — the sector sizes of the device.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_SECTOR_SIZE_INFORMATION {
    pub LogicalBytesPerSector: ULONG,
    pub PhysicalBytesPerSectorForAtomicity: ULONG,
    pub PhysicalBytesPerSectorForPerformance: ULONG,
    pub FileSystemEffectivePhysicalBytesPerSectorForAtomicity: ULONG,
    pub Flags: ULONG,
    pub ByteOffsetForSectorAlignment: ULONG,
    pub ByteOffsetForPartitionAlignment: ULONG,
}
layout!(FILE_FS_SECTOR_SIZE_INFORMATION: 28, 4 {
    LogicalBytesPerSector: 0..4, PhysicalBytesPerSectorForAtomicity: 4..8,
    PhysicalBytesPerSectorForPerformance: 8..12,
    FileSystemEffectivePhysicalBytesPerSectorForAtomicity: 12..16, Flags: 16..20,
    ByteOffsetForSectorAlignment: 20..24, ByteOffsetForPartitionAlignment: 24..28,
});
/// `PFILE_FS_SECTOR_SIZE_INFORMATION` — points to a `FILE_FS_SECTOR_SIZE_INFORMATION`.
pub type PFILE_FS_SECTOR_SIZE_INFORMATION = *mut FILE_FS_SECTOR_SIZE_INFORMATION;

/// `FILE_FS_DATA_COPY_INFORMATION` — how many copies the volume keeps.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_DATA_COPY_INFORMATION {
    pub NumberOfCopies: ULONG,
}
layout!(FILE_FS_DATA_COPY_INFORMATION: 4, 4 { NumberOfCopies: 0..4 });
/// `PFILE_FS_DATA_COPY_INFORMATION` — points to a `FILE_FS_DATA_COPY_INFORMATION`.
pub type PFILE_FS_DATA_COPY_INFORMATION = *mut FILE_FS_DATA_COPY_INFORMATION;

/// `FILE_FS_METADATA_SIZE_INFORMATION` — the size of the volume's metadata.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_METADATA_SIZE_INFORMATION {
    pub TotalMetadataAllocationUnits: LARGE_INTEGER,
    pub SectorsPerAllocationUnit: ULONG,
    pub BytesPerSector: ULONG,
}
layout!(FILE_FS_METADATA_SIZE_INFORMATION: 16, 8 {
    TotalMetadataAllocationUnits: 0..8, SectorsPerAllocationUnit: 8..12, BytesPerSector: 12..16,
});
/// `PFILE_FS_METADATA_SIZE_INFORMATION` — points to a `FILE_FS_METADATA_SIZE_INFORMATION`.
pub type PFILE_FS_METADATA_SIZE_INFORMATION = *mut FILE_FS_METADATA_SIZE_INFORMATION;

/// `FILE_FS_FULL_SIZE_INFORMATION_EX` — every size of the volume.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_FULL_SIZE_INFORMATION_EX {
    pub ActualTotalAllocationUnits: ULONGLONG,
    pub ActualAvailableAllocationUnits: ULONGLONG,
    pub ActualPoolUnavailableAllocationUnits: ULONGLONG,
    pub CallerTotalAllocationUnits: ULONGLONG,
    pub CallerAvailableAllocationUnits: ULONGLONG,
    pub CallerPoolUnavailableAllocationUnits: ULONGLONG,
    pub UsedAllocationUnits: ULONGLONG,
    pub TotalReservedAllocationUnits: ULONGLONG,
    pub VolumeStorageReserveAllocationUnits: ULONGLONG,
    pub AvailableCommittedAllocationUnits: ULONGLONG,
    pub PoolAvailableAllocationUnits: ULONGLONG,
    pub SectorsPerAllocationUnit: ULONG,
    pub BytesPerSector: ULONG,
}
layout!(FILE_FS_FULL_SIZE_INFORMATION_EX: 96, 8 {
    ActualTotalAllocationUnits: 0..8, ActualAvailableAllocationUnits: 8..16,
    ActualPoolUnavailableAllocationUnits: 16..24, CallerTotalAllocationUnits: 24..32,
    CallerAvailableAllocationUnits: 32..40, CallerPoolUnavailableAllocationUnits: 40..48,
    UsedAllocationUnits: 48..56, TotalReservedAllocationUnits: 56..64,
    VolumeStorageReserveAllocationUnits: 64..72, AvailableCommittedAllocationUnits: 72..80,
    PoolAvailableAllocationUnits: 80..88, SectorsPerAllocationUnit: 88..92, BytesPerSector: 92..96,
});
/// `PFILE_FS_FULL_SIZE_INFORMATION_EX` — points to a `FILE_FS_FULL_SIZE_INFORMATION_EX`.
pub type PFILE_FS_FULL_SIZE_INFORMATION_EX = *mut FILE_FS_FULL_SIZE_INFORMATION_EX;

/// `FILE_FS_PERSISTENT_VOLUME_INFORMATION` — flags that survive a restart.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FS_PERSISTENT_VOLUME_INFORMATION {
    pub VolumeFlags: ULONG,
    pub FlagMask: ULONG,
    pub Version: ULONG,
    pub Reserved: ULONG,
}
layout!(FILE_FS_PERSISTENT_VOLUME_INFORMATION: 16, 4 {
    VolumeFlags: 0..4, FlagMask: 4..8, Version: 8..12, Reserved: 12..16,
});
/// `PFILE_FS_PERSISTENT_VOLUME_INFORMATION` — points to a `FILE_FS_PERSISTENT_VOLUME_INFORMATION`.
pub type PFILE_FS_PERSISTENT_VOLUME_INFORMATION = *mut FILE_FS_PERSISTENT_VOLUME_INFORMATION;
