//! FltEnlistInTransaction and what follows it — filters that take part in transactions.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::sync::Arc;

use minifilter_sys::{NTSTATUS, PFLT_INSTANCE, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};

use crate::export;
use crate::model::flt_object;
use crate::model::instance::Instance;
use crate::model::transaction::{self, Transaction};

type Step = fn(&Arc<Instance>, &Arc<Transaction>, usize) -> Result<(), NTSTATUS>;

fn step(instance: PFLT_INSTANCE, transaction: usize, context: usize, step: Step) -> NTSTATUS {
    let parts = flt_object::instance(instance).zip(transaction::at(transaction));
    let Some((instance, transaction)) = parts else {
        return STATUS_INVALID_PARAMETER;
    };
    step(&instance, &transaction, context)
        .err()
        .unwrap_or(STATUS_SUCCESS)
}

fn complete(
    instance: &Arc<Instance>,
    transaction: &Arc<Transaction>,
    context: usize,
) -> Result<(), NTSTATUS> {
    transaction::complete(instance, transaction, context)
}

export! { Dll::FltMgr;
    /// `FltEnlistInTransaction` — asks to be told of a transaction's phases.
    fn FltEnlistInTransaction(instance: PFLT_INSTANCE, transaction: usize, context: usize, mask: u32) -> NTSTATUS {
        let parts = flt_object::instance(instance).zip(transaction::at(transaction));
        let Some((instance, transaction)) = parts else { return STATUS_INVALID_PARAMETER };
        transaction::enlist(&instance, &transaction, context, mask).err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltRollbackEnlistment` — makes the transaction end in a rollback.
    fn FltRollbackEnlistment(instance: PFLT_INSTANCE, transaction: usize, context: usize) -> NTSTATUS {
        step(instance, transaction, context, transaction::roll_back)
    }
    /// `FltPrePrepareComplete` — done with TRANSACTION_NOTIFY_PREPREPARE.
    fn FltPrePrepareComplete(instance: PFLT_INSTANCE, transaction: usize, context: usize) -> NTSTATUS {
        step(instance, transaction, context, complete)
    }
    /// `FltPrepareComplete` — done with TRANSACTION_NOTIFY_PREPARE.
    fn FltPrepareComplete(instance: PFLT_INSTANCE, transaction: usize, context: usize) -> NTSTATUS {
        step(instance, transaction, context, complete)
    }
    /// `FltCommitComplete` — done with TRANSACTION_NOTIFY_COMMIT.
    fn FltCommitComplete(instance: PFLT_INSTANCE, transaction: usize, context: usize) -> NTSTATUS {
        step(instance, transaction, context, complete)
    }
    /// `FltCommitFinalizeComplete` — done with TRANSACTION_NOTIFY_COMMIT_FINALIZE.
    fn FltCommitFinalizeComplete(instance: PFLT_INSTANCE, transaction: usize, context: usize) -> NTSTATUS {
        step(instance, transaction, context, complete)
    }
    /// `FltRollbackComplete` — done with TRANSACTION_NOTIFY_ROLLBACK.
    fn FltRollbackComplete(instance: PFLT_INSTANCE, transaction: usize, context: usize) -> NTSTATUS {
        step(instance, transaction, context, complete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::flt_fixture::{Fixture, Script};
    use crate::model::kernel_object::KernelObject;

    type Completion = unsafe extern "win64" fn(PFLT_INSTANCE, usize, usize) -> NTSTATUS;

    #[test]
    fn only_who_is_enlisted_completes_and_rolls_back() {
        let fixture = Fixture::new(Script::default());
        let instance = fixture.volume.stack()[0].handle();
        let transaction = Transaction::begin();
        let all: [Completion; 6] = [
            FltRollbackEnlistment,
            FltPrePrepareComplete,
            FltPrepareComplete,
            FltCommitComplete,
            FltCommitFinalizeComplete,
            FltRollbackComplete,
        ];
        for call in all {
            // SAFETY: the instance lives in the fixture; the context is looked for, not followed.
            let status = unsafe { call(instance, transaction.body(), 0x1000) };
            assert_eq!(status, STATUS_INVALID_PARAMETER);
        }
        // SAFETY: as above.
        let status = unsafe { FltEnlistInTransaction(instance, transaction.body(), 0, 4) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    }
}
