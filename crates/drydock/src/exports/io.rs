//! IoXxx of the thread — shims.
#![allow(unsafe_code)] // Windows calling convention

use crate::export;
use crate::model::thread;

/// What a kernel stack has, whatever the host's stack has: about three pages of 4 KiB.
const KERNEL_STACK: usize = 0x6000;

/// An address on the stack of the caller.
fn stack_pointer() -> usize {
    let here = 0_u8;
    &raw const here as usize
}

export! { Dll::Ntoskrnl;
    /// `IoGetTopLevelIrp`
    fn IoGetTopLevelIrp() -> usize { thread::current().top_level_irp() }
    /// `IoSetTopLevelIrp`
    fn IoSetTopLevelIrp(irp: usize) { thread::current().set_top_level_irp(irp) }
    /// `IoIs32bitProcess`
    fn IoIs32bitProcess(_irp: usize) -> u8 { 0 }
    /// `IoGetRemainingStackSize`
    fn IoGetRemainingStackSize() -> usize { KERNEL_STACK / 2 }
    /// `IoGetStackLimits`
    fn IoGetStackLimits(low: *mut usize, high: *mut usize) {
        let here = stack_pointer();
        // SAFETY: the driver passes two ULONG_PTRs of its own to be written.
        unsafe { low.write(here - KERNEL_STACK / 2) };
        // SAFETY: as above.
        unsafe { high.write(here + KERNEL_STACK / 2) };
    }
}
