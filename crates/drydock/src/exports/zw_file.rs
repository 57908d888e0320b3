//! ZwCreateFile, ZwOpenFile, IoCreateFile and their relatives: opening, flushing and deleting from the top — shims.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::{
    DELETE, FILE_DELETE_ON_CLOSE, FILE_OPEN, FILE_OPEN_FOR_BACKUP_INTENT, FILE_OPEN_REPARSE_POINT,
    FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_SHARE_WRITE, HANDLE, IO_STATUS_BLOCK, NTSTATUS,
    OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, PDEVICE_OBJECT, STATUS_OBJECT_PATH_SYNTAX_BAD,
    STATUS_SUCCESS,
};

use super::create_context::CreateContext;
use super::flt_argument::{In, Out};
use super::object_attributes;
use crate::export;
use crate::io::{CreateOptions, kernel_file};
use crate::model::handle;
use crate::model::operation::pre_status_block;
use crate::model::own_io::create::{self, Create, Name, Opened};

/// The rest of a create beside its name.
struct Wanted {
    options: CreateOptions,
    allocation: i64,
    extended: (*mut c_void, u32),
    flags: u32,
    ecp_list: usize,
}

impl Wanted {
    fn new(options: CreateOptions) -> Self {
        Self {
            options,
            allocation: 0,
            extended: (std::ptr::null_mut(), 0),
            flags: 0,
            ecp_list: 0,
        }
    }
}

fn open(attributes: In<OBJECT_ATTRIBUTES>, wanted: Wanted) -> Result<Opened, NTSTATUS> {
    let named = object_attributes::copy(attributes)?;
    if named.root.is_null() && named.name.first() != Some(&u16::from(b'\\')) {
        return Err(STATUS_OBJECT_PATH_SYNTAX_BAD);
    }
    let attributes = if named.kernel { OBJ_KERNEL_HANDLE } else { 0 };
    let name = Name {
        root: named.root,
        units: named.name,
        attributes,
    };
    let Wanted {
        options,
        allocation,
        extended,
        flags,
        ecp_list,
    } = wanted;
    create::create(
        &name,
        &Create {
            instance: None,
            options,
            allocation,
            extended,
            flags,
            ecp_list,
        },
    )
}

fn answer(
    opened: Result<Opened, NTSTATUS>,
    handle: Out<HANDLE>,
    block: Out<IO_STATUS_BLOCK>,
) -> NTSTATUS {
    match opened {
        Ok(opened) => {
            handle.give(opened.handle);
            block.give(pre_status_block(
                STATUS_SUCCESS,
                opened.information as usize,
            ));
            STATUS_SUCCESS
        }
        Err(status) => {
            block.give(pre_status_block(status, 0));
            status
        }
    }
}

