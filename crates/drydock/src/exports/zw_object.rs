//! ZwDuplicateObject and ZwQueryObject — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    DUPLICATE_CLOSE_SOURCE, DUPLICATE_SAME_ACCESS, DUPLICATE_SAME_ATTRIBUTES, HANDLE, NTSTATUS,
    OBJ_KERNEL_HANDLE, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_INFO_CLASS,
    STATUS_INVALID_PARAMETER, STATUS_NOT_IMPLEMENTED, STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::Out;
use super::zw_key::status;
use crate::model::object_type::ObjectType;
use crate::model::{handle, process, thread};
use crate::{export, report};

/// OBJECT_INFORMATION_CLASS: ObjectTypeInformation.
const TYPE_INFORMATION: i32 = 2;
/// Bytes of PUBLIC_OBJECT_TYPE_INFORMATION.
const TYPE_SIZE: usize = 104;

/// A handle's process is the current one: others' tables are not worked on.
fn current_process(process: HANDLE) -> Result<(), NTSTATUS> {
    let open = handle::resolve(process, 0, Some(ObjectType::Process), false)?;
    if open.object.body() == process::object(thread::current().process_id()) {
        return Ok(());
    }
    report::unimplemented("ZwDuplicateObject between processes");
    Err(STATUS_NOT_IMPLEMENTED)
}

/// What the new handle is to be.
struct Wanted {
    access: u32,
    attributes: u32,
    options: u32,
}

impl Wanted {
    fn has(&self, option: u32) -> bool {
        self.options & option != 0
    }
}

fn duplicate(
    (source_process, source): (HANDLE, HANDLE),
    target_process: HANDLE,
    wanted: &Wanted,
) -> Result<Option<HANDLE>, NTSTATUS> {
    current_process(source_process)?;
    let open = handle::resolve(source, 0, None, false)?;
    let made = if target_process.is_null() {
        // Without a target the source can only be closed.
        if !wanted.has(DUPLICATE_CLOSE_SOURCE) {
            return Err(STATUS_INVALID_PARAMETER);
        }
        None
    } else {
        current_process(target_process)?;
        let access = if wanted.has(DUPLICATE_SAME_ACCESS) {
            open.access
        } else {
            wanted.access
        };
        let kernel = if wanted.has(DUPLICATE_SAME_ATTRIBUTES) {
            handle::is_kernel(source)
        } else {
            wanted.attributes & OBJ_KERNEL_HANDLE != 0
        };
        Some(handle::insert_with(open.object, access, kernel))
    };
    if wanted.has(DUPLICATE_CLOSE_SOURCE) {
        handle::close(source);
    }
    Ok(made)
}

/// PUBLIC_OBJECT_TYPE_INFORMATION: the name of the type, with its text behind the structure.
fn query_type(source: HANDLE, out: *mut u8, length: u32, needed: Out<u32>) -> Result<(), NTSTATUS> {
    let open = handle::resolve(source, 0, None, false)?;
    let text: Vec<u16> = open
        .object
        .kind()
        .name()
        .encode_utf16()
        .chain([0])
        .collect();
    let bytes = size_of_val(&*text);
    needed.give((TYPE_SIZE + bytes) as u32);
    if (length as usize) < TYPE_SIZE + bytes {
        return Err(STATUS_INFO_LENGTH_MISMATCH);
    }
    let place = out.wrapping_add(TYPE_SIZE);
    let name = UNICODE_STRING {
        Length: (bytes - 2) as u16,
        MaximumLength: bytes as u16,
        Buffer: place.cast(),
    };
    // SAFETY: the driver says by the length that the buffer holds the structure.
    unsafe { std::ptr::write_bytes(out, 0, TYPE_SIZE) };
    // SAFETY: as above; the name is its first member.
    unsafe { out.cast::<UNICODE_STRING>().write_unaligned(name) };
    // SAFETY: as above, with the text behind it.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr().cast(), place, bytes) };
    Ok(())
}

