//! PsXxx, and what else tells who runs — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{NTSTATUS, STATUS_SUCCESS};

use crate::export;
use crate::model::thread::SYSTEM_PROCESS;
use crate::model::{object_reference, process, thread};

const STATUS_INVALID_CID: NTSTATUS = 0xC000_000B_u32 as NTSTATUS;

fn current_process() -> usize {
    process::object(thread::current().process_id())
}

export! { Dll::Ntoskrnl;
    /// `PsGetCurrentProcessId`
    fn PsGetCurrentProcessId() -> usize { thread::current().process_id() as usize }
    /// `PsGetCurrentThreadId`
    fn PsGetCurrentThreadId() -> usize { thread::current().id as usize }
    /// `PsGetCurrentThread`
    fn PsGetCurrentThread() -> usize { thread::current().kthread() }
    /// `PsGetCurrentProcess`
    fn PsGetCurrentProcess() -> usize { current_process() }
    /// `IoGetCurrentProcess`
    fn IoGetCurrentProcess() -> usize { current_process() }
    /// `PsGetProcessId`
    fn PsGetProcessId(object: usize) -> usize { process::id_of(object).unwrap_or(0) as usize }
    /// `PsGetThreadId`
    fn PsGetThreadId(object: usize) -> usize { thread::at(object).map_or(0, |thread| thread.id) as usize }
    /// `PsGetThreadProcess`
    fn PsGetThreadProcess(object: usize) -> usize {
        thread::at(object).map_or(0, |thread| process::object(thread.process_id()))
    }
    /// `IoThreadToProcess`
    fn IoThreadToProcess(object: usize) -> usize {
        thread::at(object).map_or(0, |thread| process::object(thread.process_id()))
    }
    /// `PsGetThreadProcessId`
    fn PsGetThreadProcessId(object: usize) -> usize {
        thread::at(object).map_or(0, |thread| thread.process_id()) as usize
    }
    /// `PsIsSystemThread`
    fn PsIsSystemThread(object: usize) -> u8 {
        u8::from(thread::at(object).is_some_and(|thread| thread.process_id() == SYSTEM_PROCESS))
    }
    /// `IoIsSystemThread`
    fn IoIsSystemThread(object: usize) -> u8 {
        u8::from(thread::at(object).is_some_and(|thread| thread.process_id() == SYSTEM_PROCESS))
    }
    /// `PsLookupProcessByProcessId`
    fn PsLookupProcessByProcessId(id: usize, out: *mut usize) -> NTSTATUS {
        let Some(object) = u32::try_from(id).ok().and_then(process::find) else { return STATUS_INVALID_CID };
        object_reference::add(object);
        // SAFETY: the driver passes a PEPROCESS of its own to be written.
        unsafe { out.write(object) };
        STATUS_SUCCESS
    }
}
