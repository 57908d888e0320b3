#![allow(unsafe_code)] // reads FltMgr's callback data

//! [`CallbackData`]: what every operation has, before and after.

use core::marker::PhantomData;
use core::ptr::NonNull;

use minifilter_sys::{
    FLT_CALLBACK_DATA, FLT_CALLBACK_DATA_FLAGS, FLT_IO_PARAMETER_BLOCK,
    FLTFL_CALLBACK_DATA_IRP_OPERATION, IRP_PAGING_IO, IRP_SYNCHRONOUS_PAGING_IO, KernelMode, UCHAR,
};

use crate::ddi;
use crate::irql::{ApcState, AtMost, Dispatch, Irql, ViewOfThisCallback, WaitState};
use crate::status::Status;

/// `FLT_CALLBACK_DATA` — a view of an operation under way.
///
/// # Invariants
/// `raw` is live for `'p`.
#[derive(Clone, Copy)]
pub struct CallbackData<'p> {
    raw: NonNull<FLT_CALLBACK_DATA>,
    _live: PhantomData<(&'p FLT_CALLBACK_DATA, *mut ViewOfThisCallback)>,
}

impl<'p> CallbackData<'p> {
    /// # Safety
    /// `raw` is FltMgr's callback data, live for `'p`.
    pub(crate) const unsafe fn new(raw: NonNull<FLT_CALLBACK_DATA>) -> Self {
        Self {
            raw,
            _live: PhantomData,
        }
    }

    const fn get(&self) -> &'p FLT_CALLBACK_DATA {
        // SAFETY: the data is live (type invariant), and nonpaged.
        unsafe { self.raw.as_ref() }
    }

    pub(crate) const fn raw_flags(&self) -> FLT_CALLBACK_DATA_FLAGS {
        self.get().Flags
    }

    pub(crate) const fn as_ptr(&self) -> *mut FLT_CALLBACK_DATA {
        self.raw.as_ptr()
    }

    pub(crate) const fn block(&self) -> &'p FLT_IO_PARAMETER_BLOCK {
        // SAFETY: FltMgr's parameter block lives as long as the callback data, and is nonpaged.
        unsafe { &*self.get().Iopb }
    }

    pub(crate) const fn status(&self) -> Status {
        // SAFETY: both members of the union are plain numbers; after the operation, the status is the one in use.
        Status::from_raw(unsafe { self.get().IoStatus.Anonymous.Status })
    }

    #[allow(clippy::unnecessary_cast, reason = "wdk-sys has a u64 there")]
    pub(crate) const fn information(&self) -> usize {
        self.get().IoStatus.Information as usize
    }

    /// `IRP_MN_…` — the minor function code.
    pub const fn minor_function(&self) -> UCHAR {
        self.block().MinorFunction
    }

    /// `IRP_…` — the flags of the IRP.
    pub const fn irp_flags(&self) -> u32 {
        self.block().IrpFlags
    }

    /// Whether this is paging I/O (`IRP_PAGING_IO`).
    pub const fn is_paging_io(&self) -> bool {
        self.irp_flags() & (IRP_PAGING_IO | IRP_SYNCHRONOUS_PAGING_IO) != 0
    }

    /// `FLT_IS_IRP_OPERATION` — whether it came as an IRP.
    pub const fn is_irp(&self) -> bool {
        self.raw_flags() & FLTFL_CALLBACK_DATA_IRP_OPERATION != 0
    }

    /// `RequestorMode` — whether the kernel itself asked, and not a user-mode program.
    pub const fn from_kernel(&self) -> bool {
        self.get().RequestorMode == KernelMode as i8
    }

    /// `FltGetRequestorProcessId` — the id of the process that asked. IRQL ≤ DISPATCH_LEVEL.
    pub fn requestor_process_id(
        &self,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) -> u32 {
        // SAFETY: the data is live (type invariant).
        unsafe { ddi::FltGetRequestorProcessId(irql, self.as_ptr()) }
    }

    /// `FltIsOperationSynchronous` — whether the requestor waits for the operation. IRQL ≤ DISPATCH_LEVEL.
    pub fn is_synchronous(
        &self,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) -> bool {
        // SAFETY: the data is live (type invariant).
        (unsafe { ddi::FltIsOperationSynchronous(irql, self.as_ptr()) }) != 0
    }
}
