#![allow(unsafe_code)] // plays a driver

use super::*;
use crate::io::CreateOptions;
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::{HostFixture, OpenedFile};

fn opened(path: &str) -> (HostFixture, OpenedFile, PFLT_INSTANCE) {
    let bench = HostFixture::new(Script::default());
    bench.put("file", b"0123456789");
    let options = if path == "\\" {
        CreateOptions::default().with(FILE_DIRECTORY_FILE)
    } else {
        CreateOptions::default()
    };
    let file = bench.open(path, options);
    let instance = bench.instance().handle();
    (bench, file, instance)
}

#[test]
fn flt_query_information_file_says_how_much_it_left() {
    let (_bench, file, instance) = opened(r"\file");
    let (mut bytes, mut returned) = ([0_u8; 24], 0);
    let mut query = |length| {
        // SAFETY: the buffer has as many bytes as are offered.
        let status = unsafe {
            FltQueryInformationFile(
                instance,
                file.pointer(),
                bytes.as_mut_ptr().cast(),
                length,
                FileStandardInformation,
                Out::to(&mut returned),
            )
        };
        (status, returned, bytes[8])
    };
    assert_eq!(
        query(24),
        (STATUS_SUCCESS, 24, 10),
        "FltQueryInformationFile"
    );
    assert_eq!(query(8).0, STATUS_INFO_LENGTH_MISMATCH);
}

#[test]
fn flt_set_information_file_changes_the_size() {
    let (bench, file, instance) = opened(r"\file");
    let mut size = 4_u64;
    // SAFETY: the buffer is eight bytes, as the class wants.
    let status = unsafe {
        FltSetInformationFile(
            instance,
            file.pointer(),
            (&raw mut size).cast(),
            8,
            FileEndOfFileInformation,
        )
    };
    assert_eq!(status, STATUS_SUCCESS, "FltSetInformationFile");
    let host = std::fs::metadata(bench.directory.join("file")).expect("the file is there");
    assert_eq!(host.len(), 4);
}

#[test]
fn flt_query_volume_information_file_knows_the_sector_size() {
    let (_bench, file, instance) = opened(r"\file");
    let (mut words, mut returned) = ([0_u32; 6], 0);
    // SAFETY: the buffer has 24 bytes.
    let status = unsafe {
        FltQueryVolumeInformationFile(
            instance,
            file.pointer(),
            words.as_mut_ptr().cast(),
            24,
            FileFsSizeInformation,
            Out::to(&mut returned),
        )
    };
    assert_eq!(
        (status, returned, words[5]),
        (STATUS_SUCCESS, 24, 512),
        "FltQueryVolumeInformationFile"
    );
}

#[test]
fn flt_query_directory_file_goes_on_where_it_was() {
    let (bench, directory, instance) = opened("\\");
    bench.put("other", b"");
    let mut bytes = [0_u64; 32];
    let mut returned = 0;
    let mut next = |restart| {
        // SAFETY: the buffer has 256 bytes.
        unsafe {
            FltQueryDirectoryFile(
                instance,
                directory.pointer(),
                bytes.as_mut_ptr().cast(),
                256,
                FileNamesInformation,
                1,
                std::ptr::null_mut(),
                restart,
                Out::to(&mut returned),
            )
        }
    };
    let statuses = [next(1), next(0), next(0), next(1)];
    assert_eq!(
        statuses,
        [
            STATUS_SUCCESS,
            STATUS_SUCCESS,
            STATUS_NO_MORE_FILES,
            STATUS_SUCCESS
        ],
        "FltQueryDirectoryFile"
    );
}

#[test]
fn flt_query_directory_file_ex_refuses_flags_that_are_none() {
    let (_bench, directory, instance) = opened("\\");
    let mut bytes = [0_u64; 32];
    let mut query = |flags| {
        // SAFETY: the buffer has 256 bytes.
        unsafe {
            FltQueryDirectoryFileEx(
                instance,
                directory.pointer(),
                bytes.as_mut_ptr().cast(),
                256,
                FileNamesInformation,
                flags,
                std::ptr::null_mut(),
                Out::unwanted(),
            )
        }
    };
    assert_eq!(
        query(0x100),
        STATUS_INVALID_PARAMETER,
        "FltQueryDirectoryFileEx"
    );
    assert_eq!(query(u32::from(SL_RESTART_SCAN)), STATUS_SUCCESS);
}

