//! IoAllocateMdl, MmMapLockedPagesSpecifyCache and what goes with them — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::PMDL;

use crate::export;
use crate::exports::gate::Call;
use crate::image::exception::raise::raise_access_violation;
use crate::model::mdl;

/// IoWriteAccess and IoModifyAccess of LOCK_OPERATION.
const WRITE_ACCESSES: [i32; 2] = [1, 2];

export! { Dll::Ntoskrnl;
    /// `IoAllocateMdl` — an IRP to hang the MDL on is not looked at: minifilters have none.
    fn IoAllocateMdl(address: usize, length: u32, _secondary: u8, _charge: u8, _irp: *mut c_void) -> PMDL {
        mdl::allocate(address, length, Call::current().caller)
    }
    /// `IoFreeMdl`
    fn IoFreeMdl(mdl: PMDL) { mdl::free(mdl) }
    /// `MmBuildMdlForNonPagedPool`
    fn MmBuildMdlForNonPagedPool(mdl: PMDL) { mdl::build_for_nonpaged(mdl) }
    /// `IoBuildPartialMdl`
    fn IoBuildPartialMdl(source: PMDL, target: PMDL, address: *mut c_void, length: u32) {
        mdl::build_partial(source, target, address as usize, length);
    }
    /// `MmProbeAndLockPages`
    fn MmProbeAndLockPages(mdl: PMDL, mode: i8, access: i32) {
        let write = WRITE_ACCESSES.contains(&access);
        match mdl::inaccessible(mdl, mode != 0, write) {
            Some(address) => raise_access_violation(address, write),
            None => mdl::lock(mdl, write),
        }
    }
    /// `MmUnlockPages`
    fn MmUnlockPages(mdl: PMDL) { mdl::unlock(mdl) }
    /// `MmMapLockedPagesSpecifyCache`
    fn MmMapLockedPagesSpecifyCache(mdl: PMDL, _mode: i8, _cache: i32, _address: *mut c_void, _bug_check: u32, _priority: u32) -> *mut c_void {
        mdl::map(mdl)
    }
    /// `MmUnmapLockedPages`
    fn MmUnmapLockedPages(_address: *mut c_void, mdl: PMDL) { mdl::unmap(mdl) }
}
