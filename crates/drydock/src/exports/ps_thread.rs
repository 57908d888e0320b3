//! PsCreateSystemThread, PsTerminateSystemThread, thread priorities — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    HANDLE, NTSTATUS, OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, STATUS_INSUFFICIENT_RESOURCES,
    STATUS_SUCCESS,
};

use crate::export;
use crate::model::{handle, system_thread, thread};

/// CLIENT_ID.
#[repr(C)]
struct ClientId {
    process: usize,
    thread: usize,
}

fn create(
    out: *mut HANDLE,
    attributes: *const OBJECT_ATTRIBUTES,
    client: *mut ClientId,
    start: usize,
    context: usize,
) -> NTSTATUS {
    // SAFETY: the driver passes null or OBJECT_ATTRIBUTES of its own.
    let kernel = unsafe { attributes.as_ref() }
        .is_some_and(|attributes| attributes.Attributes & OBJ_KERNEL_HANDLE != 0);
    let made = system_thread::create(start, context);
    let kthread = match made {
        Ok(kthread) => kthread,
        Err(status) => return status,
    };
    let (Some(object), Some(thread)) = (thread::kernel_object(kthread), thread::at(kthread)) else {
        return STATUS_INSUFFICIENT_RESOURCES;
    };
    // SAFETY: the driver passes null or a CLIENT_ID of its own to be written.
    if let Some(client) = unsafe { client.as_mut() } {
        *client = ClientId {
            process: thread::SYSTEM_PROCESS as usize,
            thread: thread.id as usize,
        };
    }
    // SAFETY: the driver passes a HANDLE of its own to be written.
    unsafe { out.write(handle::insert(object, kernel)) };
    STATUS_SUCCESS
}

export! { Dll::Ntoskrnl;
    /// `PsCreateSystemThread` — a thread of the system process, whichever process the handle names.
    fn PsCreateSystemThread(
        out: *mut HANDLE, _access: u32, attributes: *const OBJECT_ATTRIBUTES, _process: HANDLE, client: *mut ClientId,
        start: usize, context: usize,
    ) -> NTSTATUS {
        create(out, attributes, client, start, context)
    }
    /// `IoCreateSystemThread`
    fn IoCreateSystemThread(
        _object: usize, out: *mut HANDLE, _access: u32, attributes: *const OBJECT_ATTRIBUTES, _process: HANDLE,
        client: *mut ClientId, start: usize, context: usize,
    ) -> NTSTATUS {
        create(out, attributes, client, start, context)
    }
    /// `PsTerminateSystemThread`
    fn PsTerminateSystemThread(_status: NTSTATUS) -> NTSTATUS { system_thread::terminate() }
    /// `KeSetPriorityThread`
    fn KeSetPriorityThread(kthread: usize, priority: i32) -> i32 { system_thread::set_priority(kthread, priority) }
    /// `KeQueryPriorityThread`
    fn KeQueryPriorityThread(kthread: usize) -> i32 { system_thread::priority(kthread) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use minifilter_sys::STATUS_INVALID_PARAMETER;

    use super::*;
    use crate::model::driver_word::word;
    use crate::model::event;
    use crate::verify::tests::violations_of;

    /// Makes a thread, waits for its end and closes its handle; gives its id.
    fn run(start: unsafe extern "win64" fn(usize), context: usize) -> usize {
        let mut out: HANDLE = std::ptr::null_mut();
        let mut client = ClientId {
            process: 0,
            thread: 0,
        };
        let (start, none, at) = (
            start as *const () as usize,
            std::ptr::null(),
            &raw mut client,
        );
        let process = std::ptr::null_mut();
        let made = call!(PsCreateSystemThread(
            &raw mut out,
            0,
            none,
            process,
            at,
            start,
            context
        ));
        assert_eq!(made, STATUS_SUCCESS);
        let body = handle::lookup(out).expect("a handle").body();
        assert!(event::wait_for(body, None));
        assert_eq!(handle::close(out), STATUS_SUCCESS);
        assert_eq!(client.process, 4);
        client.thread
    }

    unsafe extern "win64" fn returns(context: usize) {
        let thread = thread::current();
        let seen = thread.id as usize | usize::from(thread.apcs_disabled()) << 32;
        word(context).store(seen, Ordering::Release);
    }

    unsafe extern "win64" fn terminates(context: usize) {
        word(context).store(1, Ordering::Release);
        call!(PsTerminateSystemThread(STATUS_SUCCESS));
        word(context).store(2, Ordering::Release);
    }

    unsafe extern "win64" fn leaves_level_raised(_context: usize) {
        thread::current().set_irql(1);
    }

    #[test]
    fn a_system_thread_begins_in_a_critical_region_and_is_signalled_at_its_end() {
        let _ = thread::current();
        let seen = AtomicUsize::new(0);
        let id = run(returns, seen.as_ptr() as usize);
        assert_eq!(seen.load(Ordering::Acquire), id | 1 << 32);
    }

    #[test]
    fn a_system_thread_that_terminates_itself_does_not_go_on() {
        let _ = thread::current();
        let seen = AtomicUsize::new(0);
        run(terminates, seen.as_ptr() as usize);
        assert_eq!(seen.load(Ordering::Acquire), 1);
    }

    #[test]
    fn only_a_system_thread_can_terminate_itself() {
        let _ = thread::current();
        assert_eq!(
            call!(PsTerminateSystemThread(STATUS_SUCCESS)),
            STATUS_INVALID_PARAMETER
        );
    }

    #[test]
    fn a_thread_that_ends_at_a_raised_level_is_reported() {
        let found = violations_of("system thread", || {
            run(leaves_level_raised, 0);
        });
        assert_eq!(found, ["F21 IRQL changed by a callback"]);
    }

    #[test]
    fn a_priority_is_given_back_when_the_next_is_set() {
        let me = thread::current().kthread();
        assert_eq!(call!(KeSetPriorityThread(me, 12)), 8);
        assert_eq!(
            (
                call!(KeSetPriorityThread(me, 9)),
                call!(KeQueryPriorityThread(me))
            ),
            (12, 9)
        );
    }

    #[test]
    fn an_object_keeps_its_thread_s_driver() {
        let _ = thread::current();
        let (mut out, seen): (HANDLE, _) = (std::ptr::null_mut(), AtomicUsize::new(0));
        let (start, context) = (returns as *const () as usize, seen.as_ptr() as usize);
        let (none, client, process) =
            (std::ptr::null(), std::ptr::null_mut(), std::ptr::null_mut());
        let made = call!(IoCreateSystemThread(
            0,
            &raw mut out,
            0,
            none,
            process,
            client,
            start,
            context
        ));
        assert_eq!(made, STATUS_SUCCESS);
        assert!(event::wait_for(
            handle::lookup(out).expect("a handle").body(),
            None
        ));
        handle::close(out);
    }
}
