//! ObXxxByHandle, ObXxxByPointer, ObQueryNameString, ZwClose and the variables of object types — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    HANDLE, NTSTATUS, OBJ_FORCE_ACCESS_CHECK, OBJ_KERNEL_HANDLE, OBJECT_HANDLE_INFORMATION,
    STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER, STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::Out;
use crate::export;
use crate::model::object_type::{self, ObjectType};
use crate::model::{handle, kernel_object, object_reference};

/// OBJ_VALID_ATTRIBUTES, of the flags that make sense for a handle.
const VALID_ATTRIBUTES: u32 = 0x1FF2;
const USER_MODE: i8 = 1;

/// The type that a POBJECT_TYPE argument asks for; the error is that of an object of another type.
fn wanted(kind: usize) -> Result<Option<ObjectType>, NTSTATUS> {
    match kind {
        0 => Ok(None),
        address => ObjectType::at(address)
            .map(Some)
            .ok_or(STATUS_OBJECT_TYPE_MISMATCH),
    }
}

fn by_handle(
    handle: HANDLE,
    access: u32,
    kind: usize,
    mode: i8,
    out: Out<usize>,
    information: Out<OBJECT_HANDLE_INFORMATION>,
) -> NTSTATUS {
    let open =
        wanted(kind).and_then(|kind| handle::resolve(handle, access, kind, mode == USER_MODE));
    match open {
        Ok(open) => {
            object_reference::add(open.object.body());
            information.give(OBJECT_HANDLE_INFORMATION {
                HandleAttributes: 0,
                GrantedAccess: open.access,
            });
            out.give(open.object.body());
            STATUS_SUCCESS
        }
        Err(status) => {
            out.give(0);
            status
        }
    }
}

