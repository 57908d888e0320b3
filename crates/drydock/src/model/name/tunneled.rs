//! FltGetTunneledName — the name after a create or rename, where the file system put a long one in place of a short.

use minifilter_sys::{
    FLT_FILE_NAME_NORMALIZED, FLTFL_CALLBACK_DATA_POST_OPERATION, IRP_MJ_CREATE,
    IRP_MJ_SET_INFORMATION, NTSTATUS, PFLT_CALLBACK_DATA, PFLT_FILE_NAME_INFORMATION,
    STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER,
};

use super::information::Block;
use super::{cache, parse};
use crate::model::operation::{self, Operation};
use crate::verify::{self, rule};
use crate::volume::fold;

const TILDE: u16 = b'~' as u16;

/// FltGetTunneledName — name information of its own where the last component of `information`, which was got on the
/// way down, is another now.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES; STATUS_INVALID_PARAMETER where it may not be called.
pub fn tunneled(
    data: PFLT_CALLBACK_DATA,
    information: PFLT_FILE_NAME_INFORMATION,
) -> Result<Option<usize>, NTSTATUS> {
    let operation = operation::find(data).ok_or(STATUS_INVALID_PARAMETER)?;
    let major = operation.iopb().MajorFunction;
    let on_the_way_up = operation.flags() & FLTFL_CALLBACK_DATA_POST_OPERATION != 0;
    if !on_the_way_up || !matches!(major, IRP_MJ_CREATE | IRP_MJ_SET_INFORMATION) {
        let place = if on_the_way_up { "post" } else { "pre" };
        let name = operation::major::names(major).name;
        let detail = format!("FltGetTunneledName in a {place}-operation callback of {name}");
        verify::violation(rule::TUNNELED_NAME_MISPLACED, detail);
        return Err(STATUS_INVALID_PARAMETER);
    }
    let asked = cache::with_block(information, |block| block.asked());
    let (name, volume, format) = asked.ok_or(STATUS_INVALID_PARAMETER)?;
    let parts = parse::parse(&name, volume);
    let last = &name[parts.final_component.clone()];
    // Only what can be a short name can have become a long one, and only a normalized name is meant to be long.
    if format != FLT_FILE_NAME_NORMALIZED || !last.contains(&TILDE) {
        return Ok(None);
    }
    let now = last_component(operation).filter(|now| !same(now, last));
    let Some(now) = now else {
        return Ok(None);
    };
    let mut whole = name[..parts.final_component.start].to_vec();
    whole.extend(now);
    whole.extend_from_slice(&name[parts.stream]);
    let block = Block::new(whole, volume, format).ok_or(STATUS_INSUFFICIENT_RESOURCES)?;
    Ok(Some(cache::enter(block, None)))
}

fn same(one: &[u16], other: &[u16]) -> bool {
    fold(&String::from_utf16_lossy(one)) == fold(&String::from_utf16_lossy(other))
}

/// The last component under which the file is now; none where the operation failed.
fn last_component(operation: &Operation) -> Option<Vec<u16>> {
    if operation::status_of(&operation.status()) != 0 {
        return None;
    }
    let volume = operation.volume()?;
    let path = volume
        .file_system
        .normalized_name(operation.iopb().TargetFileObject)?;
    let units: Vec<u16> = path.encode_utf16().collect();
    let parts = parse::parse(&units, 0);
    Some(units[parts.final_component].to_vec())
}
