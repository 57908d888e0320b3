//! What is kept on an instance: one attachment to one volume.

use minifilter::context::{HasContext, Instance};
use minifilter::prelude::*;

use crate::counters::Counter;
use crate::{Ringfence, TAG};

/// Numbers of one volume.
#[derive(Default)]
pub struct InstanceState {
    /// Opens that were tracked here.
    pub opens: Counter,
    /// Reads and writes of tracked streams that were let through.
    pub transfers: Counter,
    /// File objects that went.
    pub closes: Counter,
}

impl HasContext<Instance> for Ringfence {
    type Payload = InstanceState;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}
