//! Small enumerations of the I/O manager.

/// `LOCK_OPERATION` — the access a buffer is locked for.
pub type LOCK_OPERATION = i32;
pub const IoReadAccess: LOCK_OPERATION = 0;
pub const IoWriteAccess: LOCK_OPERATION = 1;
pub const IoModifyAccess: LOCK_OPERATION = 2;

/// `CREATE_FILE_TYPE` — what a create makes.
pub type CREATE_FILE_TYPE = i32;
pub const CreateFileTypeNone: CREATE_FILE_TYPE = 0;
pub const CreateFileTypeNamedPipe: CREATE_FILE_TYPE = 1;
pub const CreateFileTypeMailslot: CREATE_FILE_TYPE = 2;

/// `DIRECTORY_NOTIFY_INFORMATION_CLASS` — the form of directory notifications.
pub type DIRECTORY_NOTIFY_INFORMATION_CLASS = i32;
pub const DirectoryNotifyInformation: DIRECTORY_NOTIFY_INFORMATION_CLASS = 1;
pub const DirectoryNotifyExtendedInformation: DIRECTORY_NOTIFY_INFORMATION_CLASS = 2;
pub const DirectoryNotifyFullInformation: DIRECTORY_NOTIFY_INFORMATION_CLASS = 3;
pub const DirectoryNotifyMaximumInformation: DIRECTORY_NOTIFY_INFORMATION_CLASS = 4;

/// `BUS_QUERY_ID_TYPE` — which identifier of a device is asked for.
pub type BUS_QUERY_ID_TYPE = i32;
pub const BusQueryDeviceID: BUS_QUERY_ID_TYPE = 0;
pub const BusQueryHardwareIDs: BUS_QUERY_ID_TYPE = 1;
pub const BusQueryCompatibleIDs: BUS_QUERY_ID_TYPE = 2;
pub const BusQueryInstanceID: BUS_QUERY_ID_TYPE = 3;
pub const BusQueryDeviceSerialNumber: BUS_QUERY_ID_TYPE = 4;
pub const BusQueryContainerID: BUS_QUERY_ID_TYPE = 5;
/// `DEVICE_RELATION_TYPE` — which relation of a device is asked for.
pub type DEVICE_RELATION_TYPE = i32;
/// `DEVICE_TEXT_TYPE` — which text of a device is asked for.
pub type DEVICE_TEXT_TYPE = i32;
/// `DEVICE_USAGE_NOTIFICATION_TYPE` — which special file a device holds.
pub type DEVICE_USAGE_NOTIFICATION_TYPE = i32;
/// `SYSTEM_POWER_STATE` — a power state of the machine.
pub type SYSTEM_POWER_STATE = i32;
/// `DEVICE_POWER_STATE` — a power state of a device.
pub type DEVICE_POWER_STATE = i32;
/// `POWER_STATE_TYPE` — whose power state is meant.
pub type POWER_STATE_TYPE = i32;
/// `POWER_ACTION` — why the power state changes.
pub type POWER_ACTION = i32;
