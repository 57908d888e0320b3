//! `IoCallDriver`, `IoCompleteRequest` — an IRP's way down and up its stack locations, and what drivers owe it there.
#![allow(unsafe_code)] // calls dispatch and completion routines

use std::ffi::c_void;

use minifilter_sys::*;

use super::callback::{self, Dispatch, IoCompletion};
use super::irp::{self, Irp, Location, Origin, Tracked};
use super::thread::{self, Site};
use super::{device_object, irp_end, pageable};
use crate::verify::{self, Rule, rule};

const ILLEGAL: NTSTATUS = -1;

/// `IofCallDriver` — sends the IRP to the driver of `device` with the next stack location.
pub fn call_driver(device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    let Some(irp) = Irp::from_raw(packet) else {
        verify::violation(rule::IRP_SENT_NO_IRP, format!("{packet:p} is no IRP"));
        return STATUS_INVALID_PARAMETER;
    };
    if irp.cancel_routine() != 0 {
        let detail = format!("IRP {packet:p} is sent on with its cancel routine set");
        verify::violation(rule::IRP_SENT_CANCELABLE, detail);
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
        return STATUS_INVALID_DEVICE_REQUEST;
    };
    // SAFETY: the member's declared type is PDRIVER_DISPATCH, of which Dispatch is the true convention.
    let entry: Dispatch = unsafe { callback::win64(entry) };
    tracked.at(number, |known| {
        *known = Location {
            calls: known.calls + 1,
            ..Location::default()
        };
    });
    let site = Site {
        name: dispatch_name(major),
        code: entry as usize,
    };
    let status = enter(site, entry, device, irp.as_ptr());
    judge(site, irp.as_ptr(), &tracked, number, status);
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

/// What a dispatch routine returned must agree with what it did; one that passed the IRP on answers for the lower one.
fn judge(site: Site<'_>, irp: PIRP, tracked: &Tracked, number: i8, status: NTSTATUS) {
    let known = tracked.at(number, |known| {
        known.calls -= 1;
        *known
    });
    let Some(mut known) = known.filter(|known| !known.forwarded) else {
        return;
    };
    let location = Irp::from_raw(irp).and_then(|irp| irp.fields(number));
    if let (None, Some(location)) = (known.completed, location) {
        known.marked = location.Control & SL_PENDING_RETURNED != 0;
    }
    let broken: Option<Rule> = match (status, known.completed) {
        (ILLEGAL, _) => Some(rule::IRP_STATUS_ILLEGAL),
        (STATUS_PENDING, _) => (!known.marked).then_some(rule::IRP_PENDING_NOT_MARKED),
        _ if known.marked => Some(rule::IRP_MARKED_NOT_PENDING),
        (_, None) => Some(rule::IRP_FORGOTTEN),
        (_, Some(completed)) => (completed != status).then_some(rule::IRP_STATUS_MISMATCH),
    };
    if let Some(rule) = broken {
        let done = known.completed.map_or_else(
            || "not completed".to_owned(),
            |completed| format!("completed with {completed:#x}"),
        );
        let name = site.name;
        let detail = format!(
            "{name} returned {status:#x}; the IRP is {done}, marked pending: {}",
            known.marked
        );
        verify::violation_from(rule, name, site.code, detail);
    }
}

/// `IofCompleteRequest` — carries the IRP up its locations, through completion routines, to its originator.
pub fn complete(packet: PIRP) {
    let found = Irp::from_raw(packet).zip(irp::tracked(packet));
    let live = found.filter(|(irp, _)| irp.current_location() <= irp.stack_count());
    let Some((irp, tracked)) = live else {
        let detail = format!("IRP {packet:p} is completed already, or is none");
        verify::bugcheck(0x44, [packet as u64, 0, 0, 0], detail);
    };
    let status = irp.status();
    if status == STATUS_PENDING || status == ILLEGAL {
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
            return;
        }
    }
    match tracked.origin {
        Origin::Program => irp_end::of_program(irp, &tracked),
        Origin::Threaded => irp_end::of_thread(irp, &tracked),
        Origin::Driver => {
            let detail = format!("IRP {packet:p} of IoAllocateIrp came to its end");
            verify::violation(rule::IRP_RAN_OUT, detail);
            tracked.ended(irp.status(), irp.information());
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
    if status != STATUS_MORE_PROCESSING_REQUIRED && pending {
        // A routine that lets the completion go on has not freed the IRP.
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
