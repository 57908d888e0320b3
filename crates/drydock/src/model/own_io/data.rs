//! FltAllocateCallbackData — operations that a filter makes itself, parameter by parameter.
#![allow(unsafe_code)] // the callback data lie in memory that the driver writes

use std::collections::BTreeMap;
use std::mem::offset_of;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{
    FILE_OBJECT, FLT_ALLOCATE_CALLBACK_DATA_PREALLOCATE_ALL_MEMORY, FLT_CALLBACK_DATA,
    FLT_IO_PARAMETER_BLOCK, FLTFL_CALLBACK_DATA_GENERATED_IO, FLTFL_CALLBACK_DATA_IRP_OPERATION,
    IO_STATUS_BLOCK, NTSTATUS, PFLT_CALLBACK_DATA, STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER,
};

use crate::model::instance::Instance;
use crate::model::operation::{Operation, buffer, status_of};
use crate::model::origin::Origin;
use crate::model::pool::{self, PoolKind};
use crate::model::thread;
use crate::verify::{self, rule};

/// Tag of the memory of callback data.
const TAG: u32 = u32::from_le_bytes(*b"FMcd");

/// What the driver's pointer leads to.
#[repr(C)]
struct Memory {
    data: FLT_CALLBACK_DATA,
    iopb: FLT_IO_PARAMETER_BLOCK,
}

/// One allocated callback data.
#[derive(Clone)]
struct Own {
    instance: Arc<Instance>,
    /// Return address of the call that allocated it.
    origin: Origin,
    /// The operation, while it is under way.
    operation: Option<&'static Operation>,
}

static OWN: Mutex<BTreeMap<usize, Own>> = Mutex::new(BTreeMap::new());

