//! Strings.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `RtlInitUnicodeString` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlInitUnicodeString(destination_string: PUNICODE_STRING, source_string: PCWSTR);

    /// `RtlInitUnicodeStringEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlInitUnicodeStringEx(
        destination_string: PUNICODE_STRING,
        source_string: PCWSTR,
    ) -> NTSTATUS;

    /// `RtlInitAnsiString` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlInitAnsiString(destination_string: PANSI_STRING, source_string: PCSTR);

    /// `RtlCopyUnicodeString` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlCopyUnicodeString(
        destination_string: PUNICODE_STRING,
        source_string: PCUNICODE_STRING,
    );

    /// `RtlCreateUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlCreateUnicodeString(
        destination_string: PUNICODE_STRING,
        source_string: PCWSTR,
    ) -> BOOLEAN;

    /// `RtlDuplicateUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlDuplicateUnicodeString(
        flags: ULONG,
        string_in: PCUNICODE_STRING,
        string_out: PUNICODE_STRING,
    ) -> NTSTATUS;

    /// `RtlFreeUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlFreeUnicodeString(unicode_string: PUNICODE_STRING);

    /// `RtlFreeAnsiString` — callable at PASSIVE_LEVEL.
    pub fn RtlFreeAnsiString(ansi_string: PANSI_STRING);

    /// `RtlAppendUnicodeStringToString` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlAppendUnicodeStringToString(
        destination: PUNICODE_STRING,
        source: PCUNICODE_STRING,
    ) -> NTSTATUS;

    /// `RtlAppendUnicodeToString` — callable at IRQL ≤ APC_LEVEL.
    pub fn RtlAppendUnicodeToString(destination: PUNICODE_STRING, source: PCWSTR) -> NTSTATUS;

    /// `RtlCompareUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlCompareUnicodeString(
        string1: PCUNICODE_STRING,
        string2: PCUNICODE_STRING,
        case_in_sensitive: BOOLEAN,
    ) -> LONG;

    /// `RtlCompareUnicodeStrings` — callable at PASSIVE_LEVEL.
    pub fn RtlCompareUnicodeStrings(
        string1: PCWCH,
        string1_length: SIZE_T,
        string2: PCWCH,
        string2_length: SIZE_T,
        case_in_sensitive: BOOLEAN,
    ) -> LONG;

    /// `RtlEqualUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlEqualUnicodeString(
        string1: PCUNICODE_STRING,
        string2: PCUNICODE_STRING,
        case_in_sensitive: BOOLEAN,
    ) -> BOOLEAN;

    /// `RtlPrefixUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlPrefixUnicodeString(
        string1: PCUNICODE_STRING,
        string2: PCUNICODE_STRING,
        case_in_sensitive: BOOLEAN,
    ) -> BOOLEAN;

    /// `RtlSuffixUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlSuffixUnicodeString(
        string1: PCUNICODE_STRING,
        string2: PCUNICODE_STRING,
        case_in_sensitive: BOOLEAN,
    ) -> BOOLEAN;

    /// `RtlHashUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlHashUnicodeString(
        string: PCUNICODE_STRING,
        case_in_sensitive: BOOLEAN,
        hash_algorithm: ULONG,
        hash_value: PULONG,
    ) -> NTSTATUS;

    /// `RtlUpcaseUnicodeChar` — callable at PASSIVE_LEVEL.
    pub fn RtlUpcaseUnicodeChar(source_character: WCHAR) -> WCHAR;

    /// `RtlDowncaseUnicodeChar` — callable at PASSIVE_LEVEL.
    pub fn RtlDowncaseUnicodeChar(source_character: WCHAR) -> WCHAR;

    /// `RtlUpcaseUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlUpcaseUnicodeString(
        destination_string: PUNICODE_STRING,
        source_string: PCUNICODE_STRING,
        allocate_destination_string: BOOLEAN,
    ) -> NTSTATUS;

    /// `RtlDowncaseUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlDowncaseUnicodeString(
        destination_string: PUNICODE_STRING,
        source_string: PCUNICODE_STRING,
        allocate_destination_string: BOOLEAN,
    ) -> NTSTATUS;

    /// `RtlAnsiStringToUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlAnsiStringToUnicodeString(
        destination_string: PUNICODE_STRING,
        source_string: PCANSI_STRING,
        allocate_destination_string: BOOLEAN,
    ) -> NTSTATUS;

    /// `RtlUnicodeStringToAnsiString` — callable at PASSIVE_LEVEL.
    pub fn RtlUnicodeStringToAnsiString(
        destination_string: PANSI_STRING,
        source_string: PCUNICODE_STRING,
        allocate_destination_string: BOOLEAN,
    ) -> NTSTATUS;

    /// `RtlIntegerToUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlIntegerToUnicodeString(
        value: ULONG,
        base: ULONG,
        string: PUNICODE_STRING,
    ) -> NTSTATUS;

    /// `RtlInt64ToUnicodeString` — callable at PASSIVE_LEVEL.
    pub fn RtlInt64ToUnicodeString(
        value: ULONGLONG,
        base: ULONG,
        string: PUNICODE_STRING,
    ) -> NTSTATUS;

    /// `RtlUnicodeStringToInteger` — callable at PASSIVE_LEVEL.
    pub fn RtlUnicodeStringToInteger(
        string: PCUNICODE_STRING,
        base: ULONG,
        value: PULONG,
    ) -> NTSTATUS;

    /// `RtlStringFromGUID` — callable at PASSIVE_LEVEL.
    pub fn RtlStringFromGUID(guid: LPCGUID, guid_string: PUNICODE_STRING) -> NTSTATUS;

    /// `RtlGUIDFromString` — callable at PASSIVE_LEVEL.
    pub fn RtlGUIDFromString(guid_string: PCUNICODE_STRING, guid: *mut GUID) -> NTSTATUS;

    /// `RtlUTF8ToUnicodeN` — callable at PASSIVE_LEVEL.
    pub fn RtlUTF8ToUnicodeN(
        unicode_string_destination: PWSTR,
        unicode_string_max_byte_count: ULONG,
        unicode_string_actual_byte_count: PULONG,
        utf8_string_source: PCSTR,
        utf8_string_byte_count: ULONG,
    ) -> NTSTATUS;

    /// `RtlUnicodeToUTF8N` — callable at PASSIVE_LEVEL.
    pub fn RtlUnicodeToUTF8N(
        utf8_string_destination: PCHAR,
        utf8_string_max_byte_count: ULONG,
        utf8_string_actual_byte_count: PULONG,
        unicode_string_source: PCWCH,
        unicode_string_byte_count: ULONG,
    ) -> NTSTATUS;
}
