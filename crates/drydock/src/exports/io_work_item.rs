//! IoAllocateWorkItem, IoQueueWorkItem, ExQueueWorkItem and their kin — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use crate::export;
use crate::model::{io_work_item, work_queue_item};

export! { Dll::Ntoskrnl;
    /// `IoAllocateWorkItem`
    fn IoAllocateWorkItem(device: usize) -> *mut c_void { io_work_item::allocate(device) }
    /// `IoFreeWorkItem`
    fn IoFreeWorkItem(item: usize) { io_work_item::free(item) }
    /// `IoSizeofWorkItem`
    fn IoSizeofWorkItem() -> u32 { io_work_item::SIZE as u32 }
    /// `IoInitializeWorkItem`
    fn IoInitializeWorkItem(object: usize, item: usize) { io_work_item::initialize(item, object) }
    /// `IoUninitializeWorkItem`
    fn IoUninitializeWorkItem(item: usize) { io_work_item::free(item) }
    /// `IoQueueWorkItem`
    fn IoQueueWorkItem(item: usize, routine: usize, _queue: i32, context: usize) {
        io_work_item::queue_unqueued(item, routine, context, false);
    }
    /// `IoQueueWorkItemEx`
    fn IoQueueWorkItemEx(item: usize, routine: usize, _queue: i32, context: usize) {
        io_work_item::queue_unqueued(item, routine, context, true);
    }
    /// `IoTryQueueWorkItem` — false when it is queued already.
    fn IoTryQueueWorkItem(item: usize, routine: usize, _queue: i32, context: usize) -> u8 {
        u8::from(io_work_item::queue(item, routine, context, true))
    }
    /// `ExQueueWorkItem`
    fn ExQueueWorkItem(item: usize, _queue: i32) { work_queue_item::queue(item) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::model::driver_word::word;
    use crate::model::{thread, wait};
    use crate::verify::tests::violations_of;

    /// Adds its first argument and its third, if there is one, to the counter in its context.
    unsafe extern "win64" fn add(object: usize, context: usize, item: usize) {
        assert_eq!(thread::current().irql(), 0);
        word(context).fetch_add(object + usize::from(item != 0), Ordering::AcqRel);
    }

    fn counter() -> &'static AtomicUsize {
        let _ = thread::current();
        Box::leak(Box::new(AtomicUsize::new(0)))
    }

    #[test]
    fn a_work_item_runs_in_a_worker_with_its_object_and_context() {
        let counter = counter();
        let (routine, context) = (add as *const () as usize, counter.as_ptr() as usize);
        let item = call!(IoAllocateWorkItem(0x100)) as usize;
        call!(IoQueueWorkItem(item, routine, 1, context));
        io_work_item::wait_for_all();
        assert_eq!(counter.load(Ordering::Acquire), 0x100);
        call!(IoQueueWorkItemEx(item, routine, 1, context));
        io_work_item::wait_for_all();
        assert_eq!(counter.load(Ordering::Acquire), 0x201);
        call!(IoFreeWorkItem(item));
    }

    #[test]
    fn a_work_item_in_memory_of_the_driver_s_own_is_not_freed_with_it() {
        let counter = counter();
        assert_eq!(call!(IoSizeofWorkItem()), 0x58);
        let item = Box::leak(Box::new([0_u64; 11])).as_mut_ptr() as usize;
        call!(IoInitializeWorkItem(7, item));
        let (routine, context) = (add as *const () as usize, counter.as_ptr() as usize);
        assert_eq!(call!(IoTryQueueWorkItem(item, routine, 1, context)), 1);
        io_work_item::wait_for_all();
        call!(IoUninitializeWorkItem(item));
        assert_eq!(counter.load(Ordering::Acquire), 8);
    }

    unsafe extern "win64" fn wait_for_go(_object: usize, context: usize, _item: usize) {
        let go = || (word(context).load(Ordering::Acquire) != 0).then_some(());
        wait::until(context, None, || "the test's word".into(), go);
    }

    #[test]
    fn a_work_item_that_is_queued_is_neither_queued_again_nor_freed() {
        let go = counter();
        let (routine, context) = (wait_for_go as *const () as usize, go.as_ptr() as usize);
        let found = violations_of("IoQueueWorkItem", || {
            // Three workers wait; what is queued behind them stays queued.
            let mut items = [0; 4];
            for item in &mut items {
                *item = call!(IoAllocateWorkItem(0)) as usize;
                call!(IoQueueWorkItem(*item, routine, 1, context));
            }
            assert_eq!(call!(IoTryQueueWorkItem(items[3], routine, 1, context)), 0);
            call!(IoQueueWorkItem(items[3], routine, 1, context));
            go.store(1, Ordering::Release);
            wait::wake(context);
            io_work_item::wait_for_all();
            for item in items {
                call!(IoFreeWorkItem(item));
            }
        });
        assert_eq!(found, ["I/O work item misused"]);
    }

    #[test]
    fn freeing_what_is_no_work_item_is_reported() {
        let found = violations_of("IoFreeWorkItem", || {
            call!(IoFreeWorkItem(0x1234));
        });
        assert_eq!(found, ["I/O work item misused"]);
    }

    unsafe extern "win64" fn set(context: usize) {
        word(context).store(1, Ordering::Release);
        wait::wake(context);
    }

    #[test]
    fn a_work_item_of_the_executive_runs_its_routine() {
        let counter = counter();
        let context = counter.as_ptr() as usize;
        let item =
            Box::leak(Box::new([0, 0, set as *const () as usize, context])).as_mut_ptr() as usize;
        call!(ExQueueWorkItem(item, 1));
        let done = || (counter.load(Ordering::Acquire) == 1).then_some(());
        assert!(
            wait::until(
                context,
                Some(std::time::Duration::from_secs(10)),
                || "the routine".into(),
                done
            )
            .is_some()
        );
    }
}
