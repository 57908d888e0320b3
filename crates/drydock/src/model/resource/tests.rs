//! Who owns an ERESOURCE, who waits, and what misuse is called.

use super::*;
use crate::verify::tests::violations_of;
use std::sync::atomic::{AtomicBool, Ordering};

fn on_another_thread<R: Send>(body: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|scope| scope.spawn(body).join())
        .unwrap_or_else(|_| panic!("the other thread panicked"))
}

#[test]
fn the_exclusive_owner_recurses_and_keeps_others_out() {
    let at = 0x10_0000;
    initialize(at);
    assert!(acquire(at, Mode::Exclusive, true) && acquire(at, Mode::Shared, true));
    assert_eq!((is_exclusive(at), recursion(at)), (true, 2));
    assert!(!on_another_thread(|| acquire(
        at,
        Mode::SharedStarveExclusive,
        false
    )));
    release(at);
    release(at);
    assert!(on_another_thread(|| {
        let got = acquire(at, Mode::Exclusive, false);
        release(at);
        got
    }));
    delete(at);
}

#[test]
fn a_new_shared_request_queues_behind_an_exclusive_waiter() {
    let at = 0x10_1000;
    initialize(at);
    let done = AtomicBool::new(false);
    acquire(at, Mode::Shared, true);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            acquire(at, Mode::Exclusive, true);
            done.store(true, Ordering::SeqCst);
            release(at);
        });
        while waiters(at).0 == 0 {
            std::thread::yield_now();
        }
        assert!(
            !on_another_thread(|| acquire(at, Mode::Shared, false)),
            "queues"
        );
        assert!(acquire(at, Mode::Shared, false), "recursion is granted");
        assert!(
            !acquire(at, Mode::SharedWaitForExclusive, false),
            "yields even on recursion"
        );
        let starved = on_another_thread(|| {
            let got = acquire(at, Mode::SharedStarveExclusive, false);
            release(at);
            got
        });
        assert!(starved, "passes");
        assert!(!done.load(Ordering::SeqCst));
        release(at);
        release(at);
    });
    assert!(done.load(Ordering::SeqCst));
    delete(at);
}

#[test]
fn two_threads_never_own_it_at_once() {
    let at = 0x10_2000;
    initialize(at);
    let counter = Mutex::new(0_u32);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..2000 {
                    acquire(at, Mode::Exclusive, true);
                    *counter
                        .try_lock()
                        .expect("the resource excludes the other thread") += 1;
                    release(at);
                }
            });
        }
    });
    assert_eq!(
        *counter.lock().unwrap_or_else(PoisonError::into_inner),
        4000
    );
    delete(at);
}

#[test]
fn a_converted_owner_shares() {
    let at = 0x10_3000;
    initialize(at);
    acquire(at, Mode::Exclusive, true);
    convert_to_shared(at);
    assert!(on_another_thread(|| {
        let got = acquire(at, Mode::Shared, false);
        release(at);
        got
    }));
    release(at);
    assert_eq!(recursion(at), 0);
    delete(at);
}

#[test]
fn misuse_of_its_life_is_reported() {
    let at = 0x10_4000;
    let found = violations_of("", || {
        delete(at);
        initialize(at);
        initialize(at);
        acquire(at, Mode::Exclusive, true);
        delete(at);
        held::given_back(Lock::ResourceExclusive, at);
    });
    assert_eq!(
        found,
        [
            "ERESOURCE deleted uninitialised",
            "ERESOURCE initialised twice",
            "ERESOURCE deleted while owned"
        ]
    );
}
