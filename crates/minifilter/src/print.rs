//! Lines for the debugger.

use core::ffi::CStr;

use crate::irql::{ApcState, AtMost, Irql, Passive, WaitState};
use crate::runtime;

/// `DbgPrintEx` — prints `label` and a number as one line, as information of an independent driver. PASSIVE_LEVEL.
///
/// With feature `wdk` it is `DbgPrint`, through the crate wdk.
pub fn number(
    label: &CStr,
    value: u64,
    _irql: &Irql<'_, impl AtMost<Passive>, impl ApcState, impl WaitState>,
) {
    runtime::print_number(label, value);
}
