#![allow(unsafe_code)] // KeBugCheckEx

//! What a panic does: the system stops.

use core::panic::PanicInfo;

/// The stop code of a panic: `KERNEL_SECURITY_CHECK_FAILURE` and its kin are the kernel's own, so this one is the driver's:
/// "RNGF" as characters.
pub const BUG_CHECK_CODE: u32 = 0x524E_4746;

/// `KeBugCheckEx` — stops the system. Any IRQL.
///
/// The parameters are, in this order: the address of the source file's name, its length in bytes, the line, the column.
pub fn bug_check(info: &PanicInfo<'_>) -> ! {
    let (file, len, line, column) = info.location().map_or((0, 0, 0, 0), |at| {
        (
            at.file().as_ptr().addr(),
            at.file().len(),
            at.line() as usize,
            at.column() as usize,
        )
    });
    // SAFETY: the call takes any numbers at any level and does not return.
    unsafe {
        minifilter_sys::KeBugCheckEx(BUG_CHECK_CODE, file as _, len as _, line as _, column as _)
    }
}
