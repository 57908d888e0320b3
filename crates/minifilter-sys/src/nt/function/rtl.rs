//! Memory, versions, times, security descriptors and registry values.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `RtlCompareMemory` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlCompareMemory(source1: PCVOID, source2: PCVOID, length: SIZE_T) -> SIZE_T;

    /// `RtlGetVersion` — callable at PASSIVE_LEVEL.
    pub fn RtlGetVersion(version_information: PRTL_OSVERSIONINFOW) -> NTSTATUS;

    /// `RtlNtStatusToDosError` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlNtStatusToDosError(status: NTSTATUS) -> ULONG;

    /// `RtlTimeToTimeFields` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlTimeToTimeFields(time: PLARGE_INTEGER, time_fields: PTIME_FIELDS);

    /// `RtlTimeFieldsToTime` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlTimeFieldsToTime(time_fields: PTIME_FIELDS, time: PLARGE_INTEGER) -> BOOLEAN;

    /// `RtlRandomEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlRandomEx(seed: PULONG) -> ULONG;

    /// `RtlInitializeBitMap` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlInitializeBitMap(
        bit_map_header: PRTL_BITMAP,
        bit_map_buffer: PULONG,
        size_of_bit_map: ULONG,
    );

    /// `RtlFindClearBitsAndSet` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlFindClearBitsAndSet(
        bit_map_header: PRTL_BITMAP,
        number_to_find: ULONG,
        hint_index: ULONG,
    ) -> ULONG;

    /// `RtlCaptureStackBackTrace` — callable at a level that its page leaves open.
    pub fn RtlCaptureStackBackTrace(
        frames_to_skip: ULONG,
        frames_to_capture: ULONG,
        back_trace: *mut PVOID,
        back_trace_hash: PULONG,
    ) -> USHORT;

    /// `RtlCreateSecurityDescriptor` — callable at PASSIVE_LEVEL.
    pub fn RtlCreateSecurityDescriptor(
        security_descriptor: PSECURITY_DESCRIPTOR,
        revision: ULONG,
    ) -> NTSTATUS;

    /// `RtlSetDaclSecurityDescriptor` — callable at PASSIVE_LEVEL.
    pub fn RtlSetDaclSecurityDescriptor(
        security_descriptor: PSECURITY_DESCRIPTOR,
        dacl_present: BOOLEAN,
        dacl: PACL,
        dacl_defaulted: BOOLEAN,
    ) -> NTSTATUS;

    /// `RtlSetOwnerSecurityDescriptor` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlSetOwnerSecurityDescriptor(
        security_descriptor: PSECURITY_DESCRIPTOR,
        owner: PSID,
        owner_defaulted: BOOLEAN,
    ) -> NTSTATUS;

    /// `RtlLengthSecurityDescriptor` — callable at PASSIVE_LEVEL.
    pub fn RtlLengthSecurityDescriptor(security_descriptor: PSECURITY_DESCRIPTOR) -> ULONG;

    /// `RtlValidSecurityDescriptor` — callable at PASSIVE_LEVEL.
    pub fn RtlValidSecurityDescriptor(security_descriptor: PSECURITY_DESCRIPTOR) -> BOOLEAN;

    /// `RtlLengthSid` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlLengthSid(sid: PSID) -> ULONG;

    /// `RtlCopySid` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlCopySid(
        destination_sid_length: ULONG,
        destination_sid: PSID,
        source_sid: PSID,
    ) -> NTSTATUS;

    /// `RtlEqualSid` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn RtlEqualSid(sid1: PSID, sid2: PSID) -> BOOLEAN;

    /// `RtlValidSid` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlValidSid(sid: PSID) -> BOOLEAN;

    /// `RtlCreateAcl` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlCreateAcl(acl: PACL, acl_length: ULONG, acl_revision: ULONG) -> NTSTATUS;

    /// `RtlAddAccessAllowedAce` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlAddAccessAllowedAce(
        acl: PACL,
        ace_revision: ULONG,
        access_mask: ACCESS_MASK,
        sid: PSID,
    ) -> NTSTATUS;

    /// `RtlConvertSidToUnicodeString` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlConvertSidToUnicodeString(
        unicode_string: PUNICODE_STRING,
        sid: PSID,
        allocate_destination_string: BOOLEAN,
    ) -> NTSTATUS;

    /// `RtlQueryRegistryValues` — callable at PASSIVE_LEVEL.
    pub fn RtlQueryRegistryValues(
        relative_to: ULONG,
        path: PCWSTR,
        query_table: PVOID,
        context: PVOID,
        environment: PVOID,
    ) -> NTSTATUS;

    /// `RtlWriteRegistryValue` — callable at PASSIVE_LEVEL.
    pub fn RtlWriteRegistryValue(
        relative_to: ULONG,
        path: PCWSTR,
        value_name: PCWSTR,
        value_type: ULONG,
        value_data: PVOID,
        value_length: ULONG,
    ) -> NTSTATUS;
}
