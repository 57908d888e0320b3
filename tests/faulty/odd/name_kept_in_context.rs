//! Keeps a reference on file name information in the context of a stream handle, uses it in later operations, and
//! gives it back in the context's cleanup callback.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAMHANDLE_CONTEXT, size_of::<PFLT_FILE_NAME_INFORMATION>(), Some(cleaned)), CONTEXTS_END],
    operations: &[
        on(IRP_MJ_CREATE, Some(ask_for_post), Some(post_create)),
        on(IRP_MJ_CLEANUP, Some(pre_cleanup), None),
        OPERATIONS_END,
    ],
);

unsafe extern "C" fn cleaned(context: PFLT_CONTEXT, _kind: FLT_CONTEXT_TYPE) {
    let name = *context.cast::<PFLT_FILE_NAME_INFORMATION>();
    if !name.is_null() {
        FltReleaseFileNameInformation(name);
    }
}

unsafe extern "C" fn post_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let mut new = null_mut();
    if flags & FLTFL_POST_OPERATION_DRAINING == 0
        && (*data).IoStatus.Anonymous.Status == STATUS_SUCCESS
        && FltAllocateContext(
            (*objects).Filter,
            FLT_STREAMHANDLE_CONTEXT,
            8,
            PagedPool,
            &raw mut new,
        ) >= 0
    {
        let name = new.cast::<PFLT_FILE_NAME_INFORMATION>();
        *name = null_mut();
        let options = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT;
        if FltGetFileNameInformation(data, options, name) < 0 {
            *name = null_mut();
        }
        let (instance, file) = ((*objects).Instance, (*objects).FileObject);
        FltSetStreamHandleContext(
            instance,
            file,
            FLT_SET_CONTEXT_KEEP_IF_EXISTS,
            new,
            null_mut(),
        );
        FltReleaseContext(new);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut context = null_mut();
    if FltGetStreamHandleContext((*objects).Instance, (*objects).FileObject, &raw mut context) >= 0
    {
        let name = *context.cast::<PFLT_FILE_NAME_INFORMATION>();
        if !name.is_null() {
            FltParseFileNameInformation(name);
            DbgPrint(
                c"%wZ is cleaned up\n".as_ptr().cast(),
                &raw mut (*name).FinalComponent,
            );
        }
        FltReleaseContext(context);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
