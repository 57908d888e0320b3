//! STATUS_REPARSE — a filter that completes a create with another name in the file object, or a reparse point that the file
//! system has met, and what comes of it.

#![allow(unsafe_code)] // fills memory that drivers read

use minifilter_sys::*;

use super::file_object::FileObject;
use crate::model::flt_volume::FltVolume;
use crate::model::pool::{self, PoolKind};
use crate::volume::information::u32_at;

/// How often one open may be sent elsewhere.
pub const MOST: u32 = 32;

/// Tag of names that replace those of file objects.
const TAG: u32 = u32::from_le_bytes(*b"IoNm");

/// `IoReplaceFileObjectName` — puts another name into a file object.
///
/// # Errors
/// When there is no memory.
pub fn replace_name(file: FileObject, name: &[u16]) -> Result<(), NTSTATUS> {
    let bytes = u16::try_from(name.len() * 2).map_err(|_| STATUS_INVALID_PARAMETER)?;
    let memory = pool::allocate(PoolKind::Paged, usize::from(bytes).max(2), TAG, 0);
    if memory.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    let buffer = memory.cast::<u16>();
    // SAFETY: the block was just allocated with room for the name.
    unsafe { std::ptr::copy_nonoverlapping(name.as_ptr(), buffer, name.len()) };
    free_name(file);
    file.set_file_name(UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: buffer,
    });
    Ok(())
}

/// Frees a name that came from pool, as a file object's name does; its first one is part of the file object here.
pub fn free_name(file: FileObject) {
    let name = file.file_name();
    if pool::block_at(name.Buffer.cast()).is_some() {
        pool::free(name.Buffer.cast(), 0);
    }
}

/// STATUS_STOPPED_ON_SYMLINK, which the shared tables of statuses do not have.
pub const STATUS_STOPPED_ON_SYMLINK: NTSTATUS = 0x8000_002D_u32.cast_signed();
/// SYMLINK_FLAG_RELATIVE.
const RELATIVE: u32 = 1;

/// Where a create that ended with STATUS_REPARSE goes: a full name.
///
/// `met` is the reparse point of the file system, if there was one; a filter has put the name into the file object.
///
/// # Errors
/// STATUS_IO_REPARSE_TAG_NOT_HANDLED for a tag that is left to filters, STATUS_STOPPED_ON_SYMLINK for a caller who wants
/// that, STATUS_IO_REPARSE_DATA_INVALID.
pub fn target(
    volume: &FltVolume,
    file: FileObject,
    met: &[u8],
    operation_flags: u8,
) -> Result<Vec<u16>, NTSTATUS> {
    if met.is_empty() {
        return Ok(file.name());
    }
    // Offsets of the substitute name lie behind the header, names behind the rest of the fixed part.
    let (names, relative) = match u32_at(met, 0)? {
        IO_REPARSE_TAG_MOUNT_POINT => (16, false),
        IO_REPARSE_TAG_SYMLINK if operation_flags & SL_STOP_ON_SYMLINK != 0 => {
            return Err(STATUS_STOPPED_ON_SYMLINK);
        }
        IO_REPARSE_TAG_SYMLINK => (20, u32_at(met, 16).is_ok_and(|flags| flags & RELATIVE != 0)),
        _ => return Err(STATUS_IO_REPARSE_TAG_NOT_HANDLED),
    };
    let invalid = |_| STATUS_IO_REPARSE_DATA_INVALID;
    let place = u32_at(met, 8).map_err(invalid)? as usize;
    let (offset, length) = (place & 0xFFFF, place >> 16);
    let name = met.get(names + offset..names + offset + length);
    let name = name.ok_or(STATUS_IO_REPARSE_DATA_INVALID)?;
    let substitute = name
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let path = path_of(volume, file);
    let unparsed = (u32_at(met, 4)? >> 17) as usize;
    let (parsed, rest) = path.split_at(path.len().saturating_sub(unparsed));
    let mut target = match relative {
        true => [&*units(&volume.name), parent(parsed)].concat(),
        false => Vec::new(),
    };
    target.extend(substitute);
    target.extend(rest);
    Ok(if relative {
        without_dots(&target)
    } else {
        target
    })
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// The path on the volume that a create names, with that of its related file object.
fn path_of(volume: &FltVolume, file: FileObject) -> Vec<u16> {
    let related = file.related();
    if related.is_null() {
        return file.name();
    }
    let base = volume.file_system.name(related).unwrap_or_default();
    let base = units(base.trim_end_matches('\\'));
    [base, vec![u16::from(b'\\')], file.name()].concat()
}

/// The directory of a path, with the separator behind it.
fn parent(path: &[u16]) -> &[u16] {
    let path = path.strip_suffix(&[u16::from(b'\\')]).unwrap_or(path);
    let end = path.iter().rposition(|unit| *unit == u16::from(b'\\'));
    &path[..end.map_or(0, |end| end + 1)]
}

/// A name without `.` and `..`, which only relative links have.
fn without_dots(name: &[u16]) -> Vec<u16> {
    let mut kept: Vec<&[u16]> = Vec::new();
    for part in name.split(|unit| *unit == u16::from(b'\\')) {
        match String::from_utf16_lossy(part).as_str() {
            "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(part),
        }
    }
    kept.join(&u16::from(b'\\'))
}
