//! I/O priorities.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltGetIoPriorityHint` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetIoPriorityHint(data: PFLT_CALLBACK_DATA) -> IO_PRIORITY_HINT;

    /// `FltGetIoPriorityHintFromCallbackData` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetIoPriorityHintFromCallbackData(data: PFLT_CALLBACK_DATA) -> IO_PRIORITY_HINT;

    /// `FltGetIoPriorityHintFromFileObject` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetIoPriorityHintFromFileObject(file_object: PFILE_OBJECT) -> IO_PRIORITY_HINT;

    /// `FltGetIoPriorityHintFromThread` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetIoPriorityHintFromThread(thread: PETHREAD) -> IO_PRIORITY_HINT;

    /// `FltSetIoPriorityHintIntoCallbackData` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltSetIoPriorityHintIntoCallbackData(
        data: PFLT_CALLBACK_DATA,
        priority_hint: IO_PRIORITY_HINT,
    ) -> NTSTATUS;

    /// `FltSetIoPriorityHintIntoFileObject` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltSetIoPriorityHintIntoFileObject(
        file_object: PFILE_OBJECT,
        priority_hint: IO_PRIORITY_HINT,
    ) -> NTSTATUS;

    /// `FltSetIoPriorityHintIntoThread` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltSetIoPriorityHintIntoThread(
        thread: PETHREAD,
        priority_hint: IO_PRIORITY_HINT,
    ) -> NTSTATUS;

    /// `FltRetrieveIoPriorityInfo` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltRetrieveIoPriorityInfo(
        data: PFLT_CALLBACK_DATA,
        file_object: PFILE_OBJECT,
        thread: PETHREAD,
        priority_info: PIO_PRIORITY_INFO,
    ) -> NTSTATUS;

    /// `FltApplyPriorityInfoThread` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltApplyPriorityInfoThread(
        input_priority_info: PIO_PRIORITY_INFO,
        output_priority_info: PIO_PRIORITY_INFO,
        thread: PETHREAD,
    ) -> NTSTATUS;
}
