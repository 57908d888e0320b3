#![allow(unsafe_code)] // FltCreateSectionForDataScan

//! [`ScanSection`]: a section over a stream, made to look at its data, with the context that goes with it.

use core::ptr;

use minifilter_sys::{
    HANDLE, LARGE_INTEGER, OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, PAGE_READONLY, PVOID, SEC_COMMIT,
    SECTION_MAP_READ, SECTION_QUERY, ULONG,
};

use super::{ContextRef, HasContext, NewContext, Section};
use crate::ddi;
use crate::irql::{ApcState, AtMost, Irql, Passive, WaitState};
use crate::objects::{Opened, RelatedObjects};
use crate::status::{Result, Status};

/// `FltCreateSectionForDataScan` — a read-only section over a stream, kept coherent by FltMgr; one a stream and instance.
///
/// # Drop
/// `FltCloseSectionForDataScan`, `ObfDereferenceObject`, `ZwClose`, then the context is released; at PASSIVE_LEVEL: the guard is
/// not `Send`, and only made there.
///
/// # Invariants
/// `context` is the one the section was made with; `object` and `handle` are the section's and owned.
#[must_use = "dropping it closes the section"]
pub struct ScanSection<F: HasContext<Section>> {
    context: ContextRef<F, Section>,
    object: PVOID,
    handle: HANDLE,
    file_size: u64,
}

impl<F, S> RelatedObjects<'_, F, S> {
    /// `FltRegisterForDataScan` — tells FltMgr that this instance makes sections. PASSIVE_LEVEL; once, best in instance set-up.
    ///
    /// # Errors
    /// What FltMgr reports.
    pub fn register_for_data_scan(
        &self,
        irql: &Irql<'_, impl AtMost<Passive>, impl ApcState, impl WaitState>,
    ) -> Result<()> {
        // SAFETY: the instance lives for the callback.
        Status::from_raw(unsafe { ddi::FltRegisterForDataScan(irql, self.raw().Instance) }).ok()
    }
}

impl<F: HasContext<Section>> RelatedObjects<'_, F, Opened> {
    /// `FltCreateSectionForDataScan` — makes a section over the stream, and attaches `context` to it. PASSIVE_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INVALID_PARAMETER` (the operation is about no file), `STATUS_END_OF_FILE` (the stream is empty), `STATUS_FLT_CONTEXT_ALREADY_DEFINED` (there is one already),
    /// `STATUS_FILE_IS_A_DIRECTORY`, `STATUS_NOT_SUPPORTED` and others; `context` is released then.
    pub fn create_section(
        &self,
        context: NewContext<F, Section>,
        irql: &Irql<'_, impl AtMost<Passive>, impl ApcState, impl WaitState>,
    ) -> Result<ScanSection<F>> {
        if self.raw().FileObject.is_null() {
            return Err(Status::INVALID_PARAMETER);
        }
        let mut attributes = OBJECT_ATTRIBUTES {
            Length: size_of::<OBJECT_ATTRIBUTES>() as ULONG,
            RootDirectory: ptr::null_mut(),
            ObjectName: ptr::null_mut(),
            Attributes: OBJ_KERNEL_HANDLE,
            SecurityDescriptor: ptr::null_mut(),
            SecurityQualityOfService: ptr::null_mut(),
        };
        let mut handle: HANDLE = ptr::null_mut();
        let mut object: PVOID = ptr::null_mut();
        let mut size = LARGE_INTEGER { QuadPart: 0 };
        // SAFETY: the objects live for the callback and the file is open; the context is attached nowhere; the rest may be
        // read and written for the length of the call.
        let status = unsafe {
            ddi::FltCreateSectionForDataScan(
                irql,
                self.raw().Instance,
                self.raw().FileObject,
                context.as_raw().as_ptr().cast(),
                SECTION_MAP_READ | SECTION_QUERY,
                &raw mut attributes,
                ptr::null_mut(),
                PAGE_READONLY,
                SEC_COMMIT,
                0,
                &raw mut handle,
                &raw mut object,
                &raw mut size,
            )
        };
        Status::from_raw(status).ok()?;
        // SAFETY: every bit pattern is a value of every member of LARGE_INTEGER.
        let file_size = unsafe { size.QuadPart }.cast_unsigned();
        let context = context.into_reference();
        Ok(ScanSection {
            context,
            object,
            handle,
            file_size,
        })
    }
}

impl<F: HasContext<Section>> ScanSection<F> {
    /// The section's context.
    pub const fn context(&self) -> &ContextRef<F, Section> {
        &self.context
    }

    /// How many bytes the stream had when the section was made.
    pub const fn file_size(&self) -> u64 {
        self.file_size
    }
}

impl<F: HasContext<Section>> Drop for ScanSection<F> {
    fn drop(&mut self) {
        // SAFETY: the guard is not `Send` and was made at PASSIVE_LEVEL.
        let irql = unsafe { ddi::at_drop::<Passive>() };
        // SAFETY: the section was made with this context and is closed once. A failure leaves nothing to undo.
        let _ = unsafe {
            ddi::FltCloseSectionForDataScan(&irql, self.context.as_raw().as_ptr().cast())
        };
        // SAFETY: the reference that the creation returned is owned (type invariant).
        let _ = unsafe { ddi::ObfDereferenceObject(&irql, self.object) };
        // SAFETY: the handle that the creation returned is owned (type invariant).
        let _ = unsafe { ddi::ZwClose(&irql, self.handle) };
    }
}
