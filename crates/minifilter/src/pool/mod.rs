//! Pool memory: fallible, tagged, with its kind in the type.

mod boxed;
mod kind;
mod tag;
mod vec;

pub use boxed::Box;
pub use kind::{NonPaged, Paged, PoolKind};
pub use tag::PoolTag;
pub use vec::Vec;

use core::ptr::NonNull;

use crate::irql::{ApcState, AtMost, Irql, WaitState};
use crate::status::{Result, Status};

/// What the pool aligns every block to on 64-bit Windows.
const POOL_ALIGNMENT: usize = 16;

/// Allocates a block that fits one `T`, not yet initialised as one.
pub(crate) fn allocate<T, P: PoolKind>(
    tag: PoolTag,
    irql: &Irql<'_, impl AtMost<P::MaxIrql>, impl ApcState, impl WaitState>,
) -> Result<NonNull<T>> {
    const {
        assert!(
            align_of::<T>() <= POOL_ALIGNMENT,
            "the pool aligns blocks to 16 bytes"
        )
    };
    let block = P::allocate(size_of::<T>().max(1), tag, irql);
    NonNull::new(block.cast()).ok_or(Status::INSUFFICIENT_RESOURCES)
}
