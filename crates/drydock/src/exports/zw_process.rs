//! ZwOpenProcess, ZwQueryInformationProcess, ZwTerminateProcess and image names — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{
    CLIENT_ID, HANDLE, NTSTATUS, OBJECT_ATTRIBUTES, PUNICODE_STRING, STATUS_INFO_LENGTH_MISMATCH,
    STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_CID, STATUS_INVALID_PARAMETER,
    STATUS_NOT_IMPLEMENTED, STATUS_PROCESS_IS_TERMINATING, STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::{In, Out};
use super::object_attributes;
use crate::export;
use crate::model::object_callback::{self, Operation};
use crate::model::object_type::ObjectType;
use crate::model::pool::{self, PoolKind};
use crate::model::process::{self, Process};
use crate::model::{handle, kernel_object, object_reference, process_life, thread};
use crate::report;

/// PROCESSINFOCLASS.
const BASIC: i32 = 0;
const SESSION: i32 = 24;
const WOW64: i32 = 26;
const IMAGE_FILE_NAME: i32 = 27;
/// STATUS_PENDING as the exit status of a process that lives (STILL_ACTIVE).
const STILL_ACTIVE: u64 = 0x103;
/// Tag of image names, which the driver frees by ExFreePool.
const TAG: u32 = u32::from_le_bytes(*b"SeIn");

fn open(
    out: Out<HANDLE>,
    access: u32,
    attributes: In<OBJECT_ATTRIBUTES>,
    client: In<CLIENT_ID>,
) -> NTSTATUS {
    let Some(client) = client.get() else {
        return STATUS_INVALID_PARAMETER;
    };
    let named = match object_attributes::copy(attributes) {
        Ok(named) => named,
        Err(status) => return status,
    };
    if !named.name.is_empty() {
        return STATUS_INVALID_PARAMETER;
    }
    let id = u32::try_from(client.UniqueProcess as usize).ok();
    let Some(object) = id.and_then(process::find) else {
        return STATUS_INVALID_CID;
    };
    let operation = Operation {
        object,
        kind: ObjectType::Process,
        kernel: named.kernel,
        access,
    };
    object_callback::around(&operation, |access| match kernel_object::at(object) {
        Some(process) => {
            out.give(handle::insert_with(process, access, named.kernel));
            STATUS_SUCCESS
        }
        None => STATUS_INVALID_CID,
    })
}

fn by_handle(handle: HANDLE) -> Result<(u32, Process), NTSTATUS> {
    let open = handle::resolve(handle, 0, Some(ObjectType::Process), false)?;
    let id = process::id_of(open.object.body()).ok_or(STATUS_INVALID_CID)?;
    Ok((id, process::of(id).ok_or(STATUS_INVALID_CID)?))
}

/// PROCESS_BASIC_INFORMATION: exit status, PEB, affinity, priority, id, parent.
fn basic(id: u32, process: &Process) -> Vec<u8> {
    let exit = process
        .exit
        .map_or(STILL_ACTIVE, |status| u64::from(status as u32));
    [exit, 0, 1, 8, u64::from(id), u64::from(process.parent)]
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect()
}

