//! What is kept on a stream, shared by all its handles.

use core::sync::atomic::{AtomicU64, Ordering};

use minifilter::context::{HasContext, Stream};
use minifilter::irql::{ApcState, AtMost, WaitState};
use minifilter::prelude::*;
use minifilter::resource::Resource;
use minifilter::unicode::UnicodeString;

use crate::counters::Counter;
use crate::{Ringfence, TAG};

/// The number of the last stream that was met.
static LAST_ID: AtomicU64 = AtomicU64::new(0);

/// State of one stream.
pub struct StreamState {
    /// The number under which events speak of it.
    pub id: u64,
    /// Bytes read from it.
    pub bytes_read: Counter,
    /// Bytes written to it.
    pub bytes_written: Counter,
    /// What changes together.
    pub record: Resource<StreamRecord>,
}

/// The part of a stream's state that is read and changed at IRQL ≤ APC_LEVEL, under a lock.
pub struct StreamRecord {
    /// Its normalized name; empty if it could not be had.
    pub name: UnicodeString<NonPaged>,
    /// How many open handles may write.
    pub writers: u32,
    /// The process that wrote last.
    pub last_writer: Option<u32>,
}

impl StreamState {
    /// The state of a stream that is met for the first time.
    pub fn try_new(
        name: UnicodeString<NonPaged>,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        let record = StreamRecord {
            name,
            writers: 0,
            last_writer: None,
        };
        Ok(Self {
            id: LAST_ID.fetch_add(1, Ordering::Relaxed).wrapping_add(1),
            bytes_read: Counter::default(),
            bytes_written: Counter::default(),
            record: Resource::try_new(record, TAG, irql)?,
        })
    }
}

impl HasContext<Stream> for Ringfence {
    type Payload = StreamState;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}
