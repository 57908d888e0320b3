#![allow(unsafe_code)] // FltAllocateContext and raw context memory

//! [`NewContext`]: allocated, filled, not attached yet.

use core::ptr::{self, NonNull};

use super::{ContextKind, ContextRef, HasContext};
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Irql, WaitState};
use crate::pool::PoolKind;
use crate::status::{Result, Status};

/// `FltAllocateContext` — a context that holds its payload and is on no object yet.
///
/// Setting it consumes it, so it is set at most once.
///
/// # Drop
/// Releases the allocate reference, as for [`ContextRef`]; the payload is dropped with it.
#[must_use = "a context that is not set is released at once"]
pub struct NewContext<F: HasContext<K>, K: ContextKind> {
    reference: ContextRef<F, K>,
}

impl<F: HasContext<K>, K: ContextKind> NewContext<F, K> {
    /// `FltAllocateContext` — allocates a context and moves `payload` into it. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`, `STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND` (the kind is not in the filter's
    /// `CONTEXTS`), `STATUS_FLT_DELETING_OBJECT`; `payload` is dropped then.
    pub fn try_new(
        payload: F::Payload,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        const { super::registration::assert_fits::<F::Payload>() };
        let filter = F::cell().handle().ok_or(Status::FLT_DELETING_OBJECT)?;
        let mut context = ptr::null_mut();
        let size = super::registration::size::<F::Payload>();
        // SAFETY: the filter is registered, kind, size and pool are those of its registration, and `context` may be written.
        let status = unsafe {
            ddi::FltAllocateContext(
                irql,
                filter,
                K::FLAG,
                size as _,
                <F::Pool as PoolKind>::TYPE,
                &raw mut context,
            )
        };
        Status::from_raw(status).ok()?;
        let context = NonNull::new(context)
            .ok_or(Status::INSUFFICIENT_RESOURCES)?
            .cast::<F::Payload>();
        // SAFETY: the context is new, as large as the payload and aligned to 8.
        unsafe { context.write(payload) };
        // SAFETY: the context is initialised, and the allocate reference is handed over.
        let reference = unsafe { ContextRef::from_raw(context) };
        Ok(Self { reference })
    }

    /// The payload behind the pointer that FltMgr knows.
    pub(super) fn as_raw(&self) -> NonNull<F::Payload> {
        self.reference.as_raw()
    }

    /// The allocate reference, as one like any other.
    pub(super) fn into_reference(self) -> ContextRef<F, K> {
        self.reference
    }

    /// Gives the allocate reference away as a pointer, for a completion context.
    pub(crate) fn into_raw(self) -> NonNull<F::Payload> {
        self.reference.into_raw()
    }

    /// Takes a pointer back.
    ///
    /// # Safety
    /// `raw` came from [`NewContext::into_raw`] of the same type and is taken back once.
    pub(crate) unsafe fn from_raw(raw: NonNull<F::Payload>) -> Self {
        // SAFETY: the caller hands the reference over.
        let reference = unsafe { ContextRef::from_raw(raw) };
        Self { reference }
    }
}
