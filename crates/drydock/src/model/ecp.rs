//! Extra create parameters — what goes with a create beside its parameters, from the creator or from filters above.
#![allow(unsafe_code)] // calls the driver's cleanup callbacks

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::{
    FSRTL_ALLOCATE_ECP_FLAG_NONPAGED_POOL, GUID, NTSTATUS, STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND,
};

use super::callback::EcpCleanup;
use super::lookaside;
use super::operation;
use super::pool::{self, PoolKind};
use super::thread::{self, Site};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// Tag of lists.
const TAG: u32 = u32::from_le_bytes(*b"FSel");
/// Bytes of a list, which drivers never look into.
const LIST_SIZE: usize = 0x20;

/// What a parameter is made of.
#[derive(Clone, Copy)]
pub struct Parameter {
    /// Its type.
    pub guid: GUID,
    /// Bytes of its context.
    pub size: u32,
    /// Tag of its memory.
    pub tag: u32,
    /// Called before it is freed.
    pub cleanup: Option<EcpCleanup>,
    /// The lookaside list that its memory is from, or 0.
    pub lookaside: usize,
}

/// One parameter, filed under the address of its context.
#[derive(Clone, Copy)]
struct Ecp {
    parameter: Parameter,
    list: Option<usize>,
    acknowledged: bool,
    from_user_mode: bool,
}

#[derive(Default)]
struct State {
    lists: BTreeMap<usize, Vec<usize>>,
    parameters: BTreeMap<usize, Ecp>,
}

static STATE: Mutex<State> = Mutex::new(State {
    lists: BTreeMap::new(),
    parameters: BTreeMap::new(),
});

fn with<R>(look: impl FnOnce(&mut State) -> R) -> R {
    look(&mut STATE.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cold]
fn misused(detail: String) {
    verify::violation(rule::ECP_MISUSED, detail);
}

/// FltAllocateExtraCreateParameterList — an empty list, whose leak is blamed on `caller`.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES.
pub fn allocate_list(caller: usize) -> Result<usize, NTSTATUS> {
    let memory = pool::allocate_zeroed(PoolKind::Paged, LIST_SIZE, TAG, caller);
    if memory.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    with(|state| state.lists.insert(memory as usize, Vec::new()));
    Ok(memory as usize)
}

/// FltFreeExtraCreateParameterList — with every parameter in it; the list of a create under way goes with the create.
pub fn give_up_list(list: usize) {
    if operation::carries_list(list) {
        return misused(format!("{list:#x} freed, the list of a create under way"));
    }
    free_list(list);
}

/// The same for a list whose create is over.
pub fn free_list(list: usize) {
    let Some(parameters) = with(|state| state.lists.remove(&list)) else {
        return misused(format!("{list:#x} is no list of extra create parameters"));
    };
    for context in parameters {
        detach(context);
        free(context);
    }
    pool::free(list as *mut c_void, TAG);
}

fn detach(context: usize) {
    with(|state| {
        if let Some(ecp) = state.parameters.get_mut(&context) {
            ecp.list = None;
        }
    });
}

/// FltAllocateExtraCreateParameter, FltAllocateExtraCreateParameterFromLookasideList.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES.
pub fn allocate(parameter: Parameter, flags: u32) -> Result<usize, NTSTATUS> {
    let kind = if flags & FSRTL_ALLOCATE_ECP_FLAG_NONPAGED_POOL != 0 {
        PoolKind::NonPaged
    } else {
        PoolKind::Paged
    };
    let memory = match parameter.lookaside {
        0 => {
            let size = (parameter.size as usize).max(1);
            pool::allocate(kind, size, parameter.tag, Call::current().caller)
        }
        list => lookaside::allocate(list),
    };
    if memory.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    let ecp = Ecp {
        parameter,
        list: None,
        acknowledged: false,
        from_user_mode: false,
    };
    with(|state| state.parameters.insert(memory as usize, ecp));
    Ok(memory as usize)
}

/// FltFreeExtraCreateParameter — one that is in no list.
pub fn free(context: usize) {
    let found = with(|state| state.parameters.get(&context).copied());
    let Some(ecp) = found else {
        return misused(format!("{context:#x} is no extra create parameter"));
    };
    if let Some(list) = ecp.list {
        return misused(format!(
            "extra create parameter {context:#x} freed while in list {list:#x}"
        ));
    }
    clean_up(context, &ecp.parameter);
    with(|state| state.parameters.remove(&context));
    match ecp.parameter.lookaside {
        0 => pool::free(context as *mut c_void, ecp.parameter.tag),
        list => lookaside::free(list, context as *mut c_void),
    }
}

fn clean_up(context: usize, parameter: &Parameter) {
    let Some(cleanup) = parameter.cleanup else {
        return;
    };
    let site = Site {
        name: "extra create parameter cleanup",
        code: cleanup as usize,
    };
    let level = thread::current().irql();
    thread::call_driver(site, level, || {
        // SAFETY: the driver gave this code with the parameter, for exactly this call.
        unsafe { cleanup(context as *mut c_void, &raw const parameter.guid) }
    });
}

/// FltInsertExtraCreateParameter.
///
/// # Errors
/// STATUS_INVALID_PARAMETER when the list has one of this type, and for what is no list or parameter.
pub fn insert(list: usize, context: usize) -> Result<(), NTSTATUS> {
    with(|state| {
        let ecp = state.parameters.get(&context).copied();
        let ecp = ecp.filter(|ecp| ecp.list.is_none());
        let guid = ecp.ok_or(STATUS_INVALID_PARAMETER)?.parameter.guid;
        let list_of = state.lists.get(&list).ok_or(STATUS_INVALID_PARAMETER)?;
        let same = |other: &usize| {
            let other = state.parameters.get(other);
            other.is_some_and(|other| other.parameter.guid == guid)
        };
        if list_of.iter().any(same) {
            return Err(STATUS_INVALID_PARAMETER);
        }
        if let Some(list_of) = state.lists.get_mut(&list) {
            list_of.push(context);
        }
        if let Some(ecp) = state.parameters.get_mut(&context) {
            ecp.list = Some(list);
        }
        Ok(())
    })
}

/// What a search found: the context, its type and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Address.
    pub context: usize,
    /// Type.
    pub guid: GUID,
    /// Bytes.
    pub size: u32,
}

