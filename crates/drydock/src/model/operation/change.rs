//! F10 — what a callback changed in the callback data, and whether it said so.
#![allow(unsafe_code)] // compares the parameter block byte by byte

use minifilter_sys::{
    FLT_CALLBACK_DATA, FLT_IO_PARAMETER_BLOCK, FLTFL_CALLBACK_DATA_DIRTY, IO_STATUS_BLOCK,
    IRP_MJ_CREATE,
};

use super::data::Operation;
use super::status_of;

/// The callback data before a callback.
#[derive(Clone, Copy)]
pub struct Before {
    /// The parameters.
    pub iopb: FLT_IO_PARAMETER_BLOCK,
    /// The status.
    pub status: IO_STATUS_BLOCK,
    data: FLT_CALLBACK_DATA,
    name: Option<[usize; 3]>,
}

impl Before {
    /// Notes the data as a callback is about to see it.
    pub fn take(operation: &Operation) -> Self {
        let data = operation.data();
        Self {
            iopb: operation.iopb(),
            status: data.IoStatus,
            data,
            name: name_to_create(&operation.iopb()),
        }
    }

    /// The parameters differ.
    pub fn parameters_changed(&self, operation: &Operation) -> bool {
        bytes(&self.iopb) != bytes(&operation.iopb())
    }

    /// The parameters differ and FltSetCallbackDataDirty was not called.
    pub fn changed_silently(&self, operation: &Operation) -> bool {
        operation.flags() & FLTFL_CALLBACK_DATA_DIRTY == 0 && self.parameters_changed(operation)
    }

    /// A create asks for another name, which is part of the file object and no parameter.
    pub fn renamed(&self, operation: &Operation) -> bool {
        self.name != name_to_create(&operation.iopb())
    }

    /// Status or information differ.
    pub fn status_changed(&self, operation: &Operation) -> bool {
        let now = operation.status();
        status_of(&now) != status_of(&self.status) || now.Information != self.status.Information
    }

    /// What may never be changed: the thread, the requestor mode, the pointer to the parameters.
    pub fn fixed_part_changed(&self, operation: &Operation) -> bool {
        let now = operation.data();
        now.Thread != self.data.Thread
            || now.RequestorMode != self.data.RequestorMode
            || now.Iopb != self.data.Iopb
    }

    /// Undoes changes of the fixed part.
    pub fn restore_fixed_part(&self, operation: &Operation) {
        let mut data = operation.data();
        data.Thread = self.data.Thread;
        data.RequestorMode = self.data.RequestorMode;
        data.Iopb = self.data.Iopb;
        operation.write_data(data);
    }
}

/// Length and place of the name that a create asks for, and the file that it is relative to.
fn name_to_create(iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<[usize; 3]> {
    if iopb.MajorFunction != IRP_MJ_CREATE || iopb.TargetFileObject.is_null() {
        return None;
    }
    // SAFETY: a create has the file object that it opens, and the I/O manager keeps it until the create has ended.
    let file = unsafe { &*iopb.TargetFileObject };
    let name = &file.FileName;
    let related = file.RelatedFileObject as usize;
    Some([name.Length.into(), name.Buffer as usize, related])
}

const SIZE: usize = size_of::<FLT_IO_PARAMETER_BLOCK>();

fn bytes(iopb: &FLT_IO_PARAMETER_BLOCK) -> [u8; SIZE] {
    // SAFETY: the block has no padding: 24 bytes of header fields fill their places, and the parameter union has a
    // variant (Others) that covers all of it; and it lies in memory that was zeroed first.
    unsafe { std::ptr::from_ref(iopb).cast::<[u8; SIZE]>().read() }
}
