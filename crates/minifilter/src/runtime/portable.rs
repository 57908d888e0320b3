#![allow(unsafe_code)] // KeBugCheckEx, DbgPrintEx, a symbol with the linker's name

//! The portable build: everything from this project.

#[cfg(windows)]
#[path = "control_flow_guard.rs"]
mod control_flow_guard;

use core::ffi::CStr;
use core::panic::PanicInfo;

use minifilter_sys::DbgPrintEx;

/// The stop code of a panic, "RNGF" as characters: `KERNEL_SECURITY_CHECK_FAILURE` and its kin are the kernel's own.
pub const BUG_CHECK_CODE: u32 = 0x524E_4746;

/// `DPFLTR_IHVDRIVER_ID` — the component under which independent drivers print.
const DPFLTR_IHVDRIVER_ID: u32 = 77;
/// `DPFLTR_INFO_LEVEL` — information, shown if the debugger's mask asks for it.
const DPFLTR_INFO_LEVEL: u32 = 3;

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

/// The panic handler of a driver.
#[doc(hidden)]
#[macro_export]
macro_rules! panic_handler {
    () => {
        // On other systems a driver is only checked and never loaded; there `std`, which a test build of the
        // workspace may have linked anyway, brings the one panic handler that a program can have.
        #[cfg(not(windows))]
        extern crate std as _;

        #[cfg(windows)]
        #[panic_handler]
        fn panic(info: &::core::panic::PanicInfo<'_>) -> ! {
            $crate::runtime::bug_check(info)
        }
    };
}

/// `DbgPrintEx` — prints `label` and a number as one line. The level is the caller's to prove.
///
/// Without `core::fmt`, whose code can panic.
pub(crate) fn print_number(label: &CStr, value: u64) {
    // SAFETY: the format takes one string that is terminated and one 64-bit number, which are what is passed; the call returns
    // at the level it was made at.
    unsafe {
        DbgPrintEx(
            DPFLTR_IHVDRIVER_ID,
            DPFLTR_INFO_LEVEL,
            c"%s %I64u\n".as_ptr(),
            label.as_ptr(),
            value,
        );
    }
}

/// `_fltused` — what the Windows linker wants of an image whose code may touch floating point numbers: the C runtime defines it,
/// a driver without one has to. The compiler's own support code refers to it.
// SAFETY: no other item of the image has this name, and nothing reads its value.
#[cfg(windows)]
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "the linker's name")]
static _fltused: i32 = 0;
