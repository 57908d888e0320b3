//! `IoCallDriver`, `IoCompleteRequest` — an IRP's way down and up its stack locations, and what drivers owe it there.
#![allow(unsafe_code)] // calls dispatch and completion routines

use std::ffi::c_void;

use minifilter_sys::*;

use super::callback::{self, Dispatch, IoCompletion};
use super::irp::{self, Irp, Origin, Tracked};
use super::thread::{self, Site};
use super::{device_object, irp_end, irp_judge, pageable};
use crate::verify::{self, rule};

/// `IofCallDriver` — sends the IRP to the driver of `device` with the next stack location.
pub fn call_driver(device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    let Some(irp) = Irp::from_raw(packet) else {
        verify::violation(rule::IRP_SENT_NO_IRP, format!("{packet:p} is no IRP"));
        return STATUS_INVALID_PARAMETER;
    };
    if irp.cancel_routine() != 0 {
        let detail = format!("IRP {packet:p} is sent on with its cancel routine set");
        verify::violation(rule::IRP_SENT_CANCELABLE, detail);
        // Reported here, and not at its completion as well.
        irp.take_cancel_routine();
    }
    if let Some(tracked) = irp::tracked(packet) {
        tracked.at(irp.current_location(), |known| known.forwarded = true);
    }
    send(device, irp)
}

/// Sends the IRP as its originator: steps to the next location and calls the dispatch routine.
pub fn send(device: PDEVICE_OBJECT, irp: Irp) -> NTSTATUS {
    if device_object::driver_of(device).is_none() {
        let detail = format!("{device:p} is no device object");
        verify::violation(rule::IRP_SENT_NO_DEVICE, detail);
        return STATUS_INVALID_PARAMETER;
    }
    let number = irp.current_location() - 1;
    let Some(location) = irp.next() else {
        let detail = format!(
            "IRP {:p} has no stack location for another driver",
            irp.as_ptr()
        );
        verify::bugcheck(0x35, [irp.address() as u64, 0, 0, 0], detail);
    };
    irp.set_current(number);
    location.DeviceObject = device;
    let major = location.MajorFunction;
    let entry = device_object::dispatch_of(device, major).flatten();
    let Some((entry, tracked)) = entry.zip(irp::tracked(irp.as_ptr())) else {
        let detail = format!("MajorFunction[{major:#x}] of the driver of {device:p} is NULL");
        verify::bugcheck(0x50, [0, 8, 0, 2], detail);
    };
    // SAFETY: the member's declared type is PDRIVER_DISPATCH, of which Dispatch is the true convention.
    let entry: Dispatch = unsafe { callback::win64(entry) };
    let begun = tracked.at(number, |known| known.begin(entry as usize));
    let site = Site {
        name: dispatch_name(major),
        code: entry as usize,
    };
    let status = enter(site, entry, device, irp.as_ptr());
    irp_judge::returned(site, irp.as_ptr(), &tracked, (number, begun), status);
    status
}

fn enter(site: Site<'_>, entry: Dispatch, device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    thread::call_driver(site, thread::current().irql(), || {
        // SAFETY: the driver put this code there for exactly this call.
        unsafe { entry(device, irp) }
    })
}

fn dispatch_name(major: u8) -> &'static str {
    match major {
        IRP_MJ_CREATE => "dispatch IRP_MJ_CREATE",
        IRP_MJ_CLOSE => "dispatch IRP_MJ_CLOSE",
        IRP_MJ_READ => "dispatch IRP_MJ_READ",
        IRP_MJ_WRITE => "dispatch IRP_MJ_WRITE",
        IRP_MJ_CLEANUP => "dispatch IRP_MJ_CLEANUP",
        IRP_MJ_DEVICE_CONTROL => "dispatch IRP_MJ_DEVICE_CONTROL",
        IRP_MJ_SHUTDOWN => "dispatch IRP_MJ_SHUTDOWN",
        _ => "dispatch routine",
    }
}

