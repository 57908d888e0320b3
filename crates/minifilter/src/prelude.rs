//! What most filters name.

pub use crate::callback::{
    ByPath, Post, PostOperation, PostStatus, Pre, PreOnly, PreOperation, PrePostOperation,
    PreStatus, Synchronized, SynchronizedOperation, WithPost,
};
pub use crate::context::{Contexts, HasContext};
pub use crate::filter::{
    Attachment, InstanceIrql, InstanceSetup, Loading, Minifilter, TeardownReason, UnloadReason,
};
pub use crate::irql::{Apc, Dispatch, Irql, Passive};
pub use crate::objects::{Opened, RelatedObjects, Unopened};
pub use crate::operation::{Operations, PostIrql, PreIrql};
pub use crate::pool::{NonPaged, Paged, PoolTag};
pub use crate::status::{Result, Status};
pub use crate::{contexts, operations};
