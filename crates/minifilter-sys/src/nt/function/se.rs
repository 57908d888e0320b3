//! Security.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `SeAccessCheck` — callable at PASSIVE_LEVEL.
    pub fn SeAccessCheck(
        security_descriptor: PSECURITY_DESCRIPTOR,
        subject_security_context: PSECURITY_SUBJECT_CONTEXT,
        subject_context_locked: BOOLEAN,
        desired_access: ACCESS_MASK,
        previously_granted_access: ACCESS_MASK,
        privileges: *mut PPRIVILEGE_SET,
        generic_mapping: PGENERIC_MAPPING,
        access_mode: KPROCESSOR_MODE,
        granted_access: PACCESS_MASK,
        access_status: *mut NTSTATUS,
    ) -> BOOLEAN;

    /// `SeCaptureSubjectContext` — callable at PASSIVE_LEVEL.
    pub fn SeCaptureSubjectContext(subject_context: PSECURITY_SUBJECT_CONTEXT);

    /// `SeLockSubjectContext` — callable at PASSIVE_LEVEL.
    pub fn SeLockSubjectContext(subject_context: PSECURITY_SUBJECT_CONTEXT);

    /// `SeUnlockSubjectContext` — callable at PASSIVE_LEVEL.
    pub fn SeUnlockSubjectContext(subject_context: PSECURITY_SUBJECT_CONTEXT);

    /// `SeReleaseSubjectContext` — callable at PASSIVE_LEVEL.
    pub fn SeReleaseSubjectContext(subject_context: PSECURITY_SUBJECT_CONTEXT);

    /// `SeQueryAuthenticationIdToken` — callable at PASSIVE_LEVEL.
    pub fn SeQueryAuthenticationIdToken(token: PACCESS_TOKEN, authentication_id: PLUID)
    -> NTSTATUS;

    /// `SeQueryInformationToken` — callable at PASSIVE_LEVEL.
    pub fn SeQueryInformationToken(
        token: PACCESS_TOKEN,
        token_information_class: LONG,
        token_information: *mut PVOID,
    ) -> NTSTATUS;

    /// `SeQuerySessionIdToken` — callable at a level that its page leaves open.
    pub fn SeQuerySessionIdToken(token: PACCESS_TOKEN, session_id: PULONG) -> NTSTATUS;

    /// `SeSinglePrivilegeCheck` — callable at PASSIVE_LEVEL.
    pub fn SeSinglePrivilegeCheck(privilege_value: LUID, previous_mode: KPROCESSOR_MODE)
    -> BOOLEAN;

    /// `SeLocateProcessImageName` — callable at PASSIVE_LEVEL.
    pub fn SeLocateProcessImageName(
        process: PEPROCESS,
        image_file_name: *mut PUNICODE_STRING,
    ) -> NTSTATUS;

    /// `SeTokenIsAdmin` — callable at PASSIVE_LEVEL.
    pub fn SeTokenIsAdmin(token: PACCESS_TOKEN) -> BOOLEAN;
}
