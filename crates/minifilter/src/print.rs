#![allow(unsafe_code)] // DbgPrintEx

//! Lines for the debugger.

use core::ffi::CStr;

use minifilter_sys::DbgPrintEx;

use crate::irql::{ApcState, AtMost, Irql, Passive, WaitState};

/// `DPFLTR_IHVDRIVER_ID` — the component under which independent drivers print.
const DPFLTR_IHVDRIVER_ID: u32 = 77;
/// `DPFLTR_INFO_LEVEL` — information, shown if the debugger's mask asks for it.
const DPFLTR_INFO_LEVEL: u32 = 3;

/// `DbgPrintEx` — prints `label` and a number as one line, as information of an independent driver. PASSIVE_LEVEL.
///
/// Without `core::fmt`, whose code can panic.
pub fn number(
    label: &CStr,
    value: u64,
    _irql: &Irql<'_, impl AtMost<Passive>, impl ApcState, impl WaitState>,
) {
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