/// `IofCompleteRequest` — carries the IRP up its locations, through completion routines, to its originator.
pub fn complete(packet: PIRP) {
    let found = Irp::from_raw(packet).zip(irp::tracked(packet));
    // One that was built and never sent may be completed to be rid of it: there is no location to leave.
    let live = found.filter(|(irp, tracked)| {
        irp.current_location() <= irp.stack_count() + 1 && tracked.end().is_none()
    });
    let Some((irp, tracked)) = live else {
        let detail = format!("IRP {packet:p} is completed already, or is none");
        verify::bugcheck(0x44, [packet as u64, 0, 0, 0], detail);
    };
    let status = irp.status();
    if status == STATUS_PENDING || status == irp_judge::ILLEGAL {
        verify::violation(
            rule::IRP_COMPLETED_PENDING,
            format!("IRP {packet:p} completed with {status:#x}"),
        );
    }
    if irp.cancel_routine() != 0 {
        let detail = format!(
            "IRP {packet:p} completed with cancel routine {:#x}",
            irp.cancel_routine()
        );
        verify::violation(rule::IRP_COMPLETED_CANCELABLE, detail);
    }
    while let Some(left) = irp.current() {
        if leave(irp, left, &tracked) == STATUS_MORE_PROCESSING_REQUIRED {
            return irp::settled(packet);
        }
    }
    match tracked.origin {
        Origin::Program => irp_end::of_program(irp, &tracked),
        Origin::Threaded => irp_end::of_thread(irp, &tracked),
        Origin::Driver => {
            let detail = format!("IRP {packet:p} of IoAllocateIrp came to its end");
            verify::violation(rule::IRP_RAN_OUT, detail);
            tracked.ended(irp.status(), irp.information());
            irp::settled(packet);
        }
    }
}

/// Steps up from the current location; the status of the completion routine that its originator set, or success.
fn leave(irp: Irp, left: &mut IO_STACK_LOCATION, tracked: &Tracked) -> NTSTATUS {
    let number = irp.current_location();
    let pending = left.Control & SL_PENDING_RETURNED;
    let (control, routine, context) = (left.Control, left.CompletionRoutine, left.Context);
    let status = irp.status();
    tracked.at(number, |known| {
        (known.marked, known.completed) = (pending != 0, Some(status))
    });
    irp.set_pending_returned(pending);
    irp.set_current(number + 1);
    (left.MinorFunction, left.Flags, left.Control) = (0, 0, 0);
    let wanted = (status >= 0 && control & SL_INVOKE_ON_SUCCESS != 0)
        || (status < 0 && control & SL_INVOKE_ON_ERROR != 0)
        || (irp.cancel() != 0 && control & SL_INVOKE_ON_CANCEL != 0);
    match routine.filter(|_| wanted) {
        // SAFETY: the member's declared type is PIO_COMPLETION_ROUTINE, of which IoCompletion is the true convention.
        Some(routine) => invoke(irp, unsafe { callback::win64(routine) }, context),
        None => {
            // What IoMarkIrpPending would do, where there is a location for it.
            if let Some(above) = irp.current().filter(|_| pending != 0) {
                above.Control |= SL_PENDING_RETURNED;
            }
            STATUS_SUCCESS
        }
    }
}

fn invoke(irp: Irp, routine: IoCompletion, context: *mut c_void) -> NTSTATUS {
    let number = irp.current_location();
    let device = irp
        .current()
        .map_or(std::ptr::null_mut(), |above| above.DeviceObject);
    let site = Site {
        name: "IRP completion routine",
        code: routine as usize,
    };
    if pageable::contains(site.code) {
        let detail = format!(
            "completion routine {:#x} is in a pageable section",
            site.code
        );
        verify::violation_from(rule::IRP_COMPLETION_PAGEABLE, site.name, site.code, detail);
    }
    let (packet, pending) = (irp.as_ptr(), irp.pending_returned() != 0);
    let status = thread::call_driver(site, thread::current().irql(), || {
        // SAFETY: the driver set this code for exactly this call.
        unsafe { routine(device, packet, context) }
    });
    if status == STATUS_MORE_PROCESSING_REQUIRED {
        return status;
    }
    if Irp::from_raw(packet).is_none() {
        let detail =
            format!("the completion routine freed IRP {packet:p} and let its completion go on");
        verify::violation_from(rule::IRP_RAN_OUT, site.name, site.code, detail);
        return STATUS_MORE_PROCESSING_REQUIRED;
    }
    if pending {
        let unmarked = irp
            .fields(number)
            .is_some_and(|above| above.Control & SL_PENDING_RETURNED == 0);
        if unmarked {
            let detail = "the completion routine returned without IoMarkIrpPending though PendingReturned was set";
            verify::violation_from(
                rule::IRP_PENDING_NOT_PASSED_UP,
                site.name,
                site.code,
                detail,
            );
        }
    }
    status
}
