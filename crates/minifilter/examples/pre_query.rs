//! Looks at every query of information before it happens, and at nothing else: to measure what one callback costs.
#![no_std]
#![forbid(unsafe_code)]

use minifilter::operation::QueryInformation;
use minifilter::prelude::*;

struct PreQuery;

minifilter::driver!(PreQuery);

impl Minifilter for PreQuery {
    const OPERATIONS: Operations<Self> = operations![Self; pre QueryInformation];

    fn load(_loading: &Loading<'_>, _irql: &mut Irql<'_, Passive>) -> Result<Self> {
        Ok(Self)
    }
}

impl PreOperation<QueryInformation> for PreQuery {
    fn pre<'i>(
        &self,
        call: Pre<'i, Self, QueryInformation, PreOnly>,
        _irql: &mut PreIrql<'i, QueryInformation>,
    ) -> PreStatus<'i, QueryInformation> {
        call.pass()
    }
}
