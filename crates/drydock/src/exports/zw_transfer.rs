//! ZwReadFile, ZwWriteFile, ZwQueryInformationFile and what else is done with open files — shims.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::{
    FILE_READ_DATA, FILE_WRITE_DATA, HANDLE, IO_STATUS_BLOCK, NTSTATUS, SL_RESTART_SCAN,
    SL_RETURN_SINGLE_ENTRY, STATUS_INVALID_PARAMETER, STATUS_NOT_IMPLEMENTED, STATUS_SUCCESS,
    UNICODE_STRING,
};

use super::flt_argument::{In, Out};
use crate::export;
use crate::io::{End, Handle, kernel_file};
use crate::model::operation::pre_status_block;
use crate::model::{event_object, unicode};
use crate::report;

/// FILE_USE_FILE_POINTER_POSITION and FILE_WRITE_TO_END_OF_FILE, as offsets.
const USE_POSITION: i64 = -2;
const AT_THE_END: i64 = -1;

/// What a request is told by beside its result: an event; an APC routine is not modelled.
struct Completion {
    event: HANDLE,
    apc: usize,
    block: Out<IO_STATUS_BLOCK>,
}

impl Completion {
    /// Performs a request and tells how it ended.
    fn of(
        &self,
        handle: HANDLE,
        access: u32,
        work: impl FnOnce(&Handle<'_>) -> Result<End, NTSTATUS>,
    ) -> NTSTATUS {
        if self.apc != 0 {
            report::unimplemented("an APC routine for a Zw request");
            return STATUS_NOT_IMPLEMENTED;
        }
        if !self.event.is_null()
            && let Err(status) = event_object::reset(self.event)
        {
            return status;
        }
        let done = match kernel_file::with_handle(handle, access, work) {
            Ok(done) => done,
            Err(status) => return status,
        };
        let (status, information) = match done {
            Ok(end) => (end.status, end.information),
            Err(status) => (status, 0),
        };
        self.block.give(pre_status_block(status, information));
        if !self.event.is_null() {
            // It was there a moment ago; if the driver has closed it since, nobody waits for it.
            let _ = event_object::set(self.event);
        }
        status
    }
}

/// The driver's buffer, of which it says how long it is.
///
/// # Safety
/// `buffer` leads to `length` writable bytes that nobody else uses during the request.
unsafe fn bytes<'a>(buffer: *mut c_void, length: u32) -> &'a mut [u8] {
    if buffer.is_null() || length == 0 {
        return &mut [];
    }
    // SAFETY: the caller's contract.
    unsafe { std::slice::from_raw_parts_mut(buffer.cast(), length as usize) }
}

/// Where to read or write: without an offset only a synchronous file has a place.
fn offset_of(given: Option<i64>, file: &Handle<'_>) -> Result<Option<u64>, NTSTATUS> {
    match given {
        None | Some(USE_POSITION) if file.is_synchronous() => Ok(None),
        None | Some(USE_POSITION) => Err(STATUS_INVALID_PARAMETER),
        Some(offset) if offset < 0 && offset != AT_THE_END => Err(STATUS_INVALID_PARAMETER),
        Some(offset) => Ok(Some(offset.cast_unsigned())),
    }
}

fn transferred(count: usize) -> End {
    End {
        status: STATUS_SUCCESS,
        information: count,
    }
}

export! { Dll::Ntoskrnl;
    /// `ZwReadFile`
    fn ZwReadFile(handle: HANDLE, event: HANDLE, apc: usize, _context: usize, block: Out<IO_STATUS_BLOCK>, buffer: *mut c_void, length: u32, offset: In<i64>, _key: usize) -> NTSTATUS {
        // SAFETY: the driver passes a buffer of that length.
        let buffer = unsafe { bytes(buffer, length) };
        Completion { event, apc, block }.of(handle, FILE_READ_DATA, |file| {
            let offset = offset_of(offset.get(), file)?;
            if offset == Some(AT_THE_END.cast_unsigned()) {
                return Err(STATUS_INVALID_PARAMETER);
            }
            file.read(offset, buffer).map(transferred)
        })
    }
    /// `ZwWriteFile`
    fn ZwWriteFile(handle: HANDLE, event: HANDLE, apc: usize, _context: usize, block: Out<IO_STATUS_BLOCK>, buffer: *mut c_void, length: u32, offset: In<i64>, _key: usize) -> NTSTATUS {
        // SAFETY: the driver passes a buffer of that length.
        let buffer = unsafe { bytes(buffer, length) };
        Completion { event, apc, block }.of(handle, FILE_WRITE_DATA, |file| {
            let offset = offset_of(offset.get(), file)?;
            file.write(offset, buffer).map(transferred)
        })
    }
    /// `ZwQueryInformationFile`
    fn ZwQueryInformationFile(handle: HANDLE, block: Out<IO_STATUS_BLOCK>, buffer: *mut c_void, length: u32, class: i32) -> NTSTATUS {
        // SAFETY: the driver passes a buffer of that length.
        let buffer = unsafe { bytes(buffer, length) };
        Completion { event: std::ptr::null_mut(), apc: 0, block }.of(handle, 0, |file| file.query(class, buffer))
    }
    /// `ZwSetInformationFile`
    fn ZwSetInformationFile(handle: HANDLE, block: Out<IO_STATUS_BLOCK>, buffer: *mut c_void, length: u32, class: i32) -> NTSTATUS {
        // SAFETY: the driver passes a buffer of that length.
        let buffer = unsafe { bytes(buffer, length) };
        Completion { event: std::ptr::null_mut(), apc: 0, block }.of(handle, 0, |file| {
            super::zw_rename::set(file, class, buffer).map(|()| transferred(0))
        })
    }
    /// `ZwQueryVolumeInformationFile`
    fn ZwQueryVolumeInformationFile(handle: HANDLE, block: Out<IO_STATUS_BLOCK>, buffer: *mut c_void, length: u32, class: i32) -> NTSTATUS {
        // SAFETY: the driver passes a buffer of that length.
        let buffer = unsafe { bytes(buffer, length) };
        Completion { event: std::ptr::null_mut(), apc: 0, block }.of(handle, 0, |file| file.query_volume(class, buffer))
    }
    /// `ZwQueryDirectoryFile`
    fn ZwQueryDirectoryFile(handle: HANDLE, event: HANDLE, apc: usize, _context: usize, block: Out<IO_STATUS_BLOCK>, buffer: *mut c_void, length: u32, class: i32, single: u8, pattern: *const UNICODE_STRING, restart: u8) -> NTSTATUS {
        // SAFETY: the driver passes a UNICODE_STRING of its own, or null.
        let pattern = String::from_utf16_lossy(unsafe { unicode::units(pattern) });
        // SAFETY: the driver passes a buffer of that length.
        let buffer = unsafe { bytes(buffer, length) };
        let flags = [(single, SL_RETURN_SINGLE_ENTRY), (restart, SL_RESTART_SCAN)];
        let flags = flags.iter().filter(|(given, _)| *given != 0).fold(0, |all, (_, flag)| all | flag);
        Completion { event, apc, block }.of(handle, FILE_READ_DATA, |file| file.query_directory(class, &pattern, flags, buffer))
    }
    /// `ZwFsControlFile` — with METHOD_BUFFERED; another method is not modelled.
    fn ZwFsControlFile(handle: HANDLE, event: HANDLE, apc: usize, _context: usize, block: Out<IO_STATUS_BLOCK>, code: u32, input: *mut c_void, input_length: u32, output: *mut c_void, output_length: u32) -> NTSTATUS {
        if code & 3 != 0 {
            report::unimplemented("ZwFsControlFile of another method than METHOD_BUFFERED");
            return STATUS_NOT_IMPLEMENTED;
        }
        // SAFETY: the driver passes a buffer of that length. The two may be one, so this one is copied before the other is made.
        let input = unsafe { bytes(input, input_length) }.to_vec();
        // SAFETY: as above.
        let output = unsafe { bytes(output, output_length) };
        Completion { event, apc, block }.of(handle, 0, |file| file.fs_control(code, &input, output))
    }
}

#[cfg(test)]
mod tests {
    use super::super::zw_file::tests::opened;
    use super::*;
    use crate::exports::flt_argument::tests::{given, out};
    use crate::model::flt_fixture::Script;
    use crate::model::handle;
    use crate::model::host_fixture::HostFixture;
    use minifilter_sys::{
        FileDispositionInformation, FileFsDeviceInformation, FileNamesInformation,
        FileStandardInformation, STATUS_END_OF_FILE, STATUS_INVALID_INFO_CLASS,
        STATUS_NO_MORE_FILES, STATUS_NO_SUCH_FILE,
    };