fn query(handle: HANDLE, class: i32, out: *mut c_void, length: u32, needed: Out<u32>) -> NTSTATUS {
    let (id, process) = match by_handle(handle) {
        Ok(found) => found,
        Err(status) => return status,
    };
    let bytes = match class {
        BASIC => basic(id, &process),
        SESSION => 1_u32.to_le_bytes().to_vec(),
        WOW64 => 0_u64.to_le_bytes().to_vec(),
        IMAGE_FILE_NAME => return give_name(&process.image, out.cast(), length, needed),
        _ => {
            report::unimplemented("ZwQueryInformationProcess of another class");
            return STATUS_NOT_IMPLEMENTED;
        }
    };
    if length as usize != bytes.len() {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    // SAFETY: the driver says by the length that the buffer holds the structure.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast::<u8>(), bytes.len()) };
    needed.give(length);
    STATUS_SUCCESS
}

/// A UNICODE_STRING and behind it its text with a zero.
fn give_name(name: &str, out: *mut UNICODE_STRING, length: u32, needed: Out<u32>) -> NTSTATUS {
    let text: Vec<u16> = name.encode_utf16().chain([0]).collect();
    let total = size_of::<UNICODE_STRING>() + text.len() * 2;
    needed.give(total as u32);
    if (length as usize) < total {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    // SAFETY: the driver says by the length that the buffer holds string and text.
    unsafe { write_string(out, &text) };
    STATUS_SUCCESS
}

/// # Safety
/// `out` has room for a UNICODE_STRING and the text, whose last unit is a zero.
unsafe fn write_string(out: *mut UNICODE_STRING, text: &[u16]) {
    let (buffer, bytes) = (out.wrapping_add(1).cast::<u16>(), (text.len() * 2) as u16);
    // SAFETY: the caller's contract.
    unsafe {
        out.write_unaligned(UNICODE_STRING {
            Length: bytes - 2,
            MaximumLength: bytes,
            Buffer: buffer,
        })
    };
    // SAFETY: the caller's contract.
    unsafe {
        std::ptr::copy_nonoverlapping(
            text.as_ptr().cast::<u8>(),
            buffer.cast::<u8>(),
            text.len() * 2,
        )
    };
}

fn locate_name(object: usize, out: Out<PUNICODE_STRING>) -> NTSTATUS {
    let Some(process) = process::id_of(object).and_then(process::of) else {
        return STATUS_INVALID_PARAMETER;
    };
    let text: Vec<u16> = process.image.encode_utf16().chain([0]).collect();
    let memory = pool::allocate(
        PoolKind::NonPaged,
        size_of::<UNICODE_STRING>() + text.len() * 2,
        TAG,
        0,
    );
    if memory.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the block was just allocated with room for string and text.
    unsafe { write_string(memory.cast(), &text) };
    out.give(memory.cast());
    STATUS_SUCCESS
}

fn terminate(handle: HANDLE, exit: NTSTATUS) -> NTSTATUS {
    let (id, process) = match by_handle(handle) {
        Ok(found) => found,
        Err(status) => return status,
    };
    if process.exit.is_some() {
        return STATUS_PROCESS_IS_TERMINATING;
    }
    process_life::end(id, exit);
    STATUS_SUCCESS
}

export! { Dll::Ntoskrnl;
    /// `ZwOpenProcess`
    fn ZwOpenProcess(out: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, client: In<CLIENT_ID>) -> NTSTATUS {
        open(out, access, attributes, client)
    }
    /// `ZwTerminateProcess`
    fn ZwTerminateProcess(handle: HANDLE, exit: NTSTATUS) -> NTSTATUS { terminate(handle, exit) }
    /// `ZwQueryInformationProcess`
    fn ZwQueryInformationProcess(handle: HANDLE, class: i32, out: *mut c_void, length: u32, needed: Out<u32>) -> NTSTATUS {
        query(handle, class, out, length, needed)
    }
    /// `PsGetProcessImageFileName`
    fn PsGetProcessImageFileName(object: usize) -> usize { process::short_name(object) }
    /// `SeLocateProcessImageName`
    fn SeLocateProcessImageName(object: usize, out: Out<PUNICODE_STRING>) -> NTSTATUS { locate_name(object, out) }
    /// `PsGetProcessInheritedFromUniqueProcessId`
    fn PsGetProcessInheritedFromUniqueProcessId(object: usize) -> usize {
        process::id_of(object).and_then(process::of).map_or(0, |process| process.parent as usize)
    }
    /// `PsGetProcessCreateTimeQuadPart`
    fn PsGetProcessCreateTimeQuadPart(object: usize) -> i64 {
        process::id_of(object).and_then(process::of).map_or(0, |process| process.created)
    }
    /// `PsGetProcessExitStatus`
    fn PsGetProcessExitStatus(object: usize) -> NTSTATUS {
        let known = process::id_of(object).and_then(process::of);
        known.and_then(|process| process.exit).unwrap_or(STILL_ACTIVE as NTSTATUS)
    }
    /// `PsLookupThreadByThreadId`
    fn PsLookupThreadByThreadId(id: usize, out: Out<usize>) -> NTSTATUS {
        match thread::all().into_iter().find(|thread| thread.id as usize == id) {
            Some(thread) => {
                object_reference::add(thread.kthread());
                out.give(thread.kthread());
                STATUS_SUCCESS
            }
            None => STATUS_INVALID_CID,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::{given, out};
    use crate::exports::object_attributes::tests::Named;

    fn client(id: u32) -> CLIENT_ID {
        CLIENT_ID {
            UniqueProcess: id as usize as HANDLE,
            UniqueThread: std::ptr::null_mut(),
        }
    }

    fn opened(id: u32) -> HANDLE {
        let mut handle: HANDLE = std::ptr::null_mut();
        let status = call!(ZwOpenProcess(
            out(&mut handle),
            0x1000,
            Named::new("").argument(),
            given(Some(&client(id)))
        ));
        assert_eq!(status, STATUS_SUCCESS);
        handle
    }

    #[test]
    fn zwopenprocess_opens_what_lives_until_zwterminateprocess() {
        process::begin(7700, 4);
        let handle = opened(7700);
        let mut bytes = [0_u64; 6];
        let mut needed = 0;
        let mut query = |length| {
            call!(ZwQueryInformationProcess(
                handle,
                BASIC,
                bytes.as_mut_ptr().cast(),
                length,
                out(&mut needed)
            ))
        };
        assert_eq!(
            (query(40), query(48)),
            (STATUS_INFO_LENGTH_MISMATCH, STATUS_SUCCESS)
        );
        assert_eq!((bytes[0], bytes[4], bytes[5]), (STILL_ACTIVE, 7700, 4));
        assert_eq!(call!(ZwTerminateProcess(handle, 5)), STATUS_SUCCESS);
        assert_eq!(
            call!(ZwTerminateProcess(handle, 5)),
            STATUS_PROCESS_IS_TERMINATING
        );
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
        let mut again: HANDLE = std::ptr::null_mut();
        let status = call!(ZwOpenProcess(
            out(&mut again),
            1,
            Named::new("").argument(),
            given(Some(&client(7700)))
        ));
        assert_eq!(status, STATUS_INVALID_CID);
        let status = call!(ZwOpenProcess(
            out(&mut again),
            1,
            Named::new("x").argument(),
            given(Some(&client(4)))
        ));
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    }

    #[test]
    fn image_names_are_short_by_psgetprocessimagefilename_and_full_by_selocateprocessimagename() {
        let _serial = crate::model::flt_fixture::serial();
        let object = process::begin(7704, 4);
        let short = call!(PsGetProcessImageFileName(object)) as *const std::ffi::c_char;
        // SAFETY: the name ends with a zero within the object.
        let short = unsafe { std::ffi::CStr::from_ptr(short) };
        assert_eq!(short.to_str(), Ok("program7704.exe"));
        let mut name: PUNICODE_STRING = std::ptr::null_mut();
        assert_eq!(
            call!(SeLocateProcessImageName(object, out(&mut name))),
            STATUS_SUCCESS
        );
        // SAFETY: the call has left a string.
        let full = String::from_utf16_lossy(unsafe { crate::model::unicode::units(name) });
        pool::free(name.cast(), 0);
        assert!(full.starts_with(r"\Device\") && full.ends_with(r"\program7704.exe"));
        let handle = opened(7704);
        let (mut room, mut needed) = ([0_u64; 64], 0);
        let mut query = |length| {
            call!(ZwQueryInformationProcess(
                handle,
                IMAGE_FILE_NAME,
                room.as_mut_ptr().cast(),
                length,
                out(&mut needed)
            ))
        };
        assert_eq!(
            (query(16), query(512)),
            (STATUS_INFO_LENGTH_MISMATCH, STATUS_SUCCESS)
        );
        assert_eq!(needed as usize, 16 + 2 * (full.len() + 1));
        assert_eq!(
            call!(SeLocateProcessImageName(0x10, out(&mut name))),
            STATUS_INVALID_PARAMETER
        );
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
    }

    #[test]
    fn pslookupthreadbythreadid_references_the_thread() {
        let (me, mut found) = (thread::current(), 0);
        assert_eq!(
            call!(PsLookupThreadByThreadId(me.id as usize, out(&mut found))),
            STATUS_SUCCESS
        );
        assert_eq!(
            (found, object_reference::drop_one(found)),
            (me.kthread(), 0)
        );
        assert_eq!(
            call!(PsLookupThreadByThreadId(3, out(&mut found))),
            STATUS_INVALID_CID
        );
    }

    #[test]
    fn a_process_tells_its_parent_its_birth_and_its_end() {
        let object = process::begin(7712, 7708);
        assert_eq!(
            call!(PsGetProcessInheritedFromUniqueProcessId(object)),
            7708
        );
        assert!(call!(PsGetProcessCreateTimeQuadPart(object)) > 0);
        assert_eq!(call!(PsGetProcessExitStatus(object)), 0x103);
        process::end(7712, -7);
        assert_eq!(call!(PsGetProcessExitStatus(object)), -7);
    }
}
