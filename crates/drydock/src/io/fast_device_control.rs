//! FAST_IO_DISPATCH.FastIoDeviceControl — how a device control begins where its driver has such a routine: a direct call, and an
//! IRP only if that declines.
#![allow(unsafe_code)] // reads the driver's dispatch table and calls into it

use std::ffi::c_void;

use minifilter_sys::*;

use super::control_device::RawBuffers;
use crate::model::bounds::PASSIVE;
use crate::model::device_object;
use crate::model::thread::{self, Site};

/// Offset of FastIoDeviceControl in FAST_IO_DISPATCH, which begins with its own size.
const ROUTINE: usize = 80;

/// PFAST_IO_DEVICE_CONTROL.
type FastDeviceControl = unsafe extern "win64" fn(
    PFILE_OBJECT,
    u8,
    *mut c_void,
    u32,
    *mut c_void,
    u32,
    u32,
    *mut IO_STATUS_BLOCK,
    PDEVICE_OBJECT,
) -> u8;

/// Calls the routine of the device's driver; none if there is no such routine, or it wants an IRP.
pub fn attempt(
    device: PDEVICE_OBJECT,
    file: PFILE_OBJECT,
    code: u32,
    raw: RawBuffers,
) -> Option<(NTSTATUS, usize)> {
    let routine = routine_of(device)?;
    // SAFETY: integers, for which zero is a value.
    let mut status: IO_STATUS_BLOCK = unsafe { std::mem::zeroed() };
    let end = &raw mut status;
    // SAFETY: the member's declared type is PFAST_IO_DEVICE_CONTROL, of which this is the true convention.
    let call: FastDeviceControl = unsafe { std::mem::transmute(routine) };
    let site = Site {
        name: "FastIoDeviceControl",
        code: routine,
    };
    let ((input, input_length), (output, output_length)) = (raw.input, raw.output);
    let done = thread::call_driver(site, PASSIVE, || {
        let (input, output) = (input as *mut c_void, output as *mut c_void);
        // SAFETY: the driver put this code there for exactly this call; the file object and the status block outlive it, and
        // the buffers are a program's, which a driver must expect to be anything.
        unsafe {
            call(
                file,
                1,
                input,
                input_length,
                output,
                output_length,
                code,
                end,
                device,
            )
        }
    });
    (done != 0).then(|| {
        (
            crate::model::operation::status_of(&status),
            status.Information as usize,
        )
    })
}

/// The routine's address, if the table is long enough to have it.
fn routine_of(device: PDEVICE_OBJECT) -> Option<usize> {
    let driver = device_object::driver_of(device)? as *const DRIVER_OBJECT;
    // SAFETY: driver objects are leaked, so this one is there; the driver may have written the member.
    let table = unsafe { (*driver).FastIoDispatch }.cast::<u8>();
    if table.is_null() {
        return None;
    }
    // SAFETY: a driver that sets the member points it to a FAST_IO_DISPATCH that lives as long as it is loaded.
    let size = unsafe { table.cast::<u32>().read_unaligned() } as usize;
    if size < ROUTINE + size_of::<usize>() {
        return None;
    }
    // SAFETY: the table says that it is this long.
    let routine = unsafe { table.wrapping_add(ROUTINE).cast::<usize>().read_unaligned() };
    (routine != 0).then_some(routine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::io_irp::tests::{BUFFERED, device, reverse};
    use crate::io::control_device::ControlDevice;

    /// A control code for which the routine below has no answer.
    const SLOW: u32 = BUFFERED + 4;

    unsafe extern "win64" fn answers(
        _file: PFILE_OBJECT,
        _wait: u8,
        _input: *mut c_void,
        _input_length: u32,
        output: *mut c_void,
        output_length: u32,
        code: u32,
        status: *mut IO_STATUS_BLOCK,
        _device: PDEVICE_OBJECT,
    ) -> u8 {
        if code == SLOW {
            return 0;
        }
        // SAFETY: the program below passes a buffer of that many bytes.
        unsafe {
            output
                .cast::<u8>()
                .write_bytes(b'x', output_length as usize)
        };
        // SAFETY: the I/O manager passes a place for the status.
        unsafe { (*status).Information = output_length as usize };
        1
    }

    /// A table with that size at its front.
    fn table(size: usize) -> PVOID {
        let words: &'static mut [usize; 28] = Box::leak(Box::new([0; 28]));
        words[0] = size;
        words[ROUTINE / 8] = answers as FastDeviceControl as usize;
        words.as_mut_ptr().cast()
    }

    fn output_of(name: &str, size: usize, code: u32) -> Vec<u8> {
        let made = device(name, reverse);
        let driver = device_object::driver_of(made).expect("a device has a driver");
        // SAFETY: the driver object is leaked.
        unsafe { (*driver).FastIoDispatch = table(size) };
        let open = ControlDevice::open(name).expect("the driver lets it");
        let answer = open.control(code, b"abc", 3);
        drop(open);
        device_object::delete(made);
        answer.output
    }

    #[test]
    fn a_device_control_is_asked_of_fast_device_control_before_an_irp_is_made() {
        assert_eq!(output_of("\\Device\\Fast1", 224, BUFFERED), b"xxx");
        assert_eq!(output_of("\\Device\\Fast2", 224, SLOW), b"cba");
    }

    #[test]
    fn a_table_too_short_for_the_routine_has_none() {
        assert_eq!(output_of("\\Device\\Fast3", ROUTINE, BUFFERED), b"cba");
    }
}
