//! The memory of an operation: the driver's FLT_CALLBACK_DATA pointer leads back here.
#![allow(unsafe_code)] // shares the callback data with the driver

use std::cell::{Cell, UnsafeCell};
use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use minifilter_sys::{
    FLT_CALLBACK_DATA, FLT_IO_PARAMETER_BLOCK, FLTFL_CALLBACK_DATA_FAST_IO_OPERATION,
    FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION, FLTFL_CALLBACK_DATA_GENERATED_IO,
    FLTFL_CALLBACK_DATA_IRP_OPERATION, FLTFL_CALLBACK_DATA_REISSUED_IO, IO_STATUS_BLOCK,
    PFLT_CALLBACK_DATA, PFLT_INSTANCE, PMDL,
};

use super::flow::{Flow, Phase};
use super::pend::Pend;
use super::{Extras, Requestor};
use crate::model::file_system::Request;
use crate::model::flt_volume::{FltVolume, Stack};
use crate::model::instance::Instance;
use crate::model::mdl;

/// One operation.
///
/// # Invariants
/// Leaked and recycled, never freed, so that a pointer to its data stays readable for ever. `data.Iopb` points to
/// `iopb`. `serial` is odd while the operation is under way and even while it waits for its next use.
/// The two cells are touched by the driving thread, by the driver it calls, and by nobody else.
#[repr(C)]
pub struct Operation {
    data: UnsafeCell<FLT_CALLBACK_DATA>,
    iopb: UnsafeCell<FLT_IO_PARAMETER_BLOCK>,
    serial: AtomicU64,
    /// Operations made before it.
    number: usize,
    flow: Mutex<Flow>,
}

// SAFETY: the cells are touched by one thread at a time (invariant); everything else is synchronised by itself.
unsafe impl Sync for Operation {}
// SAFETY: nothing in an operation is bound to a thread.
unsafe impl Send for Operation {}

static KNOWN: RwLock<Option<HashSet<usize>>> = RwLock::new(None);

thread_local! {
    /// Ended operations of this thread; the oldest is used again first.
    static RESTING: Cell<VecDeque<&'static Operation>> = const { Cell::new(VecDeque::new()) };
}

/// Operations that rest before the first of them is used again, so that a late use is still told from a new one.
const RESTING_AT_LEAST: usize = 16;

/// Finds the operation of a callback data pointer; none for a pointer that never was one or whose operation has ended.
pub fn find(data: PFLT_CALLBACK_DATA) -> Option<&'static Operation> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if !known.as_ref()?.contains(&(data as usize)) {
        return None;
    }
    // SAFETY: every address in KNOWN is that of an Operation, which is never freed, and whose data comes first.
    let operation: &'static Operation = unsafe { &*data.cast::<Operation>() };
    operation.is_under_way().then_some(operation)
}

/// Every operation there ever was, the oldest first.
pub fn all() -> Vec<&'static Operation> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let addresses = known.iter().flatten();
    let mut all: Vec<&'static Operation> = addresses
        // SAFETY: every address in KNOWN is that of an Operation, which is never freed.
        .map(|address| unsafe { &*(*address as *const Operation) })
        .collect();
    all.sort_by_key(|operation| operation.number);
    all
}

/// Whether a create under way has brought this list of extra create parameters along.
pub fn carries_list(list: usize) -> bool {
    let carries = |operation: &&Operation| {
        operation.is_under_way() && operation.flow().extras.ecp_list == list
    };
    list != 0 && all().iter().any(carries)
}

