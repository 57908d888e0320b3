#![allow(unsafe_code)] // plays the driver
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{
    FLT_MAX_TRANSACTION_NOTIFICATIONS, FLT_SET_CONTEXT_KEEP_IF_EXISTS, IRP_MJ_READ,
    STATUS_FLT_ALREADY_ENLISTED, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_4,
    STATUS_NOT_FOUND, STATUS_PENDING, STATUS_TRANSACTION_REQUEST_NOT_VALID,
};

use super::*;
use crate::model::context::{Kind, Target};
use crate::model::flt_fixture::{Fixture, Script};
use crate::model::instance::Instance;

type Log = Arc<Mutex<Vec<u32>>>;

fn told(log: &Log) -> Vec<u32> {
    log.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A filter that notes what it is told, and answers with `answer`.
fn filter(answer: impl Fn(u32) -> i32 + Send + Sync + 'static) -> (Fixture, Arc<Instance>, Log) {
    let log = Log::default();
    let heard = Arc::clone(&log);
    let fixture = Fixture::new(Script {
        transaction: Some(Arc::new(move |_, phase| {
            heard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(phase);
            answer(phase)
        })),
        ..Script::default()
    });
    let instance = Arc::clone(&fixture.volume.stack()[0]);
    (fixture, instance, log)
}

/// FltAllocateContext, FltSetTransactionContext, FltEnlistInTransaction, FltReleaseContext.
fn enlisted(instance: &Arc<Instance>, transaction: &Arc<Transaction>, mask: u32) -> usize {
    let context = context::allocate(
        &instance.filter,
        Kind::Transaction as u16,
        16,
        crate::model::pool::PoolKind::NonPaged,
    )
    .expect("a context");
    let target = Target::Transaction(instance, transaction.body());
    let memory = context.memory;
    let keep = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
    let set = context::set(&target, Kind::Transaction, keep, memory as *const _, false);
    assert!(set.is_ok());
    assert_eq!(enlist(instance, transaction, memory, mask), Ok(()));
    context::release(memory as *const _);
    memory
}

#[test]
fn a_commit_is_told_in_its_phases_and_ends_the_context() {
    let (_fixture, instance, log) = filter(|_| 0);
    let transaction = Transaction::begin();
    enlisted(&instance, &transaction, FLT_MAX_TRANSACTION_NOTIFICATIONS);
    assert_eq!(transaction.commit(), TransactionOutcome::Committed);
    assert_eq!(told(&log), [PRE_PREPARE, PREPARE, COMMIT, COMMIT_FINALIZE]);
    let target = Target::Transaction(&instance, transaction.body());
    assert_eq!(
        context::get(&target, Kind::Transaction).err(),
        Some(STATUS_NOT_FOUND)
    );
}

#[test]
fn only_what_was_asked_for_is_told() {
    let (_fixture, instance, log) = filter(|_| 0);
    let transaction = Transaction::begin();
    enlisted(&instance, &transaction, COMMIT | ROLLBACK);
    assert_eq!(transaction.rollback(), TransactionOutcome::Aborted);
    assert_eq!(told(&log), [ROLLBACK]);
}

#[test]
fn a_second_enlistment_and_bad_masks_are_refused() {
    let (_fixture, instance, _) = filter(|_| 0);
    let transaction = Transaction::begin();
    let context = enlisted(&instance, &transaction, COMMIT);
    let again = |context, mask| enlist(&instance, &transaction, context, mask).err();
    assert_eq!(again(context, COMMIT), Some(STATUS_FLT_ALREADY_ENLISTED));
    assert_eq!(again(context, 0), Some(STATUS_INVALID_PARAMETER_4));
    assert_eq!(again(context, 0x10), Some(STATUS_INVALID_PARAMETER_4));
    assert_eq!(again(0, COMMIT), Some(STATUS_INVALID_PARAMETER));
    transaction.commit();
    assert_eq!(
        again(context, COMMIT),
        Some(STATUS_TRANSACTION_REQUEST_NOT_VALID)
    );
}

#[test]
fn a_pending_notification_holds_the_commit_until_it_is_completed() {
    let (_fixture, instance, log) =
        filter(|phase| if phase == PREPARE { STATUS_PENDING } else { 0 });
    let transaction = Transaction::begin();
    let context = enlisted(&instance, &transaction, PREPARE | COMMIT);
    let committing = Arc::clone(&transaction);
    let commit = std::thread::spawn(move || committing.commit());
    while told(&log).is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(told(&log), [PREPARE]);
    assert_eq!(
        complete(&instance, &transaction, context + 8),
        Err(STATUS_INVALID_PARAMETER)
    );
    assert_eq!(complete(&instance, &transaction, context), Ok(()));
    assert_eq!(commit.join().ok(), Some(TransactionOutcome::Committed));
    assert_eq!(told(&log), [PREPARE, COMMIT]);
}

#[test]
fn a_filter_can_turn_a_commit_into_a_rollback() {
    let asked: Arc<Mutex<Option<(Arc<Instance>, Arc<Transaction>, usize)>>> = Arc::default();
    let parts = Arc::clone(&asked);
    let (_fixture, instance, log) = filter(move |phase| {
        if phase == PREPARE
            && let Some((instance, transaction, context)) =
                parts.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            assert_eq!(roll_back(&instance, &transaction, context), Ok(()));
            return STATUS_PENDING;
        }
        0
    });
    let transaction = Transaction::begin();
    let context = enlisted(&instance, &transaction, FLT_MAX_TRANSACTION_NOTIFICATIONS);
    *asked.lock().unwrap_or_else(PoisonError::into_inner) =
        Some((Arc::clone(&instance), Arc::clone(&transaction), context));
    assert_eq!(transaction.commit(), TransactionOutcome::Aborted);
    assert_eq!(told(&log), [PRE_PREPARE, PREPARE, ROLLBACK]);
}

#[test]
fn an_operation_on_a_file_of_a_transaction_names_it() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let fixture = Fixture::new(Script {
        pre: Some(Arc::new(move |_, objects, _| {
            log.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(objects.Transaction as usize);
            minifilter_sys::FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    });
    let transaction = Transaction::begin();
    fixture.irp(IRP_MJ_READ);
    assert!(block_of(fixture.file.pointer()).is_null());
    carry(fixture.file.pointer(), &transaction);
    fixture.irp(IRP_MJ_READ);
    // SAFETY: the block lives as long as the file carries the transaction.
    let block = unsafe { block_of(fixture.file.pointer()).read() };
    assert_eq!(block.TransactionObject as usize, transaction.body());
    file_closed(fixture.file.pointer());
    fixture.irp(IRP_MJ_READ);
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(*seen, [0, transaction.body(), 0]);
}
