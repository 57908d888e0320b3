//! KeXxxTimer, KeXxxDpc — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::LARGE_INTEGER;

use crate::export;
use crate::model::{dpc, event, timer};

export! { Dll::Ntoskrnl;
    /// `KeInitializeTimer`
    fn KeInitializeTimer(timer: usize) { timer::initialize(timer, event::NOTIFICATION_TIMER) }
    /// `KeInitializeTimerEx`
    fn KeInitializeTimerEx(timer: usize, kind: i32) {
        let kind = if kind == 0 { event::NOTIFICATION_TIMER } else { event::SYNCHRONIZATION_TIMER };
        timer::initialize(timer, kind);
    }
    /// `KeSetTimer` — the due time comes by value, in one register.
    fn KeSetTimer(timer: usize, due: i64, dpc: usize) -> u8 { u8::from(timer::set(timer, due, 0, dpc)) }
    /// `KeSetTimerEx`
    fn KeSetTimerEx(timer: usize, due: i64, period: u32, dpc: usize) -> u8 {
        u8::from(timer::set(timer, due, period, dpc))
    }
    /// `KeSetCoalescableTimer` — the delay that would be tolerated is not used.
    fn KeSetCoalescableTimer(timer: usize, due: i64, period: u32, _tolerable: u32, dpc: usize) -> u8 {
        u8::from(timer::set(timer, due, period, dpc))
    }
    /// `KeCancelTimer`
    fn KeCancelTimer(timer: usize) -> u8 { u8::from(timer::cancel(timer)) }
    /// `KeReadStateTimer`
    fn KeReadStateTimer(timer: usize) -> u8 { u8::from(event::state(timer) != 0) }
    /// `KeInitializeDpc`
    fn KeInitializeDpc(dpc: usize, routine: usize, context: usize) { dpc::initialize(dpc, routine, context) }
    /// `KeInitializeThreadedDpc` — may run at DISPATCH_LEVEL like any other.
    fn KeInitializeThreadedDpc(dpc: usize, routine: usize, context: usize) { dpc::initialize(dpc, routine, context) }
    /// `KeInsertQueueDpc`
    fn KeInsertQueueDpc(dpc: usize, first: usize, second: usize) -> u8 { u8::from(dpc::insert(dpc, first, second)) }
    /// `KeRemoveQueueDpc`
    fn KeRemoveQueueDpc(dpc: usize) -> u8 { u8::from(dpc::remove(dpc)) }
    /// `KeFlushQueuedDpcs`
    fn KeFlushQueuedDpcs() { dpc::flush() }
    /// `KeSetImportanceDpc` — one queue serves them all.
    fn KeSetImportanceDpc(_dpc: usize, _importance: i32) {}
    /// `KeSetTargetProcessorDpc` — one processor runs them all.
    fn KeSetTargetProcessorDpc(_dpc: usize, _number: i8) {}
    /// `KeQuerySystemTime` as a function, for drivers that look it up.
    fn KeQuerySystemTime(out: *mut LARGE_INTEGER) {
        // SAFETY: the driver passes a LARGE_INTEGER of its own to be written.
        unsafe { out.write(LARGE_INTEGER { QuadPart: crate::model::time::system_time() }) };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::model::{objects, thread};
    use crate::verify::tests::violations_of;

    fn place() -> usize {
        let _ = thread::current();
        Box::leak(Box::new([0_u64; 8])).as_mut_ptr() as usize
    }

    /// Notes in its context, a counter, that it ran at DISPATCH_LEVEL.
    unsafe extern "win64" fn count(_dpc: usize, context: usize, first: usize, _second: usize) {
        assert_eq!(thread::current().irql(), 2);
        crate::model::driver_word::word(context).fetch_add(1 + first, Ordering::AcqRel);
    }

    fn counting_dpc() -> (usize, &'static AtomicUsize) {
        let (dpc, counter) = (place(), Box::leak(Box::new(AtomicUsize::new(0))));
        call!(KeInitializeDpc(
            dpc,
            count as *const () as usize,
            counter.as_ptr() as usize
        ));
        (dpc, counter)
    }

    const A_MILLISECOND: i64 = -10_000;
    const NEVER: i64 = -10_000 * 1000 * 3600;

    fn wait_for(object: usize) -> bool {
        event::wait_for(object, Some(Duration::from_secs(10)))
    }

    #[test]
    fn a_dpc_runs_at_dispatch_level_once_for_each_time_it_is_queued() {
        let (dpc, counter) = counting_dpc();
        assert_eq!(call!(KeInsertQueueDpc(dpc, 10, 0)), 1);
        call!(KeFlushQueuedDpcs());
        assert_eq!(counter.load(Ordering::Acquire), 11);
        assert_eq!(call!(KeRemoveQueueDpc(dpc)), 0);
    }

    #[test]
    fn a_timer_expires_once_and_runs_its_dpc() {
        let ((dpc, counter), timer) = (counting_dpc(), place());
        call!(KeInitializeTimer(timer));
        assert_eq!(call!(KeSetTimer(timer, A_MILLISECOND, dpc)), 0);
        assert!(wait_for(timer) && wait_for(timer));
        assert_eq!(
            (call!(KeReadStateTimer(timer)), call!(KeCancelTimer(timer))),
            (1, 0)
        );
        while counter.load(Ordering::Acquire) == 0 {
            std::thread::yield_now();
        }
        assert_eq!(call!(KeSetTimer(timer, NEVER, 0)), 0);
        assert_eq!(
            (call!(KeReadStateTimer(timer)), call!(KeCancelTimer(timer))),
            (0, 1)
        );
    }

    #[test]
    fn a_periodic_synchronization_timer_lets_one_waiter_go_each_time() {
        let timer = place();
        call!(KeInitializeTimerEx(timer, 1));
        assert_eq!(call!(KeSetTimerEx(timer, A_MILLISECOND, 1, 0)), 0);
        assert!(wait_for(timer) && wait_for(timer) && wait_for(timer));
        assert_eq!(call!(KeSetCoalescableTimer(timer, NEVER, 0, 5, 0)), 1);
        assert_eq!(call!(KeCancelTimer(timer)), 1);
    }

    #[test]
    fn a_timer_in_memory_that_goes_is_reported_and_disarmed() {
        let found = violations_of("KeSetTimer", || {
            let timer = place();
            call!(KeInitializeTimer(timer));
            call!(KeSetTimer(timer, NEVER, 0));
            objects::memory_freed(timer, 64);
            assert_eq!(call!(KeCancelTimer(timer)), 0);
        });
        assert_eq!(found, ["memory freed while a timer in it is set"]);
    }

    #[test]
    fn a_timer_left_set_in_an_image_is_reported_at_unload() {
        let found = violations_of("unload", || {
            let timer = place();
            call!(KeInitializeTimer(timer));
            call!(KeSetTimer(timer, NEVER, 0));
            objects::image_unloaded(timer, 64);
        });
        assert_eq!(found, ["timer left set at unload"]);
    }

    #[test]
    fn the_time_is_the_system_s() {
        let _ = thread::current();
        let mut now = LARGE_INTEGER { QuadPart: 0 };
        call!(KeQuerySystemTime(&raw mut now));
        // SAFETY: every bit pattern of the union is a QuadPart.
        assert!(unsafe { now.QuadPart } > 130_000_000_000_000_000);
    }
}
