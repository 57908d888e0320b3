//! FltCreateFile, FltClose and their relatives: files and volumes that filters open themselves.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, HANDLE, IO_STATUS_BLOCK, NTSTATUS, OBJECT_ATTRIBUTES, PDEVICE_OBJECT, PFLT_FILTER,
    PFLT_INSTANCE, PFLT_VOLUME, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_NO_DEVICE_OBJECT,
    STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

use super::create_context::CreateContext;
use super::flt_argument::{In, Out};
use crate::export;
use crate::io::CreateOptions;
use crate::io::device::devices;
use crate::model::flt_volume::FltVolume;
use crate::model::instance::Instance;
use crate::model::object_type::ObjectType;
use crate::model::operation::pre_status_block;
use crate::model::own_io::create::{self, Create, Name, Opened};
use crate::model::{flt_object, handle, object_reference, unicode};

/// The name in OBJECT_ATTRIBUTES.
///
/// # Safety
/// ObjectName is null or leads to a counted string.
unsafe fn name(attributes: In<OBJECT_ATTRIBUTES>) -> Result<Name, NTSTATUS> {
    let attributes = attributes.get().ok_or(STATUS_INVALID_PARAMETER)?;
    if attributes.Length as usize != size_of::<OBJECT_ATTRIBUTES>() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let units = if attributes.ObjectName.is_null() {
        Vec::new()
    } else {
        // SAFETY: not null, hence a counted string by this function's contract.
        unsafe { unicode::units(attributes.ObjectName) }.to_vec()
    };
    Ok(Name {
        root: attributes.RootDirectory,
        units,
        attributes: attributes.Attributes,
    })
}

fn instance_of(
    filter: PFLT_FILTER,
    instance: PFLT_INSTANCE,
) -> Result<Option<Arc<Instance>>, NTSTATUS> {
    flt_object::filter(filter).ok_or(STATUS_INVALID_PARAMETER)?;
    if instance.is_null() {
        return Ok(None);
    }
    let found = flt_object::instance(instance);
    found.map(Some).ok_or(STATUS_FLT_DELETING_OBJECT)
}

fn options(
    access: u32,
    attributes: u32,
    share: u32,
    disposition: u32,
    options: u32,
) -> CreateOptions {
    CreateOptions {
        access,
        share,
        disposition,
        options,
        attributes,
        ..CreateOptions::default()
    }
}

/// Opens a file for a filter.
///
/// # Safety
/// As for [`name`].
unsafe fn open(
    filter: PFLT_FILTER,
    instance: PFLT_INSTANCE,
    attributes: In<OBJECT_ATTRIBUTES>,
    create: Create,
) -> Result<Opened, NTSTATUS> {
    // SAFETY: this function's contract.
    let name = unsafe { name(attributes) }?;
    let instance = instance_of(filter, instance)?;
    create::create(&name, &Create { instance, ..create })
}

/// What a create leaves with its caller.
fn answer(
    opened: Result<Opened, NTSTATUS>,
    handle: Out<HANDLE>,
    file: Out<*mut FILE_OBJECT>,
    block: Out<IO_STATUS_BLOCK>,
) -> NTSTATUS {
    let opened = match opened {
        Ok(opened) => opened,
        Err(status) => {
            block.give(pre_status_block(status, 0));
            return status;
        }
    };
    if file.wanted() {
        file.give(opened.reference());
    }
    handle.give(opened.handle);
    block.give(pre_status_block(opened.status, opened.information as usize));
    opened.status
}

/// Gives a device object out with a reference.
fn give_device(
    volume: PFLT_VOLUME,
    out: Out<PDEVICE_OBJECT>,
    find: fn(&FltVolume) -> Option<PDEVICE_OBJECT>,
) -> NTSTATUS {
    let Some(volume) = flt_object::volume(volume) else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    let Some(device) = find(&volume) else {
        return STATUS_FLT_NO_DEVICE_OBJECT;
    };
    object_reference::add(device as usize);
    out.give(device);
    STATUS_SUCCESS
}

