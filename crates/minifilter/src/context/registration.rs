#![allow(unsafe_code)] // drops payloads behind FltMgr's untyped pointers

//! The context part of a filter's registration, made at compile time.

use core::marker::PhantomData;

use minifilter_sys::{
    FLT_CONTEXT_END, FLT_CONTEXT_REGISTRATION, FLT_CONTEXT_TYPE, PFLT_CONTEXT, ULONG,
};

use super::{ContextKind, HasContext};
use crate::pool::PoolKind;

/// What FltMgr promises about the alignment of a context.
const CONTEXT_ALIGNMENT: usize = 8;
/// The largest context FltMgr allocates.
const MAX_CONTEXT_BYTES: usize = 65_535;

/// Fails the build if FltMgr could not hold a `T`.
pub(super) const fn assert_fits<T>() {
    assert!(
        align_of::<T>() <= CONTEXT_ALIGNMENT,
        "FltMgr aligns contexts to 8 bytes"
    );
    assert!(
        size_of::<T>() <= MAX_CONTEXT_BYTES,
        "FltMgr allocates contexts of at most 65,535 bytes"
    );
}

/// The size under which a payload is registered and requested: FltMgr refuses zero.
pub(super) const fn size<T>() -> usize {
    if size_of::<T>() == 0 {
        1
    } else {
        size_of::<T>()
    }
}

/// `FLT_CONTEXT_REGISTRATION` — one kind of context that filter `F` keeps.
#[repr(transparent)]
pub struct ContextRegistration<F> {
    raw: FLT_CONTEXT_REGISTRATION,
    _filter: PhantomData<fn() -> F>,
}

impl<F> ContextRegistration<F> {
    /// The entry for the context that `F` keeps on objects of kind `K`.
    pub const fn of<K: ContextKind>() -> Self
    where
        F: HasContext<K>,
    {
        assert_fits::<F::Payload>();
        let mut raw = Self::end().raw;
        raw.ContextType = K::FLAG;
        raw.ContextCleanupCallback = Some(cleanup::<F, K>);
        raw.Size = size::<F::Payload>() as _;
        raw.PoolTag = F::TAG.as_raw() as ULONG;
        raw.Flags = 0;
        let _pool = <F::Pool as PoolKind>::TYPE;
        Self {
            raw,
            _filter: PhantomData,
        }
    }

    /// The entry that ends the table.
    pub const fn end() -> Self {
        // SAFETY: all zero is a value of every field of the plain C structure.
        let mut raw: FLT_CONTEXT_REGISTRATION = unsafe { core::mem::zeroed() };
        raw.ContextType = FLT_CONTEXT_END as FLT_CONTEXT_TYPE;
        Self {
            raw,
            _filter: PhantomData,
        }
    }
}

/// The contexts that a filter keeps; made by [`contexts!`](crate::contexts).
pub struct Contexts<F: 'static>(&'static [ContextRegistration<F>]);

impl<F> Contexts<F> {
    /// No context at all.
    pub const NONE: Self = Self(const { &[ContextRegistration::end()] });

    /// The table of these entries.
    ///
    /// # Panics
    /// At compile time when used in a constant: if the last entry is not [`ContextRegistration::end`], or one comes earlier.
    pub const fn new(table: &'static [ContextRegistration<F>]) -> Self {
        let mut index = 0;
        while index < table.len() {
            let ends = table[index].raw.ContextType == FLT_CONTEXT_END as FLT_CONTEXT_TYPE;
            assert!(
                ends == (index + 1 == table.len()),
                "a context table ends with its one end entry"
            );
            index += 1;
        }
        assert!(
            !table.is_empty(),
            "a context table ends with its one end entry"
        );
        Self(table)
    }

    /// The table as FltMgr takes it.
    pub(crate) const fn as_ptr(&self) -> *const FLT_CONTEXT_REGISTRATION {
        self.0.as_ptr().cast()
    }
}

/// `PFLT_CONTEXT_CLEANUP_CALLBACK` — FltMgr calls it directly before it frees a context, at IRQL ≤ APC_LEVEL.
unsafe extern "C" fn cleanup<F: HasContext<K>, K: ContextKind>(
    context: PFLT_CONTEXT,
    _kind: FLT_CONTEXT_TYPE,
) {
    // SAFETY: `NewContext` initialises every context of this filter and kind before anything else can see it, and FltMgr calls
    // back once, when the last reference is gone.
    unsafe { core::ptr::drop_in_place(context.cast::<F::Payload>()) };
}

/// The table of the contexts that a filter keeps: `contexts![Self; Instance, Stream]`.
#[macro_export]
macro_rules! contexts {
    ($filter:ty; $($kind:ty),+ $(,)?) => {
        $crate::context::Contexts::new(const {
            &[
                $($crate::context::ContextRegistration::<$filter>::of::<$kind>(),)+
                $crate::context::ContextRegistration::<$filter>::end(),
            ]
        })
    };
}
