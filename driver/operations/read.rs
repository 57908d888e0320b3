//! `IRP_MJ_READ`: counts what is read.

use minifilter::context::{ContextRef, Instance, Stream, StreamHandle};
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
        if let Some(handle) = handle {
            handle
                .bytes_to_read
                .add(u64::from(call.parameters().length()));
        }
        call.with_callback(stream.to_ref(irql))
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
