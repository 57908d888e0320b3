//! The registry — keys and values in memory: what set-up wrote for the driver, and what every Windows has.

pub mod callback;
pub mod information;
pub mod key;
pub mod key_information;
pub mod program;
pub mod query_table;
pub mod relative;
pub mod service;
mod system;
pub mod tree;
pub mod value_information;

use std::sync::{LazyLock, Mutex, PoisonError};

use tree::Tree;

static REGISTRY: LazyLock<Mutex<Tree>> = LazyLock::new(|| Mutex::new(system::tree()));

/// Lets `work` at the whole registry.
pub fn with<R>(work: impl FnOnce(&mut Tree) -> R) -> R {
    work(&mut REGISTRY.lock().unwrap_or_else(PoisonError::into_inner))
}
