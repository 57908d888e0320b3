//! FltDecodeParameters, FltLockUserBuffer, swapped MDLs and aligned pool — the buffers of operations.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::{c_char, c_void};

use minifilter_sys::{
    IRP_MJ_DEVICE_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, NTSTATUS, PFLT_CALLBACK_DATA, PFLT_INSTANCE,
    POOL_TYPE, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

use super::flt_argument::Out;
use crate::export;
use crate::exports::gate::Call;
use crate::model::operation::buffer::{self, Places};
use crate::model::operation::{self, Operation, major, swap};
use crate::model::pool::{self, PoolKind};
use crate::report;

/// Sectors of the bench's volumes; aligned blocks fit them.
const SECTOR: usize = 512;

fn places(operation: &Operation) -> Option<Places> {
    let major = operation.iopb().MajorFunction;
    if matches!(major, IRP_MJ_FILE_SYSTEM_CONTROL | IRP_MJ_DEVICE_CONTROL) {
        let function = Call::current().function();
        report::unimplemented(&format!("{function} for {}", major::names(major).name));
    }
    buffer::places(major)
}

fn decode(data: PFLT_CALLBACK_DATA) -> Option<(&'static Operation, Places)> {
    let operation = operation::find(data)?;
    Some((operation, places(operation)?))
}

fn lock(data: PFLT_CALLBACK_DATA) -> Result<(), NTSTATUS> {
    let (operation, places) = decode(data).ok_or(STATUS_INVALID_PARAMETER)?;
    match places.mdl {
        Some(mdl) => buffer::lock_user_buffer(operation, places, mdl),
        // The buffer of such an operation is the system's already.
        None => Ok(()),
    }
}

export! { Dll::FltMgr;
    /// `FltDecodeParameters` — where the parameters of an operation keep MDL, buffer and length.
    fn FltDecodeParameters(data: PFLT_CALLBACK_DATA, mdl: Out<usize>, buffer: Out<usize>, length: Out<usize>, access: Out<i32>) -> NTSTATUS {
        let Some((operation, places)) = decode(data) else { return STATUS_INVALID_PARAMETER };
        mdl.give(places.mdl.map_or(0, |place| buffer::address(operation, place)));
        buffer.give(buffer::address(operation, places.buffer));
        length.give(buffer::address(operation, places.length));
        access.give(places.access as i32);
        STATUS_SUCCESS
    }
    /// `FltLockUserBuffer` — gives an operation an MDL of its buffer.
    fn FltLockUserBuffer(data: PFLT_CALLBACK_DATA) -> NTSTATUS {
        lock(data).err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltGetSwappedBufferMdlAddress` — the MDL that the caller put into the operation on its way down.
    fn FltGetSwappedBufferMdlAddress(data: PFLT_CALLBACK_DATA) -> usize {
        operation::find(data).and_then(Operation::swapped_mdl).unwrap_or(0)
    }
    /// `FltRetainSwappedBufferMdlAddress` — leaves that MDL to the caller.
    fn FltRetainSwappedBufferMdlAddress(data: PFLT_CALLBACK_DATA) {
        if let Some(operation) = operation::find(data) {
            swap::check_retained(operation);
            let _left_to_the_driver = operation.take_swapped_mdl();
        }
    }
    /// `FltAllocatePoolAlignedWithTag` — pool for transfers without the cache.
    fn FltAllocatePoolAlignedWithTag(_instance: PFLT_INSTANCE, pool_type: POOL_TYPE, size: usize, tag: u32) -> *mut c_void {
        let kind = if pool_type & 1 != 0 { PoolKind::Paged } else { PoolKind::NonPaged };
        pool::allocate(kind, size.next_multiple_of(SECTOR), tag, Call::current().caller)
    }
    /// `FltFreePoolAlignedWithTag`
    fn FltFreePoolAlignedWithTag(_instance: PFLT_INSTANCE, block: *mut c_void, tag: u32) {
        pool::free(block, tag);
    }
    /// `FltGetIrpName` — a major function's name for people.
    fn FltGetIrpName(code: u8) -> *const c_char {
        major::text(code)
    }
}
