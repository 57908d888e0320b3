//! Memory descriptor lists, probes and routine addresses.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `MmGetSystemRoutineAddress` — callable at PASSIVE_LEVEL.
    pub fn MmGetSystemRoutineAddress(system_routine_name: PUNICODE_STRING) -> PVOID;

    /// `MmMapLockedPagesSpecifyCache` — callable at IRQL ≤ APC_LEVEL.
    pub fn MmMapLockedPagesSpecifyCache(
        memory_descriptor_list: PMDL,
        access_mode: KPROCESSOR_MODE,
        cache_type: MEMORY_CACHING_TYPE,
        requested_address: PVOID,
        bug_check_on_failure: ULONG,
        priority: ULONG,
    ) -> PVOID;

    /// `MmUnmapLockedPages` — callable at IRQL ≤ APC_LEVEL.
    pub fn MmUnmapLockedPages(base_address: PVOID, memory_descriptor_list: PMDL);

    /// `MmProbeAndLockPages` — callable at IRQL ≤ APC_LEVEL.
    pub fn MmProbeAndLockPages(
        memory_descriptor_list: PMDL,
        access_mode: KPROCESSOR_MODE,
        operation: LOCK_OPERATION,
    );

    /// `MmUnlockPages` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn MmUnlockPages(memory_descriptor_list: PMDL);

    /// `MmBuildMdlForNonPagedPool` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn MmBuildMdlForNonPagedPool(memory_descriptor_list: PMDL);

    /// `MmIsAddressValid` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn MmIsAddressValid(virtual_address: PVOID) -> BOOLEAN;

    /// `MmFlushImageSection` — callable at IRQL ≤ APC_LEVEL.
    pub fn MmFlushImageSection(
        section_pointer: PSECTION_OBJECT_POINTERS,
        flush_type: MMFLUSH_TYPE,
    ) -> BOOLEAN;

    /// `ProbeForRead` — callable at IRQL ≤ APC_LEVEL.
    pub fn ProbeForRead(address: PCVOID, length: SIZE_T, alignment: ULONG);

    /// `ProbeForWrite` — callable at IRQL ≤ APC_LEVEL.
    pub fn ProbeForWrite(address: PVOID, length: SIZE_T, alignment: ULONG);
}
