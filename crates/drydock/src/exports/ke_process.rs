//! KeStackAttachProcess, KeSaveExtendedProcessorState and what undoes them — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{KAPC_STATE, NTSTATUS, STATUS_SUCCESS};

use crate::export;
use crate::model::{process, thread};

export! { Dll::Ntoskrnl;
    /// `KeStackAttachProcess` — from here on the thread is in the address space of that process.
    fn KeStackAttachProcess(object: usize, state: *mut KAPC_STATE) {
        let thread = thread::current();
        // SAFETY: the driver passes storage for the state.
        unsafe { state.write_bytes(0, 1) };
        let before = process::object(thread.process_id());
        // SAFETY: as above.
        unsafe { (*state).Process = before as _ };
        if let Some(id) = process::id_of(object) {
            thread.set_process_id(id);
        }
    }
    /// `KeUnstackDetachProcess`
    fn KeUnstackDetachProcess(state: *const KAPC_STATE) {
        // SAFETY: the driver passes the state that KeStackAttachProcess filled.
        let before = unsafe { (*state).Process } as usize;
        if let Some(id) = process::id_of(before) {
            thread::current().set_process_id(id);
        }
    }
    /// `KeSaveExtendedProcessorState` — a thread of the bench keeps its registers as every Linux thread does.
    fn KeSaveExtendedProcessorState(_mask: u64, _save: usize) -> NTSTATUS { STATUS_SUCCESS }
    /// `KeRestoreExtendedProcessorState`
    fn KeRestoreExtendedProcessorState(_save: usize) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_in_the_process_it_attached_to_until_it_detaches() {
        let thread = thread::current();
        let (home, other) = (thread.process_id(), process::object(7004));
        // SAFETY: integers and pointers, for which zero is a value.
        let mut state: KAPC_STATE = unsafe { std::mem::zeroed() };
        call!(KeStackAttachProcess(other, &raw mut state));
        assert_eq!(thread.process_id(), 7004);
        call!(KeUnstackDetachProcess(&raw const state));
        assert_eq!(thread.process_id(), home);
    }

    #[test]
    fn saving_the_processor_s_state_succeeds() {
        let _ = thread::current();
        let mut save = [0_u64; 16];
        let at = save.as_mut_ptr() as usize;
        assert_eq!(call!(KeSaveExtendedProcessorState(4, at)), STATUS_SUCCESS);
        call!(KeRestoreExtendedProcessorState(at));
    }
}
