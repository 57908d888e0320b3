//! PsSetCreateProcessNotifyRoutine and its relatives, PsSetLoadImageNotifyRoutine, ObRegisterCallbacks — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    NTSTATUS, OB_CALLBACK_REGISTRATION, OB_OPERATION_REGISTRATION, STATUS_ACCESS_DENIED,
    STATUS_INVALID_PARAMETER,
};

use super::flt_argument::{In, Out};
use super::zw_key::status;
use crate::export;
use crate::model::notification::{self, Event};
use crate::model::object_callback::{self, Post, Pre, Watched};
use crate::model::object_type::ObjectType;
use crate::model::{callback, modules, unicode};

/// IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY.
const FORCE_INTEGRITY: u16 = 0x80;
/// OB_FLT_REGISTRATION_VERSION.
const VERSION: u16 = 0x0100;
/// PsCreateProcessNotifySubsystems of PsSetCreateProcessNotifyRoutineEx2.
const SUBSYSTEMS: i32 = 0;

fn set(event: Event, code: usize, remove: u8) -> NTSTATUS {
    status(if remove != 0 {
        notification::remove(event, code)
    } else {
        notification::register(event, code)
    })
}

/// Whether the image with this code was linked with /INTEGRITYCHECK; code outside every image is the bench's own.
fn integrity_checked(code: usize) -> bool {
    modules::find(code).is_none_or(|module| module.dll_characteristics & FORCE_INTEGRITY != 0)
}

fn set_ex(code: usize, remove: u8) -> NTSTATUS {
    if remove == 0 && !integrity_checked(code) {
        crate::verify::trace::line(|| "the image was linked without /INTEGRITYCHECK".to_owned());
        return STATUS_ACCESS_DENIED;
    }
    set(Event::ProcessEx, code, remove)
}

fn watched(one: &OB_OPERATION_REGISTRATION) -> Option<Watched> {
    // SAFETY: the driver passes the address of an exported POBJECT_TYPE variable.
    let kind = unsafe { one.ObjectType.as_ref() }?;
    let kind = ObjectType::at(*kind as usize)?;
    // SAFETY: the member's type is POB_PRE_OPERATION_CALLBACK, of which Pre is the true convention.
    let pre = one
        .PreOperation
        .map(|code| unsafe { callback::win64::<_, Pre>(code) });
    // SAFETY: the member's type is POB_POST_OPERATION_CALLBACK, of which Post is the true convention.
    let post = one
        .PostOperation
        .map(|code| unsafe { callback::win64::<_, Post>(code) });
    Some(Watched {
        kind,
        operations: one.Operations,
        pre,
        post,
    })
}

fn register(registration: In<OB_CALLBACK_REGISTRATION>) -> Result<usize, NTSTATUS> {
    let all = registration
        .get()
        .filter(|all| all.Version == VERSION)
        .ok_or(STATUS_INVALID_PARAMETER)?;
    let altitude = all.Altitude;
    // SAFETY: the driver passes a UNICODE_STRING of its own.
    let altitude = String::from_utf16_lossy(unsafe { unicode::units(&raw const altitude) });
    let count = usize::from(all.OperationRegistrationCount);
    let rows = (0..count).map(|index| {
        let row = all.OperationRegistration.wrapping_add(index);
        // SAFETY: the driver says that so many rows are there.
        watched(&unsafe { row.read_unaligned() }).ok_or(STATUS_INVALID_PARAMETER)
    });
    object_callback::register(
        &altitude,
        all.RegistrationContext as usize,
        rows.collect::<Result<_, _>>()?,
    )
}

