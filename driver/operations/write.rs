//! `IRP_MJ_WRITE`: counts what is written, and remembers who wrote last.

use minifilter::context::{ContextRef, Instance, Stream, StreamHandle};
use minifilter::operation::Write;
use minifilter::prelude::*;

use crate::Ringfence;

impl PrePostOperation<Write> for Ringfence {
    type Completion = ContextRef<Self, Stream>;

    fn pre<'i>(
        &self,
        call: Pre<'i, Self, Write, WithPost<Self::Completion>>,
        irql: &mut PreIrql<'i, Write>,
    ) -> PreStatus<'i, Write> {
        let Ok(contexts) = call
            .objects()
            .contexts::<(Instance, Stream, StreamHandle)>(irql)
        else {
            return call.pass();
        };
        let (instance, stream, handle) = contexts.get();
        let Some(stream) = stream else {
            return call.pass();
        };
        if let Some(instance) = instance {
            instance.transfers.count();
        }
        // The lazy writer's paging writes carry out what somebody else wrote before.
        if let Some(handle) = handle.filter(|_| !call.data().is_paging_io()) {
            handle
                .bytes_to_write
                .add(u64::from(call.parameters().length()));
            if let Some((mut record, _irql)) = stream.record.exclusive(irql) {
                record.last_writer = Some(handle.process);
            }
        }
        call.with_callback(stream.to_ref(irql))
    }

    fn post<'i>(
        &self,
        call: Post<'i, Self, Write>,
        stream: Self::Completion,
        _irql: &mut PostIrql<'i, Write>,
    ) -> PostStatus<'i> {
        if call.status().is_success() {
            let bytes = call.information() as u64;
            stream.bytes_written.add(bytes);
            self.counters.writes.count();
            self.counters.bytes_written.add(bytes);
        }
        call.finish()
    }
}
