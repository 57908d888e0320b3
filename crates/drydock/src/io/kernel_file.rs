//! A file as an object of the object manager: what handles of drivers to files lead to.

use std::sync::Arc;

use minifilter_sys::{FILE_OBJECT, IRP_CLOSE_OPERATION, IRP_MJ_CLEANUP, IRP_SYNCHRONOUS_API};

use super::drop_reference_at;
use super::file_object::{self, FileObject};
use crate::model::file_system::Request;
use crate::model::kernel_object::KernelObject;
use crate::model::object_type::ObjectType;
use crate::model::operation::{self, Requestor};
use crate::volume::paging::empty_block;

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
        let Some((volume, _)) = file_object::origin(self.address) else {
            return;
        };
        let mut iopb = empty_block();
        iopb.MajorFunction = IRP_MJ_CLEANUP;
        iopb.IrpFlags = IRP_SYNCHRONOUS_API | IRP_CLOSE_OPERATION;
        iopb.TargetFileObject = self.as_ptr();
        // A cleanup cannot fail; a filter that makes it fail has already been reported.
        let _ = operation::send(&volume, Request::Irp, &mut iopb, Requestor::kernel());
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
