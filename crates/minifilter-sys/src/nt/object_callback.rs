//! Callbacks about handles to processes and threads.

use crate::*;

/// `OB_PRE_CREATE_HANDLE_INFORMATION` — the rights of a handle about to be made.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OB_PRE_CREATE_HANDLE_INFORMATION {
    pub DesiredAccess: ACCESS_MASK,
    pub OriginalDesiredAccess: ACCESS_MASK,
}
layout!(OB_PRE_CREATE_HANDLE_INFORMATION: 8, 4 {
    DesiredAccess: 0..4, OriginalDesiredAccess: 4..8,
});
/// `POB_PRE_CREATE_HANDLE_INFORMATION` — points to a `OB_PRE_CREATE_HANDLE_INFORMATION`.
pub type POB_PRE_CREATE_HANDLE_INFORMATION = *mut OB_PRE_CREATE_HANDLE_INFORMATION;

/// `OB_PRE_DUPLICATE_HANDLE_INFORMATION` — the rights of a handle about to be copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OB_PRE_DUPLICATE_HANDLE_INFORMATION {
    pub DesiredAccess: ACCESS_MASK,
    pub OriginalDesiredAccess: ACCESS_MASK,
    pub SourceProcess: PVOID,
    pub TargetProcess: PVOID,
}
layout!(OB_PRE_DUPLICATE_HANDLE_INFORMATION: 24, 8 {
    DesiredAccess: 0..4, OriginalDesiredAccess: 4..8, SourceProcess: 8..16, TargetProcess: 16..24,
});
/// `POB_PRE_DUPLICATE_HANDLE_INFORMATION` — points to a `OB_PRE_DUPLICATE_HANDLE_INFORMATION`.
pub type POB_PRE_DUPLICATE_HANDLE_INFORMATION = *mut OB_PRE_DUPLICATE_HANDLE_INFORMATION;

/// `OB_PRE_OPERATION_PARAMETERS` — a handle about to be made or copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub union OB_PRE_OPERATION_PARAMETERS {
    pub CreateHandleInformation: OB_PRE_CREATE_HANDLE_INFORMATION,
    pub DuplicateHandleInformation: OB_PRE_DUPLICATE_HANDLE_INFORMATION,
}
layout!(OB_PRE_OPERATION_PARAMETERS: 24, 8 {
    CreateHandleInformation: 0..8, DuplicateHandleInformation: 0..24,
});
/// `POB_PRE_OPERATION_PARAMETERS` — points to a `OB_PRE_OPERATION_PARAMETERS`.
pub type POB_PRE_OPERATION_PARAMETERS = *mut OB_PRE_OPERATION_PARAMETERS;

/// `OB_OPERATION_FLAGS` — whose handle it is.
#[repr(C)]
#[derive(Clone, Copy)]
pub union OB_OPERATION_FLAGS {
    pub Flags: ULONG,
    pub BitField1: ULONG,
}
layout!(OB_OPERATION_FLAGS: 4, 4 { Flags: 0..4, BitField1: 0..4 });

/// `OB_PRE_OPERATION_INFORMATION` — an operation on a handle that is about to begin.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OB_PRE_OPERATION_INFORMATION {
    pub Operation: ULONG,
    pub Anonymous: OB_OPERATION_FLAGS,
    pub Object: PVOID,
    pub ObjectType: POBJECT_TYPE,
    pub CallContext: PVOID,
    pub Parameters: POB_PRE_OPERATION_PARAMETERS,
}
layout!(OB_PRE_OPERATION_INFORMATION: 40, 8 {
    Operation: 0..4, Anonymous: 4..8, Object: 8..16, ObjectType: 16..24, CallContext: 24..32,
    Parameters: 32..40,
});
/// `POB_PRE_OPERATION_INFORMATION` — points to a `OB_PRE_OPERATION_INFORMATION`.
pub type POB_PRE_OPERATION_INFORMATION = *mut OB_PRE_OPERATION_INFORMATION;

/// `OB_POST_HANDLE_INFORMATION` — the rights of a handle that was made or copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OB_POST_HANDLE_INFORMATION {
    pub GrantedAccess: ACCESS_MASK,
}
layout!(OB_POST_HANDLE_INFORMATION: 4, 4 { GrantedAccess: 0..4 });

