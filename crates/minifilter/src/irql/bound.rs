//! Names for compiler messages: why a type is neither `Send` nor `Sync`.
//!
//! A pointer to one of these in a type's `PhantomData` takes `Send` and `Sync` away, and its name is what the compiler says
//! "cannot be sent between threads".

/// Evidence of this thread's level: it does not reach another thread, nor a closure that runs at another level.
pub enum EvidenceOfThisThread {}

/// A guard that is dropped on this thread, or at this level: it does not reach a closure that runs at another level.
pub enum GuardOfThisLevel {}

/// What belongs to one callback on this thread.
pub enum ViewOfThisCallback {}
