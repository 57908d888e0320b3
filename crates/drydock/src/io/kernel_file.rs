//! A file as an object of the object manager: what handles of drivers to files lead to.

use std::sync::Arc;

use minifilter_sys::FILE_OBJECT;

use super::file_object::{self, FileObject};
use super::{clean_up, drop_reference_at};
use crate::model::kernel_object::KernelObject;
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

/// The object of the file at `address`.
#[must_use]
pub fn kernel_object(address: usize) -> Option<Arc<dyn KernelObject>> {
    let file = file_object::find(address as *mut FILE_OBJECT)?;
    Some(Arc::new(KernelFile::new(file)))
}
