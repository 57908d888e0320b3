//! FltPerformSynchronousIo, FltPerformAsynchronousIo, FltReissueSynchronousIo.

use std::sync::Arc;

use minifilter_sys::{
    IRP_MJ_CREATE, IRP_PAGING_IO, IRP_SYNCHRONOUS_API, NTSTATUS, PFLT_CALLBACK_DATA,
    STATUS_CANCELLED, STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST, STATUS_INVALID_PARAMETER,
};

use super::data;
use crate::model::bounds::{APC, PASSIVE};
use crate::model::instance::Instance;
use crate::model::operation::asynchronous::{self, Completion};
use crate::model::operation::{self, Extras, pre_status_block};
use crate::model::thread;
use crate::verify::{self, rule};

/// FltPerformSynchronousIo.
pub fn synchronous(data: PFLT_CALLBACK_DATA, extras: Extras) {
    let Some(sending) = data::to_send(data) else {
        return;
    };
    let mut iopb = sending.iopb;
    iopb.IrpFlags |= IRP_SYNCHRONOUS_API;
    let operation = asynchronous::begin(&sending.instance, &iopb);
    operation.set_extras(extras);
    data::sent(data, operation);
    let status = operation.wait(extras.ecp_list);
    data::ended(data, status);
}

/// FltPerformAsynchronousIo — `completed` is called in every case.
pub fn asynchronous(
    data: PFLT_CALLBACK_DATA,
    completed: impl FnOnce() + Send + 'static,
) -> NTSTATUS {
    let Some(sending) = data::to_send(data) else {
        return STATUS_INVALID_PARAMETER;
    };
    let paging = sending.iopb.IrpFlags & IRP_PAGING_IO != 0;
    thread::require_irql(if paging { APC } else { PASSIVE });
    if sending.iopb.MajorFunction == IRP_MJ_CREATE {
        let status = STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST;
        data::ended(data, pre_status_block(status, 0));
        completed();
        return status;
    }
    let operation = asynchronous::begin(&sending.instance, &sending.iopb);
    data::sent(data, operation);
    let address = data as usize;
    let completion: Completion = Box::new(move |operation| {
        data::ended(address as PFLT_CALLBACK_DATA, operation.status());
        completed();
    });
    asynchronous::dispatch(&sending.instance, operation, completion)
}

/// FltReissueSynchronousIo — once more below the instance: a filter's own operation, or that of the post-operation
/// callback in progress.
pub fn reissue(instance: &Arc<Instance>, data: PFLT_CALLBACK_DATA) {
    if data::is_own(data) {
        let extras = Extras {
            reissued: true,
            ..Extras::default()
        };
        return synchronous(data, extras);
    }
    let Some(found) = operation::find(data) else {
        return not_reissuable(format!("{data:p} is no operation under way"));
    };
    if !found.may_be_reissued(instance) {
        return not_reissuable(format!(
            "{data:p} is not a synchronized IRP in its post-operation callback"
        ));
    }
    let paging = found.iopb().IrpFlags & IRP_PAGING_IO != 0;
    thread::require_irql(if paging { APC } else { PASSIVE });
    if found.open_was_cancelled() {
        return found.reissued(pre_status_block(STATUS_CANCELLED, 0));
    }
    found.reissued(asynchronous::again(instance, found));
}

#[cold]
fn not_reissuable(detail: String) {
    verify::violation(rule::REISSUED_WITHOUT_SYNCHRONIZING, detail);
}
