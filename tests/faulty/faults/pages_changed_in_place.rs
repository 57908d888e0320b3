//! Encrypts the pages of the cache where they are, on their way to the disk.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_WRITE, Some(pre_write), None), OPERATIONS_END]);

unsafe extern "C" fn pre_write(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let write = &(*(*data).Iopb).Parameters.Write;
    let page = write.WriteBuffer.cast::<u8>();
    if is_paging(data) && !page.is_null() {
        for place in 0..write.Length as usize {
            let byte = page.add(place);
            let key = if CORRECTED { 0 } else { 0x5A };
            byte.write_volatile(byte.read_volatile() ^ key);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
