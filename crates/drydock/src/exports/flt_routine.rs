//! FltGetRoutineAddress — functions of the filter manager by name.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::{CStr, c_char};

use super::Dll;
use super::mm::routine_address;
use crate::export;

export! { Dll::FltMgr;
    /// `FltGetRoutineAddress` — null for a name that this filter manager does not have.
    fn FltGetRoutineAddress(name: *const c_char) -> usize {
        // SAFETY: the driver passes a text that ends with a zero.
        let name = unsafe { CStr::from_ptr(name) };
        routine_address(Dll::FltMgr, &name.to_string_lossy())
    }
}
