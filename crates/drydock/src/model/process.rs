//! EPROCESS — the processes of the simulated kernel, by id.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::kernel_object::KernelObject;
use super::object_type::ObjectType;
use super::thread::SYSTEM_PROCESS;

/// EPROCESS — opaque to drivers but for its dispatcher header.
#[repr(C, align(64))]
struct Memory([AtomicU64; 0x100]);

/// DISPATCHER_HEADER.Type of a process object.
const PROCESS_OBJECT: u64 = 3;

static PROCESSES: Mutex<BTreeMap<u32, usize>> = Mutex::new(BTreeMap::new());

/// Address of the process `id`, which comes to life when it is first asked for.
#[must_use]
pub fn object(id: u32) -> usize {
    let mut processes = PROCESSES.lock().unwrap_or_else(PoisonError::into_inner);
    *processes.entry(id).or_insert_with(|| {
        let memory: &'static Memory =
            Box::leak(Box::new(Memory([const { AtomicU64::new(0) }; 0x100])));
        memory.0[0].store(PROCESS_OBJECT, Ordering::Relaxed);
        std::ptr::from_ref(memory) as usize
    })
}

/// Address of the process `id` if it is alive.
#[must_use]
pub fn find(id: u32) -> Option<usize> {
    let known = PROCESSES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&id)
        .copied();
    known.or_else(|| (id == SYSTEM_PROCESS).then(|| object(id)))
}

/// Id of the process at `address`.
#[must_use]
pub fn id_of(address: usize) -> Option<u32> {
    let processes = PROCESSES.lock().unwrap_or_else(PoisonError::into_inner);
    processes
        .iter()
        .find(|(_, object)| **object == address)
        .map(|(id, _)| *id)
}

/// A process as an object of the object manager.
struct ProcessObject(usize);

impl KernelObject for ProcessObject {
    fn kind(&self) -> ObjectType {
        ObjectType::Process
    }

    fn body(&self) -> usize {
        self.0
    }
}

/// The object of the process at `address`.
#[must_use]
pub fn kernel_object(address: usize) -> Option<Arc<dyn KernelObject>> {
    id_of(address).map(|_| Arc::new(ProcessObject(address)) as _)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_one_object_and_an_object_one_id() {
        let object_of = object(5000);
        assert_eq!(
            (object(5000), id_of(object_of), find(5000)),
            (object_of, Some(5000), Some(object_of))
        );
        assert!(find(5004).is_none() && find(SYSTEM_PROCESS).is_some());
    }
}
