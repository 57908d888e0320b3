//! IoAllocateIrp, IofCallDriver, IofCompleteRequest, IoCancelIrp and their kin — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::*;

use crate::export;
use crate::exports::gate::Call;
use crate::model::irp::{self, Irp, Origin};
use crate::model::{irp_build, irp_cancel, irp_flow, process, thread};

fn as_ptr(irp: Option<Irp>) -> PIRP {
    irp.map_or(std::ptr::null_mut(), Irp::as_ptr)
}

/// The thread that an IRP was sent for.
fn requestor(packet: PIRP) -> Option<&'static thread::Thread> {
    Irp::from_raw(packet).and_then(|irp| thread::at(irp.thread() as usize))
}

export! { Dll::Ntoskrnl;
    /// `IoAllocateIrp`
    fn IoAllocateIrp(locations: i8, _quota: u8) -> PIRP {
        as_ptr(Irp::allocate(Origin::Driver, locations, Call::current().caller))
    }
    /// `IoFreeIrp`
    fn IoFreeIrp(packet: PIRP) { irp::free(packet) }
    /// `IoReuseIrp`
    fn IoReuseIrp(packet: PIRP, status: NTSTATUS) {
        if let Some(irp) = Irp::from_raw(packet) {
            irp.reuse(status);
        }
    }
    /// `IoBuildDeviceIoControlRequest`
    fn IoBuildDeviceIoControlRequest(
        code: u32, device: PDEVICE_OBJECT, input: *mut c_void, input_length: u32, output: *mut c_void,
        output_length: u32, internal: u8, event: PKEVENT, status: PIO_STATUS_BLOCK,
    ) -> PIRP {
        let buffers = irp_build::Buffers { input, input_length, output, output_length };
        as_ptr(irp_build::device_control(code, device, buffers, internal != 0, (event, status)))
    }
    /// `IoBuildSynchronousFsdRequest`
    fn IoBuildSynchronousFsdRequest(
        major: u32, device: PDEVICE_OBJECT, buffer: *mut c_void, length: u32, offset: *const LARGE_INTEGER,
        event: PKEVENT, status: PIO_STATUS_BLOCK,
    ) -> PIRP {
        // SAFETY: the driver passes null or a LARGE_INTEGER of its own.
        let offset = unsafe { offset.as_ref() };
        as_ptr(irp_build::transfer(Origin::Threaded, major as u8, device, (buffer, length), offset, (event, status)))
    }
    /// `IoBuildAsynchronousFsdRequest` — its completion routine keeps the IRP and frees it with its buffers.
    fn IoBuildAsynchronousFsdRequest(
        major: u32, device: PDEVICE_OBJECT, buffer: *mut c_void, length: u32, offset: *const LARGE_INTEGER,
        status: PIO_STATUS_BLOCK,
    ) -> PIRP {
        // SAFETY: the driver passes null or a LARGE_INTEGER of its own.
        let offset = unsafe { offset.as_ref() };
        let result = (std::ptr::null_mut(), status);
        as_ptr(irp_build::transfer(Origin::Driver, major as u8, device, (buffer, length), offset, result))
    }
    /// `IofCallDriver`
    fn IofCallDriver(device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS { irp_flow::call_driver(device, packet) }
    /// `IofCompleteRequest`
    fn IofCompleteRequest(packet: PIRP, _boost: i8) { irp_flow::complete(packet) }
    /// `IoCancelIrp`
    fn IoCancelIrp(packet: PIRP) -> u8 { Irp::from_raw(packet).map_or(0, |irp| u8::from(irp_cancel::cancel(irp))) }
    /// `IoGetRequestorProcess` — not referenced; NULL for an IRP of no thread.
    fn IoGetRequestorProcess(packet: PIRP) -> usize {
        requestor(packet).map_or(0, |thread| process::object(thread.process_id()))
    }
    /// `IoGetRequestorProcessId` — the same process by its id, 0 for none.
    fn IoGetRequestorProcessId(packet: PIRP) -> u32 { requestor(packet).map_or(0, thread::Thread::process_id) }
    /// `IoAcquireCancelSpinLock`
    fn IoAcquireCancelSpinLock(irql: *mut u8) {
        // SAFETY: the driver passes a KIRQL of its own to be written.
        unsafe { irql.write(irp_cancel::acquire()) };
    }
    /// `IoReleaseCancelSpinLock`
    fn IoReleaseCancelSpinLock(irql: u8) { irp_cancel::release(irql) }
}

#[cfg(test)]
pub mod tests;
