//! EtwRegister, EtwWrite and their kin — providers of events that nobody listens to.
#![allow(unsafe_code)] // Windows calling convention

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::{
    GUID, NTSTATUS, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

use crate::export;

/// The handles that are registered, and the last one that was given.
static REGISTERED: Mutex<(BTreeSet<u64>, u64)> = Mutex::new((BTreeSet::new(), 0x1000));

thread_local! {
    static ACTIVITY: Cell<[u8; 16]> = const { Cell::new([0; 16]) };
}

fn all<R>(look: impl FnOnce(&mut (BTreeSet<u64>, u64)) -> R) -> R {
    look(&mut REGISTERED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// What a call with the handle of a provider answers.
fn known(handle: u64) -> NTSTATUS {
    if all(|all| all.0.contains(&handle)) {
        STATUS_SUCCESS
    } else {
        STATUS_INVALID_HANDLE
    }
}

/// An activity id that none had before.
fn new_activity() -> [u8; 16] {
    let mut id = *b"\0\0\0\0\0\0\0\0ACTIVITY";
    let next = all(|all| {
        all.1 += 16;
        all.1
    });
    id[..8].copy_from_slice(&next.to_le_bytes());
    id
}

/// `EVENT_ACTIVITY_CTRL_…`: get, set, create, get and set, create and set.
fn control_activity(code: u32, id: &mut [u8; 16]) -> NTSTATUS {
    match code {
        1 => *id = ACTIVITY.get(),
        2 => ACTIVITY.set(*id),
        3 => *id = new_activity(),
        4 => *id = ACTIVITY.replace(*id),
        5 => *id = ACTIVITY.replace(new_activity()),
        _ => return STATUS_INVALID_PARAMETER,
    }
    STATUS_SUCCESS
}

export! { Dll::Ntoskrnl;
    /// `EtwRegister` — its callback is not called, since no session enables the provider.
    fn EtwRegister(provider: *const GUID, _callback: *const c_void, _context: *mut c_void, out: *mut u64) -> NTSTATUS {
        if provider.is_null() || out.is_null() {
            return STATUS_INVALID_PARAMETER;
        }
        let handle = all(|all| {
            all.1 += 16;
            all.0.insert(all.1);
            all.1
        });
        // SAFETY: not null; the driver passes a REGHANDLE of its own to be written.
        unsafe { out.write(handle) };
        STATUS_SUCCESS
    }
    /// `EtwUnregister`
    fn EtwUnregister(handle: u64) -> NTSTATUS {
        if all(|all| all.0.remove(&handle)) { STATUS_SUCCESS } else { STATUS_INVALID_HANDLE }
    }
    /// `EtwSetInformation`
    fn EtwSetInformation(handle: u64, _class: i32, _information: *const c_void, _length: u32) -> NTSTATUS { known(handle) }
    /// `EtwEventEnabled` — FALSE: no session listens.
    fn EtwEventEnabled(_handle: u64, _descriptor: *const c_void) -> u8 { 0 }
    /// `EtwProviderEnabled`
    fn EtwProviderEnabled(_handle: u64, _level: u8, _keyword: u64) -> u8 { 0 }
    /// `EtwWrite` — done with when nobody listens.
    fn EtwWrite(
        handle: u64, _descriptor: *const c_void, _activity: *const GUID, _count: u32, _data: *const c_void,
    ) -> NTSTATUS {
        known(handle)
    }
    /// `EtwWriteEx`
    fn EtwWriteEx(
        handle: u64, _descriptor: *const c_void, _filter: u64, _flags: u32, _activity: *const GUID, _related: *const GUID,
        _count: u32, _data: *const c_void,
    ) -> NTSTATUS {
        known(handle)
    }
    /// `EtwWriteTransfer`
    fn EtwWriteTransfer(
        handle: u64, _descriptor: *const c_void, _activity: *const GUID, _related: *const GUID, _count: u32,
        _data: *const c_void,
    ) -> NTSTATUS {
        known(handle)
    }
    /// `EtwWriteString`
    fn EtwWriteString(handle: u64, _level: u8, _keyword: u64, _activity: *const GUID, _text: *const u16) -> NTSTATUS {
        known(handle)
    }
    /// `EtwActivityIdControl`
    fn EtwActivityIdControl(code: u32, id: *mut [u8; 16]) -> NTSTATUS {
        // SAFETY: the driver passes null or a GUID of its own.
        match unsafe { id.as_mut() } {
            Some(id) => control_activity(code, id),
            None => STATUS_INVALID_PARAMETER,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_known_until_it_is_unregistered() {
        let _ = crate::model::thread::current();
        // SAFETY: integers, for which zero is a value.
        let provider: GUID = unsafe { std::mem::zeroed() };
        let (mut handle, none) = (0, std::ptr::null());
        let nobody = std::ptr::null_mut();
        let refused = call!(EtwRegister(std::ptr::null(), none, nobody, &raw mut handle));
        assert_eq!(refused, STATUS_INVALID_PARAMETER);
        let registered = call!(EtwRegister(
            &raw const provider,
            none,
            nobody,
            &raw mut handle
        ));
        assert_eq!(registered, STATUS_SUCCESS);
        let id = std::ptr::null();
        let write = || {
            [
                call!(EtwWrite(handle, none, id, 0, none)),
                call!(EtwWriteEx(handle, none, 0, 0, id, id, 0, none)),
                call!(EtwWriteTransfer(handle, none, id, id, 0, none)),
                call!(EtwWriteString(handle, 0, 0, id, std::ptr::null())),
                call!(EtwSetInformation(handle, 2, none, 0)),
            ]
        };
        assert_eq!(write(), [STATUS_SUCCESS; 5]);
        assert_eq!(call!(EtwProviderEnabled(handle, 0, 0)), 0);
        assert_eq!(call!(EtwEventEnabled(handle, none)), 0);
        assert_eq!(call!(EtwUnregister(handle)), STATUS_SUCCESS);
        assert_eq!(call!(EtwUnregister(handle)), STATUS_INVALID_HANDLE);
        assert_eq!(write(), [STATUS_INVALID_HANDLE; 5]);
    }

    #[test]
    fn a_thread_keeps_its_activity() {
        let _ = crate::model::thread::current();
        let mut id = [7; 16];
        let at = &raw mut id;
        assert_eq!(call!(EtwActivityIdControl(2, at)), STATUS_SUCCESS);
        assert_eq!(call!(EtwActivityIdControl(5, at)), STATUS_SUCCESS);
        assert_eq!(id, [7; 16]);
        call!(EtwActivityIdControl(1, at));
        assert_ne!(id, [7; 16]);
        let kept = id;
        call!(EtwActivityIdControl(3, at));
        assert_ne!(id, kept);
        assert_eq!(call!(EtwActivityIdControl(6, at)), STATUS_INVALID_PARAMETER);
    }
}