#[test]
fn flt_query_security_object_says_how_much_it_needs() {
    let (_bench, file, instance) = opened(r"\file");
    let mut needed = 0;
    let none = std::ptr::null_mut();
    // SAFETY: no buffer is offered.
    let status = unsafe {
        FltQuerySecurityObject(
            instance,
            file.pointer(),
            DACL_SECURITY_INFORMATION,
            none,
            0,
            Out::to(&mut needed),
        )
    };
    assert_eq!(status, STATUS_BUFFER_OVERFLOW, "FltQuerySecurityObject");
    let mut bytes = vec![0_u8; needed as usize];
    // SAFETY: the buffer has as many bytes as are offered.
    let status = unsafe {
        FltQuerySecurityObject(
            instance,
            file.pointer(),
            DACL_SECURITY_INFORMATION,
            bytes.as_mut_ptr().cast(),
            needed,
            Out::to(&mut needed),
        )
    };
    assert_eq!((status, bytes[0]), (STATUS_SUCCESS, 1));
    // SAFETY: the descriptor was just made by the file system.
    let status =
        unsafe { FltSetSecurityObject(instance, file.pointer(), DACL_SECURITY_INFORMATION, none) };
    assert_eq!(status, STATUS_INVALID_PARAMETER, "FltSetSecurityObject");
}

#[test]
fn flt_query_ea_file_and_flt_set_ea_file_answer_as_the_file_system_does() {
    let (_bench, file, instance) = opened(r"\file");
    let mut bytes = [0_u8; 64];
    // SAFETY: the buffer has 64 bytes.
    let status = unsafe {
        FltQueryEaFile(
            instance,
            file.pointer(),
            bytes.as_mut_ptr().cast(),
            64,
            0,
            std::ptr::null_mut(),
            0,
            In::none(),
            1,
            Out::unwanted(),
        )
    };
    assert_eq!(status, STATUS_NO_EAS_ON_FILE, "FltQueryEaFile");
    // SAFETY: the buffer has as many bytes as are offered.
    let status = unsafe { FltSetEaFile(instance, file.pointer(), bytes.as_mut_ptr().cast(), 0) };
    assert!(status != STATUS_NOT_IMPLEMENTED, "FltSetEaFile");
}

#[test]
fn flt_flush_buffers_2_knows_four_ways_and_no_fifth() {
    let (_bench, file, instance) = opened(r"\file");
    let none = std::ptr::null_mut();
    let flush = |kind| {
        // SAFETY: instance and file are live.
        unsafe { FltFlushBuffers2(instance, file.pointer(), kind, none) }
    };
    let data_only = FLT_FLUSH_TYPE_FILE_DATA_ONLY;
    for kind in [
        0,
        FLT_FLUSH_TYPE_FLUSH_AND_PURGE,
        data_only,
        FLT_FLUSH_TYPE_NO_SYNC,
    ] {
        assert_eq!(flush(kind), STATUS_SUCCESS, "FltFlushBuffers2 {kind}");
    }
    assert_eq!(flush(16), STATUS_INVALID_PARAMETER);
    // SAFETY: instance and file are live.
    let status = unsafe { FltFlushBuffers(instance, file.pointer()) };
    assert_eq!(status, STATUS_SUCCESS, "FltFlushBuffers");
}

