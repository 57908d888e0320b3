//! Object references — what a driver adds and drops on file, process, thread and other objects.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::device_object;
use super::kernel_object::{self, KernelObject};
use crate::io::{self, file_object};
use crate::model::origin::Origin;
use crate::verify::{self, rule};

/// References of the driver on one object.
#[derive(Clone, Default)]
pub struct References {
    /// How many it holds.
    pub count: u64,
    /// The call that took the last one.
    pub origin: Origin,
    /// The object, which lives as long as there are references; none where the bench owns it otherwise.
    object: Option<Arc<dyn KernelObject>>,
}

static OBJECTS: Mutex<BTreeMap<usize, References>> = Mutex::new(BTreeMap::new());

/// `ObfReferenceObject` — one more reference of the driver on the object at `address`; gives back how many it holds.
pub fn add(address: usize) -> u64 {
    let object = kernel_object::published(address);
    let mut objects = OBJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    let references = objects.entry(address).or_default();
    references.object = references.object.take().or(object);
    references.count += 1;
    references.origin = Origin::of_call();
    file_object::reference(address);
    references.count
}

/// `ObfDereferenceObject` — one reference less; gives back how many are left.
pub fn drop_one(address: usize) -> u64 {
    let mut objects = OBJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(references) = objects.get_mut(&address) else {
        drop(objects);
        verify::bugcheck(
            0x18,
            [0, address as u64, 0, 0],
            format!("object {address:#x} dereferenced more often than the driver referenced it"),
        );
    };
    references.count -= 1;
    let left = references.count;
    let gone = (left == 0).then(|| objects.remove(&address));
    drop(objects);
    drop(gone);
    // With the last reference of all, not only of the driver, a file object is closed.
    io::drop_reference_at(address);
    if left == 0 {
        io::control_device::dereferenced(address);
        device_object::dereferenced(address);
    }
    left
}

/// How many references the driver holds on the object at `address`; its memory must stay while there are any.
#[must_use]
pub fn count(address: usize) -> u64 {
    let objects = OBJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    objects
        .get(&address)
        .map_or(0, |references| references.count)
}

/// The file object at `address`, which lay on a stack of the I/O manager, is gone: the driver must not have kept it.
pub fn stack_object_gone(address: usize) {
    let kept = OBJECTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&address);
    if let Some(kept) = kept {
        let detail = format!(
            "file object {address:#x} of IRP_MJ_NETWORK_QUERY_OPEN has {} references when its stack goes, the last taken",
            kept.count
        );
        kept.origin.blame(rule::F22, &detail);
    }
}

/// Reports the references that the driver still holds; gives back how many there are.
pub fn report_leaks() -> u64 {
    let objects = OBJECTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    for (address, references) in &objects {
        let detail = format!(
            "object {address:#x} has {} references left, the last taken",
            references.count
        );
        references.origin.blame(rule::OBJECT_LEAK, &detail);
    }
    objects.values().map(|references| references.count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_counted_by_object() {
        assert_eq!((add(0x40_0000), add(0x40_0000), add(0x40_0040)), (1, 2, 1));
        assert_eq!((drop_one(0x40_0000), count(0x40_0000)), (1, 1));
        assert_eq!(
            (drop_one(0x40_0000), count(0x40_0000), drop_one(0x40_0040)),
            (0, 0, 0)
        );
    }
}
