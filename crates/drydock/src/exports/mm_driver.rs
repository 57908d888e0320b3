//! MmLockPagableDataSection, IoAllocateDriverObjectExtension and what else concerns an image as a whole — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::{NTSTATUS, STATUS_SUCCESS};

use crate::export;

const STATUS_OBJECT_NAME_COLLISION: NTSTATUS = 0xC000_0035_u32 as NTSTATUS;

/// Extensions by driver object and the address that names them; they go with the driver object, not before.
static EXTENSIONS: Mutex<BTreeMap<(usize, usize), usize>> = Mutex::new(BTreeMap::new());

fn extensions<R>(look: impl FnOnce(&mut BTreeMap<(usize, usize), usize>) -> R) -> R {
    look(&mut EXTENSIONS.lock().unwrap_or_else(PoisonError::into_inner))
}

export! { Dll::Ntoskrnl;
    /// `MmLockPagableDataSection` — a driver that imports one of these has its sections resident from the start.
    fn MmLockPagableDataSection(address: usize) -> usize { address }
    /// `MmLockPagableSectionByHandle`
    fn MmLockPagableSectionByHandle(_section: usize) {}
    /// `MmUnlockPagableImageSection`
    fn MmUnlockPagableImageSection(_section: usize) {}
    /// `MmPageEntireDriver` — the base of the image around an address.
    fn MmPageEntireDriver(address: usize) -> usize {
        crate::model::modules::find(address).map_or(0, |module| module.base)
    }
    /// `MmResetDriverPaging`
    fn MmResetDriverPaging(_address: usize) {}
    /// `IoAllocateDriverObjectExtension` — zeroed, found again by `name`.
    fn IoAllocateDriverObjectExtension(driver: usize, name: usize, size: u32, out: *mut *mut c_void) -> NTSTATUS {
        let taken = extensions(|all| all.contains_key(&(driver, name)));
        // SAFETY: the driver passes a pointer of its own to be written.
        unsafe { out.write(std::ptr::null_mut()) };
        if taken {
            return STATUS_OBJECT_NAME_COLLISION;
        }
        let memory: &mut [u128] = Box::leak(vec![0; (size as usize).div_ceil(16).max(1)].into_boxed_slice());
        let place = memory.as_mut_ptr();
        extensions(|all| all.insert((driver, name), place as usize));
        // SAFETY: as above.
        unsafe { out.write(place.cast()) };
        STATUS_SUCCESS
    }
    /// `IoGetDriverObjectExtension` — null for none.
    fn IoGetDriverObjectExtension(driver: usize, name: usize) -> *mut c_void {
        extensions(|all| all.get(&(driver, name)).copied()).unwrap_or(0) as *mut c_void
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_found_by_its_name_and_there_once() {
        let _ = crate::model::thread::current();
        let mut out = std::ptr::null_mut();
        let make = |out| call!(IoAllocateDriverObjectExtension(0x1000, 7, 40, out));
        assert_eq!(make(&raw mut out), STATUS_SUCCESS);
        assert_eq!(call!(IoGetDriverObjectExtension(0x1000, 7)), out);
        assert!(call!(IoGetDriverObjectExtension(0x1000, 8)).is_null());
        assert_eq!(make(&raw mut out), STATUS_OBJECT_NAME_COLLISION);
        assert!(out.is_null());
    }

    #[test]
    fn a_section_is_locked_by_an_address_in_it() {
        let _ = crate::model::thread::current();
        let section = call!(MmLockPagableDataSection(0x1234));
        assert_ne!(section, 0);
        call!(MmLockPagableSectionByHandle(section));
        call!(MmUnlockPagableImageSection(section));
        assert_eq!(call!(MmPageEntireDriver(0x1234)), 0);
        call!(MmResetDriverPaging(0x1234));
    }
}
