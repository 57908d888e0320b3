#![allow(unsafe_code)] // plays a driver

use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use minifilter_sys::*;

use super::{
    FltAllocateCallbackData, FltAllocateCallbackDataEx, FltFreeCallbackData,
    FltPerformAsynchronousIo, FltPerformSynchronousIo, FltReissueSynchronousIo,
    FltReuseCallbackData, Out, c_void,
};
use crate::exports::gate::Call;
use crate::io::CreateOptions;
use crate::model::bounds::{APC, PASSIVE};
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::{HostFixture, OpenedFile};
use crate::model::operation::{find, status_of};
use crate::model::own_io::data;
use crate::model::thread;
use crate::verify::tests::violations_of;

struct Driver {
    file: OpenedFile,
    bench: HostFixture,
}

impl Driver {
    fn new(script: Script) -> Self {
        let bench = HostFixture::with(script, &["370000", "40000"]);
        bench.put("file", b"0123456789");
        let file = bench.open(r"\file", CreateOptions::default());
        Self { file, bench }
    }

    fn allocate(&self) -> PFLT_CALLBACK_DATA {
        let mut data = std::ptr::null_mut();
        let (instance, file) = (self.bench.instance().handle(), self.file.pointer());
        // SAFETY: instance and file are live.
        let status = unsafe { FltAllocateCallbackData(instance, file, Out::to(&mut data)) };
        assert_eq!(status, STATUS_SUCCESS, "FltAllocateCallbackData");
        data
    }

    /// Callback data of a read.
    fn to_read(&self, buffer: &mut [u8]) -> PFLT_CALLBACK_DATA {
        let data = self.allocate();
        fill_in(data, buffer);
        data
    }

    fn settle(&self) {
        let instance = self.bench.instance();
        assert!(instance.own_io.wait_idle(Duration::from_secs(10)));
    }
}

fn block(data: PFLT_CALLBACK_DATA) -> &'static mut FLT_IO_PARAMETER_BLOCK {
    // SAFETY: the data were just allocated.
    let block = unsafe { (*data).Iopb };
    // SAFETY: and so was their parameter block.
    unsafe { &mut *block }
}

fn fill_in(data: PFLT_CALLBACK_DATA, buffer: &mut [u8]) {
    let iopb = block(data);
    iopb.MajorFunction = IRP_MJ_READ;
    // SAFETY: integers and pointers, for which zero is a value.
    let mut read: FLT_PARAMETERS_READ = unsafe { std::mem::zeroed() };
    read.Length = buffer.len() as u32;
    read.ByteOffset.QuadPart = 2;
    read.ReadBuffer = buffer.as_mut_ptr().cast();
    iopb.Parameters.Read = read;
}

fn result(data: PFLT_CALLBACK_DATA) -> (NTSTATUS, usize) {
    // SAFETY: the data are still allocated.
    let block = unsafe { (*data).IoStatus };
    (status_of(&block), block.Information)
}

fn free(data: PFLT_CALLBACK_DATA) {
    // SAFETY: the filter manager judges the pointer itself.
    unsafe { FltFreeCallbackData(data) };
}

fn perform(data: PFLT_CALLBACK_DATA) {
    // SAFETY: the filter manager judges the pointer itself.
    unsafe { FltPerformSynchronousIo(data) };
}

