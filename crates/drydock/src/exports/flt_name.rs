//! FltGetFileNameInformation and what goes with it.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ptr::null_mut;

use minifilter_sys::{
    FILE_OBJECT, FLT_NAME_CONTROL, NTSTATUS, PFLT_CALLBACK_DATA, PFLT_FILE_NAME_INFORMATION,
    PFLT_INSTANCE, STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::{InOut, InString, Out};
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
        if instance.is_null() {
            let volume = flt_volume::of_file_object(file).ok_or(STATUS_INVALID_PARAMETER);
            return give(volume.and_then(|volume| name::of_file_object(file, &volume, None, options)), out);
        }
        let instance = flt_object::instance(instance).ok_or(STATUS_FLT_DELETING_OBJECT);
        give(instance.and_then(|instance| name::of_file_object(file, &instance.volume, Some(&instance), options)), out)
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
    /// `FltCheckAndGrowNameControl` — a buffer of at least that many bytes, with the text of the old one.
    fn FltCheckAndGrowNameControl(control: InOut<FLT_NAME_CONTROL>, size: u16) -> NTSTATUS {
        let Some(old) = control.get() else { return STATUS_INVALID_PARAMETER };
        // SAFETY: the driver passes a control whose buffer is as long as it says.
        match unsafe { name::grow(old, size) } {
            Ok(grown) => {
                control.set(grown);
                STATUS_SUCCESS
            }
            Err(status) => status,
        }
    }
    /// `FltPurgeFileNameInformationCache` — forgets the names that a provider's instance gave, of one file or of all.
    fn FltPurgeFileNameInformationCache(instance: PFLT_INSTANCE, file: *const FILE_OBJECT) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        name::purge(instance.address(), (!file.is_null()).then_some(file as usize));
        STATUS_SUCCESS
    }
    /// `FltGetTunneledName` — the name after the operation, referenced, where it is another than before; else null.
    fn FltGetTunneledName(data: PFLT_CALLBACK_DATA, information: PFLT_FILE_NAME_INFORMATION, out: Out<PFLT_FILE_NAME_INFORMATION>) -> NTSTATUS {
        give(name::tunneled(data, information).map(|found| found.unwrap_or(0)), out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::changed;

    #[test]
    fn fltcheckandgrownamecontrol_keeps_the_text_and_replaces_what_is_too_small() {
        let mut small: Vec<u16> = "name".encode_utf16().collect();
        let mut control = FLT_NAME_CONTROL {
            Name: UNICODE_STRING {
                Length: 8,
                MaximumLength: 8,
                Buffer: small.as_mut_ptr(),
            },
        };
        let mut grow = |size| {
            let status = call!(FltCheckAndGrowNameControl(changed(&mut control), size));
            (status, control.Name.MaximumLength, control.Name.Buffer)
        };
        assert_eq!(grow(8), (STATUS_SUCCESS, 8, small.as_mut_ptr()));
        let (status, room, first) = grow(20);
        assert_eq!((status, room), (STATUS_SUCCESS, 20));
        assert_eq!(grow(10), (STATUS_SUCCESS, 20, first));
        let (status, room, buffer) = grow(400);
        assert_eq!(
            (status, room, control.Name.Length),
            (STATUS_SUCCESS, 400, 8)
        );
        assert_ne!(buffer, first);
        // SAFETY: the buffer has 400 bytes, and begins with what the first one held.
        let text = unsafe { std::slice::from_raw_parts(buffer, 4) };
        assert_eq!(text, small);
    }
}