    const NONE: HANDLE = std::ptr::null_mut();

    #[test]
    fn zwreadfile_reads_what_zwwritefile_wrote_and_the_position_moves_on() {
        let _fixture = HostFixture::new(Script::default());
        let (handle, mut block) = (opened("\\file"), pre_status_block(-1, 9));
        let (mut text, mut back) = (*b"four", [0_u8; 8]);
        let status = call!(ZwWriteFile(
            handle,
            NONE,
            0,
            0,
            out(&mut block),
            text.as_mut_ptr().cast(),
            4,
            given(None),
            0
        ));
        assert_eq!((status, block.Information), (STATUS_SUCCESS, 4));
        let mut read = |offset: Option<i64>, length| {
            let status = call!(ZwReadFile(
                handle,
                NONE,
                0,
                0,
                out(&mut block),
                back.as_mut_ptr().cast(),
                length,
                given(offset.as_ref()),
                0
            ));
            (status, block.Information, back[0])
        };
        assert_eq!(read(Some(1), 2), (STATUS_SUCCESS, 2, b'o'));
        assert_eq!(read(Some(USE_POSITION), 8), (STATUS_SUCCESS, 1, b'r'));
        assert_eq!(read(Some(4), 1).0, STATUS_END_OF_FILE);
        assert_eq!(read(Some(-9), 1).0, STATUS_INVALID_PARAMETER);
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
    }

