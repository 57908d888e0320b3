//! KeXxxEvent, KeXxxSemaphore, KeXxxMutex — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{KEVENT, KMUTANT, KSEMAPHORE};

use crate::export;
use crate::image::exception::raise::raise;
use crate::model::bounds::APC;
use crate::model::{event, thread};

type Event = *mut KEVENT;

const STATUS_SEMAPHORE_LIMIT_EXCEEDED: u32 = 0xC000_0047;

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
            None => raise(STATUS_SEMAPHORE_LIMIT_EXCEEDED),
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
}
