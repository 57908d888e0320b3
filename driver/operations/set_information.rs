//! `IRP_MJ_SET_INFORMATION`: keeps the name of a stream true when it is renamed, and counts wishes to delete.

use minifilter::context::{ContextRef, Stream};
use minifilter::irql::ApcsUnknown;
use minifilter::name::{NameFormat, NamePart, NameQuery};
use minifilter::operation::SetInformation;
use minifilter::prelude::*;

use crate::{Ringfence, TAG};

impl SynchronizedOperation<SetInformation> for Ringfence {
    type Completion = ContextRef<Self, Stream>;

    fn pre<'i>(
        &self,
        call: Pre<'i, Self, SetInformation, Synchronized<Self::Completion>>,
        irql: &mut PreIrql<'i, SetInformation>,
    ) -> PreStatus<'i, SetInformation> {
        let class = call.parameters().class();
        if !class.renames() && !class.deletes() {
            return call.pass();
        }
        match call.objects().context::<Stream>(irql) {
            Ok(Some(stream)) => call.synchronize(stream),
            Ok(None) | Err(_) => call.pass(),
        }
    }

    fn post<'i>(
        &self,
        call: Post<'i, Self, SetInformation>,
        stream: Self::Completion,
        irql: &mut Irql<'i, Apc, ApcsUnknown>,
    ) -> PostStatus<'i> {
        if !call.status().is_success() {
            return call.finish();
        }
        if call.parameters().class().deletes() {
            self.counters.dispositions.count();
            return call.finish();
        }
        self.counters.renames.count();
        let name = call
            .data()
            .file_name(NameFormat::Normalized, NameQuery::Default, irql)
            .and_then(|name| name.to_string(NamePart::Name, TAG, irql));
        match name {
            Ok(name) => {
                if let Some((mut record, _irql)) = stream.record.exclusive(irql) {
                    record.name = name;
                }
            }
            Err(_) => self.counters.unnamed.count(),
        }
        call.finish()
    }
}
