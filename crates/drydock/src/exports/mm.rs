//! MmXxx — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::UNICODE_STRING;

use super::{Binding, Dll};
use crate::image::thunk::{self, Target};
use crate::model::unicode;
use crate::{export, exports};

/// The address that a driver gets for a name it looks up at run time; 0 for a name that is not modelled.
pub fn routine_address(dll: Dll, name: &str) -> usize {
    static KNOWN: Mutex<Option<HashMap<String, usize>>> = Mutex::new(None);
    let Some(export) = exports::find(dll, name) else {
        return 0;
    };
    if export.binding != Binding::Function {
        return export.address();
    }
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(address) = known.get(name) {
        return *address;
    }
    let address = thunk::make(Target::Shim(export.address())).unwrap_or(0);
    known.insert(name.to_owned(), address);
    address
}

export! { Dll::Ntoskrnl;
    /// `MmGetSystemRoutineAddress`
    fn MmGetSystemRoutineAddress(name: *const UNICODE_STRING) -> usize {
        // SAFETY: the driver passes a UNICODE_STRING of its own.
        let name = unsafe { unicode::units(name) };
        routine_address(Dll::Ntoskrnl, &String::from_utf16_lossy(name))
    }
    /// `MmIsAddressValid`
    fn MmIsAddressValid(address: usize) -> u8 {
        let page = address & !0xfff;
        // SAFETY: msync of one page changes nothing and fails for a page that is not mapped.
        u8::from(unsafe { libc::msync(page as *mut _, 1, libc::MS_ASYNC) } == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_routine_is_found_by_name_once() {
        let first = routine_address(Dll::Ntoskrnl, "KeGetCurrentIrql");
        assert!(first != 0 && first == routine_address(Dll::Ntoskrnl, "KeGetCurrentIrql"));
        assert_eq!(routine_address(Dll::Ntoskrnl, "KeNoSuchRoutine"), 0);
    }
}
