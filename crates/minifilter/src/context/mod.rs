//! Contexts: a filter's own data on volumes, instances, files, streams, handles, transactions and sections.
//!
//! A filter says with `impl HasContext<Stream> for MyFilter` what it keeps on each stream; as that can be said once a kind, a
//! context got back from FltMgr has the type that was set. [`NewContext`] is allocated and not yet attached, [`ContextRef`] is
//! a counted reference, [`RelatedContexts`] is what one `FltGetContextsEx` call fetched for an operation.

mod allocate;
mod kind;
mod reference;
mod registration;
mod related;
mod scan;
mod set;

pub use allocate::NewContext;
pub use kind::{
    ContextKind, File, Instance, PoolFor, Section, Settable, Stream, StreamHandle, Transaction,
    UsableOn, Volume,
};
pub use reference::{ContextBorrow, ContextRef};
pub use registration::{ContextRegistration, Contexts};
pub use related::{ContextSet, RelatedContexts};
pub use scan::ScanSection;
pub use set::SetOutcome;

use crate::filter::Minifilter;
use crate::pool::PoolTag;

/// What a filter keeps on objects of kind `K`.
///
/// The payload is dropped by FltMgr's cleanup callback at IRQL ≤ APC_LEVEL, on any thread.
#[diagnostic::on_unimplemented(
    message = "the filter `{Self}` keeps no context on objects of kind `{K}`",
    label = "no `impl HasContext<{K}> for {Self}`"
)]
pub trait HasContext<K: ContextKind>: Minifilter {
    /// The data itself. At most 65,535 bytes, aligned to at most 8.
    type Payload: Send + Sync + 'static;
    /// Where it lies: [`NonPaged`](crate::pool::NonPaged) may be read and released at IRQL ≤ DISPATCH_LEVEL,
    /// [`Paged`](crate::pool::Paged) at IRQL ≤ APC_LEVEL only. Volume contexts must be nonpaged.
    type Pool: PoolFor<K>;
    /// The pool tag.
    const TAG: PoolTag;
}
