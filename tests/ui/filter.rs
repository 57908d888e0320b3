//! The filter that the programs in `fail` and `pass` are about, and the names they use.

pub use minifilter::callback::*;
pub use minifilter::context::{
    Contexts, ContextBorrow, ContextRef, File, HasContext, Instance, NewContext, RelatedContexts, Section, Stream,
    StreamHandle, Transaction, Volume,
};
pub use minifilter::event::Event;
pub use minifilter::fast_mutex::FastMutex;
pub use minifilter::file::FILE_BASIC_INFORMATION as Basic;
pub use minifilter::filter::{Loading, Minifilter};
pub use minifilter::irql::*;
pub use minifilter::name::{FileNameInformation, NameFormat, NamePart, NameQuery};
pub use minifilter::objects::{Opened, RelatedObjects, Unopened};
pub use minifilter::operation::*;
pub use minifilter::parked::Parked;
pub use minifilter::pool::{self, NonPaged, Paged, PoolTag};
pub use minifilter::print;
pub use minifilter::push_lock::{PushLock, PushLockExclusiveGuard, PushLockSharedGuard};
pub use minifilter::resource::{ExclusiveGuard, Resource, SharedGuard};
pub use minifilter::rundown::{CacheAwareRundown, Rundown, RundownGuard};
pub use minifilter::spin_lock::SpinLock;
pub use minifilter::status::{Result, Status};
pub use minifilter::unicode::UnicodeString;
pub use minifilter::{contexts, operations};

/// Keeps nonpaged contexts on instances and handles, paged ones on streams, and none on files.
pub struct Filter {
    pub rundown: Rundown,
}

minifilter::install!(Filter);

#[derive(Default)]
pub struct State {
    pub count: u32,
}

pub const TAG: PoolTag = PoolTag::new(b"test");

impl Minifilter for Filter {
    const OPERATIONS: Operations<Self> = operations![Self; pre Shutdown];
    const CONTEXTS: Contexts<Self> = contexts![Self; Instance, Stream, StreamHandle];

    fn load(_loading: &Loading<'_>, irql: &mut Irql<'_, Passive>) -> Result<Self> {
        Ok(Self {
            rundown: Rundown::try_new(TAG, irql)?,
        })
    }
}

impl PreOperation<Shutdown> for Filter {
    fn pre<'i>(&self, call: Pre<'i, Self, Shutdown, PreOnly>, _irql: &mut PreIrql<'i, Shutdown>) -> PreStatus<'i, Shutdown> {
        call.pass()
    }
}

macro_rules! keeps {
    ($($kind:ty, $pool:ty;)+) => {$(
        impl HasContext<$kind> for Filter {
            type Payload = State;
            type Pool = $pool;
            const TAG: PoolTag = TAG;
        }
    )+};
}

keeps! {
    Instance, NonPaged;
    Stream, Paged;
    StreamHandle, NonPaged;
}