export! { Dll::Ntoskrnl;
    /// `PsSetCreateProcessNotifyRoutine`
    fn PsSetCreateProcessNotifyRoutine(code: usize, remove: u8) -> NTSTATUS { set(Event::Process, code, remove) }
    /// `PsSetCreateProcessNotifyRoutineEx`
    fn PsSetCreateProcessNotifyRoutineEx(code: usize, remove: u8) -> NTSTATUS { set_ex(code, remove) }
    /// `PsSetCreateProcessNotifyRoutineEx2`
    fn PsSetCreateProcessNotifyRoutineEx2(kind: i32, code: usize, remove: u8) -> NTSTATUS {
        if kind != SUBSYSTEMS {
            return STATUS_INVALID_PARAMETER;
        }
        set_ex(code, remove)
    }
    /// `PsSetCreateThreadNotifyRoutine`
    fn PsSetCreateThreadNotifyRoutine(code: usize) -> NTSTATUS { set(Event::Thread, code, 0) }
    /// `PsRemoveCreateThreadNotifyRoutine`
    fn PsRemoveCreateThreadNotifyRoutine(code: usize) -> NTSTATUS { set(Event::Thread, code, 1) }
    /// `PsSetLoadImageNotifyRoutine`
    fn PsSetLoadImageNotifyRoutine(code: usize) -> NTSTATUS { set(Event::Image, code, 0) }
    /// `PsSetLoadImageNotifyRoutineEx`
    fn PsSetLoadImageNotifyRoutineEx(code: usize, _flags: usize) -> NTSTATUS { set(Event::Image, code, 0) }
    /// `PsRemoveLoadImageNotifyRoutine`
    fn PsRemoveLoadImageNotifyRoutine(code: usize) -> NTSTATUS { set(Event::Image, code, 1) }
    /// `ObRegisterCallbacks`
    fn ObRegisterCallbacks(registration: In<OB_CALLBACK_REGISTRATION>, out: Out<usize>) -> NTSTATUS {
        status(register(registration).map(|handle| out.give(handle)))
    }
    /// `ObUnRegisterCallbacks`
    fn ObUnRegisterCallbacks(handle: usize) { object_callback::unregister(handle) }
    /// `ObGetFilterVersion`
    fn ObGetFilterVersion() -> u16 { VERSION }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::{given, out};
    use crate::model::modules::Module;
    use minifilter_sys::{STATUS_PROCEDURE_NOT_FOUND, STATUS_SUCCESS, UNICODE_STRING};

    #[test]
    fn each_notify_routine_is_set_once_and_taken_off_once() {
        let codes = (0x9_0010, 0x9_0020, 0x9_0030, 0x9_0040, 0x9_0050);
        let process = |remove| call!(PsSetCreateProcessNotifyRoutine(codes.0, remove));
        assert_eq!(
            [process(0), process(0), process(1), process(1)],
            [
                STATUS_SUCCESS,
                STATUS_INVALID_PARAMETER,
                STATUS_SUCCESS,
                STATUS_PROCEDURE_NOT_FOUND
            ]
        );
        let extended = |remove| call!(PsSetCreateProcessNotifyRoutineEx(codes.1, remove));
        assert_eq!(
            [extended(0), extended(0), extended(1)],
            [STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_SUCCESS]
        );
        let second =
            |kind, remove| call!(PsSetCreateProcessNotifyRoutineEx2(kind, codes.2, remove));
        assert_eq!(
            [second(9, 0), second(0, 0), second(0, 1)],
            [STATUS_INVALID_PARAMETER, STATUS_SUCCESS, STATUS_SUCCESS]
        );
        let (set, remove) = (
            || call!(PsSetCreateThreadNotifyRoutine(codes.3)),
            || call!(PsRemoveCreateThreadNotifyRoutine(codes.3)),
        );
        assert_eq!(
            [set(), set(), remove(), remove()],
            [
                STATUS_SUCCESS,
                STATUS_INVALID_PARAMETER,
                STATUS_SUCCESS,
                STATUS_PROCEDURE_NOT_FOUND
            ]
        );
        let (set, remove) = (
            || call!(PsSetLoadImageNotifyRoutine(codes.4)),
            || call!(PsRemoveLoadImageNotifyRoutine(codes.4)),
        );
        assert_eq!(
            [set(), set(), remove(), remove()],
            [
                STATUS_SUCCESS,
                STATUS_INVALID_PARAMETER,
                STATUS_SUCCESS,
                STATUS_PROCEDURE_NOT_FOUND
            ]
        );
        assert_eq!(
            [call!(PsSetLoadImageNotifyRoutineEx(codes.4, 0)), remove()],
            [STATUS_SUCCESS; 2]
        );
    }

    #[test]
    fn pssetcreateprocessnotifyroutineex_wants_an_image_with_integrity_check() {
        let base = 0xFFFF_9100_0000_0000;
        let module = |base, dll_characteristics| Module {
            name: "unchecked.sys".to_owned(),
            base,
            size: 0x1000,
            unloaded: false,
            dll_characteristics,
        };
        modules::add(module(base, 0));
        modules::add(module(base + 0x1000, FORCE_INTEGRITY));
        let set = |code, remove| call!(PsSetCreateProcessNotifyRoutineEx(code, remove));
        assert_eq!(set(base + 0x10, 0), STATUS_ACCESS_DENIED);
        assert_eq!(
            [set(base + 0x1010, 0), set(base + 0x1010, 1)],
            [STATUS_SUCCESS; 2]
        );
    }

    unsafe extern "C" fn nothing(
        _context: minifilter_sys::PVOID,
        _information: minifilter_sys::POB_PRE_OPERATION_INFORMATION,
    ) -> i32 {
        0
    }

    #[test]
    fn obregistercallbacks_checks_version_and_type_and_obunregistercallbacks_takes_off() {
        let mut text: Vec<u16> = "88.125".encode_utf16().collect();
        let altitude = UNICODE_STRING {
            Length: 12,
            MaximumLength: 12,
            Buffer: text.as_mut_ptr(),
        };
        let mut kind = ObjectType::Process.address() as minifilter_sys::POBJECT_TYPE;
        let mut row = OB_OPERATION_REGISTRATION {
            ObjectType: &raw mut kind,
            Operations: 3,
            PreOperation: Some(nothing),
            PostOperation: None,
        };
        let mut all = OB_CALLBACK_REGISTRATION {
            Version: call!(ObGetFilterVersion()),
            OperationRegistrationCount: 1,
            Altitude: altitude,
            RegistrationContext: std::ptr::null_mut(),
            OperationRegistration: &raw mut row,
        };
        let mut handle = 0;
        assert_eq!(
            call!(ObRegisterCallbacks(given(Some(&all)), out(&mut handle))),
            STATUS_SUCCESS
        );
        call!(ObUnRegisterCallbacks(handle));
        all.Version = 0x0200;
        assert_eq!(
            call!(ObRegisterCallbacks(given(Some(&all)), out(&mut handle))),
            STATUS_INVALID_PARAMETER
        );
        (all.Version, kind) = (VERSION, ObjectType::File.address() as _);
        assert!(!kind.is_null());
        assert_eq!(
            call!(ObRegisterCallbacks(given(Some(&all)), out(&mut handle))),
            STATUS_INVALID_PARAMETER
        );
    }
}
