//! FSCTL_LOCK_VOLUME — a program that has the volume to itself until it unlocks it or closes its handle.

use minifilter_sys::*;

use super::answer::{Answer, success};
use super::fcb::Kind;
use super::open_file::OpenFile;
use super::{HostVolume, State};
use crate::io::file_object::FileObject;

impl HostVolume {
    /// Locks the volume for the one who has it open here, unless anybody else has a handle on it.
    pub(super) fn lock_volume(
        &self,
        state: &mut State,
        file: FileObject,
        open: &OpenFile,
    ) -> Answer {
        whole_volume(open)?;
        let other_handle = |(address, other): (&usize, &std::sync::Arc<OpenFile>)| {
            *address != file.address() && !other.state.lock().cleaned_up
        };
        if state.locked_by.is_some() || self.opens.read().iter().any(other_handle) {
            return Err(STATUS_ACCESS_DENIED);
        }
        state.locked_by = Some(file.address());
        success(0)
    }
}

impl State {
    /// FSCTL_UNLOCK_VOLUME — by who has locked it.
    pub(super) fn unlock_volume(&mut self, file: FileObject, open: &OpenFile) -> Answer {
        whole_volume(open)?;
        if self.release_volume_lock(file) {
            success(0)
        } else {
            Err(STATUS_NOT_LOCKED)
        }
    }

    /// The last handle of a file object is closed: its lock goes with it. Tells whether it had one.
    pub(super) fn release_volume_lock(&mut self, file: FileObject) -> bool {
        let own = self.locked_by == Some(file.address());
        if own {
            self.locked_by = None;
        }
        own
    }

    /// Nothing can be opened on a locked volume.
    pub(super) fn check_volume_lock(&self) -> Result<(), NTSTATUS> {
        match self.locked_by {
            Some(_) => Err(STATUS_ACCESS_DENIED),
            None => Ok(()),
        }
    }
}

/// These controls are for handles on the volume itself.
fn whole_volume(open: &OpenFile) -> Result<(), NTSTATUS> {
    match open.fcb.kind {
        Kind::Volume => Ok(()),
        _ => Err(STATUS_INVALID_PARAMETER),
    }
}
