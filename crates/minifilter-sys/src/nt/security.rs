//! Security descriptors, tokens and access checks.

use crate::*;

/// `LUID_AND_ATTRIBUTES` — a privilege and whether it is on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LUID_AND_ATTRIBUTES {
    pub Luid: LUID,
    pub Attributes: ULONG,
}
layout!(LUID_AND_ATTRIBUTES: 12, 4 { Luid: 0..8, Attributes: 8..12 });
/// `PLUID_AND_ATTRIBUTES` — points to a `LUID_AND_ATTRIBUTES`.
pub type PLUID_AND_ATTRIBUTES = *mut LUID_AND_ATTRIBUTES;

/// `PRIVILEGE_SET` — privileges.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PRIVILEGE_SET {
    pub PrivilegeCount: ULONG,
    pub Control: ULONG,
    pub Privilege: [LUID_AND_ATTRIBUTES; 1],
}
layout!(PRIVILEGE_SET: 20, 4 { PrivilegeCount: 0..4, Control: 4..8, Privilege: 8..20 });
/// `PPRIVILEGE_SET` — points to a `PRIVILEGE_SET`.
pub type PPRIVILEGE_SET = *mut PRIVILEGE_SET;

/// `INITIAL_PRIVILEGE_SET` — room for the privileges of an open.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct INITIAL_PRIVILEGE_SET {
    pub PrivilegeCount: ULONG,
    pub Control: ULONG,
    pub Privilege: [LUID_AND_ATTRIBUTES; 3],
}
layout!(INITIAL_PRIVILEGE_SET: 44, 4 { PrivilegeCount: 0..4, Control: 4..8, Privilege: 8..44 });
/// `PINITIAL_PRIVILEGE_SET` — points to a `INITIAL_PRIVILEGE_SET`.
pub type PINITIAL_PRIVILEGE_SET = *mut INITIAL_PRIVILEGE_SET;

/// `GENERIC_MAPPING` — what the generic rights mean for a type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GENERIC_MAPPING {
    pub GenericRead: ACCESS_MASK,
    pub GenericWrite: ACCESS_MASK,
    pub GenericExecute: ACCESS_MASK,
    pub GenericAll: ACCESS_MASK,
}
layout!(GENERIC_MAPPING: 16, 4 {
    GenericRead: 0..4, GenericWrite: 4..8, GenericExecute: 8..12, GenericAll: 12..16,
});
/// `PGENERIC_MAPPING` — points to a `GENERIC_MAPPING`.
pub type PGENERIC_MAPPING = *mut GENERIC_MAPPING;

/// `SECURITY_IMPERSONATION_LEVEL` — how far a server may act for its client.
pub type SECURITY_IMPERSONATION_LEVEL = i32;
pub const SecurityAnonymous: SECURITY_IMPERSONATION_LEVEL = 0;
pub const SecurityIdentification: SECURITY_IMPERSONATION_LEVEL = 1;
pub const SecurityImpersonation: SECURITY_IMPERSONATION_LEVEL = 2;
pub const SecurityDelegation: SECURITY_IMPERSONATION_LEVEL = 3;

/// `SECURITY_QUALITY_OF_SERVICE` — what a server may do for its client.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SECURITY_QUALITY_OF_SERVICE {
    pub Length: ULONG,
    pub ImpersonationLevel: SECURITY_IMPERSONATION_LEVEL,
    pub ContextTrackingMode: UCHAR,
    pub EffectiveOnly: BOOLEAN,
}
layout!(SECURITY_QUALITY_OF_SERVICE: 12, 4 {
    Length: 0..4, ImpersonationLevel: 4..8, ContextTrackingMode: 8..9, EffectiveOnly: 9..10,
});
/// `PSECURITY_QUALITY_OF_SERVICE` — points to a `SECURITY_QUALITY_OF_SERVICE`.
pub type PSECURITY_QUALITY_OF_SERVICE = *mut SECURITY_QUALITY_OF_SERVICE;

