//! What the filter manager tells about filters, instances and volumes.

use crate::*;

/// `FLT_FILESYSTEM_TYPE` — the file systems the filter manager knows.
pub type FLT_FILESYSTEM_TYPE = i32;
pub const FLT_FSTYPE_UNKNOWN: FLT_FILESYSTEM_TYPE = 0;
pub const FLT_FSTYPE_RAW: FLT_FILESYSTEM_TYPE = 1;
pub const FLT_FSTYPE_NTFS: FLT_FILESYSTEM_TYPE = 2;
pub const FLT_FSTYPE_FAT: FLT_FILESYSTEM_TYPE = 3;
pub const FLT_FSTYPE_CDFS: FLT_FILESYSTEM_TYPE = 4;
pub const FLT_FSTYPE_UDFS: FLT_FILESYSTEM_TYPE = 5;
pub const FLT_FSTYPE_LANMAN: FLT_FILESYSTEM_TYPE = 6;
pub const FLT_FSTYPE_WEBDAV: FLT_FILESYSTEM_TYPE = 7;
pub const FLT_FSTYPE_RDPDR: FLT_FILESYSTEM_TYPE = 8;
pub const FLT_FSTYPE_NFS: FLT_FILESYSTEM_TYPE = 9;
pub const FLT_FSTYPE_MS_NETWARE: FLT_FILESYSTEM_TYPE = 10;
pub const FLT_FSTYPE_NETWARE: FLT_FILESYSTEM_TYPE = 11;
pub const FLT_FSTYPE_BSUDF: FLT_FILESYSTEM_TYPE = 12;
pub const FLT_FSTYPE_MUP: FLT_FILESYSTEM_TYPE = 13;
pub const FLT_FSTYPE_RSFX: FLT_FILESYSTEM_TYPE = 14;
pub const FLT_FSTYPE_ROXIO_UDF1: FLT_FILESYSTEM_TYPE = 15;
pub const FLT_FSTYPE_ROXIO_UDF2: FLT_FILESYSTEM_TYPE = 16;
pub const FLT_FSTYPE_ROXIO_UDF3: FLT_FILESYSTEM_TYPE = 17;
pub const FLT_FSTYPE_TACIT: FLT_FILESYSTEM_TYPE = 18;
pub const FLT_FSTYPE_FS_REC: FLT_FILESYSTEM_TYPE = 19;
pub const FLT_FSTYPE_INCD: FLT_FILESYSTEM_TYPE = 20;
pub const FLT_FSTYPE_INCD_FAT: FLT_FILESYSTEM_TYPE = 21;
pub const FLT_FSTYPE_EXFAT: FLT_FILESYSTEM_TYPE = 22;
pub const FLT_FSTYPE_PSFS: FLT_FILESYSTEM_TYPE = 23;
pub const FLT_FSTYPE_GPFS: FLT_FILESYSTEM_TYPE = 24;
pub const FLT_FSTYPE_NPFS: FLT_FILESYSTEM_TYPE = 25;
pub const FLT_FSTYPE_MSFS: FLT_FILESYSTEM_TYPE = 26;
pub const FLT_FSTYPE_CSVFS: FLT_FILESYSTEM_TYPE = 27;
pub const FLT_FSTYPE_REFS: FLT_FILESYSTEM_TYPE = 28;
pub const FLT_FSTYPE_OPENAFS: FLT_FILESYSTEM_TYPE = 29;
pub const FLT_FSTYPE_CIMFS: FLT_FILESYSTEM_TYPE = 30;
/// `PFLT_FILESYSTEM_TYPE` — where a file system type goes.
pub type PFLT_FILESYSTEM_TYPE = *mut FLT_FILESYSTEM_TYPE;

/// `FILTER_INFORMATION_CLASS` — the information classes of filters.
pub type FILTER_INFORMATION_CLASS = i32;
pub const FilterFullInformation: FILTER_INFORMATION_CLASS = 0;
pub const FilterAggregateBasicInformation: FILTER_INFORMATION_CLASS = 1;
pub const FilterAggregateStandardInformation: FILTER_INFORMATION_CLASS = 2;

