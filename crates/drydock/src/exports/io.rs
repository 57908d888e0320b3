//! IoXxx of the thread — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{FILE_OBJECT, NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};

use crate::export;
use crate::io::{file_object, reparse};
use crate::model::thread;

export! { Dll::Ntoskrnl;
    /// `IoGetTopLevelIrp`
    fn IoGetTopLevelIrp() -> usize { thread::current().top_level_irp() }
    /// `IoSetTopLevelIrp`
    fn IoSetTopLevelIrp(irp: usize) { thread::current().set_top_level_irp(irp) }
    /// `IoIs32bitProcess`
    fn IoIs32bitProcess(_irp: usize) -> u8 { 0 }
    /// `IoReplaceFileObjectName`
    fn IoReplaceFileObjectName(file: *mut FILE_OBJECT, name: *const u16, bytes: u16) -> NTSTATUS {
        // SAFETY: the driver passes `bytes` bytes of text.
        let name = unsafe { std::slice::from_raw_parts(name, usize::from(bytes / 2)) };
        match file_object::find(file).map(|file| reparse::replace_name(file, name)) {
            Some(replaced) => replaced.err().unwrap_or(STATUS_SUCCESS),
            None => STATUS_INVALID_PARAMETER,
        }
    }
}
