//! The opaque handles the driver holds (PFLT_FILTER, PFLT_INSTANCE, PFLT_VOLUME …), looked up before use.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// What a handle turned out to be.
pub enum Found<T> {
    /// An object in use.
    Live(Arc<T>),
    /// An object that was there once.
    Gone(Arc<T>),
    /// Never a handle of this kind.
    Unknown,
}

#[cfg(test)]
impl<T> Found<T> {
    /// The object, if it is in use.
    pub fn live(self) -> Option<Arc<T>> {
        match self {
            Self::Live(object) => Some(object),
            Self::Gone(_) | Self::Unknown => None,
        }
    }
}

/// One handle.
struct Entry<T> {
    live: bool,
    /// Handles made before it.
    serial: usize,
    object: Arc<T>,
}

type Objects<T> = HashMap<usize, Entry<T>>;

/// All handles of one kind. An address is never used again for another object.
pub struct Handles<T> {
    objects: RwLock<Option<Objects<T>>>,
}

impl<T> Default for Handles<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Handles<T> {
    /// No handles yet.
    pub const fn new() -> Self {
        Self {
            objects: RwLock::new(None),
        }
    }

    /// The handle of an object.
    pub fn address(object: &Arc<T>) -> usize {
        Arc::as_ptr(object) as usize
    }

    /// Makes an object's address a handle.
    pub fn insert(&self, object: &Arc<T>) {
        let mut objects = self.objects.write().unwrap_or_else(PoisonError::into_inner);
        let objects = objects.get_or_insert_default();
        let entry = Entry {
            live: true,
            serial: objects.len(),
            object: Arc::clone(object),
        };
        objects.insert(Self::address(object), entry);
    }

    /// Marks a handle as gone. The object stays, so that its address is not handed out again.
    pub fn retire(&self, object: &Arc<T>) {
        let mut objects = self.objects.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = objects
            .get_or_insert_default()
            .get_mut(&Self::address(object))
        {
            entry.live = false;
        }
    }

    /// Looks a handle up.
    pub fn find(&self, address: usize) -> Found<T> {
        let objects = self.objects.read().unwrap_or_else(PoisonError::into_inner);
        match objects.as_ref().and_then(|objects| objects.get(&address)) {
            Some(entry) if entry.live => Found::Live(Arc::clone(&entry.object)),
            Some(entry) => Found::Gone(Arc::clone(&entry.object)),
            None => Found::Unknown,
        }
    }

    /// Every object in use, the oldest first.
    pub fn live(&self) -> Vec<Arc<T>> {
        let objects = self.objects.read().unwrap_or_else(PoisonError::into_inner);
        let all = objects.iter().flat_map(HashMap::values);
        let mut live: Vec<_> = all.filter(|entry| entry.live).collect();
        live.sort_by_key(|entry| entry.serial);
        live.into_iter()
            .map(|entry| Arc::clone(&entry.object))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retired_handles_are_told_from_unknown_ones() {
        let handles = Handles::new();
        let object = Arc::new(7);
        handles.insert(&object);
        assert!(matches!(
            handles.find(Handles::address(&object)),
            Found::Live(_)
        ));
        handles.retire(&object);
        assert!(matches!(
            handles.find(Handles::address(&object)),
            Found::Gone(_)
        ));
        assert!(matches!(handles.find(0x1234), Found::Unknown));
        assert!(handles.live().is_empty());
    }
}
