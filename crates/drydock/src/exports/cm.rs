//! CmRegisterCallbackEx, CmUnRegisterCallback and what registry callbacks ask — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    NTSTATUS, PUNICODE_STRING, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER,
    STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::{In, InString, Out};
use super::zw_key::status;
use crate::export;
use crate::model::kernel_object;
use crate::model::pool::{self, PoolKind};
use crate::model::registry::callback::{self, Callback};

/// Tag of the names that callbacks ask for.
const TAG: u32 = u32::from_le_bytes(*b"CMkn");
/// Where CmRegisterCallback, which has no altitude, puts a callback; the next ones stand a hundredth lower.
const DEFAULT_ALTITUDE: &str = "425000";

fn give_cookie(registered: Result<i64, NTSTATUS>, cookie: Out<i64>) -> NTSTATUS {
    status(registered.map(|value| cookie.give(value)))
}

/// The name of a key object, in pool.
fn allocate_name(name: &str) -> Option<PUNICODE_STRING> {
    let text: Vec<u16> = name.encode_utf16().collect();
    let header = size_of::<UNICODE_STRING>();
    let memory =
        pool::allocate(PoolKind::Paged, header + text.len() * 2, TAG, 0).cast::<UNICODE_STRING>();
    if memory.is_null() {
        return None;
    }
    let (buffer, bytes) = (
        memory.wrapping_add(1).cast::<u16>(),
        (text.len() * 2) as u16,
    );
    // SAFETY: the block was just allocated with room for the string and its text.
    unsafe {
        memory.write(UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: buffer,
        })
    };
    // SAFETY: as above.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), buffer, text.len()) };
    Some(memory)
}

fn name_of(object: usize, id: Out<usize>, name: Out<PUNICODE_STRING>) -> NTSTATUS {
    let Some(found) = kernel_object::at(object).and_then(|object| object.name()) else {
        return STATUS_INVALID_PARAMETER;
    };
    id.give(object);
    if name.wanted() {
        match allocate_name(&found) {
            Some(allocated) => name.give(allocated),
            None => return STATUS_INSUFFICIENT_RESOURCES,
        }
    }
    STATUS_SUCCESS
}

export! { Dll::Ntoskrnl;
    /// `CmRegisterCallbackEx`
    fn CmRegisterCallbackEx(code: Option<Callback>, altitude: InString, _driver: usize, context: usize, cookie: Out<i64>, _reserved: usize) -> NTSTATUS {
        let (Some(code), Some(altitude)) = (code, altitude.text()) else { return STATUS_INVALID_PARAMETER };
        give_cookie(callback::register(code, &altitude, context), cookie)
    }
    /// `CmRegisterCallback`
    fn CmRegisterCallback(code: Option<Callback>, context: usize, cookie: Out<i64>) -> NTSTATUS {
        let Some(code) = code else { return STATUS_INVALID_PARAMETER };
        let altitudes = (0..100).map(|place| format!("{DEFAULT_ALTITUDE}.{place:02}"));
        let mut tried = altitudes.map(|altitude| callback::register(code, &altitude, context));
        give_cookie(tried.find(Result::is_ok).unwrap_or(Err(STATUS_INSUFFICIENT_RESOURCES)), cookie)
    }
    /// `CmUnRegisterCallback`
    fn CmUnRegisterCallback(cookie: i64) -> NTSTATUS { status(callback::unregister(cookie)) }
    /// `CmCallbackGetKeyObjectIDEx`
    fn CmCallbackGetKeyObjectIDEx(_cookie: In<i64>, object: usize, id: Out<usize>, name: Out<PUNICODE_STRING>, flags: u32) -> NTSTATUS {
        if flags != 0 || object == 0 {
            return STATUS_INVALID_PARAMETER;
        }
        name_of(object, id, name)
    }
    /// `CmCallbackReleaseKeyObjectIDEx`
    fn CmCallbackReleaseKeyObjectIDEx(name: PUNICODE_STRING) {
        pool::free(name.cast(), 0);
    }
    /// `CmGetCallbackVersion`
    fn CmGetCallbackVersion(major: Out<u32>, minor: Out<u32>) {
        major.give(1);
        minor.give(3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::{given, out};
    use crate::model::kernel_object::KernelObject;
    use crate::model::registry::{self, key::OpenKey};
    use std::ffi::c_void;

    unsafe extern "win64" fn nothing(
        _context: *mut c_void,
        _class: usize,
        _information: *mut c_void,
    ) -> NTSTATUS {
        STATUS_SUCCESS
    }

    #[test]
    fn cmregistercallback_takes_an_altitude_of_its_own_and_cmunregistercallback_gives_it_back() {
        let (mut first, mut second, mut major, mut minor) = (0, 0, 0, 0);
        // SAFETY: CmRegisterCallback gets code and places of ours.
        let one = unsafe { CmRegisterCallback(Some(nothing), 0, out(&mut first)) };
        // SAFETY: as above.
        let two = unsafe { CmRegisterCallback(Some(nothing), 0, out(&mut second)) };
        assert_eq!(
            (one, two, first != second),
            (STATUS_SUCCESS, STATUS_SUCCESS, true)
        );
        // SAFETY: CmUnRegisterCallback takes no pointer.
        let off = |cookie| unsafe { CmUnRegisterCallback(cookie) };
        assert_eq!(
            (off(first), off(second), off(second)),
            (STATUS_SUCCESS, STATUS_SUCCESS, STATUS_INVALID_PARAMETER)
        );
        // SAFETY: CmGetCallbackVersion gets places of ours.
        unsafe { CmGetCallbackVersion(out(&mut major), out(&mut minor)) };
        assert_eq!(major, 1);
    }

    #[test]
    fn cmregistercallbackex_wants_an_altitude() {
        let mut cookie = 0;
        // SAFETY: CmRegisterCallbackEx gets code and places of ours, and no altitude.
        let status =
            unsafe { CmRegisterCallbackEx(Some(nothing), given(None), 0, 0, out(&mut cookie), 0) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    }

    #[test]
    fn cmcallbackgetkeyobjectidex_names_the_key_until_cmcallbackreleasekeyobjectidex() {
        let id = registry::with(|tree| tree.create_all(r"\Registry\Machine\Software\named"))
            .expect("a good path");
        let key: std::sync::Arc<dyn KernelObject> = OpenKey::new(id);
        kernel_object::publish(&key);
        let (mut object, mut name): (usize, PUNICODE_STRING) = (0, std::ptr::null_mut());
        // SAFETY: CmCallbackGetKeyObjectIDEx gets places of ours.
        let status = unsafe {
            CmCallbackGetKeyObjectIDEx(given(None), key.body(), out(&mut object), out(&mut name), 0)
        };
        assert_eq!((status, object), (STATUS_SUCCESS, key.body()));
        // SAFETY: the call has left a string.
        let length = usize::from(unsafe { (*name).Length });
        assert_eq!(length, 2 * r"\REGISTRY\Machine\Software\named".len());
        // SAFETY: CmCallbackReleaseKeyObjectIDEx gets what it is made for.
        unsafe { CmCallbackReleaseKeyObjectIDEx(name) };
        // SAFETY: as above.
        let status = unsafe {
            CmCallbackGetKeyObjectIDEx(given(None), 0x10, out(&mut object), out(&mut name), 0)
        };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    }
}
