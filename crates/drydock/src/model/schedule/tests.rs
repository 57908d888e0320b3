use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::*;
use crate::model::wait;

/// One schedule at a time: `told` knows the latest.
fn serial() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `body` under a schedule of its own; gives what was decided.
fn scheduled(seed: u64, body: impl FnOnce() + Send) -> Counts {
    let _turn = serial();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            start(seed);
            body();
            told().map(|(.., counts)| counts)
        });
        thread.join().expect("no panic").expect("a schedule")
    })
}

/// Three threads that write down who runs.
fn three_threads(seed: u64) -> (Vec<usize>, u64) {
    let order = Mutex::new(Vec::new());
    let counts = scheduled(seed, || {
        scope(|scope| {
            for index in 0..3 {
                let order = &order;
                let body = move || {
                    for _ in 0..20 {
                        point("test");
                        order.lock().expect("no panic").push(index);
                    }
                };
                scope.spawn("test", body).expect("a thread");
            }
        });
    });
    // Ids go on counting from test to test, and are part of the digest.
    (order.into_inner().expect("no panic"), counts.points)
}

#[test]
fn one_seed_is_one_order() {
    for seed in 0..12 {
        assert_eq!(three_threads(seed), three_threads(seed));
    }
    let orders: std::collections::BTreeSet<_> = (0..12).map(three_threads).collect();
    assert!(orders.len() > 6, "{} orders", orders.len());
}

#[test]
fn one_thread_runs_at_a_time() {
    let (inside, steps) = (AtomicU64::new(0), AtomicU64::new(0));
    scheduled(1, || {
        scope(|scope| {
            for _ in 0..4 {
                let body = || {
                    for _ in 0..50 {
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        steps.fetch_add(1, Ordering::SeqCst);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        point("test");
                    }
                };
                scope.spawn("test", body).expect("a thread");
            }
        });
    });
    assert_eq!(steps.into_inner(), 200);
}

#[test]
fn time_passes_at_once_when_all_wait() {
    let begun = std::time::Instant::now();
    scheduled(2, || {
        let task = spawn("sleeper", || wait::sleep(Duration::from_secs(3600))).expect("a thread");
        wait::sleep(Duration::from_secs(1800));
        assert!(now().expect("a schedule") < Duration::from_secs(1801));
        task.join();
        assert!(now().expect("a schedule") >= Duration::from_secs(3600));
    });
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_change_ends_a_wait_before_its_time() {
    for seed in 0..10 {
        scheduled(seed, || {
            let flag = Arc::new(AtomicBool::new(false));
            let address = Arc::as_ptr(&flag) as usize;
            let theirs = Arc::clone(&flag);
            let task = spawn("setter", move || {
                theirs.store(true, Ordering::SeqCst);
                wait::wake(address);
            });
            let attempt = || flag.load(Ordering::SeqCst).then_some(());
            let timeout = Some(Duration::from_secs(1000));
            assert!(wait::until(address, timeout, || "flag".to_owned(), attempt).is_some());
            assert!(now().expect("a schedule") < Duration::from_secs(1));
            task.expect("a thread").join();
        });
    }
}

#[test]
fn patience_ends_only_when_nobody_can_run() {
    for seed in 0..10 {
        scheduled(seed, || {
            let done = Arc::new(AtomicBool::new(false));
            let tell = Arc::clone(&done);
            let busy = spawn("busy", move || {
                // Three hundred points take longer than the other's patience.
                for _ in 0..300 {
                    point("busy");
                }
                tell.store(true, Ordering::SeqCst);
            });
            let never = || None::<()>;
            let patience = Duration::from_nanos(100 * TICK);
            assert!(wait::patiently(1, patience, || "nothing".to_owned(), never).is_none());
            assert!(done.load(Ordering::SeqCst));
            busy.expect("a thread").join();
        });
    }
}

#[test]
fn who_takes_no_part_keeps_the_hosts_clock() {
    assert!(now().is_none() && !takes_part());
    point("nothing happens");
}