export! { Dll::FltMgr;
    /// `FltCreateFile` — opens a file below an instance or from the top.
    fn FltCreateFile(filter: PFLT_FILTER, instance: PFLT_INSTANCE, handle: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, allocation: In<i64>, file_attributes: u32, share: u32, disposition: u32, create_options: u32, ea: *mut c_void, ea_length: u32, flags: u32) -> NTSTATUS {
        let options = options(access, file_attributes, share, disposition, create_options);
        let create = Create { instance: None, options, allocation: allocation.get().unwrap_or(0), extended: (ea, ea_length), flags, ecp_list: 0 };
        // SAFETY: the driver passes attributes that lead to its own name.
        let opened = unsafe { open(filter, instance, attributes, create) };
        answer(opened, handle, Out::unwanted(), block)
    }
    /// `FltCreateFileEx` — the same, and gives the file object too.
    fn FltCreateFileEx(filter: PFLT_FILTER, instance: PFLT_INSTANCE, handle: Out<HANDLE>, file: Out<*mut FILE_OBJECT>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, allocation: In<i64>, file_attributes: u32, share: u32, disposition: u32, create_options: u32, ea: *mut c_void, ea_length: u32, flags: u32) -> NTSTATUS {
        let options = options(access, file_attributes, share, disposition, create_options);
        let create = Create { instance: None, options, allocation: allocation.get().unwrap_or(0), extended: (ea, ea_length), flags, ecp_list: 0 };
        // SAFETY: the driver passes attributes that lead to its own name.
        let opened = unsafe { open(filter, instance, attributes, create) };
        answer(opened, handle, file, block)
    }
    /// `FltCreateFileEx2` — the same with a create context.
    fn FltCreateFileEx2(filter: PFLT_FILTER, instance: PFLT_INSTANCE, handle: Out<HANDLE>, file: Out<*mut FILE_OBJECT>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, allocation: In<i64>, file_attributes: u32, share: u32, disposition: u32, create_options: u32, ea: *mut c_void, ea_length: u32, flags: u32, context: In<CreateContext>) -> NTSTATUS {
        let (ecp_list, transaction) = match context.parts() {
            Ok(parts) => parts,
            Err(status) => return status,
        };
        let options = CreateOptions { transaction, ..options(access, file_attributes, share, disposition, create_options) };
        let create = Create { instance: None, options, allocation: allocation.get().unwrap_or(0), extended: (ea, ea_length), flags, ecp_list };
        // SAFETY: the driver passes attributes that lead to its own name.
        let opened = unsafe { open(filter, instance, attributes, create) };
        answer(opened, handle, file, block)
    }
    /// `FltClose` — closes a handle that one of these opened.
    fn FltClose(handle: HANDLE) -> NTSTATUS {
        match handle::find(handle) {
            Some(open) if open.object.kind() != ObjectType::File => STATUS_INVALID_HANDLE,
            _ => handle::close(handle),
        }
    }
    /// `FltOpenVolume` — opens the volume of an instance.
    fn FltOpenVolume(instance: PFLT_INSTANCE, handle: Out<HANDLE>, file: Out<*mut FILE_OBJECT>) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        answer(create::open_volume(&instance), handle, file, Out::unwanted())
    }
    /// `FltCreateSystemVolumeInformationFolder` — makes the system's hidden directory.
    fn FltCreateSystemVolumeInformationFolder(instance: PFLT_INSTANCE) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        create::create_system_folder(&instance).err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltGetDiskDeviceObject` — the device that a volume lies on, referenced.
    fn FltGetDiskDeviceObject(volume: PFLT_VOLUME, out: Out<PDEVICE_OBJECT>) -> NTSTATUS {
        give_device(volume, out, |volume| (!create::is_network(volume)).then(|| devices(volume).storage()))
    }
    /// `FltGetDeviceObject` — the file system's device for a volume, referenced.
    fn FltGetDeviceObject(volume: PFLT_VOLUME, out: Out<PDEVICE_OBJECT>) -> NTSTATUS {
        give_device(volume, out, |volume| Some(devices(volume).file_system()))
    }
}

#[cfg(test)]
mod tests;
