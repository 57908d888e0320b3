//! Cancel-safe queues of IRPs.
#![allow(unsafe_code)] // imported functions

use minifilter_sys::*;

/// PIO_CSQ_INSERT_IRP.
pub type Insert = unsafe extern "C" fn(queue: PIO_CSQ, irp: PIRP);
/// PIO_CSQ_REMOVE_IRP and PIO_CSQ_COMPLETE_CANCELED_IRP.
pub type Take = unsafe extern "C" fn(queue: PIO_CSQ, irp: PIRP);
/// PIO_CSQ_PEEK_NEXT_IRP.
pub type PeekNext = unsafe extern "C" fn(queue: PIO_CSQ, after: PIRP, context: PVOID) -> PIRP;
/// PIO_CSQ_ACQUIRE_LOCK.
pub type Acquire = unsafe extern "C" fn(queue: PIO_CSQ, level: PKIRQL);
/// PIO_CSQ_RELEASE_LOCK.
pub type Release = unsafe extern "C" fn(queue: PIO_CSQ, level: KIRQL);

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `IoCsqInitialize` — makes an empty queue.
    pub fn IoCsqInitialize(
        queue: PIO_CSQ,
        insert: Insert,
        remove: Take,
        peek_next: PeekNext,
        acquire: Acquire,
        release: Release,
        complete: Take,
    ) -> NTSTATUS;

    /// `IoCsqInsertIrp` — marks the IRP pending and puts it into the queue.
    pub fn IoCsqInsertIrp(queue: PIO_CSQ, irp: PIRP, context: PVOID);

    /// `IoCsqRemoveNextIrp` — takes the next IRP out; null where there is none.
    pub fn IoCsqRemoveNextIrp(queue: PIO_CSQ, context: PVOID) -> PIRP;
}
