//! HANDLE — the handle tables: the kernel's, and those of processes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{
    HANDLE, NTSTATUS, STATUS_ACCESS_DENIED, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
};

use super::kernel_object::{self, KernelObject};
use super::object_type::ObjectType;
use super::{process, thread};
use crate::model::origin::Origin;
use crate::verify::{self, rule};

/// The bits that tell the kernel's handles from those of processes.
const KERNEL_BITS: usize = 0xFFFF_FFFF_8000_0000;
/// NtCurrentProcess().
const CURRENT_PROCESS: usize = usize::MAX;
/// NtCurrentThread().
const CURRENT_THREAD: usize = usize::MAX - 1;

/// What a handle stands for.
#[derive(Clone)]
pub struct Open {
    /// The object.
    pub object: Arc<dyn KernelObject>,
    /// Granted access.
    pub access: u32,
    /// The process that it belongs to; none for the kernel's.
    process: Option<u32>,
    /// The call that made it.
    origin: Origin,
}

struct Table {
    open: BTreeMap<usize, Open>,
    next: usize,
}

static TABLE: Mutex<Table> = Mutex::new(Table {
    open: BTreeMap::new(),
    next: 0x40,
});

/// Whether a handle lies in the kernel's table.
#[must_use]
pub fn is_kernel(handle: HANDLE) -> bool {
    let value = handle as usize;
    value & KERNEL_BITS == KERNEL_BITS && value < CURRENT_THREAD
}

/// Makes a handle with every access.
pub fn insert(object: Arc<dyn KernelObject>, kernel: bool) -> HANDLE {
    insert_with(object, u32::MAX, kernel)
}

/// Makes a handle with `access`, in the kernel's table or in that of the current process. No value is used twice in a run.
pub fn insert_with(object: Arc<dyn KernelObject>, access: u32, kernel: bool) -> HANDLE {
    kernel_object::publish(&object);
    let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    let value = table.next | if kernel { KERNEL_BITS } else { 0 };
    table.next += 4;
    let first = !has_handle(&table, object.body());
    let open = Open {
        object: Arc::clone(&object),
        access,
        process: (!kernel).then(|| thread::current().process_id()),
        origin: Origin::of_call(),
    };
    table.open.insert(value, open);
    drop(table);
    if first {
        object.opened();
    }
    value as HANDLE
}

fn has_handle(table: &Table, body: usize) -> bool {
    table.open.values().any(|open| open.object.body() == body)
}

/// The object behind a handle that the current process may use.
#[must_use]
pub fn lookup(handle: HANDLE) -> Option<Arc<dyn KernelObject>> {
    find(handle).map(|open| open.object)
}

/// What the handle stands for in the current process.
#[must_use]
pub fn find(handle: HANDLE) -> Option<Open> {
    match handle as usize {
        CURRENT_PROCESS => current(process::object(thread::current().process_id())),
        CURRENT_THREAD => current(thread::current().kthread()),
        value => {
            let table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
            let open = table.open.get(&value)?;
            belongs_here(open).then(|| open.clone())
        }
    }
}

fn current(address: usize) -> Option<Open> {
    kernel_object::at(address).map(|object| Open {
        object,
        access: u32::MAX,
        process: None,
        origin: Origin::default(),
    })
}

fn belongs_here(open: &Open) -> bool {
    open.process
        .is_none_or(|process| process == thread::current().process_id())
}

/// `ObReferenceObjectByHandle` without the reference — the object that a kernel or user mode caller means by a handle.
///
/// # Errors
/// STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, and STATUS_ACCESS_DENIED for user mode: the kernel's own access
/// is not checked.
pub fn resolve(
    handle: HANDLE,
    access: u32,
    kind: Option<ObjectType>,
    user: bool,
) -> Result<Open, NTSTATUS> {
    judge(handle, user);
    let open = find(handle).filter(|_| !(user && is_kernel(handle)));
    let open = open.ok_or(STATUS_INVALID_HANDLE)?;
    if kind.is_some_and(|kind| kind != open.object.kind()) {
        return Err(STATUS_OBJECT_TYPE_MISMATCH);
    }
    if user && access & !open.access != 0 {
        return Err(STATUS_ACCESS_DENIED);
    }
    Ok(open)
}

/// What Driver Verifier says of a reference by this handle.
fn judge(handle: HANDLE, user: bool) {
    let value = handle as usize;
    let broken = if value == 0 {
        Some(rule::HANDLE_NULL)
    } else if user && is_kernel(handle) {
        Some(rule::HANDLE_KERNEL_AS_USER)
    } else if user || value >= CURRENT_THREAD {
        None
    } else if find(handle).is_none() {
        Some(rule::HANDLE_BAD)
    } else {
        let foreign = thread::current().process_id() != thread::SYSTEM_PROCESS;
        (foreign && !is_kernel(handle)).then_some(rule::HANDLE_USER_AS_KERNEL)
    };
    if let Some(broken) = broken {
        verify::violation(broken, format!("handle {value:#x}"));
    }
}

/// `ZwClose` — takes a handle away.
///
/// A bad handle of the kernel's table is a rule; any other bad one is only told to the caller, as Windows does.
pub fn close(handle: HANDLE) -> NTSTATUS {
    let value = handle as usize;
    if value >= CURRENT_THREAD {
        return STATUS_SUCCESS;
    }
    if take_away(value, belongs_here) {
        return STATUS_SUCCESS;
    }
    if is_kernel(handle) {
        verify::violation(
            rule::HANDLE_CLOSED_BAD,
            format!("handle {value:#x} is not open"),
        );
    }
    STATUS_INVALID_HANDLE
}

