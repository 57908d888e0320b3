//! What is kept on a handle: one open of a stream.

use minifilter::context::{HasContext, StreamHandle};
use minifilter::prelude::*;

use crate::counters::Counter;
use crate::{Ringfence, TAG};

/// State of one open.
pub struct HandleState {
    /// The process that opened it.
    pub process: u32,
    /// The access it asked for.
    pub access: u32,
    /// Whether it may write, and is counted among the stream's writers.
    pub writes: bool,
    /// Bytes it asked to read.
    pub bytes_to_read: Counter,
    /// Bytes it asked to write.
    pub bytes_to_write: Counter,
}

impl HasContext<StreamHandle> for Ringfence {
    type Payload = HandleState;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}
