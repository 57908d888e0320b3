//! Windows minifilter drivers in safe Rust.
//!
//! The usual ways to crash a kernel do not compile here: every call states the IRQL it needs in its signature, guards can only
//! be dropped where their release is legal, and the results that a callback may give exist only where they are legal. Start
//! with [`filter::Minifilter`] and the example `null`.

#![no_std]

pub mod callback;
pub mod context;
pub mod data;
mod ddi;
mod driver;
pub mod event;
pub mod fast_mutex;
pub mod file;
pub mod filter;
pub mod irql;
pub mod name;
pub mod objects;
pub mod operation;
pub mod parked;
pub mod pool;
pub mod prelude;
pub mod print;
pub mod push_lock;
pub mod resource;
pub mod rundown;
#[cfg_attr(not(feature = "wdk"), path = "runtime/portable.rs")]
#[cfg_attr(feature = "wdk", path = "runtime/wdk.rs")]
#[doc(hidden)]
pub mod runtime;
pub mod spin_lock;
pub mod status;
pub mod unicode;

#[doc(hidden)]
pub mod entry {
    //! The names that [`driver!`](crate::driver) needs.
    pub use minifilter_sys::{NTSTATUS, PDRIVER_OBJECT, PUNICODE_STRING};
}