    #[test]
    fn zwreadfile_through_filters_ends_with_the_status_of_the_filter() {
        let fixture = HostFixture::new(Script {
            pre: Some(std::sync::Arc::new(|data, _, _| {
                // SAFETY: the filter manager passes callback data.
                let iopb = unsafe { (*data).Iopb };
                // SAFETY: callback data has a parameter block.
                let major = unsafe { (*iopb).MajorFunction };
                if major != minifilter_sys::IRP_MJ_READ {
                    return minifilter_sys::FLT_PREOP_SUCCESS_NO_CALLBACK;
                }
                // SAFETY: as above.
                unsafe {
                    (*data).IoStatus = pre_status_block(minifilter_sys::STATUS_ACCESS_DENIED, 0)
                };
                minifilter_sys::FLT_PREOP_COMPLETE
            })),
            ..Script::default()
        });
        fixture.put("file", b"four");
        let (handle, mut block, mut back) = (opened("\\file"), pre_status_block(-1, 9), [0_u8; 8]);
        let status = call!(ZwReadFile(
            handle,
            NONE,
            0,
            0,
            out(&mut block),
            back.as_mut_ptr().cast(),
            4,
            given(Some(&0)),
            0
        ));
        assert_eq!(status, minifilter_sys::STATUS_ACCESS_DENIED);
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
    }

    #[test]
    fn zwqueryinformationfile_and_zwsetinformationfile_answer_for_the_file() {
        let fixture = HostFixture::new(Script::default());
        fixture.put("file", b"four");
        let (handle, mut block, mut record) =
            (opened("\\file"), pre_status_block(-1, 9), [0_u8; 32]);
        let buffer = record.as_mut_ptr().cast();
        let status = call!(ZwQueryInformationFile(
            handle,
            out(&mut block),
            buffer,
            32,
            FileStandardInformation
        ));
        assert_eq!(
            (status, block.Information, record[8]),
            (STATUS_SUCCESS, 24, 4)
        );
        let status = call!(ZwQueryInformationFile(
            handle,
            out(&mut block),
            buffer,
            32,
            9999
        ));
        assert!(status < 0, "{status:#x} {STATUS_INVALID_INFO_CLASS:#x}");
        let status = call!(ZwQueryVolumeInformationFile(
            handle,
            out(&mut block),
            buffer,
            8,
            FileFsDeviceInformation
        ));
        assert_eq!(status, STATUS_SUCCESS);
        let mut delete = 1_u8;
        let place = (&raw mut delete).cast();
        let status = call!(ZwSetInformationFile(
            handle,
            out(&mut block),
            place,
            1,
            FileDispositionInformation
        ));
        assert_eq!(
            (status, handle::close(handle)),
            (STATUS_SUCCESS, STATUS_SUCCESS)
        );
        assert!(!fixture.directory.join("file").exists());
    }

    #[test]
    fn zwquerydirectoryfile_lists_one_by_one_until_there_are_no_more() {
        let fixture = HostFixture::new(Script::default());
        fixture.put("one.txt", b"");
        let (handle, mut block, mut record) = (opened("\\"), pre_status_block(-1, 9), [0_u8; 256]);
        let mut query = |pattern: &str, restart| {
            let named = crate::exports::object_attributes::tests::Named::new(pattern);
            call!(ZwQueryDirectoryFile(
                handle,
                NONE,
                0,
                0,
                out(&mut block),
                record.as_mut_ptr().cast(),
                256,
                FileNamesInformation,
                1,
                named.name(),
                restart,
            ))
        };
        assert_eq!(
            (query("*.txt", 1), query("*.txt", 0)),
            (STATUS_SUCCESS, STATUS_NO_MORE_FILES)
        );
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
        let other = opened("\\");
        let named = crate::exports::object_attributes::tests::Named::new("*.none");
        let status = call!(ZwQueryDirectoryFile(
            other,
            NONE,
            0,
            0,
            out(&mut block),
            record.as_mut_ptr().cast(),
            256,
            FileNamesInformation,
            1,
            named.name(),
            1,
        ));
        assert_eq!(
            (status, handle::close(other)),
            (STATUS_NO_SUCH_FILE, STATUS_SUCCESS)
        );
    }

    #[test]
    fn zwfscontrolfile_of_a_control_that_the_volume_does_not_know_fails() {
        let _fixture = HostFixture::new(Script::default());
        let (handle, mut block) = (opened("\\file"), pre_status_block(-1, 9));
        let status = call!(ZwFsControlFile(
            handle,
            NONE,
            0,
            0,
            out(&mut block),
            0x0009_FFFC,
            NONE,
            0,
            NONE,
            0
        ));
        assert_eq!(
            (status, handle::close(handle)),
            (
                minifilter_sys::STATUS_INVALID_DEVICE_REQUEST,
                STATUS_SUCCESS
            )
        );
    }
}
