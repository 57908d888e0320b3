//! A file as an object of the object manager: what handles of drivers to files lead to.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use minifilter_sys::{
    FILE_NO_INTERMEDIATE_BUFFERING, FILE_OBJECT, FILE_SYNCHRONOUS_IO_NONALERT, FILE_WRITE_THROUGH,
    FO_NO_INTERMEDIATE_BUFFERING, FO_SYNCHRONOUS_IO, FO_WRITE_THROUGH, HANDLE, NTSTATUS,
    STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
};

use super::file_object::{self, FileObject};
use super::{Handle, Io, clean_up, drop_reference_at};
use crate::model::handle;
use crate::model::kernel_object::{self, KernelObject};
use crate::model::object_type::ObjectType;

/// KernelFile — keeps a reference of the file object for as long as there are handles in the table.
pub struct KernelFile {
    address: usize,
}

impl KernelFile {
    /// Takes a reference of its own.
    fn new(file: FileObject) -> Self {
        file.reference();
        Self {
            address: file.address(),
        }
    }

    /// Lets the kernel use the file, as it may whatever access the handle was granted.
    ///
    /// # Errors
    /// STATUS_INVALID_HANDLE when the file object is on no volume.
    pub fn with<R>(&self, work: impl FnOnce(&Handle<'_>) -> R) -> Result<R, NTSTATUS> {
        let (volume, _) = file_object::origin(self.address).ok_or(STATUS_INVALID_HANDLE)?;
        let file = file_object::find(self.as_ptr()).ok_or(STATUS_INVALID_HANDLE)?;
        let io = Io::of_kernel(&volume);
        let handle = ManuallyDrop::new(Handle::again(&io, file, u32::MAX, options_of(file)));
        Ok(work(&handle))
    }

    /// The file object.
    #[must_use]
    pub fn as_ptr(&self) -> *mut FILE_OBJECT {
        self.address as *mut FILE_OBJECT
    }
}

impl KernelObject for KernelFile {
    fn kind(&self) -> ObjectType {
        ObjectType::File
    }

    fn body(&self) -> usize {
        self.address
    }

    fn name(&self) -> Option<String> {
        let (volume, _) = file_object::origin(self.address)?;
        let path = volume.file_system.name(self.as_ptr())?;
        Some(format!("{}{path}", volume.name))
    }

    fn opened(&self) {
        file_object::handle_opened(self.address);
    }

    fn closed(&self) {
        if !file_object::handle_closed(self.address) {
            return;
        }
        if let Some(file) = file_object::find(self.as_ptr()) {
            clean_up(file);
        }
    }
}

impl Drop for KernelFile {
    fn drop(&mut self) {
        drop_reference_at(self.address);
    }
}

/// Those create options that a file object remembers.
fn options_of(file: FileObject) -> u32 {
    let pairs = [
        (FO_SYNCHRONOUS_IO, FILE_SYNCHRONOUS_IO_NONALERT),
        (FO_NO_INTERMEDIATE_BUFFERING, FILE_NO_INTERMEDIATE_BUFFERING),
        (FO_WRITE_THROUGH, FILE_WRITE_THROUGH),
    ];
    let set = pairs.iter().filter(|(flag, _)| file.flags() & flag != 0);
    set.fold(0, |all, (_, option)| all | option)
}

/// Lets the kernel use the file behind a handle.
///
/// # Errors
/// STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH.
pub fn with_handle<R>(
    handle: HANDLE,
    access: u32,
    work: impl FnOnce(&Handle<'_>) -> R,
) -> Result<R, NTSTATUS> {
    let open = handle::resolve(handle, access, Some(ObjectType::File), false)?;
    let file =
        kernel_object::downcast::<KernelFile>(&open.object).ok_or(STATUS_OBJECT_TYPE_MISMATCH)?;
    file.with(work)
}

/// The object of the file at `address`.
#[must_use]
pub fn kernel_object(address: usize) -> Option<Arc<dyn KernelObject>> {
    let file = file_object::find(address as *mut FILE_OBJECT)?;
    Some(Arc::new(KernelFile::new(file)))
}