fn by_pointer(object: usize, kind: usize, mode: i8) -> NTSTATUS {
    let found = kernel_object::at(object).map(|object| object.kind());
    let matches = match wanted(kind) {
        Err(_) => false,
        // Symbolic links alone may be referenced for a user without saying so.
        Ok(None) => mode != USER_MODE || found == Some(ObjectType::SymbolicLink),
        Ok(wanted) => wanted == found,
    };
    if !matches {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    object_reference::add(object);
    STATUS_SUCCESS
}

fn open_by_pointer(
    object: usize,
    attributes: u32,
    access: u32,
    kind: usize,
    mode: i8,
    out: Out<HANDLE>,
) -> NTSTATUS {
    out.give(std::ptr::null_mut());
    if attributes & !VALID_ATTRIBUTES != 0 {
        return STATUS_INVALID_PARAMETER;
    }
    let user = mode == USER_MODE || attributes & OBJ_FORCE_ACCESS_CHECK != 0;
    let Some(found) = kernel_object::at(object) else {
        return STATUS_OBJECT_TYPE_MISMATCH;
    };
    match wanted(kind) {
        Ok(None) if !user => {}
        Ok(Some(kind)) if kind == found.kind() => {}
        _ => return STATUS_OBJECT_TYPE_MISMATCH,
    }
    out.give(handle::insert_with(
        found,
        access,
        attributes & OBJ_KERNEL_HANDLE != 0,
    ));
    STATUS_SUCCESS
}

/// Writes OBJECT_NAME_INFORMATION: the string, and behind it its text with a zero.
fn query_name(object: usize, out: *mut UNICODE_STRING, length: u32, needed: Out<u32>) -> NTSTATUS {
    let name = kernel_object::at(object).and_then(|object| object.name());
    let text: Vec<u16> =
        name.map_or_else(Vec::new, |name| name.encode_utf16().chain([0]).collect());
    let header = size_of::<UNICODE_STRING>();
    let total = header + text.len() * 2;
    needed.give(total as u32);
    if (length as usize) < total {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    let place = out.wrapping_add(1).cast::<u16>();
    let bytes = (text.len() * 2) as u16;
    let string = UNICODE_STRING {
        Length: bytes.saturating_sub(2),
        MaximumLength: bytes,
        Buffer: if text.is_empty() {
            std::ptr::null_mut()
        } else {
            place
        },
    };
    // SAFETY: the driver says by the length that the buffer holds the string and its text.
    unsafe { out.write_unaligned(string) };
    // SAFETY: as above.
    unsafe {
        std::ptr::copy_nonoverlapping(
            text.as_ptr().cast::<u8>(),
            place.cast::<u8>(),
            text.len() * 2,
        )
    };
    STATUS_SUCCESS
}

export! { Dll::Ntoskrnl;
    /// `ObReferenceObjectByHandle`
    fn ObReferenceObjectByHandle(handle: HANDLE, access: u32, kind: usize, mode: i8, out: Out<usize>, information: Out<OBJECT_HANDLE_INFORMATION>) -> NTSTATUS {
        by_handle(handle, access, kind, mode, out, information)
    }
    /// `ObReferenceObjectByHandleWithTag`
    fn ObReferenceObjectByHandleWithTag(handle: HANDLE, access: u32, kind: usize, mode: i8, _tag: u32, out: Out<usize>, information: Out<OBJECT_HANDLE_INFORMATION>) -> NTSTATUS {
        by_handle(handle, access, kind, mode, out, information)
    }
    /// `ObReferenceObjectByPointer`
    fn ObReferenceObjectByPointer(object: usize, _access: u32, kind: usize, mode: i8) -> NTSTATUS {
        by_pointer(object, kind, mode)
    }
    /// `ObReferenceObjectByPointerWithTag`
    fn ObReferenceObjectByPointerWithTag(object: usize, _access: u32, kind: usize, mode: i8, _tag: u32) -> NTSTATUS {
        by_pointer(object, kind, mode)
    }
    /// `ObOpenObjectByPointer`
    fn ObOpenObjectByPointer(object: usize, attributes: u32, _state: usize, access: u32, kind: usize, mode: i8, out: Out<HANDLE>) -> NTSTATUS {
        open_by_pointer(object, attributes, access, kind, mode, out)
    }
    /// `ObOpenObjectByPointerWithTag`
    fn ObOpenObjectByPointerWithTag(object: usize, attributes: u32, _state: usize, access: u32, kind: usize, mode: i8, _tag: u32, out: Out<HANDLE>) -> NTSTATUS {
        open_by_pointer(object, attributes, access, kind, mode, out)
    }
    /// `ObQueryNameString`
    fn ObQueryNameString(object: usize, out: *mut UNICODE_STRING, length: u32, needed: Out<u32>) -> NTSTATUS {
        query_name(object, out, length, needed)
    }
    /// `ObIsKernelHandle`
    fn ObIsKernelHandle(handle: HANDLE) -> u8 { u8::from(handle::is_kernel(handle)) }
    /// `ObCloseHandle`
    fn ObCloseHandle(handle: HANDLE, _mode: i8) -> NTSTATUS { handle::close(handle) }
    /// `ZwClose`
    fn ZwClose(handle: HANDLE) -> NTSTATUS { handle::close(handle) }
    /// `NtClose`
    fn NtClose(handle: HANDLE) -> NTSTATUS { handle::close(handle) }
    data IoFileObjectType = &object_type::FILE_TYPE;
    data IoDeviceObjectType = &object_type::DEVICE_TYPE;
    data IoDriverObjectType = &object_type::DRIVER_TYPE;
    data PsProcessType = &object_type::PROCESS_TYPE;
    data PsThreadType = &object_type::THREAD_TYPE;
    data ExEventObjectType = &object_type::EVENT_TYPE;
    data ExSemaphoreObjectType = &object_type::SEMAPHORE_TYPE;
    data SeTokenObjectType = &object_type::TOKEN_TYPE;
    data TmTransactionObjectType = &object_type::TRANSACTION_TYPE;
    data CmKeyObjectType = &object_type::KEY_TYPE;
    data MmSectionObjectType = &object_type::SECTION_TYPE;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::out;
    use crate::model::{process, thread};

    #[test]
    fn obopenobjectbypointer_and_obreferenceobjectbyhandle_lead_back_to_the_object() {
        let object = process::object(7000);
        let process = ObjectType::Process.address();
        let mut handle: HANDLE = std::ptr::null_mut();
        // SAFETY: ObOpenObjectByPointer gets places of ours.
        let opened = unsafe {
            ObOpenObjectByPointer(
                object,
                OBJ_KERNEL_HANDLE,
                0,
                0x1000,
                process,
                0,
                out(&mut handle),
            )
        };
        assert!(opened == STATUS_SUCCESS && handle::is_kernel(handle));
        let mut found = 0;
        let mut information = OBJECT_HANDLE_INFORMATION {
            HandleAttributes: 9,
            GrantedAccess: 0,
        };
        // SAFETY: ObReferenceObjectByHandle gets places of ours.
        let status = unsafe {
            ObReferenceObjectByHandle(
                handle,
                0x1000,
                process,
                0,
                out(&mut found),
                out(&mut information),
            )
        };
        assert_eq!(
            (status, found, information.GrantedAccess),
            (STATUS_SUCCESS, object, 0x1000)
        );
        assert_eq!(object_reference::drop_one(object), 0);
        // SAFETY: as above.
        let status = unsafe {
            ObReferenceObjectByHandle(
                handle,
                0,
                ObjectType::File.address(),
                0,
                out(&mut found),
                out(&mut information),
            )
        };
        assert_eq!((status, found), (STATUS_OBJECT_TYPE_MISMATCH, 0));
        // SAFETY: ZwClose takes no pointer.
        assert_eq!(unsafe { ZwClose(handle) }, STATUS_SUCCESS);
    }

    #[test]
    fn obopenobjectbypointer_refuses_another_type_and_unknown_attributes() {
        let object = thread::current().kthread();
        let mut handle: HANDLE = std::ptr::dangling_mut();
        let mut open = |attributes, kind: ObjectType, mode| {
            let status = open_by_pointer(
                object,
                attributes,
                0,
                kind.address(),
                mode,
                out(&mut handle),
            );
            (status, handle.is_null())
        };
        assert_eq!(
            open(OBJ_KERNEL_HANDLE, ObjectType::Process, 0),
            (STATUS_OBJECT_TYPE_MISMATCH, true)
        );
        assert_eq!(
            open(0x8000_0000, ObjectType::Thread, 0),
            (STATUS_INVALID_PARAMETER, true)
        );
        let user_without_type = open_by_pointer(object, 0, 0, 0, 1, out(&mut handle));
        assert_eq!(user_without_type, STATUS_OBJECT_TYPE_MISMATCH);
    }

    #[test]
    fn obreferenceobjectbypointer_checks_the_type() {
        let object = process::object(7004);
        assert_eq!(
            by_pointer(object, ObjectType::Thread.address(), 0),
            STATUS_OBJECT_TYPE_MISMATCH
        );
        assert_eq!(by_pointer(object, 0, 1), STATUS_OBJECT_TYPE_MISMATCH);
        assert_eq!(
            by_pointer(object, ObjectType::Process.address(), 1),
            STATUS_SUCCESS
        );
        assert_eq!(
            (by_pointer(object, 0, 0), object_reference::count(object)),
            (STATUS_SUCCESS, 2)
        );
        object_reference::drop_one(object);
        object_reference::drop_one(object);
    }

    #[test]
    fn obquerynamestring_of_an_object_without_a_name_is_the_empty_string() {
        let object = process::object(7008);
        let mut string = UNICODE_STRING {
            Length: 1,
            MaximumLength: 1,
            Buffer: std::ptr::dangling_mut(),
        };
        let mut needed = 0;
        assert_eq!(
            query_name(object, &raw mut string, 0, out(&mut needed)),
            STATUS_INFO_LENGTH_MISMATCH
        );
        assert_eq!(needed, 16);
        assert_eq!(
            query_name(object, &raw mut string, needed, out(&mut needed)),
            STATUS_SUCCESS
        );
        assert!(string.Length == 0 && string.MaximumLength == 0 && string.Buffer.is_null());
    }
}
