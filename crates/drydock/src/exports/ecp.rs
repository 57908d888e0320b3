//! FltXxxExtraCreateParameterXxx and their FsRtl twins, which have no filter argument.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use minifilter_sys::{GUID, NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND, STATUS_SUCCESS};

use super::flt_argument::{In, Out};
use crate::exports::gate::Call;
use crate::model::callback::EcpCleanup;
use crate::model::ecp::{self, Found, Parameter};
use crate::model::lookaside::{self, Entries};
use crate::model::pool::PoolKind;

/// FSRTL_ECP_LOOKASIDE_FLAG_NONPAGED_POOL.
const NONPAGED: u32 = 2;

fn status(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

/// Leaves what was allocated; null where nothing was.
fn allocated(result: Result<usize, NTSTATUS>, out: Out<usize>) -> NTSTATUS {
    out.give(result.unwrap_or(0));
    result.err().unwrap_or(STATUS_SUCCESS)
}

pub(super) fn allocate_list(out: Out<usize>) -> NTSTATUS {
    allocated(ecp::allocate_list(Call::current().caller), out)
}

pub(super) fn allocate(
    guid: In<GUID>,
    (size, flags): (u32, u32),
    cleanup: Option<EcpCleanup>,
    (tag, lookaside): (u32, usize),
    out: Out<usize>,
) -> NTSTATUS {
    let Some(guid) = guid.get() else {
        return STATUS_INVALID_PARAMETER;
    };
    let parameter = Parameter {
        guid,
        size,
        tag,
        cleanup,
        lookaside,
    };
    allocated(ecp::allocate(parameter, flags), out)
}

pub(super) fn insert(list: usize, context: usize) -> NTSTATUS {
    status(ecp::insert(list, context))
}

/// Leaves context and size of what was found; null and zero where nothing was.
fn answer(found: Result<Found, NTSTATUS>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
    context.give(found.map_or(0, |found| found.context));
    size.give(found.map_or(0, |found| found.size));
    found.err().unwrap_or(STATUS_SUCCESS)
}

pub(super) fn find(list: usize, guid: In<GUID>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
    let guid = guid.get().ok_or(STATUS_INVALID_PARAMETER);
    answer(guid.and_then(|guid| ecp::find(list, guid)), context, size)
}

pub(super) fn remove(list: usize, guid: In<GUID>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
    let guid = guid.get().ok_or(STATUS_INVALID_PARAMETER);
    answer(guid.and_then(|guid| ecp::remove(list, guid)), context, size)
}

pub(super) fn next(
    list: usize,
    current: usize,
    guid: Out<GUID>,
    context: Out<usize>,
    size: Out<u32>,
) -> NTSTATUS {
    let found = ecp::next(list, current);
    if let Ok(found) = found {
        guid.give(found.guid);
    }
    match found {
        Err(refused) if refused != STATUS_NOT_FOUND => refused,
        found => answer(found, context, size),
    }
}

pub(super) fn initialize_lookaside(list: usize, flags: u32, size: usize, tag: u32) {
    let nonpaged = flags & NONPAGED != 0;
    let entries = Entries {
        kind: if nonpaged {
            PoolKind::NonPaged
        } else {
            PoolKind::Paged
        },
        size: size.max(1),
        tag,
        pool_type: i32::from(!nonpaged),
        allocate: 0,
        free: 0,
    };
    lookaside::initialize(list, entries);
}

/// Flags of two sorts of function, as one.
pub(super) fn boolean(value: bool) -> u8 {
    value.into()
}
