//! FltTagFile, FltTagFileEx, FltUntagFile — reparse points that a filter sets below its instance.

use std::sync::Arc;

use minifilter_sys::*;

use super::control::control;
use super::information::Buffer;
use crate::model::instance::Instance;

/// A GUID as the bytes of a reparse point have it.
pub type Guid = [u8; 16];

/// Bit of a tag that Microsoft gave out.
const MICROSOFT: u32 = 0x8000_0000;

/// Existing — what FltTagFileEx asks of the reparse point that is there.
#[derive(Clone, Copy, Debug)]
pub struct Existing {
    /// Its tag, 0 for none.
    pub tag: u32,
    /// Its GUID, if nobody at Microsoft owns the tag.
    pub guid: Option<Guid>,
    /// FLT_TAG_FILE_EX flags.
    pub flags: u32,
}

/// REPARSE_DATA_BUFFER or, with a GUID, REPARSE_GUID_DATA_BUFFER.
fn buffer_of(tag: u32, guid: Option<Guid>, data: &[u8]) -> Result<Vec<u8>, NTSTATUS> {
    let owner = match (tag & MICROSOFT, guid) {
        (0, None) => return Err(STATUS_INVALID_PARAMETER),
        (0, Some(guid)) => guid.to_vec(),
        _ => Vec::new(),
    };
    let head = [tag.to_le_bytes(), (data.len() as u32).to_le_bytes()].concat();
    Ok([&*head, &owner, data].concat())
}

fn send(instance: &Arc<Instance>, file: *mut FILE_OBJECT, code: u32, input: &mut [u8]) -> NTSTATUS {
    let none = Buffer {
        address: std::ptr::null_mut(),
        length: 0,
    };
    let input = Buffer {
        address: input.as_mut_ptr().cast(),
        length: input.len() as u32,
    };
    control(
        instance,
        IRP_MJ_FILE_SYSTEM_CONTROL,
        file,
        code,
        input,
        none,
    )
    .0
}

/// Sets a reparse point.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for a tag that wants a GUID and has none; what the file system answers.
pub fn set(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    tag: u32,
    guid: Option<Guid>,
    data: &[u8],
) -> Result<(), NTSTATUS> {
    let mut buffer = buffer_of(tag, guid, data)?;
    done(send(instance, file, FSCTL_SET_REPARSE_POINT, &mut buffer))
}

/// Sets a reparse point in the place of another one.
///
/// # Errors
/// As [`set`].
pub fn replace(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    tag: u32,
    guid: Option<Guid>,
    data: &[u8],
    existing: Existing,
) -> Result<(), NTSTATUS> {
    let own = buffer_of(tag, guid, data)?;
    let head = [existing.flags.to_le_bytes(), existing.tag.to_le_bytes()].concat();
    let owner = existing.guid.unwrap_or_default();
    let mut buffer = [&*head, &owner, &[0; 8], &own].concat();
    done(send(
        instance,
        file,
        FSCTL_SET_REPARSE_POINT_EX,
        &mut buffer,
    ))
}

/// Takes a reparse point away.
///
/// # Errors
/// As [`set`].
pub fn remove(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    tag: u32,
    guid: Option<Guid>,
) -> Result<(), NTSTATUS> {
    let mut buffer = buffer_of(tag, guid, &[])?;
    done(send(
        instance,
        file,
        FSCTL_DELETE_REPARSE_POINT,
        &mut buffer,
    ))
}

fn done(status: NTSTATUS) -> Result<(), NTSTATUS> {
    match status < 0 {
        true => Err(status),
        false => Ok(()),
    }
}