fn with<R>(look: impl FnOnce(&mut BTreeMap<usize, Own>) -> R) -> R {
    look(&mut OWN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Whether it is callback data that a filter allocated.
pub fn is_own(data: PFLT_CALLBACK_DATA) -> bool {
    with(|own| own.contains_key(&(data as usize)))
}

/// The operation that callback data of a filter's own have under way.
pub fn operation(data: PFLT_CALLBACK_DATA) -> Option<&'static Operation> {
    with(|own| own.get(&(data as usize))?.operation)
}

/// FltAllocateCallbackData, FltAllocateCallbackDataEx.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for flags that are none, STATUS_INSUFFICIENT_RESOURCES.
pub fn allocate(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    flags: u32,
) -> Result<PFLT_CALLBACK_DATA, NTSTATUS> {
    if flags & !FLT_ALLOCATE_CALLBACK_DATA_PREALLOCATE_ALL_MEMORY != 0 {
        return Err(STATUS_INVALID_PARAMETER);
    }
    // Who forgets it is told so by a rule of its own, hence no caller here.
    let memory = pool::allocate_zeroed(PoolKind::NonPaged, size_of::<Memory>(), TAG, 0);
    if memory.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    let data = memory.cast::<FLT_CALLBACK_DATA>();
    let own = Own {
        instance: Arc::clone(instance),
        origin: Origin::of_call(),
        operation: None,
    };
    initialize(data, &own.instance, file);
    with(|all| all.insert(data as usize, own));
    Ok(data)
}

fn initialize(data: PFLT_CALLBACK_DATA, instance: &Arc<Instance>, file: *mut FILE_OBJECT) {
    let iopb = data
        .wrapping_byte_add(offset_of!(Memory, iopb))
        .cast::<FLT_IO_PARAMETER_BLOCK>();
    let mut block = super::block(0, file, 0);
    block.TargetInstance = instance.handle();
    // SAFETY: the memory is a live Memory, of which this is the block.
    unsafe { iopb.write(block) };
    // SAFETY: FLT_CALLBACK_DATA is plain integers and pointers, for which zero is a value.
    let mut fresh: FLT_CALLBACK_DATA = unsafe { std::mem::zeroed() };
    fresh.Flags = FLTFL_CALLBACK_DATA_IRP_OPERATION | FLTFL_CALLBACK_DATA_GENERATED_IO;
    fresh.Thread = thread::current().kthread() as _;
    fresh.Iopb = iopb;
    // SAFETY: the memory is a live Memory, of which this is the first part.
    unsafe { data.write(fresh) };
}

/// The callback data if they are a filter's own and idle; else a rule is broken.
fn idle(data: PFLT_CALLBACK_DATA, what: &str) -> Option<Own> {
    let own = with(|own| own.get(&(data as usize)).cloned());
    match own {
        Some(own) if own.operation.is_none() => return Some(own),
        Some(_) => verify::violation(
            rule::OWN_DATA_IN_USE,
            format!("callback data {data:p} {what} while their operation is under way"),
        ),
        None => verify::violation(
            rule::OWN_DATA_UNKNOWN,
            format!("callback data {data:p} {what} that FltAllocateCallbackData did not give"),
        ),
    }
    None
}

/// FltFreeCallbackData — with the MDL that is in the parameters.
pub fn free(data: PFLT_CALLBACK_DATA) {
    if idle(data, "freed").is_none() {
        return;
    }
    buffer::free_mdl(&block_of(data));
    with(|own| own.remove(&(data as usize)));
    pool::free(data.cast(), TAG);
}

/// FltReuseCallbackData — everything but instance and file object is as it was at first.
pub fn reuse(data: PFLT_CALLBACK_DATA) {
    let Some(own) = idle(data, "reused") else {
        return;
    };
    let block = block_of(data);
    buffer::free_mdl(&block);
    initialize(data, &own.instance, block.TargetFileObject);
}

/// The parameters as the filter has filled them in.
fn block_of(data: PFLT_CALLBACK_DATA) -> FLT_IO_PARAMETER_BLOCK {
    let iopb = data
        .wrapping_byte_add(offset_of!(Memory, iopb))
        .cast::<FLT_IO_PARAMETER_BLOCK>();
    // SAFETY: callers have found the data in the table, so they lie in a live Memory.
    unsafe { iopb.read() }
}

/// Sets and clears flags of a filter's own callback data; false if they are none.
pub(crate) fn change_flags(data: PFLT_CALLBACK_DATA, set: u32, clear: u32) -> bool {
    let known = is_own(data);
    if known {
        // SAFETY: found in the table, so they lie in a live Memory.
        let flags = unsafe { &mut (*data).Flags };
        *flags = *flags & !clear | set;
    }
    known
}

/// FLTFL_CALLBACK_DATA_* of a filter's own callback data.
pub(crate) fn flags(data: PFLT_CALLBACK_DATA) -> Option<u32> {
    // SAFETY: found in the table, so they lie in a live Memory.
    is_own(data).then(|| unsafe { (*data).Flags })
}

/// What is to be sent: for which instance, with which parameters.
pub struct Sending {
    /// The instance that the data were allocated for.
    pub instance: Arc<Instance>,
    /// A copy of the parameters.
    pub iopb: FLT_IO_PARAMETER_BLOCK,
}

/// Takes the data for sending; none, and a rule, if they cannot be sent.
pub fn to_send(data: PFLT_CALLBACK_DATA) -> Option<Sending> {
    let own = idle(data, "sent")?;
    Some(Sending {
        instance: own.instance,
        iopb: block_of(data),
    })
}

/// The operation is under way.
pub fn sent(data: PFLT_CALLBACK_DATA, operation: &'static Operation) {
    with(|own| {
        if let Some(own) = own.get_mut(&(data as usize)) {
            own.operation = Some(operation);
        }
    });
}

/// The operation has ended; the filter may read the result.
pub(crate) fn ended(data: PFLT_CALLBACK_DATA, status: IO_STATUS_BLOCK) {
    let known = with(|own| {
        let own = own.get_mut(&(data as usize));
        own.map(|own| own.operation = None).is_some()
    });
    if known {
        // SAFETY: found in the table, so they lie in a live Memory.
        unsafe { (*data).IoStatus = status };
        verify::trace::line(|| format!("own operation ended with {:#x}", status_of(&status)));
    }
}

/// Reports callback data that were not freed; gives back how many there are.
pub fn report_leaks(image: &std::ops::Range<usize>) -> u64 {
    let left: Vec<Origin> = with(|own| {
        let mine = own.values().map(|own| own.origin);
        let left = mine
            .filter(|origin| image.contains(&origin.caller))
            .collect();
        own.retain(|_, own| !image.contains(&own.origin.caller));
        left
    });
    for origin in &left {
        origin.blame(
            rule::OWN_DATA_LEAK,
            "callback data were not freed that were allocated",
        );
    }
    left.len() as u64
}