fn found(state: &State, context: usize) -> Option<Found> {
    let parameter = state.parameters.get(&context)?.parameter;
    Some(Found {
        context,
        guid: parameter.guid,
        size: parameter.size,
    })
}

/// FltFindExtraCreateParameter.
///
/// # Errors
/// STATUS_NOT_FOUND, and STATUS_INVALID_PARAMETER for what is no list.
pub fn find(list: usize, guid: GUID) -> Result<Found, NTSTATUS> {
    with(|state| {
        let list = state.lists.get(&list).ok_or(STATUS_INVALID_PARAMETER)?;
        let mut all = list.iter().filter_map(|context| found(state, *context));
        all.find(|found| found.guid == guid).ok_or(STATUS_NOT_FOUND)
    })
}

/// FltRemoveExtraCreateParameter — takes it out of the list; it is not freed.
///
/// # Errors
/// As [`find`].
pub fn remove(list: usize, guid: GUID) -> Result<Found, NTSTATUS> {
    let found = find(list, guid)?;
    with(|state| {
        if let Some(list) = state.lists.get_mut(&list) {
            list.retain(|context| *context != found.context);
        }
    });
    detach(found.context);
    Ok(found)
}

/// FltGetNextExtraCreateParameter — the one after `current`, the first for 0.
///
/// # Errors
/// STATUS_NOT_FOUND at the end, STATUS_INVALID_PARAMETER for what is no list or not in it.
pub fn next(list: usize, current: usize) -> Result<Found, NTSTATUS> {
    with(|state| {
        let list = state.lists.get(&list).ok_or(STATUS_INVALID_PARAMETER)?;
        let place = match current {
            0 => 0,
            current => {
                let place = list.iter().position(|context| *context == current);
                place.ok_or(STATUS_INVALID_PARAMETER)? + 1
            }
        };
        let context = list.get(place).ok_or(STATUS_NOT_FOUND)?;
        found(state, *context).ok_or(STATUS_NOT_FOUND)
    })
}

fn change(context: usize, change: impl FnOnce(&mut Ecp)) -> bool {
    let known = with(|state| state.parameters.get_mut(&context).map(change).is_some());
    if !known {
        misused(format!("{context:#x} is no extra create parameter"));
    }
    known
}

/// FltAcknowledgeEcp, FltPrepareToReuseEcp — says whether somebody has understood it.
pub fn acknowledge(context: usize, acknowledged: bool) {
    change(context, |ecp| ecp.acknowledged = acknowledged);
}

/// FltIsEcpAcknowledged.
pub fn is_acknowledged(context: usize) -> bool {
    let mut answer = false;
    change(context, |ecp| answer = ecp.acknowledged);
    answer
}

/// Marks a parameter as one that a program has sent.
pub fn from_user_mode(context: usize) {
    change(context, |ecp| ecp.from_user_mode = true);
}

/// FltIsEcpFromUserMode.
pub fn is_from_user_mode(context: usize) -> bool {
    let mut answer = false;
    change(context, |ecp| answer = ecp.from_user_mode);
    answer
}
