//! What reads and writes have in common: bytes that go between a stream and a handle.

use minifilter::context::{ContextRef, Instance, Stream, StreamHandle};
use minifilter::irql::ApcsUnknown;
use minifilter::prelude::*;

use crate::Ringfence;
use crate::contexts::{HandleState, StreamState};

impl Ringfence {
    /// Counts a transfer on its instance and lets `note` look at the stream and, if it has a context, the handle; gives the
    /// stream for when the bytes have gone. `None` if nothing is kept on the stream.
    pub(super) fn begin_transfer(
        objects: RelatedObjects<'_, Self, Opened>,
        irql: &mut Irql<'_, Apc, ApcsUnknown>,
        note: impl FnOnce(&StreamState, Option<&HandleState>, &mut Irql<'_, Apc, ApcsUnknown>),
    ) -> Option<ContextRef<Self, Stream>> {
        let contexts = objects
            .contexts::<(Instance, Stream, StreamHandle)>(irql)
            .ok()?;
        let (instance, stream, handle) = contexts.get();
        let stream = stream?;
        if let Some(instance) = instance {
            instance.transfers.count();
        }
        note(&stream, handle.as_deref(), irql);
        Some(stream.to_ref(irql))
    }
}
