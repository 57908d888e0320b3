//! KeWaitForSingleObject, KeWaitForMultipleObjects, KeDelayExecutionThread — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;
use std::time::Duration;

use minifilter_sys::{LARGE_INTEGER, NTSTATUS, STATUS_SUCCESS};

use crate::export;
use crate::model::bounds::APC;
use crate::model::{event, thread, time, wait};
use crate::report;
use crate::verify::{self, rule};

const STATUS_TIMEOUT: NTSTATUS = 0x102;
const STATUS_NOT_IMPLEMENTED: NTSTATUS = 0xC000_0002_u32 as NTSTATUS;
/// MAXIMUM_WAIT_OBJECTS_EXCEEDED.
const TOO_MANY: u32 = 0x0C;
/// Objects that a wait may have, with wait blocks of the driver's and with the thread's own.
const MAXIMUM_WAIT_OBJECTS: u32 = 64;
const THREAD_WAIT_OBJECTS: u32 = 3;

/// How long: none for ever, negative relative, positive an absolute system time, in units of 100 ns.
pub fn timeout_of(timeout: *const LARGE_INTEGER) -> Option<Duration> {
    if timeout.is_null() {
        return None;
    }
    // SAFETY: not null; the driver passes a LARGE_INTEGER of its own.
    let value = unsafe { timeout.read() };
    // SAFETY: every bit pattern of the union is a valid QuadPart.
    let units = unsafe { value.QuadPart };
    let units = if units < 0 {
        units.unsigned_abs()
    } else {
        u64::try_from(units - time::system_time()).unwrap_or(0)
    };
    Some(Duration::from_nanos(units.saturating_mul(100)))
}

fn require_waitable_level(timeout: Option<Duration>) {
    let irql = thread::current().irql();
    if irql > APC && timeout != Some(Duration::ZERO) {
        verify::violation(
            rule::WAIT_AT_DISPATCH,
            format!("a wait that may block, at IRQL {irql}"),
        );
    }
}

/// Whether the bench can wait for the object.
pub(super) fn known(object: usize) -> bool {
    let known = event::waitable(object);
    if !known {
        report::unimplemented(
            "a wait for an object other than event, semaphore, mutex, timer, thread and process",
        );
    }
    known
}

/// The stack of a thread that waits in user mode may be paged out, and what it waits for with it.
fn refuse_user_wait_on_stack(object: usize, mode: i8) {
    let stack = thread::current().chains().top_above(object);
    if mode != 0 && stack.is_some() {
        verify::violation(rule::USER_WAIT_ON_STACK, format!("object {object:#x}"));
    }
}

export! { Dll::Ntoskrnl;
    /// `KeWaitForSingleObject`
    fn KeWaitForSingleObject(
        object: *mut c_void, _reason: i32, mode: i8, _alertable: u8, timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS {
        let timeout = timeout_of(timeout);
        refuse_user_wait_on_stack(object as usize, mode);
        require_waitable_level(timeout);
        if !known(object as usize) {
            return STATUS_NOT_IMPLEMENTED;
        }
        if event::wait_for(object as usize, timeout) { STATUS_SUCCESS } else { STATUS_TIMEOUT }
    }
    /// `KeDelayExecutionThread`
    fn KeDelayExecutionThread(_mode: i8, _alertable: u8, interval: *const LARGE_INTEGER) -> NTSTATUS {
        wait::sleep(timeout_of(interval).unwrap_or_default());
        STATUS_SUCCESS
    }
    /// `KeWaitForMultipleObjects` — the index of the object that ended the wait, 0 for all.
    fn KeWaitForMultipleObjects(
        count: u32, objects: *const usize, all_or_any: i32, _reason: i32, _mode: i8, _alertable: u8,
        timeout: *const LARGE_INTEGER, blocks: *mut c_void,
    ) -> NTSTATUS {
        let most = if blocks.is_null() { THREAD_WAIT_OBJECTS } else { MAXIMUM_WAIT_OBJECTS };
        if count > most {
            let detail = format!("a wait for {count} objects; {most} may be waited for");
            verify::bugcheck(TOO_MANY, [0; 4], detail);
        }
        let timeout = timeout_of(timeout);
        require_waitable_level(timeout);
        // SAFETY: the driver passes an array of that many pointers.
        let objects = unsafe { std::slice::from_raw_parts(objects, count as usize) };
        if !objects.iter().all(|object| known(*object)) {
            return STATUS_NOT_IMPLEMENTED;
        }
        match event::wait_for_several(objects, all_or_any == minifilter_sys::WaitAll, timeout) {
            Some(index) => index as NTSTATUS,
            None => STATUS_TIMEOUT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Place = [u64; 8];

    fn event(place: &mut Place, kind: u8, set: bool) -> usize {
        let at = place.as_mut_ptr() as usize;
        event::initialize(at, kind, set);
        at
    }

    fn wait(objects: &[usize], all_or_any: i32) -> NTSTATUS {
        let now = LARGE_INTEGER { QuadPart: 0 };
        let (count, at, none) = (objects.len() as u32, objects.as_ptr(), std::ptr::null_mut());
        call!(KeWaitForMultipleObjects(
            count,
            at,
            all_or_any,
            0,
            0,
            0,
            &raw const now,
            none
        ))
    }

    #[test]
    fn a_wait_for_any_takes_the_first_and_a_wait_for_all_takes_all_or_none() {
        let _ = thread::current();
        let (mut first, mut second) = ([0; 8], [0; 8]);
        let first = event(&mut first, event::SYNCHRONIZATION_EVENT, true);
        let second = event(&mut second, event::NOTIFICATION_EVENT, false);
        assert_eq!(
            wait(&[first, second], minifilter_sys::WaitAll),
            STATUS_TIMEOUT
        );
        assert_eq!(event::state(first), 1);
        assert_eq!(wait(&[second, first], minifilter_sys::WaitAny), 1);
        assert_eq!(event::state(first), 0);
        event::set(first);
        event::set(second);
        assert_eq!(
            wait(&[first, second], minifilter_sys::WaitAll),
            STATUS_SUCCESS
        );
        assert_eq!((event::state(first), event::state(second)), (0, 1));
    }

    #[test]
    fn a_delay_lasts_as_long_as_it_says() {
        let _ = thread::current();
        let (begun, two_ms) = (time::running(), LARGE_INTEGER { QuadPart: -20_000 });
        assert_eq!(
            call!(KeDelayExecutionThread(0, 0, &raw const two_ms)),
            STATUS_SUCCESS
        );
        assert!(time::running() - begun >= Duration::from_millis(2));
    }

    #[test]
    fn a_wait_for_a_single_object_ends_in_success_or_timeout() {
        let _ = thread::current();
        let mut place = [0; 8];
        let object = event(&mut place, event::SYNCHRONIZATION_EVENT, true);
        let now = LARGE_INTEGER { QuadPart: 0 };
        let wait = || {
            call!(KeWaitForSingleObject(
                object as *mut c_void,
                0,
                0,
                0,
                &raw const now
            ))
        };
        assert_eq!([wait(), wait()], [STATUS_SUCCESS, STATUS_TIMEOUT]);
    }
}
