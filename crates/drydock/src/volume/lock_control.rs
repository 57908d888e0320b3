//! IRP_MJ_LOCK_CONTROL — taking and giving back byte-range locks.

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, success};
use super::byte_range_lock::{LockOwner, Range};
use super::fcb::{Fcb, Kind};
use super::parameters::{self, quad, quad_at, target};
use crate::model::oplock::conflict::Conflict;
use crate::model::wait;

impl HostVolume {
    /// Carries out a lock operation. A lock that may wait waits here, in its own thread.
    pub(super) fn lock_control(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        if open.fcb.kind != Kind::File {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let control = parameters::lock_control(iopb);
        let process = crate::model::operation::requestor::process_id() as usize;
        let owner = LockOwner {
            file: file.address(),
            process,
            key: control.Key,
        };
        let locks = || open.fcb.locks.lock();
        match iopb.MinorFunction {
            IRP_MN_LOCK => {
                self.break_oplocks(file, &open, Conflict::Write);
                lock(&open.fcb, &control, owner)?;
                file.set_lock_operation(1);
                return success(0);
            }
            IRP_MN_UNLOCK_SINGLE => {
                locks().unlock(range(&control)?, owner)?;
            }
            IRP_MN_UNLOCK_ALL => drop(locks().unlock_all(file.address(), process, None)),
            IRP_MN_UNLOCK_ALL_BY_KEY => {
                drop(locks().unlock_all(file.address(), process, Some(control.Key)));
            }
            _ => return Err(STATUS_INVALID_DEVICE_REQUEST),
        }
        open.fcb.unlocked();
        success(0)
    }
}

/// Takes a lock, waiting for it unless the caller would rather fail.
fn lock(
    fcb: &Fcb,
    control: &FLT_PARAMETERS_LOCK_CONTROL,
    owner: LockOwner,
) -> Result<(), NTSTATUS> {
    let range = range(control)?;
    let exclusive = control.ExclusiveLock != 0;
    let attempt = || fcb.locks.lock().lock(range, owner, exclusive).then_some(());
    if attempt().is_some() {
        return Ok(());
    }
    if control.FailImmediately != 0 {
        return Err(STATUS_LOCK_NOT_GRANTED);
    }
    let what = || "a byte-range lock".to_owned();
    wait::until(fcb.locks_address(), None, what, attempt);
    Ok(())
}

/// The bytes of a lock. Offset and length are unsigned here, unlike in reads and writes.
///
/// # Errors
/// STATUS_INVALID_LOCK_RANGE for bytes beyond the last there can be.
pub fn range(control: &FLT_PARAMETERS_LOCK_CONTROL) -> Result<Range, NTSTATUS> {
    let (offset, length) = (
        quad(control.ByteOffset).cast_unsigned(),
        quad_at(control.Length)?.cast_unsigned(),
    );
    match length > 0 && offset.checked_add(length - 1).is_none() {
        true => Err(STATUS_INVALID_LOCK_RANGE),
        false => Ok(Range::new(offset, length)),
    }
}
