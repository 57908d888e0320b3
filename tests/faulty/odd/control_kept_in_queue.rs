//! Keeps controls in a cancel-safe queue: IoCsqInsertIrp marks them pending, so that the driver does not, and the next control
//! answers the one that waits; what nobody answers ends by cancellation.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::mem::offset_of;
use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(control: Some(control), load: load);

static QUEUE: Global<IO_CSQ> = Global::zeroed();
static LOCK: Global<KSPIN_LOCK> = Global::zeroed();
static LIST: Global<LIST_ENTRY> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    KeInitializeSpinLock(LOCK.at());
    (*LIST.at()).Flink = LIST.at();
    (*LIST.at()).Blink = LIST.at();
    IoCsqInitialize(
        QUEUE.at(),
        insert,
        remove,
        peek_next,
        acquire,
        release,
        complete,
    )
}

/// One with four bytes waits, and the others answer it.
unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let asked = (*location(irp)).Parameters.DeviceIoControl;
    if asked.IoControlCode & 3 == METHOD_BUFFERED && asked.InputBufferLength == 4 {
        IoCsqInsertIrp(QUEUE.at(), irp, null_mut());
        return STATUS_PENDING;
    }
    let waits = IoCsqRemoveNextIrp(QUEUE.at(), null_mut());
    if !waits.is_null() {
        finish(waits, STATUS_SUCCESS, 0);
    }
    finish(irp, STATUS_SUCCESS, 0)
}

const ENTRY: usize = offset_of!(IRP, Tail) + offset_of!(IRP_TAIL_OVERLAY, Anonymous2);

unsafe extern "C" fn insert(_queue: PIO_CSQ, irp: PIRP) {
    let (entry, head) = (irp.byte_add(ENTRY).cast::<LIST_ENTRY>(), LIST.at());
    (*entry).Flink = head;
    (*entry).Blink = (*head).Blink;
    (*(*head).Blink).Flink = entry;
    (*head).Blink = entry;
}

unsafe extern "C" fn remove(_queue: PIO_CSQ, irp: PIRP) {
    let entry = irp.byte_add(ENTRY).cast::<LIST_ENTRY>();
    (*(*entry).Flink).Blink = (*entry).Blink;
    (*(*entry).Blink).Flink = (*entry).Flink;
}

unsafe extern "C" fn peek_next(_queue: PIO_CSQ, after: PIRP, _context: PVOID) -> PIRP {
    let before = if after.is_null() {
        LIST.at()
    } else {
        after.byte_add(ENTRY).cast()
    };
    let next = (*before).Flink;
    if next == LIST.at() {
        return null_mut();
    }
    next.byte_sub(ENTRY).cast()
}

unsafe extern "C" fn acquire(_queue: PIO_CSQ, level: PKIRQL) {
    *level = KeAcquireSpinLockRaiseToDpc(LOCK.at());
}

unsafe extern "C" fn release(_queue: PIO_CSQ, level: KIRQL) {
    KeReleaseSpinLock(LOCK.at(), level);
}

unsafe extern "C" fn complete(_queue: PIO_CSQ, irp: PIRP) {
    finish(irp, STATUS_CANCELLED, 0);
}
