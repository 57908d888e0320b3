//! FltGetFileNameInformation and what goes with it.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ptr::null_mut;
use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, NTSTATUS, PFLT_CALLBACK_DATA, PFLT_FILE_NAME_INFORMATION, PFLT_INSTANCE,
    STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
    UNICODE_STRING,
};

use super::flt_argument::{InString, Out};
use crate::export;
use crate::model::{flt_object, flt_volume, name};

fn give(found: Result<usize, NTSTATUS>, out: Out<PFLT_FILE_NAME_INFORMATION>) -> NTSTATUS {
    out.give(found.map_or(null_mut(), |address| address as PFLT_FILE_NAME_INFORMATION));
    found.err().unwrap_or(STATUS_SUCCESS)
}

fn slice(whole: &UNICODE_STRING, range: std::ops::Range<usize>) -> UNICODE_STRING {
    let bytes = ((range.end - range.start) * 2) as u16;
    UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: whole.Buffer.wrapping_add(range.start),
    }
}

export! { Dll::FltMgr;
    /// `FltGetFileNameInformation` — the name of an operation's file, referenced.
    fn FltGetFileNameInformation(data: PFLT_CALLBACK_DATA, options: u32, out: Out<PFLT_FILE_NAME_INFORMATION>) -> NTSTATUS {
        give(name::of_operation(data, options), out)
    }
    /// `FltGetFileNameInformationUnsafe` — the name of an open file, referenced.
    fn FltGetFileNameInformationUnsafe(file: *mut FILE_OBJECT, instance: PFLT_INSTANCE, options: u32, out: Out<PFLT_FILE_NAME_INFORMATION>) -> NTSTATUS {
        let volume = if instance.is_null() {
            flt_volume::of_file_object(file).ok_or(STATUS_INVALID_PARAMETER)
        } else {
            flt_object::instance(instance).map(|instance| Arc::clone(&instance.volume)).ok_or(STATUS_FLT_DELETING_OBJECT)
        };
        give(volume.and_then(|volume| name::of_file_object(file, &volume, options)), out)
    }
    /// `FltGetDestinationFileNameInformation` — the name that a rename or link would give, referenced.
    fn FltGetDestinationFileNameInformation(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, root: usize, target: *const u16, length: u32, options: u32, out: Out<PFLT_FILE_NAME_INFORMATION>) -> NTSTATUS {
        if root != 0 {
            // The I/O front end opens no handles, so no request can name a directory by one.
            return give(Err(STATUS_INVALID_HANDLE), out);
        }
        // SAFETY: the driver passes `length` bytes of text.
        let units = unsafe { std::slice::from_raw_parts(target, length as usize / 2) };
        let target = String::from_utf16_lossy(units);
        let instance = flt_object::instance(instance).ok_or(STATUS_FLT_DELETING_OBJECT);
        give(instance.and_then(|instance| name::destination(&instance, file, &target, options)), out)
    }
    /// `FltReferenceFileNameInformation` — one more reference.
    fn FltReferenceFileNameInformation(information: PFLT_FILE_NAME_INFORMATION) {
        name::reference(information);
    }
    /// `FltReleaseFileNameInformation` — one reference less.
    fn FltReleaseFileNameInformation(information: PFLT_FILE_NAME_INFORMATION) {
        name::release(information);
    }
    /// `FltParseFileNameInformation` — fills in the parts of the name.
    fn FltParseFileNameInformation(information: PFLT_FILE_NAME_INFORMATION) -> NTSTATUS {
        name::parse_information(information).err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltParseFileName` — the parts of any name.
    fn FltParseFileName(whole: InString, extension: Out<UNICODE_STRING>, stream: Out<UNICODE_STRING>, last: Out<UNICODE_STRING>) -> NTSTATUS {
        let (Some(string), Some(text)) = (whole.get(), whole.text()) else { return STATUS_INVALID_PARAMETER };
        let units: Vec<u16> = text.encode_utf16().collect();
        let parts = name::parse(&units, 0);
        extension.give(slice(&string, parts.extension));
        stream.give(slice(&string, parts.stream));
        last.give(slice(&string, parts.final_component));
        STATUS_SUCCESS
    }
    /// `FltGetTunneledName` — the bench's volume tunnels nothing, so there is never another name.
    fn FltGetTunneledName(_data: PFLT_CALLBACK_DATA, _information: PFLT_FILE_NAME_INFORMATION, out: Out<PFLT_FILE_NAME_INFORMATION>) -> NTSTATUS {
        out.give(null_mut());
        STATUS_SUCCESS
    }
}
