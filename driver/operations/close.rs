//! `IRP_MJ_CLOSE`: a file object goes.

use minifilter::context::Instance;
use minifilter::operation::Close;
use minifilter::prelude::*;

use crate::Ringfence;

impl PreOperation<Close> for Ringfence {
    fn pre<'i>(
        &self,
        call: Pre<'i, Self, Close, PreOnly>,
        irql: &mut PreIrql<'i, Close>,
    ) -> PreStatus<'i, Close> {
        self.counters.closes.count();
        if let Ok(Some(instance)) = call.objects().context::<Instance>(irql) {
            instance.closes.count();
        }
        call.pass()
    }
}
