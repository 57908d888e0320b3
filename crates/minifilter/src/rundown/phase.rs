//! [`Phase`]: whether protection is open, waited for, or over.

use core::sync::atomic::{AtomicU8, Ordering};

const OPEN: u8 = 0;
const WAITING: u8 = 1;
const OVER: u8 = 2;

/// How far the run-down of one protection has come. The kernel knows it too, but does not tell, and two waiters at
/// once are not documented: this keeps the second out.
///
/// # Invariants
/// `OVER` only after a completed wait. Between [`begin`](Phase::begin) and [`end`](Phase::end) nobody else begins.
pub(super) struct Phase(AtomicU8);

/// What a thread that wants to wait finds.
pub(super) enum Begin {
    /// It is the one that waits.
    Wait,
    /// A wait has completed before.
    Over,
    /// Another thread is waiting.
    Taken,
}

impl Phase {
    pub(super) const fn open() -> Self {
        Self(AtomicU8::new(OPEN))
    }

    pub(super) fn begin(&self) -> Begin {
        let was = self
            .0
            .compare_exchange(OPEN, WAITING, Ordering::AcqRel, Ordering::Acquire);
        match was {
            Ok(_) => Begin::Wait,
            Err(OVER) => Begin::Over,
            Err(_) => Begin::Taken,
        }
    }

    /// After a wait that [`begin`](Phase::begin) granted.
    pub(super) fn end(&self) {
        self.0.store(OVER, Ordering::Release);
    }

    pub(super) fn is_over(&mut self) -> bool {
        *self.0.get_mut() == OVER
    }

    pub(super) fn reopen(&mut self) {
        *self.0.get_mut() = OPEN;
    }
}

#[cfg(test)]
mod tests {
    use super::{Begin, Phase};

    #[test]
    fn a_second_waiter_is_kept_out() {
        let phase = Phase::open();
        assert!(matches!(phase.begin(), Begin::Wait));
        assert!(matches!(phase.begin(), Begin::Taken));
        phase.end();
        assert!(matches!(phase.begin(), Begin::Over));
    }

    #[test]
    fn only_a_completed_wait_is_over() {
        let mut phase = Phase::open();
        assert!(!phase.is_over());
        let _ = phase.begin();
        assert!(!phase.is_over());
        phase.end();
        assert!(phase.is_over());
    }

    #[test]
    fn what_is_reopened_can_be_waited_for_again() {
        let mut phase = Phase::open();
        let _ = phase.begin();
        phase.end();
        phase.reopen();
        assert!(matches!(phase.begin(), Begin::Wait));
    }
}
