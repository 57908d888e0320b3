//! `IoBuildDeviceIoControlRequest`, `IoBuildSynchronousFsdRequest` — IRPs that the I/O manager fills and ends for a driver.
#![allow(unsafe_code)] // fills stack locations

use std::ffi::c_void;

use minifilter_sys::*;

use super::irp::{self, Irp, Origin};
use super::{device_object, irp_end, mdl};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// The buffers of a control.
#[derive(Clone, Copy)]
pub struct Buffers {
    /// Input buffer.
    pub input: *mut c_void,
    /// Its bytes.
    pub input_length: u32,
    /// Output buffer.
    pub output: *mut c_void,
    /// Its bytes.
    pub output_length: u32,
}

impl Buffers {
    fn input(&self) -> &[u8] {
        if self.input.is_null() || self.input_length == 0 {
            return &[];
        }
        // SAFETY: the driver passes a buffer of that many bytes.
        unsafe { std::slice::from_raw_parts(self.input.cast(), self.input_length as usize) }
    }
}

/// An IRP with a location for each device below, its event and its status block set.
fn made(
    origin: Origin,
    device: PDEVICE_OBJECT,
    (event, status): (PKEVENT, PIO_STATUS_BLOCK),
) -> Option<Irp> {
    let Some(locations) = device_object::stack_size(device) else {
        let detail = format!("{device:p} is no device object");
        verify::violation(rule::IRP_SENT_NO_DEVICE, detail);
        return None;
    };
    let irp = Irp::allocate(origin, locations, Call::current().caller)?;
    irp.set_thread(irp::this_thread());
    irp.set_user_event(event);
    irp.set_user_iosb(status);
    Some(irp)
}

/// `IoBuildDeviceIoControlRequest` — none without memory or device.
pub fn device_control(
    code: u32,
    device: PDEVICE_OBJECT,
    buffers: Buffers,
    internal: bool,
    result: (PKEVENT, PIO_STATUS_BLOCK),
) -> Option<Irp> {
    let irp = made(Origin::Threaded, device, result)?;
    let location = irp.next()?;
    location.MajorFunction = if internal {
        IRP_MJ_INTERNAL_DEVICE_CONTROL
    } else {
        IRP_MJ_DEVICE_CONTROL
    };
    location.Parameters.DeviceIoControl = IO_STACK_DEVICE_CONTROL {
        OutputBufferLength: buffers.output_length,
        _padding1: 0,
        InputBufferLength: buffers.input_length,
        _padding2: 0,
        IoControlCode: code,
        _padding3: 0,
        Type3InputBuffer: std::ptr::null_mut(),
    };
    let (input, output) = (buffers.input(), buffers.output_length as usize);
    match code & 3 {
        METHOD_BUFFERED if input.is_empty() && output == 0 => {}
        METHOD_BUFFERED => {
            irp.set_system_buffer(irp_end::system_buffer(input, output));
            irp.set_user_buffer(buffers.output);
            let wants_output = if buffers.output.is_null() {
                0
            } else {
                IRP_INPUT_OPERATION
            };
            irp.set_flags(IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER | wants_output);
        }
        METHOD_NEITHER => {
            irp.set_user_buffer(buffers.output);
            location.Parameters.DeviceIoControl.Type3InputBuffer = buffers.input;
        }
        method => {
            if !input.is_empty() {
                irp.set_system_buffer(irp_end::system_buffer(input, 0));
                irp.set_flags(IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER);
            }
            if output != 0 {
                describe(
                    irp,
                    buffers.output,
                    buffers.output_length,
                    method == METHOD_OUT_DIRECT,
                );
            }
        }
    }
    if let Some(tracked) = irp::tracked(irp.as_ptr()) {
        tracked.set_output(output);
    }
    Some(irp)
}

fn describe(irp: Irp, buffer: *mut c_void, length: u32, write: bool) {
    let mdl = mdl::allocate(buffer as usize, length, 0);
    mdl::lock(mdl, write);
    irp.set_mdl(mdl);
}

/// `IoBuildSynchronousFsdRequest`, and of [`Origin::Driver`] `IoBuildAsynchronousFsdRequest`, whose IRP the driver frees — a
/// read, write, flush or shutdown; none for another function.
pub fn transfer(
    origin: Origin,
    major: u8,
    device: PDEVICE_OBJECT,
    (buffer, length): (*mut c_void, u32),
    offset: Option<&LARGE_INTEGER>,
    result: (PKEVENT, PIO_STATUS_BLOCK),
) -> Option<Irp> {
    if !matches!(
        major,
        IRP_MJ_READ
            | IRP_MJ_WRITE
            | IRP_MJ_FLUSH_BUFFERS
            | IRP_MJ_SHUTDOWN
            | IRP_MJ_PNP
            | IRP_MJ_POWER
    ) {
        return None;
    }
    let irp = made(origin, device, result)?;
    let location = irp.next()?;
    location.MajorFunction = major;
    if matches!(major, IRP_MJ_READ | IRP_MJ_WRITE) {
        location.Parameters.Read.Length = length;
        // SAFETY: every bit pattern of a LARGE_INTEGER is a QuadPart.
        let offset = offset.map_or(0, |offset| unsafe { offset.QuadPart });
        location.Parameters.Read.ByteOffset.QuadPart = offset;
        pass_transfer(
            irp,
            device_object::flags(device),
            major == IRP_MJ_READ,
            (buffer, length),
        );
    }
    Some(irp)
}

fn pass_transfer(irp: Irp, flags: u32, read: bool, (buffer, length): (*mut c_void, u32)) {
    if flags & DO_BUFFERED_IO != 0 {
        let direction = if read { IRP_INPUT_OPERATION } else { 0 };
        let whole = Buffers {
            input: buffer,
            input_length: length,
            output: buffer,
            output_length: length,
        };
        let input = if read { &[] } else { whole.input() };
        irp.set_system_buffer(irp_end::system_buffer(input, length as usize));
        irp.set_user_buffer(buffer);
        irp.set_flags(IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER | direction);
        if let Some(tracked) = irp::tracked(irp.as_ptr()) {
            tracked.set_output(length as usize);
        }
    } else if flags & DO_DIRECT_IO != 0 {
        if length != 0 {
            describe(irp, buffer, length, read);
        }
    } else {
        irp.set_user_buffer(buffer);
    }
}