impl Operation {
    /// An operation that has not gone anywhere yet.
    pub(super) fn begin(
        volume: &Arc<FltVolume>,
        stack: Stack,
        first: usize,
        request: Request,
        iopb: FLT_IO_PARAMETER_BLOCK,
        requestor: Requestor,
    ) -> &'static Self {
        let operation = Self::resting().unwrap_or_else(Self::leak);
        operation.set_iopb(iopb);
        operation.write_data(fresh_data(request, requestor, operation.iopb.get()));
        *operation.flow() = Flow::begin(volume, stack, first, request, requestor);
        operation.serial.fetch_add(1, Ordering::AcqRel);
        operation
    }

    fn resting() -> Option<&'static Self> {
        let mut resting = RESTING.take();
        let next = if resting.len() > RESTING_AT_LEAST {
            resting.pop_front()
        } else {
            None
        };
        RESTING.set(resting);
        next
    }

    fn leak() -> &'static Self {
        // SAFETY: FLT_IO_PARAMETER_BLOCK is plain integers and pointers, for which zero is a value.
        let iopb: FLT_IO_PARAMETER_BLOCK = unsafe { std::mem::zeroed() };
        // SAFETY: FLT_CALLBACK_DATA is plain integers and pointers, for which zero is a value.
        let data: FLT_CALLBACK_DATA = unsafe { std::mem::zeroed() };
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        let known = known.get_or_insert_default();
        let operation: &'static Self = Box::leak(Box::new(Self {
            number: known.len(),
            data: UnsafeCell::new(data),
            iopb: UnsafeCell::new(iopb),
            serial: AtomicU64::new(0),
            flow: Mutex::default(),
        }));
        known.insert(std::ptr::from_ref(operation) as usize);
        operation
    }

    /// The operation is over; its data pointer is no good from now on.
    pub(super) fn end(&'static self) {
        let ended = std::mem::take(&mut *self.flow());
        for locked in ended.locked_mdls {
            mdl::free_if_allocated(locked as PMDL);
        }
        self.serial.fetch_add(1, Ordering::AcqRel);
        let mut resting = RESTING.take();
        resting.push_back(self);
        RESTING.set(resting);
    }

    /// Whether it has not ended.
    pub fn is_under_way(&self) -> bool {
        self.serial.load(Ordering::Acquire) % 2 == 1
    }

    /// Tells this use of the memory from the next one.
    pub(super) fn serial(&self) -> u64 {
        self.serial.load(Ordering::Acquire)
    }

    /// Where it stands.
    pub(super) fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The way it travels.
    pub fn request(&self) -> Request {
        self.flow().request
    }

    /// On whose behalf it runs.
    pub fn requestor(&self) -> Requestor {
        self.flow().requestor
    }

    /// Whether a post-operation callback has it, or keeps it.
    pub fn is_in_post(&self) -> bool {
        let pend = self.flow().pend;
        matches!(
            pend,
            Pend::Calling(Phase::Post) | Pend::Pended(Phase::Post) | Pend::CompletedPost
        )
    }

    /// The instance whose callback has it now, or keeps it.
    pub fn instance(&self) -> Option<Arc<Instance>> {
        self.flow().at.clone()
    }

    /// The volume it runs on.
    pub fn volume(&self) -> Option<Arc<FltVolume>> {
        self.flow().volume.clone()
    }

    /// The pointer that callbacks get.
    pub fn pointer(&self) -> PFLT_CALLBACK_DATA {
        self.data.get()
    }

    /// A copy of the callback data.
    pub(super) fn data(&self) -> FLT_CALLBACK_DATA {
        // SAFETY: only the driving thread comes here (invariant), and the driver is not running.
        unsafe { self.data.get().read() }
    }

    pub(super) fn write_data(&self, data: FLT_CALLBACK_DATA) {
        // SAFETY: as for `data`.
        unsafe { self.data.get().write(data) };
    }

    /// A copy of the parameter block.
    pub fn iopb(&self) -> FLT_IO_PARAMETER_BLOCK {
        // SAFETY: as for `data`.
        unsafe { self.iopb.get().read() }
    }

    pub(super) fn set_iopb(&self, iopb: FLT_IO_PARAMETER_BLOCK) {
        // SAFETY: as for `data`.
        unsafe { self.iopb.get().write(iopb) };
    }

    /// TargetInstance for the time of a callback beside the pre- and post-operation ones; gives the one before.
    pub fn aim_at(&self, instance: PFLT_INSTANCE) -> PFLT_INSTANCE {
        // SAFETY: as for `data`.
        unsafe { std::mem::replace(&mut (*self.iopb.get()).TargetInstance, instance) }
    }

    /// The parameter block in place, for the file system.
    #[allow(clippy::mut_from_ref)] // the cell's one user at a time is the driving thread (invariant)
    pub(super) fn iopb_mut(&self) -> &mut FLT_IO_PARAMETER_BLOCK {
        // SAFETY: only the driving thread comes here, for the one call into the file system.
        unsafe { &mut *self.iopb.get() }
    }

    /// The status so far.
    pub fn status(&self) -> IO_STATUS_BLOCK {
        // SAFETY: as for `data`.
        unsafe { (*self.data.get()).IoStatus }
    }

    /// Sets the status.
    pub fn set_status(&self, status: IO_STATUS_BLOCK) {
        // SAFETY: as for `data`.
        unsafe { (*self.data.get()).IoStatus = status };
    }

    /// FLTFL_CALLBACK_DATA_*.
    pub fn flags(&self) -> u32 {
        // SAFETY: as for `data`.
        unsafe { (*self.data.get()).Flags }
    }

    /// Sets and clears flags.
    pub fn change_flags(&self, set: u32, clear: u32) {
        let flags = self.flags() & !clear | set;
        // SAFETY: as for `data`.
        unsafe { (*self.data.get()).Flags = flags };
    }

    /// Address of the parameter block.
    pub(super) fn parameter_block(&self) -> usize {
        self.iopb.get() as usize
    }

    /// Puts an MDL into the parameters, at `place`, until the operation ends. That is no change of the callback's own.
    pub(super) fn keep_mdl(&self, mdl: usize, place: usize) {
        // SAFETY: the caller names the place of an MDL pointer in the parameters of this operation.
        unsafe { (super::buffer::address(self, place) as *mut usize).write(mdl) };
        let mut flow = self.flow();
        flow.locked_mdls.push(mdl);
        let now = self.iopb();
        if let Some(before) = &mut flow.before {
            super::buffer::copy_mdl(&now, &mut before.iopb);
        }
    }

    /// The MDL that the instance put into the parameters on the way down.
    pub fn swapped_mdl(&self) -> Option<usize> {
        self.flow().swapped_mdl
    }

    /// The same; the caller decides what becomes of it.
    pub fn take_swapped_mdl(&self) -> Option<usize> {
        self.flow().swapped_mdl.take()
    }

    /// FltCancelFileOpen was called for it.
    pub fn cancel_open(&self) {
        self.flow().open_cancelled = true;
    }

    /// FltCancelFileOpen has been called for it.
    pub fn open_was_cancelled(&self) -> bool {
        self.flow().open_cancelled
    }

    /// What it brought along.
    pub fn extras(&self) -> Extras {
        self.flow().extras
    }

    /// Changes what it brought along.
    pub fn set_extras(&self, extras: Extras) {
        if extras.reissued {
            self.change_flags(FLTFL_CALLBACK_DATA_REISSUED_IO, 0);
        }
        self.flow().extras = extras;
    }

    pub(super) fn mark_generated(&self) {
        self.change_flags(FLTFL_CALLBACK_DATA_GENERATED_IO, 0);
    }
}

fn fresh_data(
    request: Request,
    requestor: Requestor,
    iopb: *mut FLT_IO_PARAMETER_BLOCK,
) -> FLT_CALLBACK_DATA {
    let flags = match request {
        Request::Irp => FLTFL_CALLBACK_DATA_IRP_OPERATION,
        Request::FastIo => FLTFL_CALLBACK_DATA_FAST_IO_OPERATION,
        Request::FsFilter => FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION,
    };
    // SAFETY: FLT_CALLBACK_DATA is plain integers and pointers, for which zero is a value.
    let mut data: FLT_CALLBACK_DATA = unsafe { std::mem::zeroed() };
    data.Flags = flags;
    data.Thread = requestor.thread as _;
    data.Iopb = iopb;
    data.RequestorMode = requestor.mode;
    data
}
