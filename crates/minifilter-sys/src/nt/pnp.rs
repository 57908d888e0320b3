//! The Plug and Play, power and WMI parameters, the same in a stack location and in callback data.

use crate::*;

/// `PNP_START_DEVICE` — of `IRP_MN_START_DEVICE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_START_DEVICE {
    pub AllocatedResources: PCM_RESOURCE_LIST,
    pub AllocatedResourcesTranslated: PCM_RESOURCE_LIST,
}
layout!(PNP_START_DEVICE: 16, 8 { AllocatedResources: 0..8, AllocatedResourcesTranslated: 8..16 });

/// `PNP_QUERY_DEVICE_RELATIONS` — of `IRP_MN_QUERY_DEVICE_RELATIONS`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_QUERY_DEVICE_RELATIONS {
    pub Type: DEVICE_RELATION_TYPE,
}
layout!(PNP_QUERY_DEVICE_RELATIONS: 4, 4 { Type: 0..4 });

/// `PNP_QUERY_INTERFACE` — of `IRP_MN_QUERY_INTERFACE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_QUERY_INTERFACE {
    pub InterfaceType: LPCGUID,
    pub Size: USHORT,
    pub Version: USHORT,
    pub Interface: PINTERFACE,
    pub InterfaceSpecificData: PVOID,
}
layout!(PNP_QUERY_INTERFACE: 32, 8 {
    InterfaceType: 0..8, Size: 8..10, Version: 10..12, Interface: 16..24,
    InterfaceSpecificData: 24..32,
});

/// `PNP_DEVICE_CAPABILITIES` — of `IRP_MN_QUERY_CAPABILITIES`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_DEVICE_CAPABILITIES {
    pub Capabilities: PDEVICE_CAPABILITIES,
}
layout!(PNP_DEVICE_CAPABILITIES: 8, 8 { Capabilities: 0..8 });

/// `PNP_FILTER_RESOURCE_REQUIREMENTS` — of `IRP_MN_FILTER_RESOURCE_REQUIREMENTS`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_FILTER_RESOURCE_REQUIREMENTS {
    pub IoResourceRequirementList: PIO_RESOURCE_REQUIREMENTS_LIST,
}
layout!(PNP_FILTER_RESOURCE_REQUIREMENTS: 8, 8 { IoResourceRequirementList: 0..8 });

/// `PNP_READ_WRITE_CONFIG` — of `IRP_MN_READ_CONFIG` and `IRP_MN_WRITE_CONFIG`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_READ_WRITE_CONFIG {
    pub WhichSpace: ULONG,
    pub Buffer: PVOID,
    pub Offset: ULONG,
    pub _padding1: ULONG,
    pub Length: ULONG,
    pub _padding2: ULONG,
}
layout!(PNP_READ_WRITE_CONFIG: 32, 8 {
    WhichSpace: 0..4, Buffer: 8..16, Offset: 16..20, _padding1: 20..24, Length: 24..28,
    _padding2: 28..32,
});

/// `PNP_SET_LOCK` — of `IRP_MN_SET_LOCK`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_SET_LOCK {
    pub Lock: BOOLEAN,
}
layout!(PNP_SET_LOCK: 1, 1 { Lock: 0..1 });

/// `PNP_QUERY_ID` — of `IRP_MN_QUERY_ID`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_QUERY_ID {
    pub IdType: BUS_QUERY_ID_TYPE,
}
layout!(PNP_QUERY_ID: 4, 4 { IdType: 0..4 });

/// `PNP_QUERY_DEVICE_TEXT` — of `IRP_MN_QUERY_DEVICE_TEXT`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_QUERY_DEVICE_TEXT {
    pub DeviceTextType: DEVICE_TEXT_TYPE,
    pub _padding1: ULONG,
    pub LocaleId: LCID,
    pub _padding2: ULONG,
}
layout!(PNP_QUERY_DEVICE_TEXT: 16, 4 {
    DeviceTextType: 0..4, _padding1: 4..8, LocaleId: 8..12, _padding2: 12..16,
});

