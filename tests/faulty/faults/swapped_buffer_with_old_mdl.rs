//! Puts a buffer of its own into a read and leaves the MDL of the other.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

/// What the post-operation callback has to copy back.
struct Swapped {
    from: PVOID,
    to: PVOID,
}

driver!(operations: &[on(IRP_MJ_READ, Some(pre_read), Some(post_read)), OPERATIONS_END]);

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !is_irp(data) || is_paging(data) || FltLockUserBuffer(data) < 0 {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let read = &mut (*(*data).Iopb).Parameters.Read;
    let length = read.Length;
    let to = address_of(read.MdlAddress);
    let size = length as usize + size_of::<Swapped>();
    let swapped = ExAllocatePool2(POOL_FLAG_NON_PAGED, size as _, TAG).cast::<Swapped>();
    if to.is_null() || swapped.is_null() {
        return give_up(swapped);
    }
    let from = swapped.add(1).cast();
    if CORRECTED {
        let mdl = IoAllocateMdl(from, length, 0, 0, null_mut());
        if mdl.is_null() {
            return give_up(swapped);
        }
        MmBuildMdlForNonPagedPool(mdl);
        read.MdlAddress = mdl;
    }
    swapped.write(Swapped { from, to });
    read.ReadBuffer = from;
    FltSetCallbackDataDirty(data);
    *completion = swapped.cast();
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe fn give_up(swapped: *mut Swapped) -> FLT_PREOP_CALLBACK_STATUS {
    if !swapped.is_null() {
        ExFreePoolWithTag(swapped.cast(), TAG);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

/// `MmGetSystemAddressForMdlSafe`
unsafe fn address_of(mdl: PMDL) -> PVOID {
    if mdl.is_null() {
        null_mut()
    } else if i32::from((*mdl).MdlFlags)
        & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL) as i32
        != 0
    {
        (*mdl).MappedSystemVa
    } else {
        MmMapLockedPagesSpecifyCache(
            mdl,
            KernelMode as _,
            MmCached,
            null_mut(),
            0,
            NormalPagePriority as _,
        )
    }
}

unsafe extern "C" fn post_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let swapped = completion.cast::<Swapped>();
    let read = (*data).IoStatus.Information;
    if flags & FLTFL_POST_OPERATION_DRAINING == 0 && (*data).IoStatus.Anonymous.Status >= 0 {
        RtlCopyMemory((*swapped).to, (*swapped).from, read);
    }
    ExFreePoolWithTag(completion, TAG);
    FLT_POSTOP_FINISHED_PROCESSING
}