/// `FILTER_VOLUME_INFORMATION_CLASS` — the information classes of volumes.
pub type FILTER_VOLUME_INFORMATION_CLASS = i32;
pub const FilterVolumeBasicInformation: FILTER_VOLUME_INFORMATION_CLASS = 0;
pub const FilterVolumeStandardInformation: FILTER_VOLUME_INFORMATION_CLASS = 1;

/// `INSTANCE_INFORMATION_CLASS` — the information classes of instances.
pub type INSTANCE_INFORMATION_CLASS = i32;
pub const InstanceBasicInformation: INSTANCE_INFORMATION_CLASS = 0;
pub const InstancePartialInformation: INSTANCE_INFORMATION_CLASS = 1;
pub const InstanceFullInformation: INSTANCE_INFORMATION_CLASS = 2;
pub const InstanceAggregateStandardInformation: INSTANCE_INFORMATION_CLASS = 3;

/// `FLT_VOLUME_PROPERTIES` — a volume's device, sector size and names.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_VOLUME_PROPERTIES {
    pub DeviceType: DEVICE_TYPE,
    pub DeviceCharacteristics: ULONG,
    pub DeviceObjectFlags: ULONG,
    pub AlignmentRequirement: ULONG,
    pub SectorSize: USHORT,
    pub Flags: USHORT,
    pub FileSystemDriverName: UNICODE_STRING,
    pub FileSystemDeviceName: UNICODE_STRING,
    pub RealDeviceName: UNICODE_STRING,
}
layout!(FLT_VOLUME_PROPERTIES: 72, 8 {
    DeviceType: 0..4, DeviceCharacteristics: 4..8, DeviceObjectFlags: 8..12,
    AlignmentRequirement: 12..16, SectorSize: 16..18, Flags: 18..20, FileSystemDriverName: 24..40,
    FileSystemDeviceName: 40..56, RealDeviceName: 56..72,
});
/// `PFLT_VOLUME_PROPERTIES` — points to a `FLT_VOLUME_PROPERTIES`.
pub type PFLT_VOLUME_PROPERTIES = *mut FLT_VOLUME_PROPERTIES;

/// `FILTER_FULL_INFORMATION` — a filter's name and number of instances.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_FULL_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FrameID: ULONG,
    pub NumberOfInstances: ULONG,
    pub FilterNameLength: USHORT,
    pub FilterNameBuffer: [WCHAR; 1],
}
layout!(FILTER_FULL_INFORMATION: 16, 4 {
    NextEntryOffset: 0..4, FrameID: 4..8, NumberOfInstances: 8..12, FilterNameLength: 12..14,
    FilterNameBuffer: 14..16,
});
/// `PFILTER_FULL_INFORMATION` — points to a `FILTER_FULL_INFORMATION`.
pub type PFILTER_FULL_INFORMATION = *mut FILTER_FULL_INFORMATION;

/// `FILTER_AGGREGATE_BASIC_MINIFILTER` — a minifilter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_AGGREGATE_BASIC_MINIFILTER {
    pub FrameID: ULONG,
    pub NumberOfInstances: ULONG,
    pub FilterNameLength: USHORT,
    pub FilterNameBufferOffset: USHORT,
    pub FilterAltitudeLength: USHORT,
    pub FilterAltitudeBufferOffset: USHORT,
}
layout!(FILTER_AGGREGATE_BASIC_MINIFILTER: 16, 4 {
    FrameID: 0..4, NumberOfInstances: 4..8, FilterNameLength: 8..10, FilterNameBufferOffset: 10..12,
    FilterAltitudeLength: 12..14, FilterAltitudeBufferOffset: 14..16,
});

/// `FILTER_AGGREGATE_BASIC_LEGACY` — a legacy filter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_AGGREGATE_BASIC_LEGACY {
    pub FilterNameLength: USHORT,
    pub FilterNameBufferOffset: USHORT,
}
layout!(FILTER_AGGREGATE_BASIC_LEGACY: 4, 2 {
    FilterNameLength: 0..2, FilterNameBufferOffset: 2..4,
});

