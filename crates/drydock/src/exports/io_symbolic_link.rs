//! IoCreateSymbolicLink, ZwOpenSymbolicLinkObject, IoVolumeDeviceToDosName — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    HANDLE, NTSTATUS, OBJECT_ATTRIBUTES, PDEVICE_OBJECT, STATUS_BUFFER_TOO_SMALL,
    STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_DEVICE_REQUEST, STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::{In, InOut, InString, Out};
use super::object_attributes;
use super::zw_key::status;
use crate::export;
use crate::model::namespace::{self, LinkObject};
use crate::model::object_type::ObjectType;
use crate::model::pool::{self, PoolKind};
use crate::model::{handle, kernel_object};

/// Tag of DOS names, which the driver frees by ExFreePool.
const TAG: u32 = u32::from_le_bytes(*b"MntD");

/// The DOS name of a volume's device, in paged pool.
fn dos_name(device: PDEVICE_OBJECT, out: Out<UNICODE_STRING>) -> NTSTATUS {
    let Some(letter) = namespace::letter_of(device) else {
        return STATUS_INVALID_DEVICE_REQUEST;
    };
    let text: [u16; 3] = [letter as u16, u16::from(b':'), 0];
    let memory = pool::allocate(PoolKind::Paged, size_of_val(&text), TAG, 0).cast::<[u16; 3]>();
    if memory.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    // SAFETY: the block was just allocated with room for the text.
    unsafe { memory.write_unaligned(text) };
    out.give(UNICODE_STRING {
        Length: 4,
        MaximumLength: 6,
        Buffer: memory.cast(),
    });
    STATUS_SUCCESS
}

fn open(attributes: In<OBJECT_ATTRIBUTES>, access: u32) -> Result<HANDLE, NTSTATUS> {
    let named = object_attributes::copy(attributes)?;
    let link = LinkObject::open(&namespace::full_name(&named.name))?;
    Ok(handle::insert_with(link, access, named.kernel))
}

fn query(handle: HANDLE, out: InOut<UNICODE_STRING>, needed: Out<u32>) -> NTSTATUS {
    let open = match handle::resolve(handle, 0, Some(ObjectType::SymbolicLink), false) {
        Ok(open) => open,
        Err(status) => return status,
    };
    let Some(link) = kernel_object::downcast::<LinkObject>(&open.object) else {
        return STATUS_OBJECT_TYPE_MISMATCH;
    };
    let (fits, bytes) = out.put(&link.target);
    needed.give(bytes);
    if fits {
        STATUS_SUCCESS
    } else {
        STATUS_BUFFER_TOO_SMALL
    }
}

export! { Dll::Ntoskrnl;
    /// `IoCreateSymbolicLink`
    fn IoCreateSymbolicLink(name: InString, target: InString) -> NTSTATUS {
        status(namespace::create_link(&name.text().unwrap_or_default(), &target.text().unwrap_or_default()))
    }
    /// `IoCreateUnprotectedSymbolicLink`
    fn IoCreateUnprotectedSymbolicLink(name: InString, target: InString) -> NTSTATUS {
        status(namespace::create_link(&name.text().unwrap_or_default(), &target.text().unwrap_or_default()))
    }
    /// `IoDeleteSymbolicLink`
    fn IoDeleteSymbolicLink(name: InString) -> NTSTATUS {
        status(namespace::delete_link(&name.text().unwrap_or_default()))
    }
    /// `ZwOpenSymbolicLinkObject`
    fn ZwOpenSymbolicLinkObject(out: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>) -> NTSTATUS {
        status(open(attributes, access).map(|handle| out.give(handle)))
    }
    /// `ZwQuerySymbolicLinkObject`
    fn ZwQuerySymbolicLinkObject(handle: HANDLE, out: InOut<UNICODE_STRING>, needed: Out<u32>) -> NTSTATUS {
        query(handle, out, needed)
    }
    /// `IoVolumeDeviceToDosName`
    fn IoVolumeDeviceToDosName(device: PDEVICE_OBJECT, out: Out<UNICODE_STRING>) -> NTSTATUS { dos_name(device, out) }
    /// `RtlVolumeDeviceToDosName`
    fn RtlVolumeDeviceToDosName(device: PDEVICE_OBJECT, out: Out<UNICODE_STRING>) -> NTSTATUS { dos_name(device, out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::{changed, out};
    use crate::exports::object_attributes::tests::Named;
    use crate::io::device::devices;
    use crate::model::flt_fixture::{Fixture, Script};
    use minifilter_sys::{STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND};

    fn empty() -> UNICODE_STRING {
        UNICODE_STRING {
            Length: 0,
            MaximumLength: 0,
            Buffer: std::ptr::null_mut(),
        }
    }

    #[test]
    fn zwquerysymboliclinkobject_gives_what_iocreatesymboliclink_put_there() {
        let (name, target) = (
            Named::new(r"\DosDevices\zwquery"),
            Named::new(r"\Device\zwquery"),
        );
        assert_eq!(
            call!(IoCreateSymbolicLink(name.string(), target.string())),
            STATUS_SUCCESS
        );
        assert_eq!(
            call!(IoCreateSymbolicLink(name.string(), target.string())),
            STATUS_OBJECT_NAME_COLLISION
        );
        let mut handle: HANDLE = std::ptr::null_mut();
        assert_eq!(
            call!(ZwOpenSymbolicLinkObject(
                out(&mut handle),
                1,
                name.argument()
            )),
            STATUS_SUCCESS
        );
        let (mut room, mut needed) = ([0_u16; 16], 0);
        let mut place = UNICODE_STRING {
            MaximumLength: 4,
            Buffer: room.as_mut_ptr(),
            ..empty()
        };
        let mut query = |place: &mut UNICODE_STRING| {
            (
                call!(ZwQuerySymbolicLinkObject(
                    handle,
                    changed(place),
                    out(&mut needed)
                )),
                needed,
            )
        };
        assert_eq!(query(&mut place), (STATUS_BUFFER_TOO_SMALL, 30));
        place.MaximumLength = 32;
        assert_eq!(
            (query(&mut place), place.Length),
            ((STATUS_SUCCESS, 30), 30)
        );
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
        let delete = || call!(IoDeleteSymbolicLink(name.string()));
        assert_eq!(
            (delete(), delete()),
            (STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND)
        );
        assert_eq!(
            call!(ZwOpenSymbolicLinkObject(
                out(&mut handle),
                1,
                name.argument()
            )),
            STATUS_OBJECT_NAME_NOT_FOUND
        );
    }

    #[test]
    fn iovolumedevicetodosname_is_the_drive_letter_in_pool() {
        let fixture = Fixture::new(Script::default());
        let devices = devices(&fixture.volume);
        let mut name = empty();
        assert_eq!(
            call!(IoVolumeDeviceToDosName(devices.storage(), out(&mut name))),
            STATUS_SUCCESS
        );
        assert_eq!(
            (name.Length, namespace::target(r"\??\C:").is_some()),
            (4, true)
        );
        pool::free(name.Buffer.cast(), 0);
        assert_eq!(
            call!(RtlVolumeDeviceToDosName(
                devices.file_system(),
                out(&mut name)
            )),
            STATUS_SUCCESS
        );
        pool::free(name.Buffer.cast(), 0);
        let unknown = call!(IoVolumeDeviceToDosName(
            std::ptr::dangling_mut(),
            out(&mut name)
        ));
        assert_eq!(unknown, STATUS_INVALID_DEVICE_REQUEST);
    }
}
