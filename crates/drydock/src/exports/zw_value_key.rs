//! ZwQueryValueKey, ZwSetValueKey, ZwEnumerateValueKey, ZwDeleteValueKey — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{
    HANDLE, NTSTATUS, STATUS_NO_MORE_ENTRIES, STATUS_OBJECT_NAME_NOT_FOUND, UNICODE_STRING,
};

use super::flt_argument::Out;
use super::zw_key::{give, status};
use crate::export;
use crate::model::registry::tree::Value;
use crate::model::registry::{self, callback, information, key, value_information};
use crate::model::unicode;

/// RegNtPre… and RegNtPost… of each operation.
const SET: (u32, u32) = (0x1, 0x10);
const DELETE: (u32, u32) = (0x2, 0x11);
const ENUMERATE: (u32, u32) = (0x6, 0x15);
const QUERY: (u32, u32) = (0x8, 0x17);

/// The bytes of a value's data.
fn data_of(data: *const c_void, size: u32) -> Vec<u8> {
    if data.is_null() || size == 0 {
        return Vec::new();
    }
    // SAFETY: the driver says that so many bytes are there.
    unsafe { std::slice::from_raw_parts(data.cast::<u8>(), size as usize) }.to_vec()
}

export! { Dll::Ntoskrnl;
    /// `ZwQueryValueKey`
    fn ZwQueryValueKey(handle: HANDLE, name: *const UNICODE_STRING, class: i32, out: *mut c_void, length: u32, needed: *mut u32) -> NTSTATUS {
        let (id, object) = match key::by_handle(handle) {
            Ok(found) => found,
            Err(status) => return status,
        };
        // SAFETY: the driver passes a UNICODE_STRING of its own.
        let wanted = unsafe { unicode::units(name) };
        let before = information::QueryValue::new(object, name, class, out, length, needed);
        callback::around(QUERY.0, QUERY.1, before, || {
            let found = registry::with(|tree| {
                let value = tree.key(id)?.value(wanted).ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
                value_information::of(value, class)
            });
            (give(found, out, length, Out::at(needed)), object)
        })
    }
    /// `ZwEnumerateValueKey`
    fn ZwEnumerateValueKey(handle: HANDLE, index: u32, class: i32, out: *mut c_void, length: u32, needed: *mut u32) -> NTSTATUS {
        let (id, object) = match key::by_handle(handle) {
            Ok(found) => found,
            Err(status) => return status,
        };
        let before = information::Enumerate::new(object, index, class, out, length, needed);
        callback::around(ENUMERATE.0, ENUMERATE.1, before, || {
            let found = registry::with(|tree| {
                let value = tree.key(id)?.values.get(index as usize).ok_or(STATUS_NO_MORE_ENTRIES)?;
                value_information::of(value, class)
            });
            (give(found, out, length, Out::at(needed)), object)
        })
    }
    /// `ZwSetValueKey`
    fn ZwSetValueKey(handle: HANDLE, name: *const UNICODE_STRING, title: u32, kind: u32, data: *const c_void, size: u32) -> NTSTATUS {
        let (id, object) = match key::by_handle(handle) {
            Ok(found) => found,
            Err(status) => return status,
        };
        // SAFETY: the driver passes a UNICODE_STRING of its own.
        let name_units = unsafe { unicode::units(name) }.to_vec();
        let before = information::SetValue::new(object, name, title, kind, data, size);
        callback::around(SET.0, SET.1, before, || {
            let value = Value { name: name_units, kind, data: data_of(data, size) };
            (status(registry::with(|tree| tree.set_value(id, value))), object)
        })
    }
    /// `ZwDeleteValueKey`
    fn ZwDeleteValueKey(handle: HANDLE, name: *const UNICODE_STRING) -> NTSTATUS {
        let (id, object) = match key::by_handle(handle) {
            Ok(found) => found,
            Err(status) => return status,
        };
        // SAFETY: the driver passes a UNICODE_STRING of its own.
        let wanted = unsafe { unicode::units(name) };
        let before = information::OnValue::new(object, name);
        callback::around(DELETE.0, DELETE.1, before, || {
            (status(registry::with(|tree| tree.delete_value(id, wanted))), object)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::object_attributes::tests::Named;
    use crate::model::handle;
    use crate::model::registry::key::OpenKey;
    use minifilter_sys::{
        KeyValueFullInformation, KeyValuePartialInformation, REG_DWORD, REG_NONE,
        STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
    };

    fn opened(path: &str) -> HANDLE {
        let id = registry::with(|tree| tree.create_all(path)).expect("a good path");
        handle::insert(OpenKey::new(id), true)
    }

    #[test]
    fn zwqueryvaluekey_gives_back_what_zwsetvaluekey_set() {
        let key = opened(r"\Registry\Machine\Software\zwqueryvaluekey");
        let (name, data) = (Named::new("Debug"), 7_u32.to_le_bytes());
        // SAFETY: ZwSetValueKey gets a name and data of ours.
        let set = unsafe { ZwSetValueKey(key, name.name(), 0, REG_DWORD, data.as_ptr().cast(), 4) };
        assert_eq!(set, STATUS_SUCCESS);
        let (mut buffer, mut needed) = ([0_u8; 32], 0_u32);
        let mut query = |name: &Named, class, length| {
            // SAFETY: ZwQueryValueKey gets places of ours, and no more length than there is.
            let status = unsafe {
                ZwQueryValueKey(
                    key,
                    name.name(),
                    class,
                    buffer.as_mut_ptr().cast(),
                    length,
                    &raw mut needed,
                )
            };
            (status, needed)
        };
        let lower = Named::new("debug");
        assert_eq!(
            query(&lower, KeyValuePartialInformation, 0),
            (STATUS_BUFFER_TOO_SMALL, 16)
        );
        assert_eq!(
            query(&lower, KeyValuePartialInformation, 14),
            (STATUS_BUFFER_OVERFLOW, 16)
        );
        assert_eq!(
            query(&lower, KeyValuePartialInformation, 32),
            (STATUS_SUCCESS, 16)
        );
        assert_eq!(query(&lower, 77, 32).0, STATUS_INVALID_PARAMETER);
        assert_eq!(
            query(&Named::new("Other"), KeyValuePartialInformation, 32).0,
            STATUS_OBJECT_NAME_NOT_FOUND
        );
        assert_eq!((buffer[4], buffer[8], buffer[12]), (4, 4, 7));
        assert_eq!(handle::close(key), STATUS_SUCCESS);
    }

    #[test]
    fn zwenumeratevaluekey_ends_and_zwdeletevaluekey_takes_a_value_out() {
        let key = opened(r"\Registry\Machine\Software\zwenumeratevaluekey");
        let name = Named::new("");
        // SAFETY: ZwSetValueKey gets a name of ours and no data.
        let set = unsafe { ZwSetValueKey(key, name.name(), 0, REG_NONE, std::ptr::null(), 0) };
        assert_eq!(set, STATUS_SUCCESS);
        let (mut buffer, mut needed) = ([0_u8; 32], 0_u32);
        let mut enumerate = |index| {
            // SAFETY: ZwEnumerateValueKey gets places of ours.
            unsafe {
                ZwEnumerateValueKey(
                    key,
                    index,
                    KeyValueFullInformation,
                    buffer.as_mut_ptr().cast(),
                    32,
                    &raw mut needed,
                )
            }
        };
        assert_eq!(
            (enumerate(0), enumerate(1)),
            (STATUS_SUCCESS, STATUS_NO_MORE_ENTRIES)
        );
        // SAFETY: ZwDeleteValueKey gets a name of ours.
        let delete = || unsafe { ZwDeleteValueKey(key, name.name()) };
        assert_eq!(
            (delete(), delete()),
            (STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND)
        );
        assert_eq!(handle::close(key), STATUS_SUCCESS);
    }
}
