//! `IRP_MJ_WRITE`: counts what is written, and remembers who wrote last.

use minifilter::context::{ContextRef, Stream};
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
        let bytes = u64::from(call.parameters().length());
        // The lazy writer's paging writes carry out what somebody else wrote before.
        let paging = call.data().is_paging_io();
        let stream = Self::begin_transfer(call.objects(), irql, |stream, handle, irql| {
            if let Some(handle) = handle.filter(|_| !paging) {
                handle.bytes_to_write.add(bytes);
                if let Some((mut record, _irql)) = stream.record.exclusive(irql) {
                    record.last_writer = Some(handle.process);
                }
            }
        });
        match stream {
            Some(stream) => call.with_callback(stream),
            None => call.pass(),
        }
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
