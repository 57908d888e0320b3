//! `IRP_MJ_CLEANUP`: a handle goes; the journal gets its story as one batch.

use minifilter::context::{Stream, StreamHandle};
use minifilter::operation::Cleanup;
use minifilter::prelude::*;

use crate::Ringfence;
use crate::contexts::{HandleState, StreamState};
use crate::journal::{Event, EventKind};

impl PreOperation<Cleanup> for Ringfence {
    fn pre<'i>(
        &self,
        call: Pre<'i, Self, Cleanup, PreOnly>,
        irql: &mut PreIrql<'i, Cleanup>,
    ) -> PreStatus<'i, Cleanup> {
        self.counters.cleanups.count();
        if let Ok(contexts) = call.objects().contexts::<(Stream, StreamHandle)>(irql)
            && let (Some(stream), Some(handle)) = contexts.get()
        {
            self.tell(&stream, &handle, irql);
        }
        call.pass()
    }
}

impl Ringfence {
    /// Takes the handle off the stream's writers and records what it did.
    fn tell(&self, stream: &StreamState, handle: &HandleState, irql: &mut PreIrql<'_, Cleanup>) {
        if handle.writes
            && let Some((mut record, _irql)) = stream.record.exclusive(irql)
        {
            record.writers = record.writers.saturating_sub(1);
        }
        let writers = stream
            .record
            .shared(irql)
            .map_or(0, |(record, _irql)| record.writers);
        let event = |kind, amount| Event {
            stream: stream.id,
            process: handle.process,
            kind,
            amount,
        };
        let story = [
            event(EventKind::Opened, u64::from(handle.access)),
            event(EventKind::Read, handle.bytes_to_read.get()),
            event(EventKind::Wrote, handle.bytes_to_write.get()),
            event(EventKind::Closed, u64::from(writers)),
        ];
        self.journal.record(&story, irql);
    }
}
