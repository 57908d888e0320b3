//! ZwCreateEvent, ZwSetEvent, ZwWaitForSingleObject — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    HANDLE, LARGE_INTEGER, NTSTATUS, OBJECT_ATTRIBUTES, STATUS_INVALID_PARAMETER,
    STATUS_NOT_IMPLEMENTED, STATUS_SUCCESS,
};

use super::flt_argument::{In, Out};
use super::ke_wait::timeout_of;
use super::object_attributes;
use crate::export;
use crate::model::event::{NOTIFICATION_EVENT, SYNCHRONIZATION_EVENT};
use crate::model::event_object::{self, EventObject};
use crate::model::{handle, namespace};
use crate::report;

const STATUS_TIMEOUT: NTSTATUS = 0x102;

fn tell(result: Result<i32, NTSTATUS>, before: Out<i32>) -> NTSTATUS {
    match result {
        Ok(state) => {
            before.give(state);
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}

fn create(
    out: Out<HANDLE>,
    access: u32,
    attributes: In<OBJECT_ATTRIBUTES>,
    kind: i32,
    set: u8,
) -> NTSTATUS {
    let kind = match kind {
        0 => NOTIFICATION_EVENT,
        1 => SYNCHRONIZATION_EVENT,
        _ => return STATUS_INVALID_PARAMETER,
    };
    let named = match attributes
        .get()
        .map(|_| object_attributes::copy(attributes))
    {
        None => None,
        Some(Ok(named)) => Some(named),
        Some(Err(status)) => return status,
    };
    let kernel = named.as_ref().is_some_and(|named| named.kernel);
    let name = named
        .filter(|named| !named.name.is_empty())
        .map(|named| namespace::full_name(&named.name));
    let event = EventObject::new(kind, set != 0, name.clone());
    if let Some(Err(status)) = name.map(|name| namespace::name_object(&name, event.clone())) {
        return status;
    }
    out.give(handle::insert_with(event, access, kernel));
    STATUS_SUCCESS
}

export! { Dll::Ntoskrnl;
    /// `ZwCreateEvent`
    fn ZwCreateEvent(out: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, kind: i32, set: u8) -> NTSTATUS {
        create(out, access, attributes, kind, set)
    }
    /// `ZwSetEvent`
    fn ZwSetEvent(handle: HANDLE, before: Out<i32>) -> NTSTATUS { tell(event_object::set(handle), before) }
    /// `ZwResetEvent`
    fn ZwResetEvent(handle: HANDLE, before: Out<i32>) -> NTSTATUS { tell(event_object::reset(handle), before) }
    /// `ZwClearEvent`
    fn ZwClearEvent(handle: HANDLE) -> NTSTATUS { tell(event_object::reset(handle), Out::unwanted()) }
    /// `ZwWaitForSingleObject`
    fn ZwWaitForSingleObject(handle: HANDLE, _alertable: u8, timeout: *const LARGE_INTEGER) -> NTSTATUS {
        match event_object::wait(handle, timeout_of(timeout)) {
            Ok(Some(true)) => STATUS_SUCCESS,
            Ok(Some(false)) => STATUS_TIMEOUT,
            Ok(None) => {
                report::unimplemented("ZwWaitForSingleObject on an object other than event, semaphore, thread and file");
                STATUS_NOT_IMPLEMENTED
            }
            Err(status) => status,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::{given, out};
    use crate::exports::object_attributes::tests::Named;
    use minifilter_sys::STATUS_OBJECT_NAME_COLLISION;

    fn now() -> LARGE_INTEGER {
        LARGE_INTEGER { QuadPart: 0 }
    }

    #[test]
    fn zwwaitforsingleobject_sees_what_zwsetevent_and_zwresetevent_do() {
        let (mut handle, mut before): (HANDLE, i32) = (std::ptr::null_mut(), 9);
        let attributes = Named::new("");
        let made = call!(ZwCreateEvent(
            out(&mut handle),
            0x1F_0003,
            attributes.argument(),
            1,
            0
        ));
        let wait = || {
            call!(ZwWaitForSingleObject(
                handle,
                0,
                &raw const *Box::leak(Box::new(now()))
            ))
        };
        assert_eq!((made, wait()), (STATUS_SUCCESS, STATUS_TIMEOUT));
        assert_eq!(
            (call!(ZwSetEvent(handle, out(&mut before))), before),
            (STATUS_SUCCESS, 0)
        );
        assert_eq!((wait(), wait()), (STATUS_SUCCESS, STATUS_TIMEOUT));
        assert_eq!(call!(ZwSetEvent(handle, Out::unwanted())), STATUS_SUCCESS);
        assert_eq!(
            (call!(ZwResetEvent(handle, out(&mut before))), before),
            (STATUS_SUCCESS, 1)
        );
        assert_eq!(
            (call!(ZwClearEvent(handle)), wait()),
            (STATUS_SUCCESS, STATUS_TIMEOUT)
        );
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
    }

    #[test]
    fn zwcreateevent_refuses_an_unknown_kind_and_a_name_that_is_taken() {
        let mut handle: HANDLE = std::ptr::null_mut();
        let bad = call!(ZwCreateEvent(out(&mut handle), 0, given(None), 7, 0));
        assert_eq!(bad, STATUS_INVALID_PARAMETER);
        let named = Named::new(r"\BaseNamedObjects\zwcreateevent");
        let mut create = || {
            let made = call!(ZwCreateEvent(out(&mut handle), 0, named.argument(), 0, 1));
            (made, handle)
        };
        let (first, open) = create();
        assert_eq!(
            (first, create().0),
            (STATUS_SUCCESS, STATUS_OBJECT_NAME_COLLISION)
        );
        assert_eq!(handle::close(open), STATUS_SUCCESS);
        let (again, open) = create();
        assert_eq!(
            (again, handle::close(open)),
            (STATUS_SUCCESS, STATUS_SUCCESS)
        );
    }
}