/// `SECURITY_SUBJECT_CONTEXT` — the tokens of a subject.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SECURITY_SUBJECT_CONTEXT {
    pub ClientToken: PACCESS_TOKEN,
    pub ImpersonationLevel: SECURITY_IMPERSONATION_LEVEL,
    pub PrimaryToken: PACCESS_TOKEN,
    pub ProcessAuditId: PVOID,
}
layout!(SECURITY_SUBJECT_CONTEXT: 32, 8 {
    ClientToken: 0..8, ImpersonationLevel: 8..12, PrimaryToken: 16..24, ProcessAuditId: 24..32,
});
/// `PSECURITY_SUBJECT_CONTEXT` — points to a `SECURITY_SUBJECT_CONTEXT`.
pub type PSECURITY_SUBJECT_CONTEXT = *mut SECURITY_SUBJECT_CONTEXT;

/// `ACCESS_STATE_PRIVILEGES` — the privileges an open used.
#[repr(C)]
#[derive(Clone, Copy)]
pub union ACCESS_STATE_PRIVILEGES {
    pub InitialPrivilegeSet: INITIAL_PRIVILEGE_SET,
    pub PrivilegeSet: PRIVILEGE_SET,
}
layout!(ACCESS_STATE_PRIVILEGES: 44, 4 { InitialPrivilegeSet: 0..44, PrivilegeSet: 0..20 });

/// `ACCESS_STATE` — the progress of an access check.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ACCESS_STATE {
    pub OperationID: LUID,
    pub SecurityEvaluated: BOOLEAN,
    pub GenerateAudit: BOOLEAN,
    pub GenerateOnClose: BOOLEAN,
    pub PrivilegesAllocated: BOOLEAN,
    pub Flags: ULONG,
    pub RemainingDesiredAccess: ACCESS_MASK,
    pub PreviouslyGrantedAccess: ACCESS_MASK,
    pub OriginalDesiredAccess: ACCESS_MASK,
    pub SubjectSecurityContext: SECURITY_SUBJECT_CONTEXT,
    pub SecurityDescriptor: PSECURITY_DESCRIPTOR,
    pub AuxData: PVOID,
    pub Privileges: ACCESS_STATE_PRIVILEGES,
    pub AuditPrivileges: BOOLEAN,
    pub ObjectName: UNICODE_STRING,
    pub ObjectTypeName: UNICODE_STRING,
}
layout!(ACCESS_STATE: 160, 8 {
    OperationID: 0..8, SecurityEvaluated: 8..9, GenerateAudit: 9..10, GenerateOnClose: 10..11,
    PrivilegesAllocated: 11..12, Flags: 12..16, RemainingDesiredAccess: 16..20,
    PreviouslyGrantedAccess: 20..24, OriginalDesiredAccess: 24..28, SubjectSecurityContext: 32..64,
    SecurityDescriptor: 64..72, AuxData: 72..80, Privileges: 80..124, AuditPrivileges: 124..125,
    ObjectName: 128..144, ObjectTypeName: 144..160,
});
/// `PACCESS_STATE` — points to a `ACCESS_STATE`.
pub type PACCESS_STATE = *mut ACCESS_STATE;

/// `IO_SECURITY_CONTEXT` — the security side of a create.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_SECURITY_CONTEXT {
    pub SecurityQos: PSECURITY_QUALITY_OF_SERVICE,
    pub AccessState: PACCESS_STATE,
    pub DesiredAccess: ACCESS_MASK,
    pub FullCreateOptions: ULONG,
}
layout!(IO_SECURITY_CONTEXT: 24, 8 {
    SecurityQos: 0..8, AccessState: 8..16, DesiredAccess: 16..20, FullCreateOptions: 20..24,
});
/// `PIO_SECURITY_CONTEXT` — points to a `IO_SECURITY_CONTEXT`.
pub type PIO_SECURITY_CONTEXT = *mut IO_SECURITY_CONTEXT;

/// `SID_IDENTIFIER_AUTHORITY` — who issued a SID.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SID_IDENTIFIER_AUTHORITY {
    pub Value: [UCHAR; 6],
}
layout!(SID_IDENTIFIER_AUTHORITY: 6, 1 { Value: 0..6 });
/// `PSID_IDENTIFIER_AUTHORITY` — points to a `SID_IDENTIFIER_AUTHORITY`.
pub type PSID_IDENTIFIER_AUTHORITY = *mut SID_IDENTIFIER_AUTHORITY;

/// `SID` — a security identifier.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SID {
    pub Revision: UCHAR,
    pub SubAuthorityCount: UCHAR,
    pub IdentifierAuthority: SID_IDENTIFIER_AUTHORITY,
    pub SubAuthority: [ULONG; 1],
}
layout!(SID: 12, 4 {
    Revision: 0..1, SubAuthorityCount: 1..2, IdentifierAuthority: 2..8, SubAuthority: 8..12,
});

