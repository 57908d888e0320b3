#![allow(unsafe_code)] // declares an unsafe method

//! Run-down protection: counted use of something that somebody will take away.

mod cache_aware;
mod guard;
mod phase;
mod plain;

pub use cache_aware::CacheAwareRundown;
pub use guard::RundownGuard;
pub use plain::Rundown;

/// A counter that rundown guards hold a share of.
pub(crate) trait Counter {
    /// Gives `count` back.
    ///
    /// # Safety
    /// The caller owns at least `count` of the protection, and runs at IRQL ≤ APC_LEVEL.
    unsafe fn release(&self, count: u32);
}
