//! ExRaiseStatus — an exception in the driver code that made the call in progress.

use super::context::{ExceptionRecord, NONCONTINUABLE};
use super::dispatch::{self, Outcome};
use crate::exports::gate::Call;
use crate::model::thread;
use crate::verify;

/// STATUS_ACCESS_VIOLATION.
pub const ACCESS_VIOLATION: u32 = 0xC000_0005;

/// Raises `code` in the caller of the import in progress, and does not come back.
///
/// For shims, and where these own nothing: a handler of the driver that takes the exception goes on without the frames of
/// the bench, whose locks would stay locked and whose memory would stay allocated.
pub fn raise(code: u32) -> ! {
    raise_with(code, &[])
}

/// Raises STATUS_ACCESS_VIOLATION for an access to `address`.
pub fn raise_access_violation(address: usize, write: bool) -> ! {
    raise_with(ACCESS_VIOLATION, &[u64::from(write), address as u64])
}

fn raise_with(code: u32, parameters: &[u64]) -> ! {
    let mut record = ExceptionRecord::new(code, NONCONTINUABLE, 0, parameters);
    raise_record(&mut record)
}

/// `RtlRaiseException` — raises what `record` says; comes back by way of the caller when a filter wants that.
pub fn raise_record(record: &mut ExceptionRecord) -> ! {
    let call = Call::save();
    if let Some(context) = thread::current().chains().context_of_call() {
        record.address = context.rip;
        let mut machine = context.clone();
        if dispatch::dispatch(record, &context, &mut machine) == Outcome::Continue {
            dispatch::resume(&machine)
        }
    }
    call.restore();
    let code = record.code;
    let detail = format!("exception {code:#x} is not handled");
    let parameters = [u64::from(code), record.address, 0, 0];
    verify::bugcheck(unhandled(), parameters, detail)
}

/// The stop for an exception that nobody handles: of a system thread, or of the system service that a program's thread is in.
#[must_use]
pub fn unhandled() -> u32 {
    const SYSTEM_THREAD_EXCEPTION_NOT_HANDLED: u32 = 0x7E;
    const SYSTEM_SERVICE_EXCEPTION: u32 = 0x3B;
    match thread::current().process_id() {
        thread::SYSTEM_PROCESS => SYSTEM_THREAD_EXCEPTION_NOT_HANDLED,
        _ => SYSTEM_SERVICE_EXCEPTION,
    }
}
