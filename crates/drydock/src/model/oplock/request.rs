//! Requests and acknowledgments of oplocks, as file system controls bring them.

use minifilter_sys::*;

use super::level::{Kind, Level};

/// REQUEST_OPLOCK_INPUT_FLAG_REQUEST, REQUEST_OPLOCK_INPUT_FLAG_ACK.
const REQUEST: u32 = 1;
const ACKNOWLEDGE: u32 = 2;
/// REQUEST_OPLOCK_CURRENT_VERSION.
const VERSION: u16 = 1;
/// REQUEST_OPLOCK_OUTPUT_FLAG_ACK_REQUIRED.
const ACKNOWLEDGMENT_REQUIRED: u32 = 1;
/// Bytes of REQUEST_OPLOCK_INPUT_BUFFER and REQUEST_OPLOCK_OUTPUT_BUFFER.
const INPUT: usize = size_of::<REQUEST_OPLOCK_INPUT_BUFFER>();
/// The second of them.
pub const OUTPUT: usize = size_of::<REQUEST_OPLOCK_OUTPUT_BUFFER>();

/// What a control asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// An oplock.
    Grant(Level),
    /// FSCTL_OPLOCK_BREAK_ACKNOWLEDGE: the holder is content with level 2, where that is offered.
    Acknowledge,
    /// FSCTL_OPLOCK_BREAK_ACK_NO_2: the holder wants none.
    AcknowledgeNone,
    /// FSCTL_OPBATCH_ACK_CLOSE_PENDING: the holder will close its handle.
    ClosePending,
    /// FSCTL_REQUEST_OPLOCK with REQUEST_OPLOCK_INPUT_FLAG_ACK: the holder keeps these.
    AcknowledgeCache(u32),
    /// FSCTL_OPLOCK_BREAK_NOTIFY: wants to know when no break is under way.
    Notify,
}

/// Whether a control code is one of oplocks.
#[must_use]
pub fn is_oplock_control(code: u32) -> bool {
    old(code).is_some() || code == FSCTL_REQUEST_OPLOCK
}

fn old(code: u32) -> Option<Asked> {
    Some(match code {
        FSCTL_REQUEST_OPLOCK_LEVEL_1 => Asked::Grant(Level::old(Kind::Level1)),
        FSCTL_REQUEST_OPLOCK_LEVEL_2 => Asked::Grant(Level::old(Kind::Level2)),
        FSCTL_REQUEST_BATCH_OPLOCK => Asked::Grant(Level::old(Kind::Batch)),
        FSCTL_REQUEST_FILTER_OPLOCK => Asked::Grant(Level::old(Kind::Filter)),
        FSCTL_OPLOCK_BREAK_ACKNOWLEDGE => Asked::Acknowledge,
        FSCTL_OPLOCK_BREAK_ACK_NO_2 => Asked::AcknowledgeNone,
        FSCTL_OPBATCH_ACK_CLOSE_PENDING => Asked::ClosePending,
        FSCTL_OPLOCK_BREAK_NOTIFY => Asked::Notify,
        _ => return None,
    })
}

/// Reads a control; `output` is the room for its answer.
///
/// # Errors
/// STATUS_INVALID_DEVICE_REQUEST for a control that is none, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER.
pub fn read(code: u32, input: &[u8], output: usize) -> Result<Asked, NTSTATUS> {
    if code != FSCTL_REQUEST_OPLOCK {
        return old(code).ok_or(STATUS_INVALID_DEVICE_REQUEST);
    }
    if input.len() < INPUT || output < OUTPUT {
        return Err(STATUS_BUFFER_TOO_SMALL);
    }
    let half = |at: usize| u16::from_le_bytes([input[at], input[at + 1]]);
    let word = |at: usize| u32::from(half(at)) | u32::from(half(at + 2)) << 16;
    if half(0) != VERSION || usize::from(half(2)) < INPUT {
        return Err(STATUS_INVALID_PARAMETER);
    }
    match (word(8), word(4)) {
        (REQUEST, cache) => Level::cache(cache).map(Asked::Grant),
        (ACKNOWLEDGE, 0) => Some(Asked::AcknowledgeCache(0)),
        (ACKNOWLEDGE, cache) => {
            Level::cache(cache).map(|level| Asked::AcknowledgeCache(level.cache))
        }
        _ => None,
    }
    .ok_or(STATUS_INVALID_PARAMETER)
}

/// REQUEST_OPLOCK_OUTPUT_BUFFER of an oplock that broke.
#[must_use]
pub fn broken(original: u32, left: u32, acknowledge: bool) -> [u8; OUTPUT] {
    let mut out = [0; OUTPUT];
    out[..2].copy_from_slice(&VERSION.to_le_bytes());
    out[2..4].copy_from_slice(&(OUTPUT as u16).to_le_bytes());
    out[4..8].copy_from_slice(&original.to_le_bytes());
    out[8..12].copy_from_slice(&left.to_le_bytes());
    let flags = if acknowledge {
        ACKNOWLEDGMENT_REQUIRED
    } else {
        0
    };
    out[12..16].copy_from_slice(&flags.to_le_bytes());
    out
}

/// FltOplockIsSharedRequest — whether a control asks for an oplock that others may have too.
#[must_use]
pub fn is_shared(code: u32, input: &[u8], output: usize) -> bool {
    match read(code, input, output) {
        Ok(Asked::Grant(level)) => !level.is_exclusive(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::level::{READ, WRITE};
    use super::*;

    fn input(level: u32, flags: u32) -> [u8; INPUT] {
        let mut input = [0; INPUT];
        input[0] = 1;
        input[2] = INPUT as u8;
        input[4] = level as u8;
        input[8] = flags as u8;
        input
    }

    #[test]
    fn only_levels_and_flags_that_exist_are_taken() {
        let read = |level, flags| read(FSCTL_REQUEST_OPLOCK, &input(level, flags), OUTPUT);
        let granted = Level::cache(READ | WRITE).map(Asked::Grant);
        assert_eq!(read(READ | WRITE, REQUEST).ok(), granted);
        assert_eq!(read(WRITE, REQUEST), Err(STATUS_INVALID_PARAMETER));
        assert_eq!(read(0, REQUEST), Err(STATUS_INVALID_PARAMETER));
        assert_eq!(read(READ, 3), Err(STATUS_INVALID_PARAMETER));
        assert_eq!(read(0, ACKNOWLEDGE), Ok(Asked::AcknowledgeCache(0)));
    }

    #[test]
    fn short_buffers_and_other_controls_are_refused() {
        let whole = input(READ, REQUEST);
        let short = read(FSCTL_REQUEST_OPLOCK, &whole[..8], OUTPUT);
        assert_eq!(short, Err(STATUS_BUFFER_TOO_SMALL));
        let short = read(FSCTL_REQUEST_OPLOCK, &whole, OUTPUT - 1);
        assert_eq!(short, Err(STATUS_BUFFER_TOO_SMALL));
        let other = read(FSCTL_GET_COMPRESSION, &[], 0);
        assert_eq!(other, Err(STATUS_INVALID_DEVICE_REQUEST));
    }
}