export! { Dll::Ntoskrnl;
    /// `ZwCreateFile`
    fn ZwCreateFile(handle: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, allocation: In<i64>, file_attributes: u32, share: u32, disposition: u32, options: u32, ea: *mut c_void, ea_length: u32) -> NTSTATUS {
        let options = CreateOptions { access, share, disposition, options, attributes: file_attributes, transaction: 0 };
        let allocation = allocation.get().unwrap_or(0);
        answer(open(attributes, Wanted { allocation, extended: (ea, ea_length), ..Wanted::new(options) }), handle, block)
    }
    /// `NtCreateFile`
    fn NtCreateFile(handle: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, allocation: In<i64>, file_attributes: u32, share: u32, disposition: u32, options: u32, ea: *mut c_void, ea_length: u32) -> NTSTATUS {
        let options = CreateOptions { access, share, disposition, options, attributes: file_attributes, transaction: 0 };
        let allocation = allocation.get().unwrap_or(0);
        answer(open(attributes, Wanted { allocation, extended: (ea, ea_length), ..Wanted::new(options) }), handle, block)
    }
    /// `ZwOpenFile`
    fn ZwOpenFile(handle: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, share: u32, options: u32) -> NTSTATUS {
        let options = CreateOptions { access, share, disposition: FILE_OPEN, options, attributes: 0, transaction: 0 };
        answer(open(attributes, Wanted::new(options)), handle, block)
    }
    /// `IoCreateFile`
    fn IoCreateFile(handle: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, allocation: In<i64>, file_attributes: u32, share: u32, disposition: u32, options: u32, ea: *mut c_void, ea_length: u32, kind: i32, _extra: usize, flags: u32) -> NTSTATUS {
        if kind != 0 {
            crate::report::unimplemented("IoCreateFile of a pipe or mailslot");
            return minifilter_sys::STATUS_NOT_IMPLEMENTED;
        }
        let options = CreateOptions { access, share, disposition, options, attributes: file_attributes, transaction: 0 };
        let allocation = allocation.get().unwrap_or(0);
        answer(open(attributes, Wanted { allocation, extended: (ea, ea_length), flags, ..Wanted::new(options) }), handle, block)
    }
    /// `IoCreateFileEx`
    fn IoCreateFileEx(handle: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, allocation: In<i64>, file_attributes: u32, share: u32, disposition: u32, options: u32, ea: *mut c_void, ea_length: u32, kind: i32, _extra: usize, flags: u32, context: In<CreateContext>) -> NTSTATUS {
        if kind != 0 {
            crate::report::unimplemented("IoCreateFileEx of a pipe or mailslot");
            return minifilter_sys::STATUS_NOT_IMPLEMENTED;
        }
        let (ecp_list, transaction) = match context.parts() {
            Ok(parts) => parts,
            Err(status) => return status,
        };
        let options = CreateOptions { access, share, disposition, options, attributes: file_attributes, transaction };
        let allocation = allocation.get().unwrap_or(0);
        answer(open(attributes, Wanted { allocation, extended: (ea, ea_length), flags, ecp_list, ..Wanted::new(options) }), handle, block)
    }
    /// `IoCreateFileSpecifyDeviceObjectHint` — without a hint it is IoCreateFile; a hint is not modelled.
    fn IoCreateFileSpecifyDeviceObjectHint(handle: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, block: Out<IO_STATUS_BLOCK>, allocation: In<i64>, file_attributes: u32, share: u32, disposition: u32, options: u32, ea: *mut c_void, ea_length: u32, kind: i32, _extra: usize, flags: u32, hint: PDEVICE_OBJECT) -> NTSTATUS {
        if kind != 0 || !hint.is_null() {
            crate::report::unimplemented("IoCreateFileSpecifyDeviceObjectHint with a device or of a pipe");
            return minifilter_sys::STATUS_NOT_IMPLEMENTED;
        }
        let options = CreateOptions { access, share, disposition, options, attributes: file_attributes, transaction: 0 };
        let allocation = allocation.get().unwrap_or(0);
        answer(open(attributes, Wanted { allocation, extended: (ea, ea_length), flags, ..Wanted::new(options) }), handle, block)
    }
    /// `ZwDeleteFile`
    fn ZwDeleteFile(attributes: In<OBJECT_ATTRIBUTES>) -> NTSTATUS {
        let options = CreateOptions {
            access: DELETE,
            share: FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            disposition: FILE_OPEN,
            options: FILE_DELETE_ON_CLOSE | FILE_OPEN_FOR_BACKUP_INTENT | FILE_OPEN_REPARSE_POINT,
            attributes: 0,
            transaction: 0,
        };
        match open(attributes, Wanted::new(options)) {
            Ok(opened) => handle::close(opened.handle),
            Err(status) => status,
        }
    }
    /// `ZwFlushBuffersFile`
    fn ZwFlushBuffersFile(handle: HANDLE, block: Out<IO_STATUS_BLOCK>) -> NTSTATUS {
        let flushed = kernel_file::with_handle(handle, 0, |file| file.flush());
        let status = flushed.and_then(|done| done).err().unwrap_or(STATUS_SUCCESS);
        block.give(pre_status_block(status, 0));
        status
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::{given, out};
    use crate::exports::object_attributes::tests::Named;
    use crate::model::flt_fixture::Script;
    use crate::model::host_fixture::{HostFixture, VOLUME};
    use minifilter_sys::{
        FILE_CREATED, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT, GENERIC_READ, GENERIC_WRITE,
        STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, SYNCHRONIZE,
    };

    /// Opens or creates a file on the fixture's volume for reading and writing, synchronously.
    pub fn opened(name: &str) -> HANDLE {
        let (mut handle, mut block): (HANDLE, _) = (std::ptr::null_mut(), pre_status_block(-1, 9));
        let named = Named::new(&format!("{VOLUME}{name}"));
        let access = GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE;
        let status = call!(ZwCreateFile(
            out(&mut handle),
            access,
            named.argument(),
            out(&mut block),
            given(None),
            0,
            7,
            FILE_OPEN_IF,
            FILE_SYNCHRONOUS_IO_NONALERT,
            std::ptr::null_mut(),
            0,
        ));
        assert_eq!(status, STATUS_SUCCESS);
        handle
    }

    #[test]
    fn zwcreatefile_goes_through_the_filters_and_says_what_it_did() {
        let fixture = HostFixture::new(Script::default());
        let (mut handle, mut block): (HANDLE, _) = (std::ptr::null_mut(), pre_status_block(-1, 9));
        let named = Named::new(&format!("{VOLUME}\\new"));
        let status = call!(ZwCreateFile(
            out(&mut handle),
            GENERIC_WRITE | SYNCHRONIZE,
            named.argument(),
            out(&mut block),
            given(None),
            0,
            0,
            FILE_OPEN_IF,
            FILE_SYNCHRONOUS_IO_NONALERT,
            std::ptr::null_mut(),
            0,
        ));
        assert_eq!(
            (status, block.Information),
            (STATUS_SUCCESS, FILE_CREATED as usize)
        );
        assert!(handle::is_kernel(handle) && fixture.directory.join("new").exists());
        assert_eq!(
            call!(ZwFlushBuffersFile(handle, out(&mut block))),
            STATUS_SUCCESS
        );
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
        let mut open = |name: &str| {
            let named = Named::new(name);
            call!(ZwOpenFile(
                out(&mut handle),
                GENERIC_READ,
                named.argument(),
                out(&mut block),
                7,
                0
            ))
        };
        assert_eq!(
            open(&format!("{VOLUME}\\none")),
            STATUS_OBJECT_NAME_NOT_FOUND
        );
        assert_eq!(open(r"\Device\None\file"), STATUS_OBJECT_PATH_NOT_FOUND);
        assert_eq!(open("file"), STATUS_OBJECT_PATH_SYNTAX_BAD);
    }

    #[test]
    fn zwdeletefile_deletes_by_name() {
        let fixture = HostFixture::new(Script::default());
        fixture.put("gone", b"x");
        let named = Named::new(&format!("{VOLUME}\\gone"));
        assert_eq!(call!(ZwDeleteFile(named.argument())), STATUS_SUCCESS);
        assert!(!fixture.directory.join("gone").exists());
        assert_eq!(
            call!(ZwDeleteFile(named.argument())),
            STATUS_OBJECT_NAME_NOT_FOUND
        );
    }

    #[test]
    fn iocreatefile_and_its_relatives_open_what_zwcreatefile_opens() {
        let fixture = HostFixture::new(Script::default());
        fixture.put("there", b"x");
        let named = Named::new(&format!("{VOLUME}\\there"));
        let (mut handle, mut block): (HANDLE, _) = (std::ptr::null_mut(), pre_status_block(-1, 9));
        let none = std::ptr::null_mut();
        let status = call!(IoCreateFile(
            out(&mut handle),
            GENERIC_READ,
            named.argument(),
            out(&mut block),
            given(None),
            0,
            7,
            FILE_OPEN,
            0,
            none,
            0,
            0,
            0,
            0,
        ));
        assert_eq!(
            (status, handle::close(handle)),
            (STATUS_SUCCESS, STATUS_SUCCESS)
        );
        let status = call!(IoCreateFileEx(
            out(&mut handle),
            GENERIC_READ,
            named.argument(),
            out(&mut block),
            given(None),
            0,
            7,
            FILE_OPEN,
            0,
            none,
            0,
            0,
            0,
            0,
            given(None),
        ));
        assert_eq!(
            (status, handle::close(handle)),
            (STATUS_SUCCESS, STATUS_SUCCESS)
        );
        let status = call!(IoCreateFileSpecifyDeviceObjectHint(
            out(&mut handle),
            GENERIC_READ,
            named.argument(),
            out(&mut block),
            given(None),
            0,
            7,
            FILE_OPEN,
            0,
            none,
            0,
            0,
            0,
            0,
            std::ptr::null_mut(),
        ));
        assert_eq!(
            (status, handle::close(handle)),
            (STATUS_SUCCESS, STATUS_SUCCESS)
        );
        let status = call!(NtCreateFile(
            out(&mut handle),
            GENERIC_READ,
            named.argument(),
            out(&mut block),
            given(None),
            0,
            7,
            FILE_OPEN,
            0,
            none,
            0,
        ));
        assert_eq!(
            (status, handle::close(handle)),
            (STATUS_SUCCESS, STATUS_SUCCESS)
        );
    }
}
