//! Changes the create options of every create, says so, and leaves the change as it is: nobody has to undo it, since
//! the filters above see their own.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    (*(*data).Iopb).Parameters.Create.Options |= FILE_WRITE_THROUGH;
    FltSetCallbackDataDirty(data);
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
