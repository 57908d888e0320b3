//! The smallest useful minifilter: it attaches to every volume and lets every open pass.
#![no_std]
#![forbid(unsafe_code)]

use minifilter::operation::Create;
use minifilter::prelude::*;

struct Null;

minifilter::driver!(Null);

impl Minifilter for Null {
    const OPERATIONS: Operations<Self> = operations![Self; pre Create];

    fn load(_loading: &Loading<'_>, _irql: &mut Irql<'_, Passive>) -> Result<Self> {
        Ok(Self)
    }
}

impl PreOperation<Create> for Null {
    fn pre<'i>(
        &self,
        call: Pre<'i, Self, Create, PreOnly>,
        _irql: &mut PreIrql<'i, Create>,
    ) -> PreStatus<'i, Create> {
        call.pass()
    }
}
