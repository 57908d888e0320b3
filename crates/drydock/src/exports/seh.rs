//! Structured exceptions: ExRaiseXxx, ProbeForXxx, __C_specific_handler — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::sync::atomic::AtomicUsize;

use crate::export;
use crate::image::exception::c_specific_handler;
use crate::image::exception::context::{Context, DispatcherContext, ExceptionRecord};
use crate::image::exception::raise::{ACCESS_VIOLATION, raise};

const DATATYPE_MISALIGNMENT: u32 = 0x8000_0002;
const NOT_IMPLEMENTED: u32 = 0xC000_0002;
const PAGE: usize = 0x1000;
/// `MmUserProbeAddress` — user-mode buffers end below it.
const USER_PROBE_ADDRESS: usize = 0x7FFF_FFFF_0000;

static USER_PROBE: AtomicUsize = AtomicUsize::new(USER_PROBE_ADDRESS);
static HIGHEST_USER: AtomicUsize = AtomicUsize::new(USER_PROBE_ADDRESS - 1);
static SYSTEM_RANGE_START: AtomicUsize = AtomicUsize::new(0xFFFF_8000_0000_0000);

/// What both probes check: alignment, and that the range is the user's.
fn probe(address: usize, length: usize, alignment: u32) {
    if length == 0 {
        return;
    }
    let mask = (alignment as usize).wrapping_sub(1);
    if alignment > 1 && address & mask != 0 {
        raise(DATATYPE_MISALIGNMENT);
    }
    let end = address.checked_add(length);
    if end.is_none_or(|end| end > USER_PROBE_ADDRESS) {
        raise(ACCESS_VIOLATION);
    }
}

export! { Dll::Ntoskrnl;
    /// `ExRaiseStatus`
    fn ExRaiseStatus(status: u32) { raise(status) }
    /// `ExRaiseAccessViolation`
    fn ExRaiseAccessViolation() { raise(ACCESS_VIOLATION) }
    /// `ExRaiseDatatypeMisalignment`
    fn ExRaiseDatatypeMisalignment() { raise(DATATYPE_MISALIGNMENT) }
    /// `_purecall` — a pure virtual function was called.
    fn _purecall() { raise(NOT_IMPLEMENTED) }
    /// `ProbeForRead` — looks at the range, not into it.
    fn ProbeForRead(address: usize, length: usize, alignment: u32) { probe(address, length, alignment) }
    /// `ProbeForWrite` — also writes one byte of each page back as it is.
    fn ProbeForWrite(address: usize, length: usize, alignment: u32) {
        probe(address, length, alignment);
        let mut at = address;
        while at < address + length {
            let byte = at as *mut u8;
            // SAFETY: inside the range that the driver asks about; a bad page faults, which is the answer.
            let value = unsafe { byte.read_volatile() };
            // SAFETY: as above.
            unsafe { byte.write_volatile(value) };
            at = (at & !(PAGE - 1)) + PAGE;
        }
    }
    /// `__C_specific_handler`
    fn __C_specific_handler(
        record: *mut ExceptionRecord,
        frame: u64,
        context: *mut Context,
        dispatcher: *mut DispatcherContext,
    ) -> i32 {
        // SAFETY: functions name this as their language handler, and only the dispatcher calls those.
        unsafe { c_specific_handler(record, frame, context, dispatcher) }
    }
    data MmUserProbeAddress = &super::USER_PROBE;
    data MmHighestUserAddress = &super::HIGHEST_USER;
    data MmSystemRangeStart = &super::SYSTEM_RANGE_START;
}