#[test]
fn flt_perform_synchronous_io_is_seen_from_below_the_instance() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&log);
    let script = Script {
        pre: Some(Arc::new(move |data, objects, _| {
            let operation = find(data).expect("an operation");
            let instance = crate::model::flt_object::instance(objects.Instance).expect("live");
            let iopb = operation.iopb();
            if iopb.MajorFunction == IRP_MJ_READ && iopb.IrpFlags & IRP_PAGING_IO == 0 {
                let generated = operation.flags() & FLTFL_CALLBACK_DATA_GENERATED_IO != 0;
                let line = format!("{} {generated}", instance.altitude);
                seen.lock().expect("no panic").push(line);
            }
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    };
    let driver = Driver::new(script);
    let mut buffer = [0; 4];
    let data = driver.to_read(&mut buffer);
    perform(data);
    assert_eq!(result(data), (STATUS_SUCCESS, 4), "FltPerformSynchronousIo");
    free(data);
    assert_eq!(buffer, *b"2345");
    assert_eq!(*log.lock().expect("no panic"), ["40000 true"]);
}

#[test]
fn flt_reuse_callback_data_keeps_instance_and_file() {
    let driver = Driver::new(Script::default());
    let mut buffer = [0; 4];
    let data = driver.to_read(&mut buffer);
    perform(data);
    // SAFETY: the data are the filter's own and idle.
    unsafe { FltReuseCallbackData(data) };
    let iopb = block(data);
    assert_eq!(iopb.MajorFunction, 0, "FltReuseCallbackData");
    assert_eq!(iopb.TargetFileObject, driver.file.pointer());
    assert_eq!(iopb.TargetInstance, driver.bench.instance().handle());
    fill_in(data, &mut buffer);
    perform(data);
    assert_eq!(result(data), (STATUS_SUCCESS, 4));
    free(data);
}

#[test]
fn flt_allocate_callback_data_ex_refuses_flags_that_are_none() {
    let driver = Driver::new(Script::default());
    let (instance, file) = (driver.bench.instance().handle(), driver.file.pointer());
    let mut data = std::ptr::null_mut();
    // SAFETY: instance and file are live.
    let status = unsafe { FltAllocateCallbackDataEx(instance, file, 2, Out::to(&mut data)) };
    assert_eq!(
        status, STATUS_INVALID_PARAMETER,
        "FltAllocateCallbackDataEx"
    );
    let all = FLT_ALLOCATE_CALLBACK_DATA_PREALLOCATE_ALL_MEMORY;
    // SAFETY: instance and file are live.
    let status = unsafe { FltAllocateCallbackDataEx(instance, file, all, Out::to(&mut data)) };
    assert_eq!(status, STATUS_SUCCESS);
    free(data);
}

#[test]
fn flt_free_callback_data_takes_what_the_filter_allocated_and_nothing_else() {
    let found = violations_of("FltFreeCallbackData", || {
        let driver = Driver::new(Script::default());
        let data = driver.allocate();
        free(data);
        free(data);
    });
    assert_eq!(
        found,
        ["callback data used as the filter's own that are not"]
    );
}

#[test]
fn callback_data_that_are_left_are_reported_with_their_place() {
    let found = violations_of("FltAllocateCallbackData", || {
        let driver = Driver::new(Script::default());
        let data = driver.allocate();
        let here = Call::current().caller;
        assert_eq!(data::report_leaks(&(here..here + 1)), 1);
        assert_eq!(data::report_leaks(&(here..here + 1)), 0);
        let _ = data;
    });
    assert_eq!(found, ["callback data leaked"]);
}

static ENDED: AtomicU32 = AtomicU32::new(0);
static STATUS: AtomicI32 = AtomicI32::new(0);

unsafe extern "win64" fn ended(data: PFLT_CALLBACK_DATA, context: *mut c_void) {
    assert_eq!(context as usize, 0x55);
    STATUS.store(result(data).0, Ordering::Relaxed);
    free(data);
    ENDED.fetch_add(1, Ordering::Release);
}

fn start(data: PFLT_CALLBACK_DATA) -> NTSTATUS {
    // SAFETY: the data are the filter's own.
    unsafe { FltPerformAsynchronousIo(data, Some(ended), 0x55 as *mut c_void) }
}

#[test]
fn flt_perform_asynchronous_io_calls_back_in_every_case() {
    let driver = Driver::new(Script::default());
    let mut buffer = [0; 4];
    for turn in 0..10 {
        let data = driver.to_read(&mut buffer);
        let create = turn == 9;
        if create {
            block(data).MajorFunction = IRP_MJ_CREATE;
        }
        let status = start(data);
        driver.settle();
        assert_eq!(ENDED.load(Ordering::Acquire), turn + 1);
        let expected = if create {
            STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST
        } else {
            STATUS_SUCCESS
        };
        assert_eq!(STATUS.load(Ordering::Relaxed), expected);
        assert!(
            status == expected || status == STATUS_PENDING,
            "FltPerformAsynchronousIo"
        );
    }
    assert_eq!(buffer, *b"2345");
}

#[test]
fn flt_perform_asynchronous_io_is_passive_but_for_paging_io() {
    let found = |flags| {
        violations_of("FltPerformAsynchronousIo", move || {
            let driver = Driver::new(Script::default());
            let mut buffer = vec![0; 4096];
            let data = driver.to_read(&mut buffer);
            block(data).IrpFlags = flags;
            block(data).Parameters.Read.ByteOffset = LARGE_INTEGER { QuadPart: 0 };
            thread::current().set_irql(APC);
            // SAFETY: the data are the filter's own.
            let _ = unsafe { FltPerformAsynchronousIo(data, Some(quietly), std::ptr::null_mut()) };
            thread::current().set_irql(PASSIVE);
            driver.settle();
        })
    };
    assert_eq!(found(0), ["F20 called outside its IRQL bound"]);
    assert_eq!(found(IRP_PAGING_IO | IRP_NOCACHE), Vec::<String>::new());
}

unsafe extern "win64" fn quietly(data: PFLT_CALLBACK_DATA, _context: *mut c_void) {
    free(data);
}

#[test]
fn flt_reissue_synchronous_io_opens_once_more_with_other_parameters() {
    let tries = Arc::new(AtomicU32::new(0));
    let (counted, again) = (Arc::clone(&tries), Arc::new(AtomicU32::new(0)));
    let reissued = Arc::clone(&again);
    let script = Script {
        pre: Some(Arc::new(move |data, objects, _| {
            let operation = find(data).expect("an operation");
            let instance = crate::model::flt_object::instance(objects.Instance).expect("live");
            if operation.iopb().MajorFunction == IRP_MJ_CREATE
                && instance.altitude.to_string() == "40000"
                && operation.flags() & FLTFL_CALLBACK_DATA_REISSUED_IO != 0
            {
                reissued.fetch_add(1, Ordering::Relaxed);
            }
            FLT_PREOP_SUCCESS_WITH_CALLBACK
        })),
        post: Some(Arc::new(move |data, objects, _, _| {
            let instance = crate::model::flt_object::instance(objects.Instance).expect("live");
            let operation = find(data).expect("an operation");
            let failed = result(data).0 == STATUS_OBJECT_NAME_NOT_FOUND;
            if failed && instance.altitude.to_string() == "370000" {
                counted.fetch_add(1, Ordering::Relaxed);
                let mut parameters = crate::volume::parameters::create(&operation.iopb());
                parameters.Options = parameters.Options & 0xFF_FFFF | FILE_CREATE << 24;
                block(data).Parameters = FLT_PARAMETERS { Create: parameters };
                operation.change_flags(FLTFL_CALLBACK_DATA_DIRTY, 0);
                // SAFETY: the instance is live, and this is its post-operation callback of a create.
                unsafe { FltReissueSynchronousIo(objects.Instance, data) };
                assert_eq!(result(data).0, STATUS_SUCCESS, "FltReissueSynchronousIo");
            }
            FLT_POSTOP_FINISHED_PROCESSING
        })),
        ..Script::default()
    };
    let driver = Driver::new(script);
    drop(driver.bench.open(r"\other", CreateOptions::default()));
    let counts = (tries.load(Ordering::Relaxed), again.load(Ordering::Relaxed));
    assert_eq!(counts, (1, 1));
    assert!(driver.bench.directory.join("other").is_file());
}

#[test]
fn an_operation_that_was_not_synchronized_cannot_be_reissued() {
    let found = violations_of("FltReissueSynchronousIo", || {
        let script = Script {
            pre: Some(Arc::new(|_, _, _| FLT_PREOP_SUCCESS_WITH_CALLBACK)),
            post: Some(Arc::new(|data, objects, _, _| {
                if find(data).expect("an operation").iopb().MajorFunction == IRP_MJ_READ {
                    thread::current().set_irql(PASSIVE);
                    // SAFETY: the filter manager judges the data itself.
                    unsafe { FltReissueSynchronousIo(objects.Instance, data) };
                }
                FLT_POSTOP_FINISHED_PROCESSING
            })),
            ..Script::default()
        };
        let driver = Driver::new(script);
        let mut buffer = [0; 4];
        let data = driver.to_read(&mut buffer);
        perform(data);
        free(data);
    });
    assert_eq!(found, ["operation reissued that was not synchronized"]);
}
