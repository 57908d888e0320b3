//! What filters do to operations on purpose: complete them, change parameters and say so, give another result.
//!
//! All of it is a filter's right. A workload that gets other results than the volume gives may blame the driver only
//! while nothing of this has happened.

use std::sync::atomic::{AtomicU64, Ordering};

use minifilter_sys::{
    FILE_CREATED, FILE_OVERWRITTEN, FILE_SUPERSEDED, IO_STATUS_BLOCK, IRP_MJ_CREATE, IRP_MJ_SET_EA,
    IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE, IRP_PAGING_IO, STATUS_SUCCESS,
};

use super::status_of;
use crate::exports::gate::Call;

/// A way to step in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intervention {
    /// FLT_PREOP_COMPLETE.
    Completed,
    /// Parameters changed, and FltSetCallbackDataDirty called.
    Parameters,
    /// Status or information changed in a post-operation callback.
    Result,
    /// A file made, written or changed by an operation of the driver's own.
    OwnChange,
}

static COUNTS: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];

/// Counts one.
pub fn count(intervention: Intervention) {
    COUNTS[intervention as usize].fetch_add(1, Ordering::Relaxed);
}

/// How often filters have stepped in this way since the volume was mounted.
pub fn counted(intervention: Intervention) -> u64 {
    COUNTS[intervention as usize].load(Ordering::Relaxed)
}

/// Filters have stepped in since the volume was mounted.
pub fn any() -> bool {
    COUNTS
        .iter()
        .any(|count| count.load(Ordering::Relaxed) != 0)
}

/// A volume is mounted.
pub fn begin() {
    for count in &COUNTS {
        count.store(0, Ordering::Relaxed);
    }
}

/// Counts what an operation has changed that driver code has sent; closing files writes nothing of its own.
pub fn note_own_change(major: u8, irp_flags: u32, status: &IO_STATUS_BLOCK) {
    let by_driver = Call::current().export.is_some();
    if by_driver
        && status_of(status) == STATUS_SUCCESS
        && changes(major, irp_flags, status.Information as u32)
    {
        count(Intervention::OwnChange);
    }
}

fn changes(major: u8, irp_flags: u32, information: u32) -> bool {
    match major {
        IRP_MJ_CREATE => matches!(
            information,
            FILE_CREATED | FILE_OVERWRITTEN | FILE_SUPERSEDED
        ),
        IRP_MJ_WRITE => irp_flags & IRP_PAGING_IO == 0,
        IRP_MJ_SET_INFORMATION | IRP_MJ_SET_EA => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::gate::tests::in_call;

    fn counted_after(major: u8, information: u32, by_driver: bool) -> u64 {
        let status = super::super::pre_status_block(STATUS_SUCCESS, information as usize);
        let before = counted(Intervention::OwnChange);
        if by_driver {
            in_call("FltCreateFile", || note_own_change(major, 0, &status));
        } else {
            note_own_change(major, 0, &status);
        }
        counted(Intervention::OwnChange) - before
    }

    #[test]
    fn a_file_that_a_driver_makes_with_flt_create_file_is_its_own_change() {
        let _serial = crate::model::flt_fixture::serial();
        assert_eq!(counted_after(IRP_MJ_CREATE, FILE_CREATED, true), 1);
        assert_eq!(
            counted_after(IRP_MJ_CREATE, minifilter_sys::FILE_OPENED, true),
            0
        );
        assert_eq!(counted_after(IRP_MJ_WRITE, 4, true), 1);
        assert_eq!(counted_after(IRP_MJ_WRITE, 4, false), 0);
    }
}
