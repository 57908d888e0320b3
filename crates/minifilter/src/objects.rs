//! [`RelatedObjects`]: the filter, volume, instance and file object of an operation.

use core::marker::PhantomData;

use minifilter_sys::FLT_RELATED_OBJECTS;

use crate::irql::ViewOfThisCallback;

/// The state of a file object that is open: it stands for a stream, which can carry contexts.
#[derive(Debug, Clone, Copy)]
pub enum Opened {}

/// The state of a file object before its open has succeeded or after its close.
#[derive(Debug, Clone, Copy)]
pub enum Unopened {}

/// `FLT_RELATED_OBJECTS` — the objects an operation or an instance notification is about, for the length of the callback.
///
/// `S` is the state of the file object, [`Opened`] or [`Unopened`].
pub struct RelatedObjects<'i, F, S> {
    raw: &'i FLT_RELATED_OBJECTS,
    _filter: PhantomData<fn() -> (F, S)>,
    _callback: PhantomData<*mut ViewOfThisCallback>,
}

impl<'i, F, S> RelatedObjects<'i, F, S> {
    /// The objects that FltMgr passed to a callback of filter `F`. What is done with them relies on the unsafe promise of
    /// whoever called that callback, so this stays inside the library.
    pub(crate) const fn new(raw: &'i FLT_RELATED_OBJECTS) -> Self {
        Self {
            raw,
            _filter: PhantomData,
            _callback: PhantomData,
        }
    }

    pub(crate) const fn raw(&self) -> &'i FLT_RELATED_OBJECTS {
        self.raw
    }
}

impl<F, S> Clone for RelatedObjects<'_, F, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F, S> Copy for RelatedObjects<'_, F, S> {}
