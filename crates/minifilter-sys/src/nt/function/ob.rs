//! Kernel objects.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `ObfReferenceObject` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ObfReferenceObject(object: PVOID) -> LONG_PTR;

    /// `ObfDereferenceObject` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ObfDereferenceObject(object: PVOID) -> LONG_PTR;

    /// `ObfReferenceObjectWithTag` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ObfReferenceObjectWithTag(object: PVOID, tag: ULONG) -> LONG_PTR;

    /// `ObfDereferenceObjectWithTag` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ObfDereferenceObjectWithTag(object: PVOID, tag: ULONG) -> LONG_PTR;

    /// `ObDereferenceObjectDeferDelete` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ObDereferenceObjectDeferDelete(object: PVOID);

    /// `ObReferenceObjectByHandle` — callable at PASSIVE_LEVEL.
    pub fn ObReferenceObjectByHandle(
        handle: HANDLE,
        desired_access: ACCESS_MASK,
        object_type: POBJECT_TYPE,
        access_mode: KPROCESSOR_MODE,
        object: *mut PVOID,
        handle_information: POBJECT_HANDLE_INFORMATION,
    ) -> NTSTATUS;

    /// `ObReferenceObjectByPointer` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ObReferenceObjectByPointer(
        object: PVOID,
        desired_access: ACCESS_MASK,
        object_type: POBJECT_TYPE,
        access_mode: KPROCESSOR_MODE,
    ) -> NTSTATUS;

    /// `ObOpenObjectByPointer` — callable at IRQL ≤ APC_LEVEL.
    pub fn ObOpenObjectByPointer(
        object: PVOID,
        handle_attributes: ULONG,
        passed_access_state: PACCESS_STATE,
        desired_access: ACCESS_MASK,
        object_type: POBJECT_TYPE,
        access_mode: KPROCESSOR_MODE,
        handle: PHANDLE,
    ) -> NTSTATUS;

    /// `ObQueryNameString` — callable at IRQL ≤ APC_LEVEL.
    pub fn ObQueryNameString(
        object: PVOID,
        object_name_info: POBJECT_NAME_INFORMATION,
        length: ULONG,
        return_length: PULONG,
    ) -> NTSTATUS;

    /// `ObRegisterCallbacks` — callable at IRQL ≤ APC_LEVEL.
    pub fn ObRegisterCallbacks(
        callback_registration: POB_CALLBACK_REGISTRATION,
        registration_handle: *mut PVOID,
    ) -> NTSTATUS;

    /// `ObUnRegisterCallbacks` — callable at IRQL ≤ APC_LEVEL.
    pub fn ObUnRegisterCallbacks(registration_handle: PVOID);

    /// `ObCloseHandle` — callable at PASSIVE_LEVEL.
    pub fn ObCloseHandle(handle: HANDLE, previous_mode: KPROCESSOR_MODE) -> NTSTATUS;

    /// `ObIsKernelHandle` — callable at IRQL ≤ APC_LEVEL.
    pub fn ObIsKernelHandle(handle: HANDLE) -> BOOLEAN;
}
