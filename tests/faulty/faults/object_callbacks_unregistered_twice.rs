//! Unregisters its object callbacks twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `PsProcessType` — the type of processes.
    static PsProcessType: POBJECT_TYPE;
}

static HANDLE_OF_CALLBACKS: Global<PVOID> = Global::zeroed();

driver!(load: load, unload: unload);

unsafe fn load() -> NTSTATUS {
    let mut altitude = ['3', '8', '5', '1'].map(|digit| digit as u16);
    let mut operations = core::mem::zeroed::<OB_OPERATION_REGISTRATION>();
    operations.ObjectType = (&raw const PsProcessType).cast_mut();
    operations.Operations = OB_OPERATION_HANDLE_CREATE;
    operations.PreOperation = Some(pre_open);
    let mut registration = core::mem::zeroed::<OB_CALLBACK_REGISTRATION>();
    registration.Version = OB_FLT_REGISTRATION_VERSION as USHORT;
    registration.OperationRegistrationCount = 1;
    registration.Altitude = UNICODE_STRING {
        Length: size_of_val(&altitude) as USHORT,
        MaximumLength: size_of_val(&altitude) as USHORT,
        Buffer: altitude.as_mut_ptr(),
    };
    registration.OperationRegistration = &raw mut operations;
    ObRegisterCallbacks(&raw mut registration, HANDLE_OF_CALLBACKS.at())
}

unsafe fn unload() {
    ObUnRegisterCallbacks(*HANDLE_OF_CALLBACKS.at());
    if !CORRECTED {
        ObUnRegisterCallbacks(*HANDLE_OF_CALLBACKS.at());
    }
}

unsafe extern "C" fn pre_open(
    _context: PVOID,
    _information: POB_PRE_OPERATION_INFORMATION,
) -> OB_PREOP_CALLBACK_STATUS {
    OB_PREOP_SUCCESS
}
