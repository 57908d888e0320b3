//! FltXxxExtraCreateParameterXxx — extra create parameters.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use minifilter_sys::{
    BOOLEAN, GUID, IRP_MJ_CREATE, NTSTATUS, PFLT_CALLBACK_DATA, STATUS_INVALID_PARAMETER_2,
    STATUS_INVALID_PARAMETER_3, STATUS_SUCCESS,
};

use super::ecp as shim;
use super::flt_argument::{In, Out};
use crate::export;
use crate::model::callback::EcpCleanup;
use crate::model::file_system::Request;
use crate::model::operation::{self, Extras, Operation};
use crate::model::{ecp, lookaside};

/// The operation, if it is a create that is an IRP.
fn create(data: PFLT_CALLBACK_DATA) -> Option<&'static Operation> {
    operation::find(data).filter(|operation| {
        operation.request() == Request::Irp && operation.iopb().MajorFunction == IRP_MJ_CREATE
    })
}

export! { Dll::FltMgr;
    /// `FltAllocateExtraCreateParameterList` — an empty list.
    fn FltAllocateExtraCreateParameterList(_filter: usize, _flags: u32, out: Out<usize>) -> NTSTATUS {
        shim::allocate_list(out)
    }
    /// `FltFreeExtraCreateParameterList` — frees a list with what is in it.
    fn FltFreeExtraCreateParameterList(_filter: usize, list: usize) {
        ecp::give_up_list(list);
    }
    /// `FltAllocateExtraCreateParameter` — a parameter in no list.
    fn FltAllocateExtraCreateParameter(_filter: usize, guid: In<GUID>, size: u32, flags: u32, cleanup: Option<EcpCleanup>, tag: u32, out: Out<usize>) -> NTSTATUS {
        shim::allocate(guid, (size, flags), cleanup, (tag, 0), out)
    }
    /// `FltAllocateExtraCreateParameterFromLookasideList` — the same from a lookaside list.
    fn FltAllocateExtraCreateParameterFromLookasideList(_filter: usize, guid: In<GUID>, size: u32, flags: u32, cleanup: Option<EcpCleanup>, list: usize, out: Out<usize>) -> NTSTATUS {
        shim::allocate(guid, (size, flags), cleanup, (0, list), out)
    }
    /// `FltFreeExtraCreateParameter` — frees a parameter that is in no list.
    fn FltFreeExtraCreateParameter(_filter: usize, context: usize) {
        ecp::free(context);
    }
    /// `FltInsertExtraCreateParameter` — puts a parameter into a list that has none of its type.
    fn FltInsertExtraCreateParameter(_filter: usize, list: usize, context: usize) -> NTSTATUS {
        shim::insert(list, context)
    }
    /// `FltFindExtraCreateParameter` — looks one up by its type.
    fn FltFindExtraCreateParameter(_filter: usize, list: usize, guid: In<GUID>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
        shim::find(list, guid, context, size)
    }
    /// `FltRemoveExtraCreateParameter` — takes one out by its type.
    fn FltRemoveExtraCreateParameter(_filter: usize, list: usize, guid: In<GUID>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
        shim::remove(list, guid, context, size)
    }
    /// `FltGetNextExtraCreateParameter` — the next of a list.
    fn FltGetNextExtraCreateParameter(_filter: usize, list: usize, current: usize, guid: Out<GUID>, context: Out<usize>, size: Out<u32>) -> NTSTATUS {
        shim::next(list, current, guid, context, size)
    }
    /// `FltGetEcpListFromCallbackData` — the list that goes with a create, or none.
    fn FltGetEcpListFromCallbackData(_filter: usize, data: PFLT_CALLBACK_DATA, out: Out<usize>) -> NTSTATUS {
        out.give(create(data).map_or(0, |create| create.extras().ecp_list));
        STATUS_SUCCESS
    }
    /// `FltSetEcpListIntoCallbackData` — lets a list go with a create that has none; the I/O manager frees it.
    fn FltSetEcpListIntoCallbackData(_filter: usize, data: PFLT_CALLBACK_DATA, list: usize) -> NTSTATUS {
        let Some(create) = create(data) else { return STATUS_INVALID_PARAMETER_2 };
        let extras = create.extras();
        if extras.ecp_list != 0 {
            return STATUS_INVALID_PARAMETER_3;
        }
        create.set_extras(Extras { ecp_list: list, ..extras });
        STATUS_SUCCESS
    }
    /// `FltAcknowledgeEcp` — says that the parameter was understood.
    fn FltAcknowledgeEcp(_filter: usize, context: usize) {
        ecp::acknowledge(context, true);
    }
    /// `FltPrepareToReuseEcp` — takes that back before the next create.
    fn FltPrepareToReuseEcp(_filter: usize, context: usize) {
        ecp::acknowledge(context, false);
    }
    /// `FltIsEcpAcknowledged` — whether it was.
    fn FltIsEcpAcknowledged(_filter: usize, context: usize) -> BOOLEAN {
        shim::boolean(ecp::is_acknowledged(context))
    }
    /// `FltIsEcpFromUserMode` — whether a program sent the parameter.
    fn FltIsEcpFromUserMode(_filter: usize, context: usize) -> BOOLEAN {
        shim::boolean(ecp::is_from_user_mode(context))
    }
    /// `FltInitExtraCreateParameterLookasideList` — a lookaside list for parameters.
    fn FltInitExtraCreateParameterLookasideList(_filter: usize, list: usize, flags: u32, size: usize, tag: u32) {
        shim::initialize_lookaside(list, flags, size, tag);
    }
    /// `FltDeleteExtraCreateParameterLookasideList` — ends its life.
    fn FltDeleteExtraCreateParameterLookasideList(_filter: usize, list: usize, _flags: u32) {
        lookaside::delete(list);
    }
}

#[cfg(test)]
mod tests;
