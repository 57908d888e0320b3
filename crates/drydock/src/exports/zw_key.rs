//! ZwOpenKey, ZwCreateKey and what else is done with whole keys — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{
    HANDLE, NTSTATUS, OBJECT_ATTRIBUTES, STATUS_INVALID_PARAMETER, STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::{In, Out};
use super::object_attributes::{self, Attributes};
use crate::export;
use crate::model::handle;
use crate::model::kernel_object::KernelObject;
use crate::model::object_type::ObjectType;
use crate::model::registry::key::{self, OpenKey};
use crate::model::registry::tree::KeyId;
use crate::model::registry::value_information::Information;
use crate::model::registry::{self, callback, information, key_information};

/// REG_CREATED_NEW_KEY and REG_OPENED_EXISTING_KEY.
const CREATED: u32 = 1;
const OPENED: u32 = 2;
const REG_OPTION_VOLATILE: u32 = 1;

/// RegNtPre… and RegNtPost… of each operation.
pub(super) const OPEN: (u32, u32) = (0x1C, 0x1D);
const CREATE: (u32, u32) = (0x1A, 0x1B);
const DELETE: (u32, u32) = (0x0, 0xF);
const ENUMERATE: (u32, u32) = (0x5, 0x14);
const QUERY: (u32, u32) = (0x7, 0x16);
const FLUSH: (u32, u32) = (0x1E, 0x1F);

/// A status from a result.
pub(super) fn status(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

/// Opens or creates, between the registry callbacks, and gives a handle.
fn open(
    classes: (u32, u32),
    out: Out<HANDLE>,
    access: u32,
    attributes: In<OBJECT_ATTRIBUTES>,
    options: u32,
    find: impl FnOnce(Option<KeyId>, &Attributes) -> Result<KeyId, NTSTATUS>,
) -> NTSTATUS {
    let prepared = object_attributes::copy(attributes).and_then(|wanted| {
        let root = if wanted.root.is_null() {
            None
        } else {
            Some(key::by_handle(wanted.root)?)
        };
        Ok((wanted, root))
    });
    let (wanted, root) = match prepared {
        Ok(prepared) => prepared,
        Err(status) => return status,
    };
    let bytes = (wanted.name.len() * 2) as u16;
    let name = UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: wanted.name.as_ptr().cast_mut(),
    };
    let none = std::ptr::null_mut();
    let (mut disposition, mut result) = (0_u32, 0_usize);
    let before = information::OpenKey::new(
        &raw const name,
        root.map_or(0, |(_, object)| object),
        ObjectType::Key.address(),
        options,
        std::ptr::null(),
        none,
        none,
        access,
        0,
        &raw mut disposition,
        &raw mut result,
    );
    callback::around(classes.0, classes.1, before, || {
        match find(root.map(|(id, _)| id), &wanted) {
            Ok(id) => {
                let key = OpenKey::new(id);
                let object = key.body();
                out.give(handle::insert_with(key, access, wanted.kernel));
                (STATUS_SUCCESS, object)
            }
            Err(status) => (status, 0),
        }
    })
}

fn open_existing(out: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>) -> NTSTATUS {
    open(OPEN, out, access, attributes, 0, |root, wanted| {
        registry::with(|tree| tree.open(root, &wanted.name))
    })
}

fn create(
    out: Out<HANDLE>,
    access: u32,
    attributes: In<OBJECT_ATTRIBUTES>,
    options: u32,
    disposition: Out<u32>,
) -> NTSTATUS {
    open(CREATE, out, access, attributes, options, |root, wanted| {
        let volatile = options & REG_OPTION_VOLATILE != 0;
        let (id, new) = registry::with(|tree| tree.create(root, &wanted.name, volatile))?;
        disposition.give(if new { CREATED } else { OPENED });
        Ok(id)
    })
}

/// Gives as much of an information structure as there is room for.
pub(super) fn give(
    found: Result<Information, NTSTATUS>,
    out: *mut c_void,
    length: u32,
    needed: Out<u32>,
) -> NTSTATUS {
    match found {
        Ok(found) => {
            needed.give(found.bytes.len() as u32);
            let (bytes, status) = found.fit(length as usize);
            // SAFETY: the driver says by the length that the buffer holds at least these bytes.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast::<u8>(), bytes.len()) };
            status
        }
        Err(status) => status,
    }
}

/// Does something to the key behind a handle, between the registry callbacks.
fn on_key(
    handle: HANDLE,
    classes: (u32, u32),
    work: impl FnOnce(KeyId) -> Result<(), NTSTATUS>,
) -> NTSTATUS {
    match key::by_handle(handle) {
        Ok((id, object)) => {
            let before = information::OnKey::new(object);
            callback::around(classes.0, classes.1, before, || (status(work(id)), object))
        }
        Err(status) => status,
    }
}

