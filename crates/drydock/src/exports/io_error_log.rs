//! IoAllocateErrorLogEntry and IoWriteErrorLogEntry — what a driver writes into the system's event log goes into the report.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use crate::exports::gate::Call;
use crate::model::pool::{self, PoolKind};
use crate::{export, report};

/// ERROR_LOG_MAXIMUM_SIZE, and bytes of an IO_ERROR_LOG_PACKET without dump data.
const LARGEST: u8 = 0xF0;
const SMALLEST: u8 = 0x30;
const TAG: u32 = u32::from_le_bytes(*b"IoEr");
/// Where the packet has its error code.
const ERROR_CODE: usize = 0x0C;

export! { Dll::Ntoskrnl;
    /// `IoAllocateErrorLogEntry` — null for an entry that is too large, and for none of the driver's objects.
    fn IoAllocateErrorLogEntry(object: *const c_void, size: u8) -> *mut c_void {
        if object.is_null() || !(SMALLEST..=LARGEST).contains(&size) {
            return std::ptr::null_mut();
        }
        pool::allocate_zeroed(PoolKind::NonPaged, size.into(), TAG, Call::current().caller)
    }
    /// `IoFreeErrorLogEntry`
    fn IoFreeErrorLogEntry(entry: *mut c_void) { pool::free(entry, TAG) }
    /// `IoWriteErrorLogEntry` — takes the entry.
    fn IoWriteErrorLogEntry(entry: *mut c_void) {
        let place = entry.cast::<u8>().wrapping_add(ERROR_CODE).cast::<u32>();
        // SAFETY: the driver passes an entry that IoAllocateErrorLogEntry gave, which has at least a packet's size.
        let code = unsafe { place.read_unaligned() };
        report::debug_print(&format!("event log: {code:#x}"));
        pool::free(entry, TAG);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_gone_when_it_is_written() {
        let _ = crate::model::thread::current();
        let object = 0x1000 as *const c_void;
        assert!(call!(IoAllocateErrorLogEntry(object, 0xF1)).is_null());
        assert!(call!(IoAllocateErrorLogEntry(std::ptr::null(), 0x30)).is_null());
        let entry = call!(IoAllocateErrorLogEntry(object, 0x38));
        assert!(pool::block_at(entry).is_some());
        call!(IoWriteErrorLogEntry(entry));
        assert!(pool::block_at(entry).is_none());
        let other = call!(IoAllocateErrorLogEntry(object, 0x30));
        call!(IoFreeErrorLogEntry(other));
        assert!(pool::block_at(other).is_none());
        assert!(report::with(|report| report
            .debug_prints
            .contains(&"event log: 0x0".to_owned())));
    }
}
