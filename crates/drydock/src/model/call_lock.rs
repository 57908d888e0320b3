//! A lock of the bench that may be held over calls into the driver, so that its waits are waits of the simulated kernel.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{thread, wait};

/// CallLock — one thread at a time, which may take it again.
///
/// # Invariants
/// `owner` is the id of the thread that holds it, 0 for none; `depth` is touched by that thread only.
#[derive(Debug, Default)]
pub struct CallLock {
    owner: AtomicU32,
    depth: AtomicU32,
}

/// CallGuard — the lock is held.
#[must_use]
pub struct CallGuard<'lock>(&'lock CallLock);

impl CallLock {
    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Waits for the lock.
    pub fn lock(&self) -> CallGuard<'_> {
        let me = thread::current().id;
        if self.owner.load(Ordering::Relaxed) != me {
            let take = || {
                let taken =
                    self.owner
                        .compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed);
                taken.is_ok().then_some(())
            };
            let what = || {
                format!(
                    "thread {} to end its flush",
                    self.owner.load(Ordering::Relaxed)
                )
            };
            if take().is_none() {
                wait::until(self.address(), None, what, take);
            }
        }
        self.depth.fetch_add(1, Ordering::Relaxed);
        CallGuard(self)
    }
}

impl Drop for CallGuard<'_> {
    fn drop(&mut self) {
        if self.0.depth.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.owner.store(0, Ordering::Release);
            wait::wake(self.0.address());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn another_thread_waits_for_the_last_guard() {
        let (lock, free) = (CallLock::default(), AtomicBool::new(false));
        let first = lock.lock();
        let second = lock.lock();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let _mine = lock.lock();
                assert!(free.load(Ordering::SeqCst));
            });
            drop(first);
            std::thread::sleep(std::time::Duration::from_millis(5));
            free.store(true, Ordering::SeqCst);
            drop(second);
        });
    }
}
