//! KeXxxEvent, KeXxxSemaphore, KeXxxMutex, KeWaitForSingleObject, KeDelayExecutionThread — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;
use std::time::Duration;

use minifilter_sys::{KEVENT, KMUTANT, KSEMAPHORE, LARGE_INTEGER, NTSTATUS, STATUS_SUCCESS};

use crate::export;
use crate::model::bounds::APC;
use crate::model::{event, thread, time, wait};
use crate::report;
use crate::verify::{self, rule};

type Event = *mut KEVENT;

const STATUS_TIMEOUT: NTSTATUS = 0x102;
const STATUS_NOT_IMPLEMENTED: NTSTATUS = 0xC000_0002_u32 as NTSTATUS;
const STATUS_SEMAPHORE_LIMIT_EXCEEDED: u32 = 0xC000_0047;

/// How long: none for ever, negative relative, positive an absolute system time, in units of 100 ns.
fn timeout_of(timeout: *const LARGE_INTEGER) -> Option<Duration> {
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

export! { Dll::Ntoskrnl;
    /// `KeInitializeEvent`
    fn KeInitializeEvent(event: Event, kind: i32, state: u8) {
        let kind = if kind == 0 { event::NOTIFICATION_EVENT } else { event::SYNCHRONIZATION_EVENT };
        event::initialize(event as usize, kind, state != 0);
    }
    /// `KeSetEvent`
    fn KeSetEvent(event: Event, _increment: i32, wait: u8) -> i32 {
        if wait != 0 {
            thread::require_irql(APC);
        }
        event::set(event as usize)
    }
    /// `KeResetEvent`
    fn KeResetEvent(event: Event) -> i32 { event::reset(event as usize) }
    /// `KeClearEvent`
    fn KeClearEvent(event: Event) {
        event::reset(event as usize);
    }
    /// `KeReadStateEvent`
    fn KeReadStateEvent(event: Event) -> i32 { event::state(event as usize) }
    /// `KeInitializeSemaphore`
    fn KeInitializeSemaphore(semaphore: *mut KSEMAPHORE, count: i32, limit: i32) {
        event::initialize_semaphore(semaphore as usize, count, limit);
    }
    /// `KeReleaseSemaphore`
    fn KeReleaseSemaphore(semaphore: *mut KSEMAPHORE, _increment: i32, adjustment: i32, wait: u8) -> i32 {
        if wait != 0 {
            thread::require_irql(APC);
        }
        match event::release_semaphore(semaphore as usize, adjustment) {
            Some(old) => old,
            None => {
                let parameters = [u64::from(STATUS_SEMAPHORE_LIMIT_EXCEEDED), semaphore as u64, 0, 0];
                verify::bugcheck(0x7E, parameters, format!("semaphore {semaphore:p} released above its limit"))
            }
        }
    }
    /// `KeReadStateSemaphore`
    fn KeReadStateSemaphore(semaphore: *mut KSEMAPHORE) -> i32 { event::state(semaphore as usize) }
    /// `KeInitializeMutex`
    fn KeInitializeMutex(mutex: *mut KMUTANT, _level: u32) { event::initialize_mutex(mutex as usize) }
    /// `KeReleaseMutex`
    fn KeReleaseMutex(mutex: *mut KMUTANT, wait: u8) -> i32 {
        if wait != 0 {
            thread::require_irql(APC);
        }
        event::release_mutex(mutex as usize)
    }
    /// `KeReadStateMutex`
    fn KeReadStateMutex(mutex: *mut KMUTANT) -> i32 { event::state(mutex as usize) }
    /// `KeWaitForSingleObject`
    fn KeWaitForSingleObject(
        object: *mut c_void, _reason: i32, _mode: i8, _alertable: u8, timeout: *const LARGE_INTEGER,
    ) -> NTSTATUS {
        let timeout = timeout_of(timeout);
        require_waitable_level(timeout);
        if !event::waitable(object as usize) {
            report::unimplemented("KeWaitForSingleObject on an object other than event, semaphore and mutex");
            return STATUS_NOT_IMPLEMENTED;
        }
        if event::wait_for(object as usize, timeout) { STATUS_SUCCESS } else { STATUS_TIMEOUT }
    }
    /// `KeDelayExecutionThread`
    fn KeDelayExecutionThread(_mode: i8, _alertable: u8, interval: *const LARGE_INTEGER) -> NTSTATUS {
        wait::sleep(timeout_of(interval).unwrap_or_default());
        STATUS_SUCCESS
    }
}
