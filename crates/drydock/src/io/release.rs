//! ObDereferenceObject on a file object — the last reference sends IRP_MJ_CLOSE.

use minifilter_sys::*;

use super::file_object::{self, FileObject};
use crate::model::context;
use crate::model::file_system::Request;
use crate::model::operation::{self, Requestor};
use crate::volume::paging::empty_block;

/// Closing the last handle of a file object sends IRP_MJ_CLEANUP.
pub fn clean_up(file: FileObject) {
    let Some((volume, _)) = file_object::origin(file.address()) else {
        return;
    };
    let mut iopb = empty_block();
    iopb.MajorFunction = IRP_MJ_CLEANUP;
    iopb.IrpFlags = IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API;
    iopb.TargetFileObject = file.as_ptr();
    // A cleanup cannot fail; a filter that makes it fail has already been reported.
    let _ = operation::send(&volume, Request::Irp, &mut iopb, Requestor::kernel());
}

/// Drops a reference of a file object; with the last one it is closed, its contexts go, and it is freed.
pub fn drop_reference(file: FileObject) {
    drop_reference_at(file.address());
}

/// The same by address; nothing happens if that is not the address of a file object.
pub fn drop_reference_at(address: usize) {
    let Some(last) = file_object::dereference(address) else {
        return;
    };
    let mut iopb = empty_block();
    iopb.MajorFunction = IRP_MJ_CLOSE;
    iopb.IrpFlags = IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API;
    iopb.TargetFileObject = last.file.as_ptr();
    let requestor = Requestor {
        process_id: last.process_id,
        ..Requestor::kernel()
    };
    // The status of a close is nobody's business; a filter that fails one has already been reported.
    let _ = operation::send(&last.volume, Request::Irp, &mut iopb, requestor);
    context::file_object_closed(last.file.as_ptr());
    file_object::free(last.file);
}