/// `FILTER_AGGREGATE_BASIC_TYPE` — a filter of either kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FILTER_AGGREGATE_BASIC_TYPE {
    pub MiniFilter: FILTER_AGGREGATE_BASIC_MINIFILTER,
    pub LegacyFilter: FILTER_AGGREGATE_BASIC_LEGACY,
}
layout!(FILTER_AGGREGATE_BASIC_TYPE: 16, 4 { MiniFilter: 0..16, LegacyFilter: 0..4 });

/// `FILTER_AGGREGATE_BASIC_INFORMATION` — a filter of either kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_AGGREGATE_BASIC_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub Flags: ULONG,
    pub Type: FILTER_AGGREGATE_BASIC_TYPE,
}
layout!(FILTER_AGGREGATE_BASIC_INFORMATION: 24, 4 {
    NextEntryOffset: 0..4, Flags: 4..8, Type: 8..24,
});
/// `PFILTER_AGGREGATE_BASIC_INFORMATION` — points to a `FILTER_AGGREGATE_BASIC_INFORMATION`.
pub type PFILTER_AGGREGATE_BASIC_INFORMATION = *mut FILTER_AGGREGATE_BASIC_INFORMATION;

/// `FILTER_AGGREGATE_STANDARD_MINIFILTER` — a minifilter and its altitude.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_AGGREGATE_STANDARD_MINIFILTER {
    pub Flags: ULONG,
    pub FrameID: ULONG,
    pub NumberOfInstances: ULONG,
    pub FilterNameLength: USHORT,
    pub FilterNameBufferOffset: USHORT,
    pub FilterAltitudeLength: USHORT,
    pub FilterAltitudeBufferOffset: USHORT,
}
layout!(FILTER_AGGREGATE_STANDARD_MINIFILTER: 20, 4 {
    Flags: 0..4, FrameID: 4..8, NumberOfInstances: 8..12, FilterNameLength: 12..14,
    FilterNameBufferOffset: 14..16, FilterAltitudeLength: 16..18,
    FilterAltitudeBufferOffset: 18..20,
});

/// `FILTER_AGGREGATE_STANDARD_LEGACY` — a legacy filter and its altitude.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_AGGREGATE_STANDARD_LEGACY {
    pub Flags: ULONG,
    pub FilterNameLength: USHORT,
    pub FilterNameBufferOffset: USHORT,
    pub FilterAltitudeLength: USHORT,
    pub FilterAltitudeBufferOffset: USHORT,
}
layout!(FILTER_AGGREGATE_STANDARD_LEGACY: 12, 4 {
    Flags: 0..4, FilterNameLength: 4..6, FilterNameBufferOffset: 6..8, FilterAltitudeLength: 8..10,
    FilterAltitudeBufferOffset: 10..12,
});

/// `FILTER_AGGREGATE_STANDARD_TYPE` — a filter of either kind and its altitude.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FILTER_AGGREGATE_STANDARD_TYPE {
    pub MiniFilter: FILTER_AGGREGATE_STANDARD_MINIFILTER,
    pub LegacyFilter: FILTER_AGGREGATE_STANDARD_LEGACY,
}
layout!(FILTER_AGGREGATE_STANDARD_TYPE: 20, 4 { MiniFilter: 0..20, LegacyFilter: 0..12 });

/// `FILTER_AGGREGATE_STANDARD_INFORMATION` — a filter of either kind and its altitude.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_AGGREGATE_STANDARD_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub Flags: ULONG,
    pub Type: FILTER_AGGREGATE_STANDARD_TYPE,
}
layout!(FILTER_AGGREGATE_STANDARD_INFORMATION: 28, 4 {
    NextEntryOffset: 0..4, Flags: 4..8, Type: 8..28,
});
/// `PFILTER_AGGREGATE_STANDARD_INFORMATION` — points to a `FILTER_AGGREGATE_STANDARD_INFORMATION`.
pub type PFILTER_AGGREGATE_STANDARD_INFORMATION = *mut FILTER_AGGREGATE_STANDARD_INFORMATION;

