//! `IRP_MJ_READ`: counts what is read.

use minifilter::context::{ContextRef, Stream};
use minifilter::operation::Read;
use minifilter::prelude::*;

use crate::Ringfence;

impl PrePostOperation<Read> for Ringfence {
    type Completion = ContextRef<Self, Stream>;

    fn pre<'i>(
        &self,
        call: Pre<'i, Self, Read, WithPost<Self::Completion>>,
        irql: &mut PreIrql<'i, Read>,
    ) -> PreStatus<'i, Read> {
        let bytes = u64::from(call.parameters().length());
        let stream = Self::begin_transfer(call.objects(), irql, |_stream, handle, _irql| {
            if let Some(handle) = handle {
                handle.bytes_to_read.add(bytes);
            }
        });
        match stream {
            Some(stream) => call.with_callback(stream),
            None => call.pass(),
        }
    }

    fn post<'i>(
        &self,
        call: Post<'i, Self, Read>,
        stream: Self::Completion,
        _irql: &mut PostIrql<'i, Read>,
    ) -> PostStatus<'i> {
        if call.status().is_success() {
            let bytes = call.information() as u64;
            stream.bytes_read.add(bytes);
            self.counters.reads.count();
            self.counters.bytes_read.add(bytes);
        }
        call.finish()
    }
}
