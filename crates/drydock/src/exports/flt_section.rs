//! FltRegisterForDataScan, FltCreateSectionForDataScan, FltCloseSectionForDataScan — shims.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, HANDLE, NTSTATUS, OBJECT_ATTRIBUTES, PFLT_INSTANCE, STATUS_FLT_DELETING_OBJECT,
    STATUS_SUCCESS,
};

use super::flt_argument::{In, Out};
use super::object_attributes;
use crate::export;
use crate::model::kernel_object::KernelObject;
use crate::model::section::Section;
use crate::model::section::data_scan;
use crate::model::{context, flt_object, handle, object_reference};

/// Whether a kernel handle is wanted.
fn is_kernel(attributes: In<OBJECT_ATTRIBUTES>) -> Result<bool, NTSTATUS> {
    match attributes.get() {
        None => Ok(false),
        Some(_) => Ok(object_attributes::copy(attributes)?.kernel),
    }
}

/// Hands the section over with a handle and a reference.
fn give(
    made: Result<(Arc<Section>, bool), NTSTATUS>,
    access: u32,
    handle: Out<HANDLE>,
    object: Out<usize>,
    size: Out<i64>,
) -> NTSTATUS {
    match made {
        Ok((section, kernel)) => {
            size.give(section.size().cast_signed());
            handle.give(handle::insert_with(section.clone(), access, kernel));
            object_reference::add(section.body());
            object.give(section.body());
            STATUS_SUCCESS
        }
        Err(status) => {
            handle.give(null_mut());
            object.give(0);
            status
        }
    }
}

export! { Dll::FltMgr;
    /// `FltRegisterForDataScan` — the instance's volume is to be scanned.
    fn FltRegisterForDataScan(instance: PFLT_INSTANCE) -> NTSTATUS {
        let registered = flt_object::instance(instance)
            .ok_or(STATUS_FLT_DELETING_OBJECT)
            .and_then(|instance| data_scan::register(&instance));
        registered.err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltCreateSectionForDataScan` — a section of an open file; maximum size and flags are reserved.
    fn FltCreateSectionForDataScan(
        instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, section_context: *mut c_void, access: u32,
        attributes: In<OBJECT_ATTRIBUTES>, _maximum: In<i64>, protection: u32, allocation: u32, _flags: u32,
        handle: Out<HANDLE>, object: Out<usize>, size: Out<i64>,
    ) -> NTSTATUS {
        let made = is_kernel(attributes).and_then(|kernel| {
            let instance = flt_object::instance(instance).ok_or(STATUS_FLT_DELETING_OBJECT)?;
            let section = data_scan::create(&instance, file, section_context, protection, allocation)?;
            Ok((section, kernel))
        });
        give(made, access, handle, object, size)
    }
    /// `FltCloseSectionForDataScan` — the section context goes off its stream; handle and object are the caller's to close.
    fn FltCloseSectionForDataScan(section_context: *mut c_void) -> NTSTATUS {
        context::close_section(section_context).err().unwrap_or(STATUS_SUCCESS)
    }
}

#[cfg(test)]
mod tests;
