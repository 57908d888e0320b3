//! What a filter finds in the post-operation callback of the cleanup that has deleted a file.
#![allow(unsafe_code)] // plays the driver

use super::*;
use crate::model::file_system::Request;
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::HostFixture;
use crate::model::operation::{self, Outcome, Requestor, status_of};

type Found = Arc<std::sync::Mutex<Vec<(NTSTATUS, NTSTATUS)>>>;

fn ask(iopb: &mut FLT_IO_PARAMETER_BLOCK) -> NTSTATUS {
    let volume = flt_volume::mounted().pop().expect("the fixture's");
    match operation::send(&volume, Request::Irp, iopb, Requestor::kernel()) {
        Outcome::Done(status) => status_of(&status),
        Outcome::FastIoDisallowed => panic!("an IRP is never fast I/O"),
    }
}

fn block(major: u8, file: PFILE_OBJECT) -> FLT_IO_PARAMETER_BLOCK {
    // SAFETY: integers and pointers, for which zero is a value.
    let mut iopb: FLT_IO_PARAMETER_BLOCK = unsafe { std::mem::zeroed() };
    iopb.MajorFunction = major;
    iopb.TargetFileObject = file;
    iopb
}

fn standard_information(file: PFILE_OBJECT) -> NTSTATUS {
    let mut record = [0_u8; 24];
    let mut iopb = block(IRP_MJ_QUERY_INFORMATION, file);
    iopb.Parameters.QueryFileInformation = FLT_PARAMETERS_QUERY_FILE_INFORMATION {
        Length: 24,
        _padding1: 0,
        FileInformationClass: FileStandardInformation,
        _padding2: 0,
        InfoBuffer: record.as_mut_ptr().cast(),
    };
    ask(&mut iopb)
}

fn object_id(file: PFILE_OBJECT) -> NTSTATUS {
    let mut id = [0_u8; 64];
    let mut iopb = block(IRP_MJ_FILE_SYSTEM_CONTROL, file);
    iopb.Parameters.FileSystemControl = FLT_PARAMETERS_FILE_SYSTEM_CONTROL {
        Buffered: FLT_PARAMETERS_FS_CONTROL_BUFFERED {
            OutputBufferLength: 64,
            _padding1: 0,
            InputBufferLength: 0,
            _padding2: 0,
            FsControlCode: FSCTL_GET_OBJECT_ID,
            SystemBuffer: id.as_mut_ptr().cast(),
        },
    };
    ask(&mut iopb)
}

fn asking(found: &Found) -> Script {
    let found = Arc::clone(found);
    Script {
        pre: Some(Arc::new(|data, _, _| {
            match operation::find(data).expect("it runs").iopb().MajorFunction {
                IRP_MJ_CLEANUP => FLT_PREOP_SYNCHRONIZE,
                _ => FLT_PREOP_SUCCESS_NO_CALLBACK,
            }
        })),
        post: Some(Arc::new(move |_, objects, _, _| {
            let file = objects.FileObject;
            let answers = (standard_information(file), object_id(file));
            found.lock().unwrap().push(answers);
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        ..Script::default()
    }
}

#[test]
fn the_cleanup_that_deletes_a_file_leaves_it_deleted_for_queries() {
    let found = Found::default();
    let bench = HostFixture::new(asking(&found));
    let io = Io::of_kernel(&bench.fixture.volume);
    let file = CreateOptions::default().disposition(FILE_OPEN_IF);
    // What is read and written keeps the host's file open.
    let first = io.create("\\file", file).unwrap();
    first.write(Some(0), b"content").unwrap();
    drop(first);
    let access = CreateOptions::default().access(DELETE | GENERIC_READ);
    let last = io
        .create("\\file", access.with(FILE_DELETE_ON_CLOSE))
        .unwrap();
    last.read(Some(0), &mut [0; 4]).unwrap();
    drop(last);
    let deleted = (STATUS_FILE_DELETED, STATUS_FILE_DELETED);
    let there = (STATUS_SUCCESS, STATUS_OBJECTID_NOT_FOUND);
    assert_eq!(*found.lock().unwrap(), [there, deleted]);
}