/// `FILTER_VOLUME_BASIC_INFORMATION` — a volume's name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_VOLUME_BASIC_INFORMATION {
    pub FilterVolumeNameLength: USHORT,
    pub FilterVolumeName: [WCHAR; 1],
}
layout!(FILTER_VOLUME_BASIC_INFORMATION: 4, 2 {
    FilterVolumeNameLength: 0..2, FilterVolumeName: 2..4,
});
/// `PFILTER_VOLUME_BASIC_INFORMATION` — points to a `FILTER_VOLUME_BASIC_INFORMATION`.
pub type PFILTER_VOLUME_BASIC_INFORMATION = *mut FILTER_VOLUME_BASIC_INFORMATION;

/// `FILTER_VOLUME_STANDARD_INFORMATION` — a volume's name and file system.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_VOLUME_STANDARD_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub Flags: ULONG,
    pub FrameID: ULONG,
    pub FileSystemType: FLT_FILESYSTEM_TYPE,
    pub FilterVolumeNameLength: USHORT,
    pub FilterVolumeName: [WCHAR; 1],
}
layout!(FILTER_VOLUME_STANDARD_INFORMATION: 20, 4 {
    NextEntryOffset: 0..4, Flags: 4..8, FrameID: 8..12, FileSystemType: 12..16,
    FilterVolumeNameLength: 16..18, FilterVolumeName: 18..20,
});
/// `PFILTER_VOLUME_STANDARD_INFORMATION` — points to a `FILTER_VOLUME_STANDARD_INFORMATION`.
pub type PFILTER_VOLUME_STANDARD_INFORMATION = *mut FILTER_VOLUME_STANDARD_INFORMATION;

/// `INSTANCE_BASIC_INFORMATION` — an instance's name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct INSTANCE_BASIC_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub InstanceNameLength: USHORT,
    pub InstanceNameBufferOffset: USHORT,
}
layout!(INSTANCE_BASIC_INFORMATION: 8, 4 {
    NextEntryOffset: 0..4, InstanceNameLength: 4..6, InstanceNameBufferOffset: 6..8,
});
/// `PINSTANCE_BASIC_INFORMATION` — points to a `INSTANCE_BASIC_INFORMATION`.
pub type PINSTANCE_BASIC_INFORMATION = *mut INSTANCE_BASIC_INFORMATION;

/// `INSTANCE_PARTIAL_INFORMATION` — an instance's name and altitude.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct INSTANCE_PARTIAL_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub InstanceNameLength: USHORT,
    pub InstanceNameBufferOffset: USHORT,
    pub AltitudeLength: USHORT,
    pub AltitudeBufferOffset: USHORT,
}
layout!(INSTANCE_PARTIAL_INFORMATION: 12, 4 {
    NextEntryOffset: 0..4, InstanceNameLength: 4..6, InstanceNameBufferOffset: 6..8,
    AltitudeLength: 8..10, AltitudeBufferOffset: 10..12,
});
/// `PINSTANCE_PARTIAL_INFORMATION` — points to a `INSTANCE_PARTIAL_INFORMATION`.
pub type PINSTANCE_PARTIAL_INFORMATION = *mut INSTANCE_PARTIAL_INFORMATION;

/// `INSTANCE_FULL_INFORMATION` — an instance's name, altitude, volume and filter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct INSTANCE_FULL_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub InstanceNameLength: USHORT,
    pub InstanceNameBufferOffset: USHORT,
    pub AltitudeLength: USHORT,
    pub AltitudeBufferOffset: USHORT,
    pub VolumeNameLength: USHORT,
    pub VolumeNameBufferOffset: USHORT,
    pub FilterNameLength: USHORT,
    pub FilterNameBufferOffset: USHORT,
}
layout!(INSTANCE_FULL_INFORMATION: 20, 4 {
    NextEntryOffset: 0..4, InstanceNameLength: 4..6, InstanceNameBufferOffset: 6..8,
    AltitudeLength: 8..10, AltitudeBufferOffset: 10..12, VolumeNameLength: 12..14,
    VolumeNameBufferOffset: 14..16, FilterNameLength: 16..18, FilterNameBufferOffset: 18..20,
});
/// `PINSTANCE_FULL_INFORMATION` — points to a `INSTANCE_FULL_INFORMATION`.
pub type PINSTANCE_FULL_INFORMATION = *mut INSTANCE_FULL_INFORMATION;

