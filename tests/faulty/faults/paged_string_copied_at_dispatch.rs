//! Has a string in paged pool copied at DISPATCH_LEVEL.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let block = ExAllocatePool2(POOL_FLAG_PAGED, 64, TAG);
        let text = UNICODE_STRING {
            Length: 8,
            MaximumLength: 8,
            Buffer: block.cast(),
        };
        let mut copy = [0_u16; 4];
        let mut target = UNICODE_STRING {
            Length: 0,
            MaximumLength: 8,
            Buffer: copy.as_mut_ptr(),
        };
        let level = if CORRECTED {
            PASSIVE_LEVEL
        } else {
            DISPATCH_LEVEL
        };
        at_level(level, || {
            RtlCopyUnicodeString(&raw mut target, &raw const text)
        });
        ExFreePoolWithTag(block, TAG);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
