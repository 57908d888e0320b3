//! Describes a part of locked memory by another MDL, maps only that, links two MDLs in a chain, and frees the part
//! without unmapping it, as IoFreeMdl does that for partial MDLs.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

const SIZE: ULONG = 9000;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let block = ExAllocatePool2(POOL_FLAG_NON_PAGED, SIZE as SIZE_T, TAG);
    if block.is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let whole = describe(block, SIZE);
    if !whole.is_null() {
        map_part(whole, block);
        IoFreeMdl(whole);
    }
    ExFreePoolWithTag(block, TAG);
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe fn map_part(whole: PMDL, block: PVOID) {
    let start = block.wrapping_byte_add(4096);
    let part = IoAllocateMdl(start, 100, 0, 0, null_mut());
    if part.is_null() {
        return;
    }
    IoBuildPartialMdl(whole, part, start, 100);
    (*whole).Next = part;
    let address = system_address(part);
    if !address.is_null() {
        address.cast::<u8>().write_bytes(1, 100);
    }
    (*whole).Next = null_mut();
    IoFreeMdl(part);
}
