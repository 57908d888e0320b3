//! Answers with an error and the length that it wants, with a warning and as much as there is room for, or with the number of
//! bytes that it took in: Information counts output only where there is some.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

/// Bytes of the whole answer.
const ANSWER: u32 = 8;

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let asked = (*location(irp)).Parameters.DeviceIoControl;
    if asked.IoControlCode & 3 != METHOD_BUFFERED {
        return finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    match asked.OutputBufferLength {
        0 => finish(irp, STATUS_SUCCESS, asked.InputBufferLength as ULONG_PTR),
        1 => finish(irp, STATUS_BUFFER_TOO_SMALL, ANSWER as ULONG_PTR),
        room => {
            let told = room.min(ANSWER);
            let buffer = (*irp).AssociatedIrp.SystemBuffer.cast::<u8>();
            buffer.write_bytes(0, told as usize);
            let status = if told < ANSWER {
                STATUS_BUFFER_OVERFLOW
            } else {
                STATUS_SUCCESS
            };
            finish(irp, status, told as ULONG_PTR)
        }
    }
}
