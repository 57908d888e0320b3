//! A sharded map from addresses in driver memory to the bench's state of the object there.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

/// Spreads addresses; they need no protection against chosen keys.
#[derive(Default)]
pub struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, value: usize) {
        self.0 = (self.0 ^ value as u64)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29);
    }
}

/// A hash map keyed by address.
pub type ByAddress<T> = HashMap<usize, T, BuildHasherDefault<AddressHasher>>;

const SHARDS: usize = 32;

/// Shard of an address; neighbours in an array of objects fall into different ones.
#[must_use]
pub fn shard_of(address: usize, shards: usize) -> usize {
    ((address >> 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) % shards
}

/// Objects by address, for state that many threads look up and few create.
pub struct AddressMap<T> {
    shards: [RwLock<Option<ByAddress<Arc<T>>>>; SHARDS],
}

impl<T> AddressMap<T> {
    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            shards: [const { RwLock::new(None) }; SHARDS],
        }
    }

    /// The state of the object at `address`.
    pub fn get(&self, address: usize) -> Option<Arc<T>> {
        let shard = self.shards[shard_of(address, SHARDS)]
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        shard.as_ref()?.get(&address).cloned()
    }

    /// Sets the state of the object at `address`; gives back what was there.
    pub fn insert(&self, address: usize, state: Arc<T>) -> Option<Arc<T>> {
        let mut shard = self.shards[shard_of(address, SHARDS)]
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        shard.get_or_insert_default().insert(address, state)
    }

    /// Forgets the object at `address`.
    pub fn remove(&self, address: usize) -> Option<Arc<T>> {
        let mut shard = self.shards[shard_of(address, SHARDS)]
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        shard.as_mut()?.remove(&address)
    }
}

impl<T> Default for AddressMap<T> {
    fn default() -> Self {
        Self::new()
    }
}