export! { Dll::Ntoskrnl;
    /// `ZwDuplicateObject` — within the current process and to and from the kernel's table.
    fn ZwDuplicateObject(source_process: HANDLE, source: HANDLE, target_process: HANDLE, out: Out<HANDLE>, access: u32, attributes: u32, options: u32) -> NTSTATUS {
        let wanted = Wanted { access, attributes, options };
        match duplicate((source_process, source), target_process, &wanted) {
            Ok(Some(made)) => {
                out.give(made);
                STATUS_SUCCESS
            }
            Ok(None) => STATUS_SUCCESS,
            Err(status) => {
                out.give(std::ptr::null_mut());
                status
            }
        }
    }
    /// `ZwQueryObject` — the type of an object; its counts are not modelled.
    fn ZwQueryObject(source: HANDLE, class: i32, out: *mut u8, length: u32, needed: Out<u32>) -> NTSTATUS {
        match class {
            TYPE_INFORMATION => status(query_type(source, out, length, needed)),
            0 | 1 => {
                report::unimplemented("ZwQueryObject of another class than ObjectTypeInformation");
                STATUS_NOT_IMPLEMENTED
            }
            _ => STATUS_INVALID_INFO_CLASS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::out;
    use crate::exports::gate::tests::in_call;
    use crate::model::{kernel_object, unicode};

    /// NtCurrentProcess().
    const CURRENT: HANDLE = usize::MAX as HANDLE;

    /// A kernel handle to this thread.
    fn source() -> HANDLE {
        let object = kernel_object::at(thread::current().kthread()).expect("this thread");
        handle::insert_with(object, 5, true)
    }

    #[test]
    fn zwduplicateobject_makes_a_handle_to_the_same_object_and_may_close_the_first() {
        in_call("ZwDuplicateObject", || {
            let (source, mut made) = (source(), std::ptr::null_mut());
            let mut duplicate = |target, options| {
                call!(ZwDuplicateObject(
                    CURRENT,
                    source,
                    target,
                    out(&mut made),
                    1,
                    OBJ_KERNEL_HANDLE,
                    options
                ))
            };
            assert_eq!(duplicate(std::ptr::null_mut(), 0), STATUS_INVALID_PARAMETER);
            assert_eq!(
                duplicate(CURRENT, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                STATUS_SUCCESS
            );
            assert!(handle::find(source).is_none() && handle::is_kernel(made));
            let first = made;
            let mut again = std::ptr::null_mut();
            let status = call!(ZwDuplicateObject(
                CURRENT,
                first,
                CURRENT,
                out(&mut again),
                1,
                OBJ_KERNEL_HANDLE,
                0
            ));
            assert_eq!(status, STATUS_SUCCESS);
            let access = [first, again].map(|handle| handle::find(handle).map(|open| open.access));
            assert_eq!(access, [Some(5), Some(1)]);
            let _ = (handle::close(first), handle::close(again));
        });
    }

    #[test]
    fn zwqueryobject_gives_the_name_of_the_type_when_there_is_room() {
        in_call("ZwQueryObject", || {
            let (source, mut needed, mut room) = (source(), 0, [0_u64; 32]);
            let place = room.as_mut_ptr().cast::<u8>();
            let mut query = |source, class, length| {
                (
                    call!(ZwQueryObject(
                        source,
                        class,
                        place,
                        length,
                        out(&mut needed)
                    )),
                    needed,
                )
            };
            assert_eq!(query(source, 2, 104), (STATUS_INFO_LENGTH_MISMATCH, 118));
            assert_eq!(query(source, 2, 118), (STATUS_SUCCESS, 118));
            assert_eq!(query(source, 99, 118).0, STATUS_INVALID_INFO_CLASS);
            // SAFETY: the function has left a string there.
            let name = String::from_utf16_lossy(unsafe { unicode::units(place.cast()) });
            assert_eq!(name, "Thread");
            handle::close(source);
        });
    }
}
