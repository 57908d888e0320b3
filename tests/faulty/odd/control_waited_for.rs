//! Sends each control on, waits where the device below pends it, and completes it itself: the completion routine keeps the
//! request and passes no mark up, since nobody above hears of the wait.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control), below: Some(pend));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    // SAFETY of the wait: the event lives until the completion routine has set it.
    let mut done = Global::<KEVENT>::zeroed();
    let event = core::ptr::from_mut(&mut done).cast::<KEVENT>();
    KeInitializeEvent(event, NotificationEvent, 0);
    copy_to_next(irp);
    on_completion(irp, Some(came_back), event.cast());
    let mut status = IofCallDriver(*BELOW.at(), irp);
    if status == STATUS_PENDING {
        wait(event);
        status = (*irp).IoStatus.Anonymous.Status;
    }
    IofCompleteRequest(irp, 0);
    status
}

unsafe extern "C" fn came_back(_device: PDEVICE_OBJECT, irp: PIRP, event: PVOID) -> NTSTATUS {
    if (*irp).PendingReturned != 0 {
        KeSetEvent(event.cast(), 0, 0);
    }
    STATUS_MORE_PROCESSING_REQUIRED
}
