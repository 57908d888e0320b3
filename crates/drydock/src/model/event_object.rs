//! Events and semaphores that have handles: `ZwCreateEvent`, `ZwSetEvent`, `ZwWaitForSingleObject`.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use minifilter_sys::{HANDLE, NTSTATUS};

use super::kernel_object::KernelObject;
use super::object_type::ObjectType;
use super::{event, handle};

/// EventObject — a KEVENT of the object manager.
pub struct EventObject {
    body: [AtomicU64; 4],
    name: Option<String>,
}

impl EventObject {
    /// A new event of `kind`.
    #[must_use]
    pub fn new(kind: u8, set: bool, name: Option<String>) -> Arc<Self> {
        let object = Arc::new(Self {
            body: [const { AtomicU64::new(0) }; 4],
            name,
        });
        event::initialize(object.body(), kind, set);
        object
    }
}

impl KernelObject for EventObject {
    fn kind(&self) -> ObjectType {
        ObjectType::Event
    }

    fn body(&self) -> usize {
        self.body.as_ptr() as usize
    }

    fn name(&self) -> Option<String> {
        self.name.clone()
    }
}

fn on_event(handle: HANDLE, work: fn(usize) -> i32) -> Result<i32, NTSTATUS> {
    let open = handle::resolve(handle, 0, Some(ObjectType::Event), false)?;
    Ok(work(open.object.body()))
}

/// `ZwSetEvent` — gives back the former state.
///
/// # Errors
/// STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH.
pub fn set(handle: HANDLE) -> Result<i32, NTSTATUS> {
    on_event(handle, event::set)
}

/// `ZwResetEvent`, `ZwClearEvent` — gives back the former state.
///
/// # Errors
/// As [`set`].
pub fn reset(handle: HANDLE) -> Result<i32, NTSTATUS> {
    on_event(handle, event::reset)
}

/// `ZwWaitForSingleObject` — whether the object was signalled in time; none for an object that cannot be waited for here.
///
/// # Errors
/// STATUS_INVALID_HANDLE.
pub fn wait(handle: HANDLE, timeout: Option<Duration>) -> Result<Option<bool>, NTSTATUS> {
    let object = handle::resolve(handle, 0, None, false)?.object;
    Ok(match object.kind() {
        // Every request on a file ends before its call returns, so a file is always signalled.
        ObjectType::File => Some(true),
        _ if event::waitable(object.body()) => Some(event::wait_for(object.body(), timeout)),
        _ => None,
    })
}
