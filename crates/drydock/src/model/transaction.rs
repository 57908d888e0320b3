//! KTRANSACTION — transactions of the kernel transaction manager, and the files opened in them.
//!
//! A transaction here is what filters see of one: file objects that carry it, contexts on it, and its outcome in phases. The
//! volume keeps no versions, so nothing that was written in a transaction is undone by its rollback; the workloads only
//! read in theirs.

mod enlistment;
mod files;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

pub use enlistment::{complete, enlist, instance_gone, roll_back};
pub use files::{block_of, carry, file_closed, of};

use super::context;
use super::kernel_object::{self, KernelObject};
use super::object_type::ObjectType;
use enlistment::Enlistment;

/// TRANSACTION_NOTIFY_PREPREPARE.
pub const PRE_PREPARE: u32 = 1;
/// TRANSACTION_NOTIFY_PREPARE.
pub const PREPARE: u32 = 2;
/// TRANSACTION_NOTIFY_COMMIT.
pub const COMMIT: u32 = 4;
/// TRANSACTION_NOTIFY_ROLLBACK.
pub const ROLLBACK: u32 = 8;
/// TRANSACTION_NOTIFY_COMMIT_FINALIZE.
pub const COMMIT_FINALIZE: u32 = 0x4000_0000;

/// TRANSACTION_OUTCOME.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionOutcome {
    /// TransactionOutcomeUndetermined.
    Undetermined = 1,
    /// TransactionOutcomeCommitted.
    Committed = 2,
    /// TransactionOutcomeAborted.
    Aborted = 3,
}

/// One transaction.
pub struct Transaction {
    body: Box<[u64; 16]>,
    /// Its number, which stands in the first bytes of its GUID.
    pub number: u64,
    outcome: Mutex<TransactionOutcome>,
    enlistments: Mutex<Vec<Enlistment>>,
    rolls_back: AtomicUsize,
}

impl KernelObject for Transaction {
    fn kind(&self) -> ObjectType {
        ObjectType::Transaction
    }

    fn body(&self) -> usize {
        self.body.as_ptr() as usize
    }
}

impl Transaction {
    /// NtCreateTransaction — a new one.
    #[must_use]
    pub fn begin() -> Arc<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let transaction = Arc::new(Self {
            body: Box::new([0; 16]),
            number: NUMBER.fetch_add(1, Ordering::Relaxed) + 1,
            outcome: Mutex::new(TransactionOutcome::Undetermined),
            enlistments: Mutex::default(),
            rolls_back: AtomicUsize::new(0),
        });
        let object: Arc<dyn KernelObject> = transaction.clone();
        kernel_object::publish(&object);
        let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
        live.push(Arc::downgrade(&transaction));
        transaction
    }

    /// What has become of it.
    #[must_use]
    pub fn outcome(&self) -> TransactionOutcome {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// NtCommitTransaction — the phases up to the commit; a filter that rolls back on the way makes it a rollback.
    pub fn commit(self: &Arc<Self>) -> TransactionOutcome {
        for phase in [PRE_PREPARE, PREPARE] {
            enlistment::notify(self, phase);
            if self.rolls_back.load(Ordering::Acquire) != 0 {
                return self.rollback();
            }
        }
        self.decide(TransactionOutcome::Committed);
        enlistment::notify(self, COMMIT);
        enlistment::notify(self, COMMIT_FINALIZE);
        self.end()
    }

    /// NtRollbackTransaction.
    pub fn rollback(self: &Arc<Self>) -> TransactionOutcome {
        self.decide(TransactionOutcome::Aborted);
        enlistment::notify(self, ROLLBACK);
        self.end()
    }

    fn decide(&self, outcome: TransactionOutcome) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
    }

    /// The filter manager deletes the contexts of a transaction that is over.
    fn end(self: &Arc<Self>) -> TransactionOutcome {
        enlistment::release(self);
        context::transaction_ended(self.body() as *const _);
        self.outcome()
    }
}

/// The transaction whose object is at `address`; zero, which most opens pass, costs no look at the list.
#[must_use]
pub fn at(address: usize) -> Option<Arc<Transaction>> {
    if address == 0 {
        return None;
    }
    live()
        .into_iter()
        .find(|transaction| transaction.body() == address)
}

static LIVE: Mutex<Vec<Weak<Transaction>>> = Mutex::new(Vec::new());

/// Those that somebody still refers to.
fn live() -> Vec<Arc<Transaction>> {
    let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
    live.retain(|transaction| transaction.strong_count() > 0);
    live.iter().filter_map(Weak::upgrade).collect()
}

#[cfg(test)]
mod tests;
