//! EPROCESS — the processes of the simulated kernel, by id.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::NTSTATUS;

use super::kernel_object::KernelObject;
use super::object_type::ObjectType;
use super::thread::SYSTEM_PROCESS;
use super::{event, flt_volume, time};

/// EPROCESS — opaque to drivers but for its dispatcher header.
#[repr(C, align(64))]
struct Memory([AtomicU64; 0x100]);

/// DISPATCHER_HEADER.Type of a process object.
const PROCESS_OBJECT: u64 = 3;
/// Where PsGetProcessImageFileName points to within the object, as room for 15 characters and a zero.
const SHORT_NAME: usize = 0x5A8;
const SHORT_NAME_LENGTH: usize = 15;

/// What the system knows of a process.
#[derive(Clone, Debug)]
pub struct Process {
    /// Address of its EPROCESS.
    pub object: usize,
    /// The process that made it.
    pub parent: u32,
    /// Full name of its image, by device; empty for the system process.
    pub image: String,
    /// When it began, as a system time.
    pub created: i64,
    /// With which status it ended, if it has.
    pub exit: Option<NTSTATUS>,
}

static PROCESSES: Mutex<BTreeMap<u32, Process>> = Mutex::new(BTreeMap::new());

fn all<R>(look: impl FnOnce(&mut BTreeMap<u32, Process>) -> R) -> R {
    look(&mut PROCESSES.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Full name of the image of the program `id`.
fn image_of(id: u32) -> String {
    if id == SYSTEM_PROCESS {
        return String::new();
    }
    let volume = flt_volume::in_order()
        .first()
        .map(|volume| volume.name.clone());
    let volume = volume.unwrap_or_else(|| r"\Device\HarddiskVolume1".to_owned());
    format!(r"{volume}\Programs\program{id}.exe")
}

fn new(id: u32) -> Process {
    let memory: &'static Memory = Box::leak(Box::new(Memory([const { AtomicU64::new(0) }; 0x100])));
    memory.0[0].store(PROCESS_OBJECT, Ordering::Relaxed);
    let image = image_of(id);
    let short = if id == SYSTEM_PROCESS {
        "System"
    } else {
        image.rsplit('\\').next().unwrap_or_default()
    };
    for (at, byte) in short.bytes().take(SHORT_NAME_LENGTH).enumerate() {
        let place = SHORT_NAME + at;
        memory.0[place / 8].fetch_or(u64::from(byte) << (place % 8 * 8), Ordering::Relaxed);
    }
    Process {
        object: std::ptr::from_ref(memory) as usize,
        parent: if id == SYSTEM_PROCESS {
            0
        } else {
            SYSTEM_PROCESS
        },
        image,
        created: time::system_time(),
        exit: None,
    }
}

/// Address of the process `id`, which comes to life when it is first asked for.
#[must_use]
pub fn object(id: u32) -> usize {
    // The name of its image asks for the volumes, so a new one is made before the table is locked.
    let known = all(|all| all.get(&id).map(|process| process.object));
    known.unwrap_or_else(|| {
        let made = new(id);
        all(|all| all.entry(id).or_insert(made).object)
    })
}

/// What is known of the process `id`.
#[must_use]
pub fn of(id: u32) -> Option<Process> {
    all(|all| all.get(&id).cloned())
}

/// Address of the process `id` if it is alive.
#[must_use]
pub fn find(id: u32) -> Option<usize> {
    if id == SYSTEM_PROCESS {
        return Some(object(id));
    }
    of(id)
        .filter(|process| process.exit.is_none())
        .map(|process| process.object)
}

/// The ids of the processes that live, the system's among them.
#[must_use]
pub fn alive() -> Vec<u32> {
    let _ = object(SYSTEM_PROCESS);
    let live = |(id, process): (&u32, &Process)| process.exit.is_none().then_some(*id);
    all(|all| all.iter().filter_map(live).collect())
}

/// Id of the process at `address`.
#[must_use]
pub fn id_of(address: usize) -> Option<u32> {
    all(|all| {
        all.iter()
            .find(|(_, process)| process.object == address)
            .map(|(id, _)| *id)
    })
}

/// Whether the process has ended.
#[must_use]
pub fn has_ended(id: u32) -> bool {
    all(|all| all.get(&id).is_some_and(|process| process.exit.is_some()))
}

/// The process ends: who waits for it goes on. Gives false if it had ended already, or was never there.
pub fn end(id: u32, status: NTSTATUS) -> bool {
    let object = all(|all| {
        let process = all.get_mut(&id).filter(|process| process.exit.is_none())?;
        process.exit = Some(status);
        Some(process.object)
    });
    if let Some(object) = object {
        event::signal(object);
    }
    object.is_some()
}

/// A program begins under an id that may have been used before.
pub fn begin(id: u32, parent: u32) -> usize {
    let made = new(id);
    all(|all| {
        let process = all.entry(id).or_insert(made);
        process.parent = parent;
        process.exit = None;
        process.object
    })
}

/// `PsGetProcessImageFileName` — address of the first characters of the image's name.
#[must_use]
pub fn short_name(object: usize) -> usize {
    object + SHORT_NAME
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

    #[test]
    fn a_process_that_has_ended_is_not_found_and_may_begin_again() {
        let first = begin(5100, 5000);
        assert!(end(5100, 7) && !end(5100, 8) && has_ended(5100) && find(5100).is_none());
        assert_eq!(
            of(5100).map(|process| (process.parent, process.exit)),
            Some((5000, Some(7)))
        );
        assert_eq!((begin(5100, 4), find(5100)), (first, Some(first)));
    }
}
