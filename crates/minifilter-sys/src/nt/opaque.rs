//! Kernel objects that are only ever pointed to.

use crate::*;

/// `EPROCESS` — a process, never looked into.
#[repr(C)]
pub struct _EPROCESS {
    _opaque: [u8; 0],
}
/// `PEPROCESS` — points to a process.
pub type PEPROCESS = *mut _EPROCESS;

/// `ETHREAD` — a thread, never looked into.
#[repr(C)]
pub struct _ETHREAD {
    _opaque: [u8; 0],
}
/// `PETHREAD` — points to a thread.
pub type PETHREAD = *mut _ETHREAD;

/// `KPROCESS` — the kernel's part of a process, never looked into.
#[repr(C)]
pub struct _KPROCESS {
    _opaque: [u8; 0],
}
/// `PKPROCESS` — points to the kernel's part of a process.
pub type PKPROCESS = *mut _KPROCESS;
/// `PRKPROCESS` — points to the kernel's part of a process.
pub type PRKPROCESS = *mut _KPROCESS;

/// `OBJECT_TYPE` — the type of a kernel object, never looked into.
#[repr(C)]
pub struct _OBJECT_TYPE {
    _opaque: [u8; 0],
}
/// `POBJECT_TYPE` — points to the type of a kernel object.
pub type POBJECT_TYPE = *mut _OBJECT_TYPE;

/// `ERESOURCE_DEBUG` — debugging data of a resource, never looked into.
#[repr(C)]
pub struct _ERESOURCE_DEBUG {
    _opaque: [u8; 0],
}
/// `PERESOURCE_DEBUG` — points to debugging data of a resource.
pub type PERESOURCE_DEBUG = *mut _ERESOURCE_DEBUG;

/// `IO_TIMER` — a device's timer, never looked into.
#[repr(C)]
pub struct _IO_TIMER {
    _opaque: [u8; 0],
}
/// `PIO_TIMER` — points to a device's timer.
pub type PIO_TIMER = *mut _IO_TIMER;

/// `IO_WORKITEM` — a work item of the I/O manager, never looked into.
#[repr(C)]
pub struct _IO_WORKITEM {
    _opaque: [u8; 0],
}
/// `PIO_WORKITEM` — points to a work item of the I/O manager.
pub type PIO_WORKITEM = *mut _IO_WORKITEM;

/// `DEVOBJ_EXTENSION` — the I/O manager's part of a device, never looked into.
#[repr(C)]
pub struct _DEVOBJ_EXTENSION {
    _opaque: [u8; 0],
}
/// `PDEVOBJ_EXTENSION` — points to the I/O manager's part of a device.
pub type PDEVOBJ_EXTENSION = *mut _DEVOBJ_EXTENSION;

/// `ECP_LIST` — a list of extra create parameters, never looked into.
#[repr(C)]
pub struct _ECP_LIST {
    _opaque: [u8; 0],
}
/// `PECP_LIST` — points to a list of extra create parameters.
pub type PECP_LIST = *mut _ECP_LIST;

/// `KTRANSACTION` — a transaction, never looked into.
#[repr(C)]
pub struct _KTRANSACTION {
    _opaque: [u8; 0],
}
/// `PKTRANSACTION` — points to a transaction.
pub type PKTRANSACTION = *mut _KTRANSACTION;

/// `KENLISTMENT` — an enlistment in a transaction, never looked into.
#[repr(C)]
pub struct _KENLISTMENT {
    _opaque: [u8; 0],
}
/// `PKENLISTMENT` — points to an enlistment in a transaction.
pub type PKENLISTMENT = *mut _KENLISTMENT;

/// `KRESOURCEMANAGER` — a resource manager of transactions, never looked into.
#[repr(C)]
pub struct _KRESOURCEMANAGER {
    _opaque: [u8; 0],
}
/// `PKRESOURCEMANAGER` — points to a resource manager of transactions.
pub type PKRESOURCEMANAGER = *mut _KRESOURCEMANAGER;

/// `CALLBACK_OBJECT` — a callback object, never looked into.
#[repr(C)]
pub struct _CALLBACK_OBJECT {
    _opaque: [u8; 0],
}
/// `PCALLBACK_OBJECT` — points to a callback object.
pub type PCALLBACK_OBJECT = *mut _CALLBACK_OBJECT;

