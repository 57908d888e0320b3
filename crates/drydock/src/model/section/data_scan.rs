//! FltRegisterForDataScan, FltCreateSectionForDataScan — sections by which a filter looks into a file.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use minifilter_sys::{
    FILE_OBJECT, FLT_SET_CONTEXT_KEEP_IF_EXISTS, NTSTATUS, PAGE_READONLY, PAGE_READWRITE,
    SEC_COMMIT, SEC_FILE, STATUS_END_OF_FILE, STATUS_FILE_IS_A_DIRECTORY,
    STATUS_INVALID_FILE_FOR_SECTION, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_8,
    STATUS_INVALID_PARAMETER_9, STATUS_MAPPED_FILE_SIZE_ZERO, STATUS_NOT_SUPPORTED,
};

use super::Section;
use crate::io::kernel_file;
use crate::model::context::{self, Kind, Target};
use crate::model::instance::Instance;
use crate::model::own_io::create::is_network;

/// FltRegisterForDataScan — the instance may create sections from now on.
///
/// # Errors
/// STATUS_NOT_SUPPORTED on a volume of a network.
pub fn register(instance: &Instance) -> Result<(), NTSTATUS> {
    if is_network(&instance.volume) {
        return Err(STATUS_NOT_SUPPORTED);
    }
    instance.scans_data.store(true, Ordering::Release);
    Ok(())
}

/// FltCreateSectionForDataScan — a section of the file, with `section_context` on its stream.
///
/// # Errors
/// As the function's page lists them; the context is attached to nothing then.
pub fn create(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    section_context: *const c_void,
    protection: u32,
    attributes: u32,
) -> Result<Arc<Section>, NTSTATUS> {
    if !instance.scans_data.load(Ordering::Acquire) {
        return Err(STATUS_INVALID_PARAMETER);
    }
    if !matches!(protection, PAGE_READONLY | PAGE_READWRITE) {
        return Err(STATUS_INVALID_PARAMETER_8);
    }
    if attributes & SEC_COMMIT == 0 || attributes & !(SEC_COMMIT | SEC_FILE) != 0 {
        return Err(STATUS_INVALID_PARAMETER_9);
    }
    let target = Target::File(instance, file);
    target.key(Kind::Section)?;
    if instance.volume.file_system.is_directory(file) {
        return Err(STATUS_FILE_IS_A_DIRECTORY);
    }
    let object =
        kernel_file::kernel_object(file as usize).ok_or(STATUS_INVALID_FILE_FOR_SECTION)?;
    let section = Section::of_file(object, 0, protection, None).map_err(|status| match status {
        STATUS_MAPPED_FILE_SIZE_ZERO => STATUS_END_OF_FILE,
        other => other,
    })?;
    let keep = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
    context::set(&target, Kind::Section, keep, section_context, false)
        .map_err(|(status, _)| status)?;
    Ok(section)
}
