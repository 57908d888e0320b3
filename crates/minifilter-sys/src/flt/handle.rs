//! Objects of the filter manager that are only ever pointed to.

use crate::*;

/// `FLT_FILTER` — a registered minifilter, never looked into.
#[repr(C)]
pub struct _FLT_FILTER {
    _opaque: [u8; 0],
}
/// `PFLT_FILTER` — points to a registered minifilter.
pub type PFLT_FILTER = *mut _FLT_FILTER;

/// `FLT_VOLUME` — a volume, never looked into.
#[repr(C)]
pub struct _FLT_VOLUME {
    _opaque: [u8; 0],
}
/// `PFLT_VOLUME` — points to a volume.
pub type PFLT_VOLUME = *mut _FLT_VOLUME;

/// `FLT_INSTANCE` — a minifilter attached to a volume, never looked into.
#[repr(C)]
pub struct _FLT_INSTANCE {
    _opaque: [u8; 0],
}
/// `PFLT_INSTANCE` — points to a minifilter attached to a volume.
pub type PFLT_INSTANCE = *mut _FLT_INSTANCE;

/// `FLT_PORT` — a communication port, never looked into.
#[repr(C)]
pub struct _FLT_PORT {
    _opaque: [u8; 0],
}
/// `PFLT_PORT` — points to a communication port.
pub type PFLT_PORT = *mut _FLT_PORT;

/// `FLT_DEFERRED_IO_WORKITEM` — a work item for a posted operation, never looked into.
#[repr(C)]
pub struct _FLT_DEFERRED_IO_WORKITEM {
    _opaque: [u8; 0],
}
/// `PFLT_DEFERRED_IO_WORKITEM` — points to a work item for a posted operation.
pub type PFLT_DEFERRED_IO_WORKITEM = *mut _FLT_DEFERRED_IO_WORKITEM;

/// `FLT_GENERIC_WORKITEM` — a work item, never looked into.
#[repr(C)]
pub struct _FLT_GENERIC_WORKITEM {
    _opaque: [u8; 0],
}
/// `PFLT_GENERIC_WORKITEM` — points to a work item.
pub type PFLT_GENERIC_WORKITEM = *mut _FLT_GENERIC_WORKITEM;
/// `PFLT_CONTEXT` — a minifilter's context of an object.
pub type PFLT_CONTEXT = PVOID;
