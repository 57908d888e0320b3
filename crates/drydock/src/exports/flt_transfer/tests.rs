#![allow(unsafe_code)] // plays a driver

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use minifilter_sys::*;

use super::*;
use super::{FltReadFile, FltReadFileEx, FltWriteFile, FltWriteFileEx};
use crate::exports::gate::tests::in_call;
use crate::io::CreateOptions;
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::HostFixture;
use crate::model::operation::{find, status_of};
use crate::verify::tests::violations_of;

fn read_at(
    instance: PFLT_INSTANCE,
    file: *mut FILE_OBJECT,
    offset: In<i64>,
    flags: u32,
) -> (NTSTATUS, Vec<u8>) {
    let (mut bytes, mut done) = ([0_u8; 4], 0);
    // SAFETY: the buffer has as many bytes as are asked for.
    let status = unsafe {
        let buffer = bytes.as_mut_ptr().cast();
        FltReadFile(
            instance,
            file,
            offset,
            4,
            buffer,
            flags,
            Out::to(&mut done),
            None,
            std::ptr::null_mut(),
        )
    };
    (status, bytes[..done as usize].to_vec())
}

#[test]
fn flt_read_file_moves_the_position_only_where_it_starts_there() {
    let bench = HostFixture::new(Script::default());
    bench.put("file", b"0123456789");
    let file = bench.open(r"\file", CreateOptions::default());
    let instance = bench.instance().handle();
    let read = |offset, flags| read_at(instance, file.pointer(), offset, flags);
    assert_eq!(
        read(In::none(), 0),
        (STATUS_SUCCESS, b"0123".to_vec()),
        "FltReadFile"
    );
    assert_eq!(read(In::from(&8), 0), (STATUS_SUCCESS, b"89".to_vec()));
    assert_eq!(file.0.position(), 4);
    let keep = FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET;
    assert_eq!(read(In::none(), keep), (STATUS_SUCCESS, b"4567".to_vec()));
    assert_eq!(file.0.position(), 4);
    assert_eq!(read(In::from(&10), 0).0, STATUS_END_OF_FILE);
}

#[test]
fn flt_read_file_wants_an_offset_for_an_asynchronous_file() {
    let bench = HostFixture::new(Script::default());
    bench.put("file", b"0123456789");
    let options = CreateOptions {
        options: 0,
        ..CreateOptions::default()
    };
    let file = bench.open(r"\file", options);
    let instance = bench.instance().handle();
    let read = |offset| read_at(instance, file.pointer(), offset, 0).0;
    assert_eq!(read(In::none()), STATUS_INVALID_PARAMETER, "FltReadFile");
    assert_eq!(read(In::from(&0)), STATUS_SUCCESS);
}

#[test]
fn flt_read_file_is_passive_but_for_paging_io() {
    let found = |flags| {
        violations_of("FltReadFile", move || {
            let bench = HostFixture::new(Script::default());
            bench.put("file", &[7; 4096]);
            let file = bench.open(r"\file", CreateOptions::default());
            let instance = bench.instance().handle();
            thread::current().set_irql(APC);
            in_call("FltReadFile", || {
                read_at(instance, file.pointer(), In::from(&0), flags)
            });
            thread::current().set_irql(PASSIVE);
        })
    };
    assert_eq!(found(0), ["F20 called outside its IRQL bound"]);
    assert_eq!(found(FLTFL_IO_OPERATION_PAGING), Vec::<String>::new());
}

#[test]
fn flt_write_file_writes_below_the_instance() {
    let bench = HostFixture::new(Script::default());
    bench.put("file", b"0123456789");
    let file = bench.open(r"\file", CreateOptions::default());
    let instance = bench.instance();
    let mut done = 0;
    let mut data = *b"abc";
    // SAFETY: the buffer has as many bytes as are written.
    let status = unsafe {
        FltWriteFile(
            instance.handle(),
            file.pointer(),
            In::from(&2),
            3,
            data.as_mut_ptr().cast(),
            0,
            Out::to(&mut done),
            None,
            std::ptr::null_mut(),
        )
    };
    assert_eq!((status, done), (STATUS_SUCCESS, 3), "FltWriteFile");
    assert_eq!(
        read_at(instance.handle(), file.pointer(), In::from(&1), 0).1,
        b"1abc"
    );
    assert_eq!(file.0.position(), 0);
}

static ENDED: AtomicUsize = AtomicUsize::new(0);
static STATUS: AtomicI32 = AtomicI32::new(0);

unsafe extern "win64" fn ended(data: PFLT_CALLBACK_DATA, context: *mut c_void) {
    let operation = find(data).expect("the data are good in the callback");
    assert_eq!(context as usize, 0x77);
    STATUS.store(status_of(&operation.status()), Ordering::Relaxed);
    ENDED.fetch_add(1, Ordering::Release);
}

#[test]
fn flt_read_file_ex_and_flt_write_file_ex_call_back_exactly_once_each() {
    let bench = HostFixture::new(Script::default());
    bench.put("file", b"0123456789");
    let file = bench.open(r"\file", CreateOptions::default());
    let instance = bench.instance();
    let mut bytes = *b"abcd";
    let (buffer, context) = (bytes.as_mut_ptr().cast(), 0x77 as *mut c_void);
    for turn in 0..20 {
        let (offset, key, mdl) = (In::from(&4), In::none(), std::ptr::null_mut());
        let arguments = (instance.handle(), file.pointer());
        let transfer = if turn % 2 == 0 {
            FltWriteFileEx
        } else {
            FltReadFileEx
        };
        // SAFETY: the buffer outlives the wait below.
        let status = unsafe {
            transfer(
                arguments.0,
                arguments.1,
                offset,
                4,
                buffer,
                0,
                Out::unwanted(),
                Some(ended),
                context,
                key,
                mdl,
            )
        };
        assert!(matches!(status, STATUS_SUCCESS | STATUS_PENDING));
        assert!(
            instance
                .own_io
                .wait_idle(std::time::Duration::from_secs(10))
        );
        assert_eq!(ENDED.load(Ordering::Acquire), turn + 1);
        assert_eq!(STATUS.load(Ordering::Relaxed), STATUS_SUCCESS);
    }
    assert_eq!(bytes, *b"abcd");
}