#[test]
fn flt_fs_control_file_copies_both_ways() {
    let (_bench, file, instance) = opened(r"\file");
    let none = std::ptr::null_mut();
    let (mut format, mut returned) = (0xFFFF_u16, 0);
    // SAFETY: the output has two bytes.
    let status = unsafe {
        FltFsControlFile(
            instance,
            file.pointer(),
            FSCTL_GET_COMPRESSION,
            none,
            0,
            (&raw mut format).cast(),
            2,
            Out::to(&mut returned),
        )
    };
    assert_eq!(
        (status, returned, format),
        (STATUS_SUCCESS, 2, 0),
        "FltFsControlFile"
    );
    // SAFETY: no buffers are offered.
    let status = unsafe {
        FltFsControlFile(
            instance,
            file.pointer(),
            0x9_FFF0,
            none,
            0,
            none,
            0,
            Out::unwanted(),
        )
    };
    assert_eq!(status, STATUS_INVALID_DEVICE_REQUEST);
    // SAFETY: no buffers are offered.
    let status = unsafe {
        FltDeviceIoControlFile(
            instance,
            file.pointer(),
            0x7_0000,
            none,
            0,
            none,
            0,
            Out::unwanted(),
        )
    };
    assert_eq!(
        status, STATUS_INVALID_DEVICE_REQUEST,
        "FltDeviceIoControlFile"
    );
}

#[test]
fn flt_is_directory_tells_files_from_directories() {
    for (path, expected) in [(r"\file", 0), ("\\", 1)] {
        let (_bench, file, instance) = opened(path);
        let mut answer = 7;
        // SAFETY: instance and file are live.
        let status = unsafe { FltIsDirectory(file.pointer(), instance, Out::to(&mut answer)) };
        assert_eq!(
            (status, answer),
            (STATUS_SUCCESS, expected),
            "FltIsDirectory {path}"
        );
    }
}

#[test]
fn flt_query_volume_information_asks_without_a_file() {
    let (_bench, _file, instance) = opened(r"\file");
    let mut words = [0_u32; 6];
    // SAFETY: integers and pointers, for which zero is a value.
    let mut block: IO_STATUS_BLOCK = unsafe { std::mem::zeroed() };
    let mut query = |class| {
        let (place, out) = (words.as_mut_ptr().cast(), Out::to(&mut block));
        // SAFETY: the buffer has 24 bytes.
        let status = unsafe { FltQueryVolumeInformation(instance, out, place, 24, class) };
        (status, block.Information, words[5])
    };
    let size = query(FileFsSizeInformation);
    assert_eq!(size, (STATUS_SUCCESS, 24, 512), "FltQueryVolumeInformation");
    assert!(query(99).0 < 0);
}

#[test]
fn fltsetvolumeinformation_checks_class_and_length_and_a_label_is_refused() {
    let (_bench, _file, instance) = opened(r"\file");
    let mut label = [0_u8; 64];
    let mut block = operation::pre_status_block(0, 9);
    let mut set = |length, class| {
        let address = label.as_mut_ptr().cast();
        call!(FltSetVolumeInformation(
            instance,
            Out::to(&mut block),
            address,
            length,
            class
        ))
    };
    assert_eq!(set(64, FileFsSizeInformation), STATUS_INVALID_INFO_CLASS);
    assert_eq!(set(4, FileFsLabelInformation), STATUS_INFO_LENGTH_MISMATCH);
    // The volume's label is not to be changed.
    assert_eq!(set(64, FileFsLabelInformation), STATUS_ACCESS_DENIED);
    // SAFETY: the status is a value of the union.
    assert_eq!(unsafe { block.Anonymous.Status }, STATUS_ACCESS_DENIED);
}

#[test]
fn fltqueryquotainformationfile_and_fltsetquotainformationfile_meet_a_volume_without_quotas() {
    let (_bench, file, instance) = opened(r"\file");
    let (mut quota, none, mut returned) = ([0_u8; 64], std::ptr::null_mut(), 7);
    let mut block = operation::pre_status_block(0, 9);
    let (file, address) = (file.pointer(), quota.as_mut_ptr().cast());
    let queried = call!(FltQueryQuotaInformationFile(
        instance,
        file,
        Out::to(&mut block),
        address,
        64,
        0,
        none,
        0,
        none,
        1,
        Out::to(&mut returned)
    ));
    assert_eq!((queried, returned), (STATUS_INVALID_DEVICE_REQUEST, 0));
    let set = call!(FltSetQuotaInformationFile(instance, file, address, 64));
    assert_eq!(set, STATUS_INVALID_DEVICE_REQUEST);
}
