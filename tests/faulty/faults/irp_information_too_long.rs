//! Answers with more bytes than the buffer of the program has.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

/// Bytes of the whole answer.
const ANSWER: u32 = 8;

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let asked = (*location(irp)).Parameters.DeviceIoControl;
    if asked.IoControlCode & 3 != METHOD_BUFFERED || asked.OutputBufferLength == 0 {
        return finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    let length = asked.OutputBufferLength.min(ANSWER);
    let buffer = (*irp).AssociatedIrp.SystemBuffer.cast::<u8>();
    buffer.write_bytes(0, length as usize);
    let told = if CORRECTED { length } else { ANSWER };
    finish(irp, STATUS_SUCCESS, told as ULONG_PTR)
}
