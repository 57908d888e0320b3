//! ZwQuerySystemInformation — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{
    NTSTATUS, STATUS_INFO_LENGTH_MISMATCH, STATUS_NOT_IMPLEMENTED, STATUS_SUCCESS,
};

use super::flt_argument::Out;
use crate::model::system_information::{self as information, Class};
use crate::{export, report};

/// One processor: what the bench says everywhere.
fn processors() -> u8 {
    std::thread::available_parallelism().map_or(1, |count| count.get().min(64) as u8)
}

/// Answers a request; the size that is needed is told also when the buffer is too small.
fn query(class: u32, out: *mut c_void, room: u32, needed: Out<u32>) -> NTSTATUS {
    let Some(class) = Class::of(class) else {
        report::unimplemented("ZwQuerySystemInformation of another class");
        return STATUS_NOT_IMPLEMENTED;
    };
    let bytes = match class {
        Class::Basic => information::basic(processors()),
        Class::TimeOfDay => information::time_of_day(),
        Class::Processes => information::processes(out as usize),
        Class::Modules => information::loaded_modules(),
        Class::Debugger => information::debugger(),
        Class::CodeIntegrity => information::code_integrity(),
    };
    needed.give(bytes.len() as u32);
    let room = room as usize;
    let fits = match class {
        Class::Basic | Class::CodeIntegrity => room == bytes.len(),
        // What does not fit of this one is left out.
        Class::TimeOfDay => room <= bytes.len(),
        Class::Processes | Class::Modules | Class::Debugger => room >= bytes.len(),
    };
    if !fits {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    let count = bytes.len().min(room);
    // SAFETY: the driver says by the length that the buffer holds so many bytes.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), out.cast::<u8>(), count) };
    STATUS_SUCCESS
}

export! { Dll::Ntoskrnl;
    /// `ZwQuerySystemInformation`
    fn ZwQuerySystemInformation(class: u32, out: *mut c_void, room: u32, needed: Out<u32>) -> NTSTATUS {
        query(class, out, room, needed)
    }
    /// `NtQuerySystemInformation`
    fn NtQuerySystemInformation(class: u32, out: *mut c_void, room: u32, needed: Out<u32>) -> NTSTATUS {
        query(class, out, room, needed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(class: u32, out: &mut [u8]) -> (NTSTATUS, u32) {
        let _ = crate::model::thread::current();
        let mut needed = 0;
        let (at, room) = (out.as_mut_ptr().cast(), out.len() as u32);
        let place = Out::to(&mut needed);
        let status = call!(ZwQuerySystemInformation(class, at, room, place));
        (status, needed)
    }

    fn word(bytes: &[u8], at: usize) -> u64 {
        u64::from_le_bytes(*bytes[at..].first_chunk().expect("eight bytes"))
    }

    #[test]
    fn modules_are_counted_first_and_the_kernel_is_the_first() {
        let (status, needed) = asked(11, &mut []);
        assert_eq!(status, STATUS_INFO_LENGTH_MISMATCH);
        let mut all = vec![0; needed as usize + 0x1000];
        assert_eq!(asked(11, &mut all).0, STATUS_SUCCESS);
        assert!(word(&all, 0) as u32 >= 2);
        let name = 8 + 0x28 + usize::from(all[8 + 0x26]);
        assert!(all[name..].starts_with(b"ntoskrnl.exe\0"));
    }

    #[test]
    fn processes_are_chained_and_the_system_is_among_them() {
        let (status, needed) = asked(5, &mut [0; 8]);
        assert_eq!(status, STATUS_INFO_LENGTH_MISMATCH);
        let mut all = vec![0; needed as usize * 2];
        assert_eq!(asked(5, &mut all).0, STATUS_SUCCESS);
        let (mut at, mut ids) = (0, Vec::new());
        loop {
            ids.push(word(&all, at + 0x50));
            match word(&all, at) as u32 {
                0 => break,
                next => at += next as usize,
            }
        }
        assert!(ids.starts_with(&[0, 4]));
    }

    #[test]
    fn fixed_classes_want_their_size() {
        let mut basic = [0; 0x40];
        assert_eq!(asked(0, &mut basic), (STATUS_SUCCESS, 0x40));
        assert_eq!(word(&basic, 8) as u32, 0x1000);
        assert_eq!(asked(0, &mut basic[..8]).0, STATUS_INFO_LENGTH_MISMATCH);
        let mut time = [0; 0x30];
        assert_eq!(asked(3, &mut time).0, STATUS_SUCCESS);
        assert!(word(&time, 8) >= word(&time, 0));
        let mut debugger = [7; 2];
        assert_eq!(asked(35, &mut debugger), (STATUS_SUCCESS, 2));
        assert_eq!(debugger, [0, 1]);
        let (at, none) = (debugger.as_mut_ptr().cast(), Out::unwanted());
        assert_eq!(
            call!(NtQuerySystemInformation(35, at, 1, none)),
            STATUS_INFO_LENGTH_MISMATCH
        );
        let mut integrity = [0; 8];
        assert_eq!(asked(103, &mut integrity), (STATUS_SUCCESS, 8));
    }
}
