//! FltRequestOperationStatusCallback — a filter wants to hear what the file system first said.
#![allow(unsafe_code)] // calls the driver's callback

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::{
    FLT_IO_PARAMETER_BLOCK, IRP_MJ_CLOSE, NTSTATUS, STATUS_FLT_DELETING_OBJECT,
    STATUS_INVALID_PARAMETER,
};

use super::data::Operation;
use super::flow::Phase;
use super::levels;
use super::pend::Pend;
use crate::model::bounds::APC;
use crate::model::callback::OperationStatus;
use crate::model::file_system::Request;
use crate::model::instance::Instance;
use crate::model::related;
use crate::model::thread::{self, Site};

/// One request.
///
/// # Invariants
/// Counts as a user of `instance` for as long as it lives, so that a teardown waits for it.
pub struct StatusRequest {
    instance: Arc<Instance>,
    /// The parameters when it was made.
    snapshot: FLT_IO_PARAMETER_BLOCK,
    callback: OperationStatus,
    context: usize,
}

impl Operation {
    /// FltRequestOperationStatusCallback.
    ///
    /// # Errors
    /// STATUS_INVALID_PARAMETER outside a pre-operation callback, for a close and for what is no IRP;
    /// STATUS_FLT_DELETING_OBJECT when the instance is going.
    pub fn request_status(
        &self,
        callback: OperationStatus,
        context: usize,
    ) -> Result<(), NTSTATUS> {
        let snapshot = self.iopb();
        let mut flow = self.flow();
        let in_pre = flow.pend == Pend::Calling(Phase::Pre) && flow.request == Request::Irp;
        if !in_pre || snapshot.MajorFunction == IRP_MJ_CLOSE {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let instance = flow.at.clone().ok_or(STATUS_INVALID_PARAMETER)?;
        if !instance.operations.enter() {
            return Err(STATUS_FLT_DELETING_OBJECT);
        }
        flow.status_requests.push(StatusRequest {
            instance,
            snapshot,
            callback,
            context,
        });
        Ok(())
    }

    /// What is below has answered: those who asked hear it, the lowest first.
    pub(super) fn tell_status(&self, status: NTSTATUS) {
        let requests = std::mem::take(&mut self.flow().status_requests);
        for request in requests.into_iter().rev() {
            request.tell(status);
        }
    }
}

impl Drop for StatusRequest {
    fn drop(&mut self) {
        self.instance.operations.exit();
    }
}

impl StatusRequest {
    fn tell(&self, status: NTSTATUS) {
        let objects = related::of_operation(&self.instance, self.snapshot.TargetFileObject);
        let mut snapshot = self.snapshot;
        let site = Site {
            name: "operation status callback",
            code: self.callback as usize,
        };
        thread::call_driver(site, levels::choose(APC), || {
            let objects = std::ptr::from_ref(&objects).cast_mut();
            let context = self.context as *mut c_void;
            // SAFETY: the driver gave this code for exactly this call; objects and parameters outlive it.
            unsafe { (self.callback)(objects, &raw mut snapshot, status, context) }
        });
    }
}