/// `OB_POST_OPERATION_PARAMETERS` — a handle that was made or copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub union OB_POST_OPERATION_PARAMETERS {
    pub CreateHandleInformation: OB_POST_HANDLE_INFORMATION,
    pub DuplicateHandleInformation: OB_POST_HANDLE_INFORMATION,
}
layout!(OB_POST_OPERATION_PARAMETERS: 4, 4 {
    CreateHandleInformation: 0..4, DuplicateHandleInformation: 0..4,
});
/// `POB_POST_OPERATION_PARAMETERS` — points to a `OB_POST_OPERATION_PARAMETERS`.
pub type POB_POST_OPERATION_PARAMETERS = *mut OB_POST_OPERATION_PARAMETERS;

/// `OB_POST_OPERATION_INFORMATION` — an operation on a handle that has ended.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OB_POST_OPERATION_INFORMATION {
    pub Operation: ULONG,
    pub Anonymous: OB_OPERATION_FLAGS,
    pub Object: PVOID,
    pub ObjectType: POBJECT_TYPE,
    pub CallContext: PVOID,
    pub ReturnStatus: NTSTATUS,
    pub Parameters: POB_POST_OPERATION_PARAMETERS,
}
layout!(OB_POST_OPERATION_INFORMATION: 48, 8 {
    Operation: 0..4, Anonymous: 4..8, Object: 8..16, ObjectType: 16..24, CallContext: 24..32,
    ReturnStatus: 32..36, Parameters: 40..48,
});
/// `POB_POST_OPERATION_INFORMATION` — points to a `OB_POST_OPERATION_INFORMATION`.
pub type POB_POST_OPERATION_INFORMATION = *mut OB_POST_OPERATION_INFORMATION;

/// `OB_OPERATION_REGISTRATION` — the callbacks of one object type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OB_OPERATION_REGISTRATION {
    pub ObjectType: *mut POBJECT_TYPE,
    pub Operations: ULONG,
    pub PreOperation: POB_PRE_OPERATION_CALLBACK,
    pub PostOperation: POB_POST_OPERATION_CALLBACK,
}
layout!(OB_OPERATION_REGISTRATION: 32, 8 {
    ObjectType: 0..8, Operations: 8..12, PreOperation: 16..24, PostOperation: 24..32,
});
/// `POB_OPERATION_REGISTRATION` — points to a `OB_OPERATION_REGISTRATION`.
pub type POB_OPERATION_REGISTRATION = *mut OB_OPERATION_REGISTRATION;

/// `OB_CALLBACK_REGISTRATION` — a driver's callbacks.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OB_CALLBACK_REGISTRATION {
    pub Version: USHORT,
    pub OperationRegistrationCount: USHORT,
    pub Altitude: UNICODE_STRING,
    pub RegistrationContext: PVOID,
    pub OperationRegistration: POB_OPERATION_REGISTRATION,
}
layout!(OB_CALLBACK_REGISTRATION: 40, 8 {
    Version: 0..2, OperationRegistrationCount: 2..4, Altitude: 8..24, RegistrationContext: 24..32,
    OperationRegistration: 32..40,
});
/// `POB_CALLBACK_REGISTRATION` — points to a `OB_CALLBACK_REGISTRATION`.
pub type POB_CALLBACK_REGISTRATION = *mut OB_CALLBACK_REGISTRATION;

/// `OB_PREOP_CALLBACK_STATUS` — what a callback before the operation decides.
pub type OB_PREOP_CALLBACK_STATUS = i32;
pub const OB_PREOP_SUCCESS: OB_PREOP_CALLBACK_STATUS = 0;

/// `POB_PRE_OPERATION_CALLBACK` — sees an operation on a handle before it.
pub type POB_PRE_OPERATION_CALLBACK = Option<
    unsafe extern "C" fn(
        registration_context: PVOID,
        operation_information: POB_PRE_OPERATION_INFORMATION,
    ) -> OB_PREOP_CALLBACK_STATUS,
>;

/// `POB_POST_OPERATION_CALLBACK` — sees an operation on a handle after it.
pub type POB_POST_OPERATION_CALLBACK = Option<
    unsafe extern "C" fn(
        registration_context: PVOID,
        operation_information: POB_POST_OPERATION_INFORMATION,
    ),
>;
