//! RtlUnwindEx, RtlVirtualUnwind, RtlCaptureContext, RtlCaptureStackBackTrace and their kin — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use crate::export;
use crate::image::exception::context::{Context, ExceptionRecord, NONCONTINUABLE};
use crate::image::exception::dispatch::{self, Target};
use crate::image::exception::function_table;
use crate::image::exception::raise::{raise, raise_record};
use crate::image::exception::unwind_frame;
use crate::model::{backtrace, modules, thread};

/// STATUS_UNWIND — the record of an unwind that no exception asked for.
const STATUS_UNWIND: u32 = 0xC000_0027;

/// Unwinds the caller to the target.
fn unwind(frame: u64, ip: u64, record: *mut ExceptionRecord, value: u64) {
    let mut own = ExceptionRecord::new(STATUS_UNWIND, NONCONTINUABLE, 0, &[]);
    // SAFETY: the driver passes null or a record of its own, which lives in a frame that the unwind has not left yet.
    let record = unsafe { record.as_mut() }.unwrap_or(&mut own);
    dispatch::unwind_from_call(Target { frame, ip, value }, record)
}

/// Writes where the driver asks for it.
fn put<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not null; the driver passes a variable of its own to be written.
        unsafe { out.write(value) };
    }
}

export! { Dll::Ntoskrnl;
    /// `RtlCaptureContext` — the caller's registers; those that a call does not keep have no meaning in it.
    fn RtlCaptureContext(out: *mut Context) {
        if let Some(context) = thread::current().chains().context_of_call() {
            // SAFETY: the driver passes a CONTEXT of its own to be filled.
            unsafe { out.write(context) };
        }
    }
    /// `RtlRestoreContext`
    fn RtlRestoreContext(context: *const Context, _record: *const ExceptionRecord) {
        // SAFETY: the driver passes a CONTEXT of its own.
        let context = unsafe { (*context).clone() };
        dispatch::resume(&context)
    }
    /// `RtlLookupFunctionEntry` — null for a leaf function, and for code of no image.
    fn RtlLookupFunctionEntry(pc: u64, base: *mut u64, _history: *mut c_void) -> u64 {
        let Some(table) = function_table::of(pc) else {
            put(base, 0);
            return 0;
        };
        put(base, table.base);
        let function = table.rva(pc).and_then(|rva| table.find(rva));
        function.map_or(0, |function| table.base + u64::from(function.entry))
    }
    /// `RtlVirtualUnwind` — the caller's registers, and the handler of the frame that was left.
    fn RtlVirtualUnwind(
        kind: u32, base: u64, pc: u64, entry: u64, context: *mut Context, data: *mut u64, frame: *mut u64, _places: *mut c_void,
    ) -> u64 {
        // SAFETY: the driver passes a CONTEXT of its own.
        let context = unsafe { &mut *context };
        context.rip = pc;
        let Some(found) = unwind_frame(base, entry, context, kind as u8) else { return 0 };
        put(frame, found.establisher);
        found.handler.map_or(0, |(handler, handler_data)| {
            put(data, base + u64::from(handler_data));
            base + u64::from(handler)
        })
    }
    /// `RtlUnwindEx`
    fn RtlUnwindEx(
        frame: u64, ip: u64, record: *mut ExceptionRecord, value: u64, _original: *mut Context, _history: *mut c_void,
    ) {
        unwind(frame, ip, record, value);
    }
    /// `RtlUnwind`
    fn RtlUnwind(frame: u64, ip: u64, record: *mut ExceptionRecord, value: u64) { unwind(frame, ip, record, value) }
    /// `_local_unwind` — a jump out of a __try with a __finally.
    fn _local_unwind(frame: u64, ip: u64) { unwind(frame, ip, std::ptr::null_mut(), 0) }
    /// `RtlRaiseException`
    fn RtlRaiseException(record: *mut ExceptionRecord) {
        // SAFETY: the driver passes a record of its own.
        let mut record = unsafe { (*record).clone() };
        raise_record(&mut record)
    }
    /// `RtlRaiseStatus`
    fn RtlRaiseStatus(status: u32) { raise(status) }
    /// `RtlCaptureStackBackTrace` — the driver's own return addresses; what lies outside of it is not there.
    fn RtlCaptureStackBackTrace(skip: u32, count: u32, out: *mut usize, hash: *mut u32) -> u16 {
        let frames = backtrace::of_call();
        let wanted: Vec<usize> = frames.into_iter().skip(skip as usize).take(count as usize).collect();
        // SAFETY: the driver passes room for `count` addresses.
        unsafe { std::ptr::copy_nonoverlapping(wanted.as_ptr(), out, wanted.len()) };
        put(hash, wanted.iter().fold(0, |sum, frame| sum.wrapping_add(*frame as u32)));
        wanted.len() as u16
    }
    /// `RtlGetCallersAddress`
    fn RtlGetCallersAddress(caller: *mut usize, callers_caller: *mut usize) {
        let frames = backtrace::of_call();
        let frame = |index: usize| frames.get(index).copied().unwrap_or(0);
        put(caller, frame(1));
        put(callers_caller, frame(2));
    }
    /// `RtlPcToFileHeader` — the base of the image around an address; null for none.
    fn RtlPcToFileHeader(pc: usize, base: *mut usize) -> usize {
        let found = modules::find(pc).map_or(0, |module| module.base);
        put(base, found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_no_image_has_neither_function_nor_header() {
        let _ = thread::current();
        let (mut base, mut file) = (7, 7);
        let here = code_of_no_image_has_neither_function_nor_header as *const () as usize;
        let entry = call!(RtlLookupFunctionEntry(
            here as u64,
            &raw mut base,
            std::ptr::null_mut()
        ));
        assert_eq!((entry, base), (0, 0));
        assert_eq!(call!(RtlPcToFileHeader(here, &raw mut file)), 0);
        assert_eq!(file, 0);
    }
}
