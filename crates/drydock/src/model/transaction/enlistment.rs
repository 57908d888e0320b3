//! FltEnlistInTransaction — the filters that want to hear of a transaction's outcome, and telling them.
#![allow(unsafe_code)] // calls the driver

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

use minifilter_sys::{
    FLT_MAX_TRANSACTION_NOTIFICATIONS, FLT_RELATED_OBJECTS, NTSTATUS, STATUS_FLT_ALREADY_ENLISTED,
    STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_4,
    STATUS_PENDING, STATUS_TRANSACTION_REQUEST_NOT_VALID,
};

use super::{Transaction, TransactionOutcome};
use crate::model::bounds::PASSIVE;
use crate::model::instance::Instance;
use crate::model::kernel_object::KernelObject;
use crate::model::thread::Site;
use crate::model::{callback, context, related, thread, wait};

type Notification = unsafe extern "win64" fn(*const FLT_RELATED_OBJECTS, usize, u32) -> NTSTATUS;

/// One instance that enlisted.
pub struct Enlistment {
    instance: Arc<Instance>,
    context: usize,
    mask: u32,
    /// The phase that the filter answered with STATUS_PENDING and has not completed.
    pending: Arc<Pending>,
}

#[derive(Default)]
struct Pending {
    waits: AtomicBool,
}

/// Enlists an instance; the context gets a reference for as long as the transaction lasts.
///
/// # Errors
/// As the page of FltEnlistInTransaction says.
pub fn enlist(
    instance: &Arc<Instance>,
    transaction: &Arc<Transaction>,
    context: usize,
    mask: u32,
) -> Result<(), NTSTATUS> {
    let registered = &instance.filter.registration.callbacks;
    if registered.TransactionNotificationCallback.is_none() || context == 0 {
        return Err(STATUS_INVALID_PARAMETER);
    }
    if mask == 0 || mask & !FLT_MAX_TRANSACTION_NOTIFICATIONS != 0 {
        return Err(STATUS_INVALID_PARAMETER_4);
    }
    if instance.teardown_started.load(Ordering::Acquire) {
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    if transaction.outcome() != TransactionOutcome::Undetermined {
        return Err(STATUS_TRANSACTION_REQUEST_NOT_VALID);
    }
    let mut all = transaction
        .enlistments
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if all
        .iter()
        .any(|other| Arc::ptr_eq(&other.instance, instance))
    {
        return Err(STATUS_FLT_ALREADY_ENLISTED);
    }
    context::reference(context as *const _);
    all.push(Enlistment {
        instance: Arc::clone(instance),
        context,
        mask,
        pending: Arc::default(),
    });
    Ok(())
}

/// Tells every filter that asked for it of one phase, and waits for those that are not done with it.
pub fn notify(transaction: &Arc<Transaction>, phase: u32) {
    let told: Vec<_> = {
        let all = transaction
            .enlistments
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let wanted = all.iter().filter(|enlistment| enlistment.mask & phase != 0);
        wanted
            .map(|one| {
                (
                    Arc::clone(&one.instance),
                    one.context,
                    Arc::clone(&one.pending),
                )
            })
            .collect()
    };
    for (instance, context, pending) in told {
        pending.waits.store(true, Ordering::Release);
        let status = call(transaction, &instance, context, phase);
        if status != STATUS_PENDING {
            pending.waits.store(false, Ordering::Release);
        }
        let address = Arc::as_ptr(&pending) as usize;
        let what = || "a filter to complete a transaction's notification".to_owned();
        wait::until(address, None, what, || {
            (!pending.waits.load(Ordering::Acquire)).then_some(())
        });
    }
}

fn call(
    transaction: &Transaction,
    instance: &Arc<Instance>,
    context: usize,
    phase: u32,
) -> NTSTATUS {
    let Some(notification) = instance
        .filter
        .registration
        .callbacks
        .TransactionNotificationCallback
    else {
        return 0;
    };
    // SAFETY: the member's type is PFLT_TRANSACTION_NOTIFICATION_CALLBACK, of which this is the true convention.
    let notification: Notification = unsafe { callback::win64(notification) };
    let mut objects = related::of_instance(instance);
    objects.Transaction = transaction.body() as *mut _;
    let site = Site {
        name: "TransactionNotification",
        code: notification as usize,
    };
    thread::call_driver(site, PASSIVE, || {
        // SAFETY: the driver registered this code for exactly this call; `objects` outlives it.
        unsafe { notification(&raw const objects, context, phase) }
    })
}

/// FltCommitComplete and its kind — the filter is done with the phase it answered with STATUS_PENDING.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for an instance that is not enlisted with that context.
pub fn complete(
    instance: &Arc<Instance>,
    transaction: &Transaction,
    context: usize,
) -> Result<(), NTSTATUS> {
    let all = transaction
        .enlistments
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let mine = |one: &&Enlistment| Arc::ptr_eq(&one.instance, instance) && one.context == context;
    let found = all.iter().find(mine).ok_or(STATUS_INVALID_PARAMETER)?;
    found.pending.waits.store(false, Ordering::Release);
    wait::wake(Arc::as_ptr(&found.pending) as usize);
    Ok(())
}

/// FltRollbackEnlistment — asks for a rollback; the transaction manager carries it out where a commit is under way, and at
/// once elsewhere.
///
/// # Errors
/// As [`complete`]; STATUS_TRANSACTION_REQUEST_NOT_VALID when the outcome is decided.
pub fn roll_back(
    instance: &Arc<Instance>,
    transaction: &Arc<Transaction>,
    context: usize,
) -> Result<(), NTSTATUS> {
    if transaction.outcome() != TransactionOutcome::Undetermined {
        return Err(STATUS_TRANSACTION_REQUEST_NOT_VALID);
    }
    complete(instance, transaction, context)?;
    transaction.rolls_back.fetch_add(1, Ordering::AcqRel);
    Ok(())
}

/// The transaction is over: the references of its enlistments go.
pub fn release(transaction: &Transaction) {
    let all = std::mem::take(
        &mut *transaction
            .enlistments
            .lock()
            .unwrap_or_else(PoisonError::into_inner),
    );
    for enlistment in all {
        context::release(enlistment.context as *const _);
    }
}

/// An instance is torn down: it hears no more of the transactions it is enlisted in.
pub fn instance_gone(instance: &Arc<Instance>) {
    for transaction in super::live() {
        let gone = {
            let mut all = transaction
                .enlistments
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let position = all
                .iter()
                .position(|one| Arc::ptr_eq(&one.instance, instance));
            position.map(|position| all.remove(position))
        };
        if let Some(enlistment) = gone {
            context::release(enlistment.context as *const _);
        }
    }
}