/// `SID_AND_ATTRIBUTES` — a SID and its attributes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SID_AND_ATTRIBUTES {
    pub Sid: PSID,
    pub Attributes: ULONG,
}
layout!(SID_AND_ATTRIBUTES: 16, 8 { Sid: 0..8, Attributes: 8..12 });
/// `PSID_AND_ATTRIBUTES` — points to a `SID_AND_ATTRIBUTES`.
pub type PSID_AND_ATTRIBUTES = *mut SID_AND_ATTRIBUTES;

/// `TOKEN_USER` — the user of a token.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TOKEN_USER {
    pub User: SID_AND_ATTRIBUTES,
}
layout!(TOKEN_USER: 16, 8 { User: 0..16 });
/// `PTOKEN_USER` — points to a `TOKEN_USER`.
pub type PTOKEN_USER = *mut TOKEN_USER;

/// `ACL` — an access control list.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ACL {
    pub AclRevision: UCHAR,
    pub Sbz1: UCHAR,
    pub AclSize: USHORT,
    pub AceCount: USHORT,
    pub Sbz2: USHORT,
}
layout!(ACL: 8, 2 { AclRevision: 0..1, Sbz1: 1..2, AclSize: 2..4, AceCount: 4..6, Sbz2: 6..8 });
/// `PACL` — points to a `ACL`.
pub type PACL = *mut ACL;

/// `ACE_HEADER` — what every access control entry begins with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ACE_HEADER {
    pub AceType: UCHAR,
    pub AceFlags: UCHAR,
    pub AceSize: USHORT,
}
layout!(ACE_HEADER: 4, 2 { AceType: 0..1, AceFlags: 1..2, AceSize: 2..4 });
/// `PACE_HEADER` — points to a `ACE_HEADER`.
pub type PACE_HEADER = *mut ACE_HEADER;

/// `ACCESS_ALLOWED_ACE` — an entry that grants.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ACCESS_ALLOWED_ACE {
    pub Header: ACE_HEADER,
    pub Mask: ACCESS_MASK,
    pub SidStart: ULONG,
}
layout!(ACCESS_ALLOWED_ACE: 12, 4 { Header: 0..4, Mask: 4..8, SidStart: 8..12 });
/// `PACCESS_ALLOWED_ACE` — points to a `ACCESS_ALLOWED_ACE`.
pub type PACCESS_ALLOWED_ACE = *mut ACCESS_ALLOWED_ACE;
/// `SECURITY_DESCRIPTOR_CONTROL` — the flags of a security descriptor.
pub type SECURITY_DESCRIPTOR_CONTROL = USHORT;

/// `SECURITY_DESCRIPTOR` — a security descriptor of pointers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SECURITY_DESCRIPTOR {
    pub Revision: UCHAR,
    pub Sbz1: UCHAR,
    pub Control: SECURITY_DESCRIPTOR_CONTROL,
    pub Owner: PSID,
    pub Group: PSID,
    pub Sacl: PACL,
    pub Dacl: PACL,
}
layout!(SECURITY_DESCRIPTOR: 40, 8 {
    Revision: 0..1, Sbz1: 1..2, Control: 2..4, Owner: 8..16, Group: 16..24, Sacl: 24..32,
    Dacl: 32..40,
});

/// `SECURITY_DESCRIPTOR_RELATIVE` — a security descriptor of offsets.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SECURITY_DESCRIPTOR_RELATIVE {
    pub Revision: UCHAR,
    pub Sbz1: UCHAR,
    pub Control: SECURITY_DESCRIPTOR_CONTROL,
    pub Owner: ULONG,
    pub Group: ULONG,
    pub Sacl: ULONG,
    pub Dacl: ULONG,
}
layout!(SECURITY_DESCRIPTOR_RELATIVE: 20, 4 {
    Revision: 0..1, Sbz1: 1..2, Control: 2..4, Owner: 4..8, Group: 8..12, Sacl: 12..16,
    Dacl: 16..20,
});
/// `PSECURITY_DESCRIPTOR_RELATIVE` — points to a `SECURITY_DESCRIPTOR_RELATIVE`.
pub type PSECURITY_DESCRIPTOR_RELATIVE = *mut SECURITY_DESCRIPTOR_RELATIVE;