export! { Dll::Ntoskrnl;
    /// `ZwOpenKey`
    fn ZwOpenKey(out: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>) -> NTSTATUS {
        open_existing(out, access, attributes)
    }
    /// `ZwOpenKeyEx`
    fn ZwOpenKeyEx(out: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, _options: u32) -> NTSTATUS {
        open_existing(out, access, attributes)
    }
    /// `ZwCreateKey`
    fn ZwCreateKey(out: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, _title: u32, _class: *const UNICODE_STRING, options: u32, disposition: Out<u32>) -> NTSTATUS {
        create(out, access, attributes, options, disposition)
    }
    /// `ZwDeleteKey`
    fn ZwDeleteKey(handle: HANDLE) -> NTSTATUS {
        on_key(handle, DELETE, |id| registry::with(|tree| tree.delete(id)))
    }
    /// `ZwFlushKey`
    fn ZwFlushKey(handle: HANDLE) -> NTSTATUS {
        on_key(handle, FLUSH, |id| registry::with(|tree| tree.key(id).map(|_| ())))
    }
    /// `ZwQueryKey`
    fn ZwQueryKey(handle: HANDLE, class: i32, out: *mut c_void, length: u32, needed: *mut u32) -> NTSTATUS {
        let (id, object) = match key::by_handle(handle) {
            Ok(found) => found,
            Err(status) => return status,
        };
        let before = information::QueryKey::new(object, class, out, length, needed);
        callback::around(QUERY.0, QUERY.1, before, || {
            let found = registry::with(|tree| key_information::of(tree, id, class));
            (give(found, out, length, Out::at(needed)), object)
        })
    }
    /// `ZwEnumerateKey`
    fn ZwEnumerateKey(handle: HANDLE, index: u32, class: i32, out: *mut c_void, length: u32, needed: *mut u32) -> NTSTATUS {
        let (id, object) = match key::by_handle(handle) {
            Ok(found) => found,
            Err(status) => return status,
        };
        let before = information::Enumerate::new(object, index, class, out, length, needed);
        callback::around(ENUMERATE.0, ENUMERATE.1, before, || {
            let found = registry::with(|tree| key_information::of_subkey(tree, id, index, class));
            (give(found, out, length, Out::at(needed)), object)
        })
    }
    /// `IoOpenDriverRegistryKey`
    fn IoOpenDriverRegistryKey(driver: *const minifilter_sys::DRIVER_OBJECT, kind: u32, access: u32, flags: u32, out: Out<HANDLE>) -> NTSTATUS {
        // DriverRegKeyParameters is read by set-up's values; the two places for a driver's own state are made when first
        // opened, as Parameters is when set-up wrote none.
        let subkey = match kind {
            0 => "Parameters",
            1 => "PersistentState",
            2 => "SharedPersistentState",
            _ => return STATUS_INVALID_PARAMETER,
        };
        if flags != 0 || driver.is_null() {
            return STATUS_INVALID_PARAMETER;
        }
        // SAFETY: the driver passes its driver object.
        let extension = unsafe { (*driver).DriverExtension };
        // SAFETY: the extension of a driver object lives as long as it.
        let service = unsafe { (*extension).ServiceKeyName };
        // SAFETY: the name is the bench's own.
        let service = String::from_utf16_lossy(unsafe { crate::model::unicode::units(&raw const service) });
        let path = format!("{}\\{subkey}", registry::service::path(&service));
        match registry::with(|tree| tree.create_all(&path)) {
            Ok(id) => {
                out.give(handle::insert_with(OpenKey::new(id), access, true));
                STATUS_SUCCESS
            }
            Err(status) => status,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::out;
    use crate::exports::gate::tests::in_call;
    use crate::exports::object_attributes::tests::Named;
    use minifilter_sys::{
        DRIVER_EXTENSION, DRIVER_OBJECT, KEY_ALL_ACCESS, KEY_READ, STATUS_BUFFER_OVERFLOW,
        STATUS_BUFFER_TOO_SMALL, STATUS_CANNOT_DELETE, STATUS_NO_MORE_ENTRIES,
        STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH,
    };

    const NONE: HANDLE = std::ptr::null_mut();

    fn created(path: &str) -> HANDLE {
        let (mut handle, mut disposition) = (NONE, 0);
        let status = create(
            out(&mut handle),
            KEY_ALL_ACCESS,
            Named::new(path).argument(),
            0,
            out(&mut disposition),
        );
        assert_eq!((status, disposition), (STATUS_SUCCESS, CREATED));
        handle
    }

    #[test]
    fn zwcreatekey_says_whether_the_key_is_new_and_zwopenkey_finds_it_below_its_parent() {
        let path = r"\Registry\Machine\Software\zwcreatekey";
        let first = created(path);
        let (mut second, mut third, mut disposition) = (NONE, NONE, 0);
        // SAFETY: ZwCreateKey gets places of ours.
        let again = unsafe {
            ZwCreateKey(
                out(&mut second),
                KEY_READ,
                Named::new(path).argument(),
                0,
                std::ptr::null(),
                0,
                out(&mut disposition),
            )
        };
        assert_eq!((again, disposition), (STATUS_SUCCESS, OPENED));
        let inner = created(&format!("{path}\\Inner"));
        // SAFETY: ZwOpenKey gets places of ours.
        let below = unsafe {
            ZwOpenKey(
                out(&mut third),
                KEY_READ,
                Named::below(first, "inner").argument(),
            )
        };
        assert_eq!(below, STATUS_SUCCESS);
        // SAFETY: as above.
        let missing = unsafe {
            ZwOpenKeyEx(
                out(&mut third),
                KEY_READ,
                Named::below(first, "outer").argument(),
                0,
            )
        };
        assert_eq!(missing, STATUS_OBJECT_NAME_NOT_FOUND);
        // SAFETY: ZwDeleteKey takes no pointer.
        assert_eq!(unsafe { ZwDeleteKey(first) }, STATUS_CANNOT_DELETE);
        // SAFETY: as above.
        assert_eq!(unsafe { ZwDeleteKey(inner) }, STATUS_SUCCESS);
        // SAFETY: ZwFlushKey takes no pointer.
        let flushed = unsafe { ZwFlushKey(inner) };
        assert_eq!(flushed, registry::tree::STATUS_KEY_DELETED);
        let closed = [first, second, third, inner].map(handle::close);
        assert_eq!(closed, [STATUS_SUCCESS; 4]);
    }

    #[test]
    fn zwenumeratekey_and_zwquerykey_give_what_fits() {
        let key = created(r"\Registry\Machine\Software\zwenumeratekey");
        let inner = created(r"\Registry\Machine\Software\zwenumeratekey\Inner");
        let (mut buffer, mut needed) = ([0_u8; 64], 0_u32);
        let mut enumerate = |index, length| {
            // SAFETY: ZwEnumerateKey gets places of ours, and no more length than there is.
            let status = unsafe {
                ZwEnumerateKey(
                    key,
                    index,
                    0,
                    buffer.as_mut_ptr().cast(),
                    length,
                    &raw mut needed,
                )
            };
            (status, needed)
        };
        assert_eq!(enumerate(0, 0), (STATUS_BUFFER_TOO_SMALL, 26));
        assert_eq!(enumerate(0, 20), (STATUS_BUFFER_OVERFLOW, 26));
        assert_eq!(enumerate(0, 26), (STATUS_SUCCESS, 26));
        assert_eq!(enumerate(1, 26).0, STATUS_NO_MORE_ENTRIES);
        // SAFETY: ZwQueryKey gets places of ours.
        let status = unsafe { ZwQueryKey(key, 2, buffer.as_mut_ptr().cast(), 64, &raw mut needed) };
        assert_eq!((status, needed, buffer[20]), (STATUS_SUCCESS, 48, 1));
        let _ = (handle::close(key), handle::close(inner));
    }

    #[test]
    fn zwopenkey_of_a_handle_that_is_no_key_is_a_type_mismatch() {
        in_call("ZwOpenKey", || {
            let mut handle = NONE;
            let thread = -2_isize as HANDLE;
            let status = open_existing(
                out(&mut handle),
                KEY_READ,
                Named::below(thread, "x").argument(),
            );
            assert_eq!((status, handle), (STATUS_OBJECT_TYPE_MISMATCH, NONE));
        });
    }

    #[test]
    fn ioopendriverregistrykey_opens_the_parameters_of_the_driver_s_service() {
        let mut text: Vec<u16> = "own-key".encode_utf16().collect();
        let name = UNICODE_STRING {
            Length: 14,
            MaximumLength: 14,
            Buffer: text.as_mut_ptr(),
        };
        let mut extension = DRIVER_EXTENSION {
            DriverObject: std::ptr::null_mut(),
            AddDevice: None,
            Count: 0,
            ServiceKeyName: name,
        };
        // SAFETY: a DRIVER_OBJECT consists of integers, nullable pointers and nullable functions, all valid as zero.
        let mut driver: DRIVER_OBJECT = unsafe { std::mem::zeroed() };
        driver.DriverExtension = &raw mut extension;
        let mut handle = NONE;
        // SAFETY: IoOpenDriverRegistryKey gets a driver object and a place of ours.
        let status =
            unsafe { IoOpenDriverRegistryKey(&raw const driver, 0, KEY_READ, 0, out(&mut handle)) };
        let name = handle::lookup(handle).and_then(|key| key.name());
        let expected = r"\REGISTRY\Machine\System\ControlSet001\Services\own-key\Parameters";
        assert_eq!((status, name.as_deref()), (STATUS_SUCCESS, Some(expected)));
        // SAFETY: as above.
        let status =
            unsafe { IoOpenDriverRegistryKey(&raw const driver, 9, KEY_READ, 0, out(&mut handle)) };
        assert_eq!(
            (status, handle::close(handle)),
            (STATUS_INVALID_PARAMETER, STATUS_SUCCESS)
        );
    }
}