/// `EX_RUNDOWN_REF_CACHE_AWARE` — rundown protection with one count for each processor, never looked into.
#[repr(C)]
pub struct _EX_RUNDOWN_REF_CACHE_AWARE {
    _opaque: [u8; 0],
}
/// `PEX_RUNDOWN_REF_CACHE_AWARE` — points to rundown protection with one count for each processor.
pub type PEX_RUNDOWN_REF_CACHE_AWARE = *mut _EX_RUNDOWN_REF_CACHE_AWARE;

/// `SCSI_REQUEST_BLOCK` — a request to a storage port, never looked into.
#[repr(C)]
pub struct _SCSI_REQUEST_BLOCK {
    _opaque: [u8; 0],
}
/// `PSCSI_REQUEST_BLOCK` — points to a request to a storage port.
pub type PSCSI_REQUEST_BLOCK = *mut _SCSI_REQUEST_BLOCK;

/// `INTERFACE` — an interface between drivers, never looked into.
#[repr(C)]
pub struct _INTERFACE {
    _opaque: [u8; 0],
}
/// `PINTERFACE` — points to an interface between drivers.
pub type PINTERFACE = *mut _INTERFACE;

/// `DEVICE_CAPABILITIES` — what a device can do, never looked into.
#[repr(C)]
pub struct _DEVICE_CAPABILITIES {
    _opaque: [u8; 0],
}
/// `PDEVICE_CAPABILITIES` — points to what a device can do.
pub type PDEVICE_CAPABILITIES = *mut _DEVICE_CAPABILITIES;

/// `IO_RESOURCE_REQUIREMENTS_LIST` — the resources a device needs, never looked into.
#[repr(C)]
pub struct _IO_RESOURCE_REQUIREMENTS_LIST {
    _opaque: [u8; 0],
}
/// `PIO_RESOURCE_REQUIREMENTS_LIST` — points to the resources a device needs.
pub type PIO_RESOURCE_REQUIREMENTS_LIST = *mut _IO_RESOURCE_REQUIREMENTS_LIST;

/// `CM_RESOURCE_LIST` — the resources a device has, never looked into.
#[repr(C)]
pub struct _CM_RESOURCE_LIST {
    _opaque: [u8; 0],
}
/// `PCM_RESOURCE_LIST` — points to the resources a device has.
pub type PCM_RESOURCE_LIST = *mut _CM_RESOURCE_LIST;

/// `POWER_SEQUENCE` — a device's power sequence, never looked into.
#[repr(C)]
pub struct _POWER_SEQUENCE {
    _opaque: [u8; 0],
}
/// `PPOWER_SEQUENCE` — points to a device's power sequence.
pub type PPOWER_SEQUENCE = *mut _POWER_SEQUENCE;

/// `IORING_OBJECT` — an I/O ring, never looked into.
#[repr(C)]
pub struct _IORING_OBJECT {
    _opaque: [u8; 0],
}
/// `PIORING_OBJECT` — points to an I/O ring.
pub type PIORING_OBJECT = *mut _IORING_OBJECT;

/// `FSRTL_ADVANCED_FCB_PUSH_LOCK` — the push lock inside an FCB header, never looked into.
#[repr(C)]
pub struct _FSRTL_ADVANCED_FCB_PUSH_LOCK {
    _opaque: [u8; 0],
}
/// `PFSRTL_ADVANCED_FCB_PUSH_LOCK` — points to the push lock inside an FCB header.
pub type PFSRTL_ADVANCED_FCB_PUSH_LOCK = *mut _FSRTL_ADVANCED_FCB_PUSH_LOCK;

/// `COMPRESSED_DATA_INFO` — the chunks of a compressed transfer, never looked into.
#[repr(C)]
pub struct _COMPRESSED_DATA_INFO {
    _opaque: [u8; 0],
}
/// `PCOMPRESSED_DATA_INFO` — points to the chunks of a compressed transfer.
pub type PCOMPRESSED_DATA_INFO = *mut _COMPRESSED_DATA_INFO;

/// `OPAQUE_IO_ATTRIBUTION` — whom an operation is charged to, never looked into.
#[repr(C)]
pub struct _OPAQUE_IO_ATTRIBUTION {
    _opaque: [u8; 0],
}
/// `PIO_ATTRIBUTION` — points to whom an operation is charged to.
pub type PIO_ATTRIBUTION = *mut _OPAQUE_IO_ATTRIBUTION;
/// `PKTHREAD` — a thread, as the dispatcher sees it.
pub type PKTHREAD = PETHREAD;
/// `PRKTHREAD` — a thread, as the dispatcher sees it.
pub type PRKTHREAD = PETHREAD;
/// `ERESOURCE_THREAD` — the thread that owns a resource.
pub type ERESOURCE_THREAD = ULONG_PTR;
