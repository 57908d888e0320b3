//! Law L3, type by type: what is `Send` may be dropped on any thread at any level up to DISPATCH_LEVEL; what is `Sync` may be
//! used by reference in a raised closure. Checked as this file is compiled.

use static_assertions::{assert_impl_all, assert_not_impl_any};

use minifilter::callback::{PendedPreOperation, Post, PostStatus, Pre, PreOnly, PreStatus};
use minifilter::context::{
    ContextBorrow, ContextRef, HasContext, Instance, NewContext, RelatedContexts, Stream,
};
use minifilter::data::CallbackData;
use minifilter::event::Event;
use minifilter::fast_mutex::FastMutex;
use minifilter::filter::{Loading, Minifilter};
use minifilter::irql::{Apc, ApcsOff, ApcsOn, Dispatch, Free, Held, Irql, Passive};
use minifilter::name::FileNameInformation;
use minifilter::objects::{Opened, RelatedObjects};
use minifilter::operation::{OperationRegistration, Operations, Read};
use minifilter::parked::Parked;
use minifilter::pool::{Box, NonPaged, Paged, PoolTag, Vec};
use minifilter::push_lock::{PushLock, PushLockExclusiveGuard, PushLockSharedGuard};
use minifilter::resource::{ExclusiveGuard, InRegion, Resource, SharedGuard};
use minifilter::rundown::{CacheAwareRundown, Rundown, RundownGuard};
use minifilter::spin_lock::SpinLock;
use minifilter::status::{Result, Status};
use minifilter::unicode::UnicodeString;

struct Filter;
minifilter::install!(Filter);

impl Minifilter for Filter {
    const OPERATIONS: Operations<Self> = Operations::new(&[OperationRegistration::end()]);

    fn load(_: &Loading<'_>, _: &mut Irql<'_, Passive>) -> Result<Self> {
        Err(Status::UNSUCCESSFUL)
    }
}

impl HasContext<Instance> for Filter {
    type Payload = u32;
    type Pool = NonPaged;
    const TAG: PoolTag = PoolTag::new(b"test");
}

impl HasContext<Stream> for Filter {
    type Payload = u32;
    type Pool = Paged;
    const TAG: PoolTag = PoolTag::new(b"test");
}

// Evidence, and what belongs to one callback: on its thread only.
assert_not_impl_any!(Irql<'static, Passive, ApcsOn, Free>: Send, Sync, Clone, Copy, Default);
assert_not_impl_any!(Irql<'static, Dispatch, ApcsOff, Held>: Send, Sync, Clone, Copy, Default);
assert_not_impl_any!(Pre<'static, Filter, Read, PreOnly>: Send, Sync, Clone);
assert_not_impl_any!(Post<'static, Filter, Read>: Send, Sync, Clone);
assert_not_impl_any!(PreStatus<'static, Read>: Send, Sync, Clone, Default);
assert_not_impl_any!(PostStatus<'static>: Clone, Default);
assert_not_impl_any!(RelatedObjects<'static, Filter, Opened>: Send, Sync);
assert_not_impl_any!(CallbackData<'static>: Send, Sync);
assert_not_impl_any!(Loading<'static>: Send, Sync);

// Guards that are dropped where they were made: by reference anywhere.
assert_impl_all!(SharedGuard<'static, u32>: Sync);
assert_not_impl_any!(SharedGuard<'static, u32>: Send, Clone);
assert_impl_all!(ExclusiveGuard<'static, u32, InRegion>: Sync);
assert_not_impl_any!(ExclusiveGuard<'static, u32, InRegion>: Send, Clone);
assert_impl_all!(PushLockSharedGuard<'static, u32>: Sync);
assert_not_impl_any!(PushLockSharedGuard<'static, u32>: Send, Clone);
assert_impl_all!(PushLockExclusiveGuard<'static, u32>: Sync);
assert_not_impl_any!(PushLockExclusiveGuard<'static, u32>: Send, Clone);
assert_impl_all!(RundownGuard<'static, Rundown>: Sync);
assert_not_impl_any!(RundownGuard<'static, Rundown>: Send, Clone);
assert_not_impl_any!(RundownGuard<'static, CacheAwareRundown>: Send, Clone);
assert_impl_all!(RelatedContexts<Filter, Opened, (Instance, Stream)>: Sync);
assert_not_impl_any!(RelatedContexts<Filter, Opened, (Instance,)>: Send, Clone);
assert_impl_all!(FileNameInformation: Sync);
assert_not_impl_any!(FileNameInformation: Send, Clone);

// Paged: freed and released at IRQL ≤ APC_LEVEL. Parked: anywhere.
assert_not_impl_any!(Box<u32, Paged>: Send);
assert_not_impl_any!(Vec<u32, Paged>: Send);
assert_not_impl_any!(UnicodeString<Paged>: Send);
assert_not_impl_any!(ContextRef<Filter, Stream>: Send, Clone);
assert_not_impl_any!(NewContext<Filter, Stream>: Send, Clone);
assert_impl_all!(Parked<Box<u32, Paged>>: Send, Sync);
assert_impl_all!(Parked<ContextRef<Filter, Stream>>: Send, Sync);
assert_impl_all!(Parked<FileNameInformation>: Send, Sync);

// Nonpaged, and objects without an owning thread: anywhere.
assert_impl_all!(Box<u32, NonPaged>: Send, Sync);
assert_not_impl_any!(Box<*mut u8, NonPaged>: Send, Sync);
assert_impl_all!(UnicodeString<NonPaged>: Send, Sync);
assert_impl_all!(ContextRef<Filter, Instance>: Send, Sync);
assert_impl_all!(ContextBorrow<'static, Filter, Stream>: Send, Sync);
assert_impl_all!(PendedPreOperation<Filter, Read>: Send);
assert_not_impl_any!(PendedPreOperation<Filter, Read>: Clone);
assert_impl_all!(Resource<u32>: Send, Sync);
assert_impl_all!(PushLock<u32>: Send, Sync);
assert_impl_all!(FastMutex<u32>: Send, Sync);
assert_impl_all!(SpinLock<u32>: Send, Sync);
assert_not_impl_any!(SpinLock<SharedGuard<'static, u32>>: Send, Sync);
assert_not_impl_any!(FastMutex<Irql<'static, Apc, ApcsOff, Held>>: Send, Sync);
assert_impl_all!(Rundown: Send, Sync);
assert_impl_all!(CacheAwareRundown: Send, Sync);
assert_impl_all!(Event: Send, Sync);