/// `INSTANCE_AGGREGATE_STANDARD_MINIFILTER` — an instance of a minifilter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct INSTANCE_AGGREGATE_STANDARD_MINIFILTER {
    pub Flags: ULONG,
    pub FrameID: ULONG,
    pub VolumeFileSystemType: FLT_FILESYSTEM_TYPE,
    pub InstanceNameLength: USHORT,
    pub InstanceNameBufferOffset: USHORT,
    pub AltitudeLength: USHORT,
    pub AltitudeBufferOffset: USHORT,
    pub VolumeNameLength: USHORT,
    pub VolumeNameBufferOffset: USHORT,
    pub FilterNameLength: USHORT,
    pub FilterNameBufferOffset: USHORT,
    pub SupportedFeatures: ULONG,
}
layout!(INSTANCE_AGGREGATE_STANDARD_MINIFILTER: 32, 4 {
    Flags: 0..4, FrameID: 4..8, VolumeFileSystemType: 8..12, InstanceNameLength: 12..14,
    InstanceNameBufferOffset: 14..16, AltitudeLength: 16..18, AltitudeBufferOffset: 18..20,
    VolumeNameLength: 20..22, VolumeNameBufferOffset: 22..24, FilterNameLength: 24..26,
    FilterNameBufferOffset: 26..28, SupportedFeatures: 28..32,
});

/// `INSTANCE_AGGREGATE_STANDARD_LEGACY` — an attachment of a legacy filter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct INSTANCE_AGGREGATE_STANDARD_LEGACY {
    pub Flags: ULONG,
    pub AltitudeLength: USHORT,
    pub AltitudeBufferOffset: USHORT,
    pub VolumeNameLength: USHORT,
    pub VolumeNameBufferOffset: USHORT,
    pub FilterNameLength: USHORT,
    pub FilterNameBufferOffset: USHORT,
    pub SupportedFeatures: ULONG,
}
layout!(INSTANCE_AGGREGATE_STANDARD_LEGACY: 20, 4 {
    Flags: 0..4, AltitudeLength: 4..6, AltitudeBufferOffset: 6..8, VolumeNameLength: 8..10,
    VolumeNameBufferOffset: 10..12, FilterNameLength: 12..14, FilterNameBufferOffset: 14..16,
    SupportedFeatures: 16..20,
});

/// `INSTANCE_AGGREGATE_STANDARD_TYPE` — an instance of either kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union INSTANCE_AGGREGATE_STANDARD_TYPE {
    pub MiniFilter: INSTANCE_AGGREGATE_STANDARD_MINIFILTER,
    pub LegacyFilter: INSTANCE_AGGREGATE_STANDARD_LEGACY,
}
layout!(INSTANCE_AGGREGATE_STANDARD_TYPE: 32, 4 { MiniFilter: 0..32, LegacyFilter: 0..20 });

/// `INSTANCE_AGGREGATE_STANDARD_INFORMATION` — an instance of either kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct INSTANCE_AGGREGATE_STANDARD_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub Flags: ULONG,
    pub Type: INSTANCE_AGGREGATE_STANDARD_TYPE,
}
layout!(INSTANCE_AGGREGATE_STANDARD_INFORMATION: 40, 4 {
    NextEntryOffset: 0..4, Flags: 4..8, Type: 8..40,
});
/// `PINSTANCE_AGGREGATE_STANDARD_INFORMATION` — points to a `INSTANCE_AGGREGATE_STANDARD_INFORMATION`.
pub type PINSTANCE_AGGREGATE_STANDARD_INFORMATION = *mut INSTANCE_AGGREGATE_STANDARD_INFORMATION;