/// Closes a handle if there is one that `may_be_closed`.
fn take_away(value: usize, may_be_closed: fn(&Open) -> bool) -> bool {
    let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    if !table.open.get(&value).is_some_and(may_be_closed) {
        return false;
    }
    let gone = table.open.remove(&value);
    let last = gone
        .as_ref()
        .is_some_and(|open| !has_handle(&table, open.object.body()));
    drop(table);
    if let Some(open) = gone.filter(|_| last) {
        open.object.closed();
    }
    true
}

/// A process has ended: the handles of its own table are closed.
pub fn process_ended(id: u32) {
    let table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    let own = table
        .open
        .iter()
        .filter(|(_, open)| open.process == Some(id));
    let own: Vec<usize> = own.map(|(value, _)| *value).collect();
    drop(table);
    for value in own {
        take_away(value, |_| true);
    }
}

/// Reports the handles that calls from `image` made and nobody closed, and closes them.
pub fn report_leaks(image: std::ops::Range<usize>) -> u64 {
    let table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    let left = table
        .open
        .iter()
        .filter(|(_, open)| image.contains(&open.origin.caller));
    let left: Vec<(usize, Open)> = left.map(|(value, open)| (*value, open.clone())).collect();
    drop(table);
    for (value, open) in &left {
        let kind = open.object.kind().name();
        let name = open.object.name().unwrap_or_default();
        let detail = format!("handle {value:#x} to {kind} {name}, made");
        open.origin.blame(rule::HANDLE_LEAK, &detail);
        take_away(*value, |_| true);
    }
    left.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::gate::tests::in_call;
    use crate::verify::tests::violations_of;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// An object that counts what it is told.
    struct Told {
        opened: AtomicU32,
        closed: AtomicU32,
    }

    impl KernelObject for Told {
        fn kind(&self) -> ObjectType {
            ObjectType::Section
        }

        fn body(&self) -> usize {
            std::ptr::from_ref(self) as usize
        }

        fn opened(&self) {
            self.opened.fetch_add(1, Ordering::Relaxed);
        }

        fn closed(&self) {
            self.closed.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn told() -> Arc<Told> {
        Arc::new(Told {
            opened: AtomicU32::new(0),
            closed: AtomicU32::new(0),
        })
    }

    #[test]
    fn an_object_is_told_of_its_first_and_of_its_last_handle() {
        let object = told();
        let (first, second) = (insert(object.clone(), true), insert(object.clone(), true));
        assert!(is_kernel(first) && first != second);
        assert_eq!(close(first), STATUS_SUCCESS);
        assert_eq!(object.closed.load(Ordering::Relaxed), 0);
        assert_eq!(close(second), STATUS_SUCCESS);
        let counts = (
            object.opened.load(Ordering::Relaxed),
            object.closed.load(Ordering::Relaxed),
        );
        assert_eq!(counts, (1, 1));
        assert!(lookup(second).is_none());
    }

    #[test]
    fn a_kernel_handle_closed_twice_is_a_rule_and_an_unknown_handle_of_a_process_is_not() {
        let found = violations_of("ZwClose", || {
            in_call("ZwClose", || {
                let handle = insert(told(), true);
                assert_eq!(
                    (close(handle), close(handle)),
                    (STATUS_SUCCESS, STATUS_INVALID_HANDLE)
                );
                assert_eq!(close(0x1230 as HANDLE), STATUS_INVALID_HANDLE);
            });
        });
        assert_eq!(found, ["handle closed that is not open"]);
    }

    #[test]
    fn a_handle_of_a_process_is_good_in_that_process_only() {
        let _ = violations_of("process handle", || {
            let process = |id| thread::current().set_process_id(id);
            process(9000);
            let handle = insert(told(), false);
            assert!(!is_kernel(handle) && lookup(handle).is_some());
            process(9004);
            assert!(lookup(handle).is_none());
            assert_eq!(close(handle), STATUS_INVALID_HANDLE);
            process(9000);
            assert_eq!(close(handle), STATUS_SUCCESS);
        });
    }

    #[test]
    fn a_reference_by_handle_checks_type_access_and_mode() {
        let found = violations_of("ObReferenceObjectByHandle", || {
            in_call("ObReferenceObjectByHandle", || {
                let kernel = insert_with(told(), 1, true);
                let user = insert_with(told(), 1, false);
                let status = |handle, access, kind, user| resolve(handle, access, kind, user).err();
                assert_eq!(status(kernel, 2, Some(ObjectType::Section), false), None);
                assert_eq!(
                    status(kernel, 0, Some(ObjectType::File), false),
                    Some(STATUS_OBJECT_TYPE_MISMATCH)
                );
                assert_eq!(status(user, 2, None, true), Some(STATUS_ACCESS_DENIED));
                assert_eq!(status(user, 1, None, true), None);
                assert_eq!(status(kernel, 0, None, true), Some(STATUS_INVALID_HANDLE));
                assert_eq!(
                    status(std::ptr::null_mut(), 0, None, false),
                    Some(STATUS_INVALID_HANDLE)
                );
                let _ = (close(kernel), close(user));
                assert_eq!(status(kernel, 0, None, false), Some(STATUS_INVALID_HANDLE));
            });
        });
        assert_eq!(
            found,
            [
                "kernel handle used as a handle of a process",
                "NULL handle referenced",
                "bad handle referenced"
            ]
        );
    }

    #[test]
    fn a_handle_of_a_process_used_by_the_kernel_outside_the_system_process_is_a_rule() {
        let found = violations_of("ZwReadFile", || {
            thread::current().set_process_id(9100);
            in_call("ZwReadFile", || {
                let handle = insert(told(), false);
                assert!(resolve(handle, 0, None, false).is_ok());
                close(handle);
            });
        });
        assert_eq!(found, ["handle of a process used as a kernel handle"]);
    }
}
