//! `IRP_MJ_CREATE`: gives each successful open its contexts.

use minifilter::context::{ContextRef, Instance, NewContext, Stream, StreamHandle};
use minifilter::name::{NameFormat, NamePart, NameQuery};
use minifilter::operation::Create;
use minifilter::operation::parameters::AccessMask;
use minifilter::prelude::*;
use minifilter::unicode::UnicodeString;

use crate::contexts::{HandleState, StreamState};
use crate::{Ringfence, TAG};

impl PrePostOperation<Create> for Ringfence {
    type Completion = ();

    fn pre<'i>(
        &self,
        call: Pre<'i, Self, Create, WithPost<()>>,
        _irql: &mut PreIrql<'i, Create>,
    ) -> PreStatus<'i, Create> {
        self.counters.creates.count();
        call.with_callback(())
    }

    fn post<'i>(
        &self,
        call: Post<'i, Self, Create>,
        (): (),
        irql: &mut PostIrql<'i, Create>,
    ) -> PostStatus<'i> {
        if let Some(objects) = call.opened() {
            match self.track(&call, objects, irql) {
                Ok(()) => self.counters.tracked.count(),
                Err(_) => self.counters.untracked.count(),
            }
        }
        call.finish()
    }
}

impl Ringfence {
    /// Sees to it that the stream and the handle have their contexts.
    fn track(
        &self,
        call: &Post<'_, Self, Create>,
        objects: RelatedObjects<'_, Self, Opened>,
        irql: &mut PostIrql<'_, Create>,
    ) -> Result<()> {
        let known = objects.contexts::<(Instance, Stream)>(irql)?;
        let (instance, stream) = known.get();
        let stream = match stream {
            Some(stream) => stream.to_ref(irql),
            None => self.meet(call, objects, irql)?,
        };
        let access = call.parameters().desired_access();
        let handle = HandleState {
            process: call.data().requestor_process_id(irql),
            access: access.bits(),
            writes: access.intersects(AccessMask::WRITE_DATA | AccessMask::APPEND_DATA),
            bytes_to_read: Default::default(),
            bytes_to_write: Default::default(),
        };
        let writes = handle.writes;
        let handle = NewContext::<Self, StreamHandle>::try_new(handle, irql)?;
        let _ = objects.set_if_absent(handle, irql)?;
        if writes && let Some((mut record, _irql)) = stream.record.exclusive(irql) {
            record.writers = record.writers.saturating_add(1);
        }
        if let Some(instance) = instance {
            instance.opens.count();
        }
        Ok(())
    }

    /// Makes the context of a stream that has none; another open of it may be faster.
    fn meet(
        &self,
        call: &Post<'_, Self, Create>,
        objects: RelatedObjects<'_, Self, Opened>,
        irql: &mut PostIrql<'_, Create>,
    ) -> Result<ContextRef<Self, Stream>> {
        let name = call
            .data()
            .file_name(NameFormat::Normalized, NameQuery::Default, irql)
            .and_then(|name| name.to_string(NamePart::Name, TAG, irql))
            .unwrap_or_else(|_| {
                self.counters.unnamed.count();
                UnicodeString::new(TAG)
            });
        let stream = NewContext::<Self, Stream>::try_new(StreamState::try_new(name, irql)?, irql)?;
        Ok(objects.set_if_absent(stream, irql)?.current())
    }
}