/// `PNP_USAGE_NOTIFICATION` — of `IRP_MN_DEVICE_USAGE_NOTIFICATION`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PNP_USAGE_NOTIFICATION {
    pub InPath: BOOLEAN,
    pub Reserved: [BOOLEAN; 3],
    pub _padding1: ULONG,
    pub Type: DEVICE_USAGE_NOTIFICATION_TYPE,
    pub _padding2: ULONG,
}
layout!(PNP_USAGE_NOTIFICATION: 16, 4 {
    InPath: 0..1, Reserved: 1..4, _padding1: 4..8, Type: 8..12, _padding2: 12..16,
});

/// `POWER_WAIT_WAKE` — of `IRP_MN_WAIT_WAKE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct POWER_WAIT_WAKE {
    pub PowerState: SYSTEM_POWER_STATE,
}
layout!(POWER_WAIT_WAKE: 4, 4 { PowerState: 0..4 });

/// `POWER_SEQUENCE_PARAMETERS` — of `IRP_MN_POWER_SEQUENCE`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct POWER_SEQUENCE_PARAMETERS {
    pub PowerSequence: PPOWER_SEQUENCE,
}
layout!(POWER_SEQUENCE_PARAMETERS: 8, 8 { PowerSequence: 0..8 });

/// `SYSTEM_POWER_STATE_CONTEXT` — how the machine changes its power state.
#[repr(C)]
#[derive(Clone, Copy)]
pub union SYSTEM_POWER_STATE_CONTEXT {
    pub BitField1: ULONG,
    pub ContextAsUlong: ULONG,
}
layout!(SYSTEM_POWER_STATE_CONTEXT: 4, 4 { BitField1: 0..4, ContextAsUlong: 0..4 });

/// `POWER_CONTEXT` — the context of a power request.
#[repr(C)]
#[derive(Clone, Copy)]
pub union POWER_CONTEXT {
    pub SystemContext: ULONG,
    pub SystemPowerStateContext: SYSTEM_POWER_STATE_CONTEXT,
}
layout!(POWER_CONTEXT: 4, 4 { SystemContext: 0..4, SystemPowerStateContext: 0..4 });

/// `POWER_STATE` — a power state.
#[repr(C)]
#[derive(Clone, Copy)]
pub union POWER_STATE {
    pub SystemState: SYSTEM_POWER_STATE,
    pub DeviceState: DEVICE_POWER_STATE,
}
layout!(POWER_STATE: 4, 4 { SystemState: 0..4, DeviceState: 0..4 });

/// `POWER_PARAMETERS` — of `IRP_MN_SET_POWER` and `IRP_MN_QUERY_POWER`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct POWER_PARAMETERS {
    pub Anonymous: POWER_CONTEXT,
    pub _padding1: ULONG,
    pub Type: POWER_STATE_TYPE,
    pub _padding2: ULONG,
    pub State: POWER_STATE,
    pub _padding3: ULONG,
    pub ShutdownType: POWER_ACTION,
    pub _padding4: ULONG,
}
layout!(POWER_PARAMETERS: 32, 4 {
    Anonymous: 0..4, _padding1: 4..8, Type: 8..12, _padding2: 12..16, State: 16..20,
    _padding3: 20..24, ShutdownType: 24..28, _padding4: 28..32,
});

/// `WMI_PARAMETERS` — of `IRP_MJ_SYSTEM_CONTROL`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct WMI_PARAMETERS {
    pub ProviderId: ULONG_PTR,
    pub DataPath: PVOID,
    pub BufferSize: ULONG,
    pub Buffer: PVOID,
}
layout!(WMI_PARAMETERS: 32, 8 {
    ProviderId: 0..8, DataPath: 8..16, BufferSize: 16..20, Buffer: 24..32,
});
