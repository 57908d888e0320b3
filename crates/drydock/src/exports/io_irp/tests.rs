//! IRPs of programs and drivers, from the request to the end.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::io::control_device::ControlDevice;
use crate::model::callback::{Cancel, Dispatch};
use crate::model::device_object::{self, Wanted};
use crate::model::{event, work_queue};
use crate::verify::tests::violations_of;

/// A counted string that lives as long as the process.
pub fn string(text: &str) -> UNICODE_STRING {
    let units: &'static mut [u16] = Box::leak(text.encode_utf16().collect());
    let bytes = (units.len() * 2) as u16;
    UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: units.as_mut_ptr(),
    }
}

/// A driver object as the I/O manager makes it.
pub fn driver_object() -> PDRIVER_OBJECT {
    // SAFETY: integers, nullable pointers and nullable functions, all valid as zero.
    let mut driver: DRIVER_OBJECT = unsafe { std::mem::zeroed() };
    driver.MajorFunction = [crate::io::default_dispatch(); 28];
    Box::leak(Box::new(driver))
}

/// A driver whose controls are answered by `control`, and its device of that name.
pub fn device(name: &str, control: Dispatch) -> PDEVICE_OBJECT {
    let _ = crate::model::thread::current();
    let driver = driver_object();
    for (major, entry) in [
        (IRP_MJ_CREATE, succeed as Dispatch),
        (IRP_MJ_DEVICE_CONTROL, control),
        (IRP_MJ_FILE_SYSTEM_CONTROL, control),
    ] {
        // SAFETY: both are function pointers; the member is only called through Dispatch.
        let entry = unsafe { std::mem::transmute::<Dispatch, PDRIVER_DISPATCH>(entry) };
        // SAFETY: the driver object is leaked.
        unsafe { (*driver).MajorFunction[usize::from(major)] = entry };
    }
    let wanted = Wanted {
        name: name.to_owned(),
        kind: FILE_DEVICE_UNKNOWN,
        ..Wanted::default()
    };
    let device = device_object::create(driver, &wanted).expect("memory");
    device_object::entry_succeeded();
    device
}

fn irp(packet: PIRP) -> Irp {
    Irp::from_raw(packet).expect("a live IRP")
}

fn location(packet: PIRP) -> &'static mut IO_STACK_LOCATION {
    irp(packet).current().expect("a dispatch routine has one")
}

fn complete(packet: PIRP, status: NTSTATUS, information: usize) -> NTSTATUS {
    irp(packet).set_status(status);
    irp(packet).set_information(information);
    // SAFETY: the IRP is live.
    unsafe { IofCompleteRequest(packet, 0) };
    status
}

unsafe extern "win64" fn succeed(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    complete(packet, STATUS_SUCCESS, 0)
}

/// Turns the input around.
///
/// # Safety
///
/// The IRP is a live control.
pub unsafe extern "win64" fn reverse(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    // SAFETY: a device control has this variant.
    let length = unsafe {
        location(packet)
            .Parameters
            .DeviceIoControl
            .InputBufferLength
    } as usize;
    // SAFETY: a buffered control has a system buffer of that many bytes.
    let bytes =
        unsafe { std::slice::from_raw_parts_mut(irp(packet).system_buffer().cast::<u8>(), length) };
    bytes.reverse();
    complete(packet, STATUS_SUCCESS, length)
}

pub const BUFFERED: u32 = 0x22_2000;

#[test]
fn a_buffered_control_goes_in_and_comes_back() {
    let made = device("\\Device\\Reverse", reverse);
    let open = ControlDevice::open("\\Device\\Reverse\\below").expect("the driver lets it");
    let answer = open.control(BUFFERED, b"abc", 5);
    assert_eq!(
        (answer.status, answer.information, &answer.output[..]),
        (STATUS_SUCCESS, 3, &b"cba\0\0"[..])
    );
    drop(open);
    device_object::delete(made);
    assert_eq!(
        ControlDevice::open("\\Device\\Reverse").err(),
        Some(STATUS_OBJECT_NAME_NOT_FOUND)
    );
}

#[test]
fn a_file_system_control_goes_the_same_way() {
    let made = device("\\Device\\ReverseToo", reverse);
    let open = ControlDevice::open("\\Device\\ReverseToo").expect("the driver lets it");
    let answer = open.fs_control(BUFFERED, b"abc", 3);
    assert_eq!(
        (answer.status, &answer.output[..]),
        (STATUS_SUCCESS, &b"cba"[..])
    );
    drop(open);
    device_object::delete(made);
}

#[test]
fn more_bytes_than_asked_for_are_reported_and_not_copied() {
    let found = violations_of("IofCompleteRequest", || {
        let made = device("\\Device\\TooLong", reverse);
        let open = ControlDevice::open("\\Device\\TooLong").expect("the driver lets it");
        crate::exports::gate::tests::in_call("IofCompleteRequest", || {
            open.control(BUFFERED, b"abcd", 2)
        });
        drop(open);
        device_object::delete(made);
    });
    assert_eq!(found, ["IRP completed with more bytes than its buffer has"]);
}

/// Completes with one status and returns another.
unsafe extern "win64" fn mismatch(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    complete(packet, STATUS_INVALID_PARAMETER, 0);
    STATUS_SUCCESS
}

unsafe extern "win64" fn forget(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    crate::model::work_queue::queue({
        let packet = packet as usize;
        Box::new(move || {
            complete(packet as PIRP, STATUS_SUCCESS, 0);
        })
    });
    STATUS_SUCCESS
}

unsafe extern "win64" fn pend_without_mark(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    complete(packet, STATUS_SUCCESS, 0);
    STATUS_PENDING
}

unsafe extern "win64" fn mark_without_pend(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    location(packet).Control |= SL_PENDING_RETURNED;
    complete(packet, STATUS_SUCCESS, 0)
}

fn broken_by(name: &'static str, control: Dispatch) -> Vec<String> {
    violations_of("dispatch IRP_MJ_DEVICE_CONTROL", || {
        let made = device(name, control);
        let open = ControlDevice::open(name).expect("the driver lets it");
        open.control(BUFFERED, b"", 0);
        drop(open);
        device_object::delete(made);
    })
}

#[test]
fn what_a_dispatch_routine_returns_must_agree_with_what_it_did() {
    assert_eq!(broken_by("\\Device\\M1", succeed), Vec::<String>::new());
    assert_eq!(
        broken_by("\\Device\\M2", mismatch),
        ["dispatch routine returned another status than it completed with"]
    );
    assert_eq!(
        broken_by("\\Device\\M3", pend_without_mark),
        ["STATUS_PENDING returned for an IRP that is not marked pending"]
    );
    assert_eq!(
        broken_by("\\Device\\M4", mark_without_pend),
        ["IRP marked pending and another status returned"]
    );
    let forgotten = broken_by("\\Device\\M5", forget);
    assert!(
        forgotten.is_empty()
            || forgotten == ["dispatch routine neither completed nor passed on nor pended"],
        "the worker may be faster than the return: {forgotten:?}"
    );
    while !work_queue::idle() {
        std::thread::yield_now();
    }
}

unsafe extern "win64" fn cancelled(_device: PDEVICE_OBJECT, packet: PIRP) {
    // SAFETY: a cancel routine releases the lock to the level in the IRP.
    unsafe { IoReleaseCancelSpinLock(irp(packet).cancel_irql()) };
    complete(packet, STATUS_CANCELLED, 0);
}

/// Pends with a cancel routine, as for an inverted call.
unsafe extern "win64" fn pend(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    location(packet).Control |= SL_PENDING_RETURNED;
    let routine = cancelled as Cancel as usize;
    let at = packet as usize + std::mem::offset_of!(IRP, CancelRoutine);
    crate::model::driver_word::word(at).store(routine, Ordering::Release);
    STATUS_PENDING
}

#[test]
fn a_pended_control_ends_when_it_is_cancelled() {
    let made = device("\\Device\\Pend", pend);
    let open = ControlDevice::open("\\Device\\Pend").expect("the driver lets it");
    assert_eq!(open.control(BUFFERED, b"", 8).status, STATUS_CANCELLED);
    drop(open);
    device_object::delete(made);
    assert_eq!(crate::model::thread::current().irql(), 0);
}

#[test]
fn a_request_built_for_a_device_ends_in_status_block_and_event() {
    let made = device("\\Device\\Built", reverse);
    // SAFETY: an event is integers and pointers.
    let mut waits: Box<KEVENT> = Box::new(unsafe { std::mem::zeroed() });
    event::initialize(&raw mut *waits as usize, event::NOTIFICATION_EVENT, false);
    // SAFETY: integers, for which zero is a value.
    let mut block: IO_STATUS_BLOCK = unsafe { std::mem::zeroed() };
    let (mut input, mut output) = (*b"xyz", [0_u8; 3]);
    // SAFETY: all pointers are to values that outlive the request.
    let packet = unsafe {
        IoBuildDeviceIoControlRequest(
            BUFFERED,
            made,
            input.as_mut_ptr().cast(),
            3,
            output.as_mut_ptr().cast(),
            3,
            0,
            &raw mut *waits,
            &raw mut block,
        )
    };
    // SAFETY: the IRP was just made for this device.
    let status = unsafe { IofCallDriver(made, packet) };
    assert_eq!(
        (status, block.Information, &output),
        (STATUS_SUCCESS, 3, b"zyx")
    );
    assert_eq!(event::state(&raw mut *waits as usize), 1);
    assert!(Irp::from_raw(packet).is_none());
    device_object::delete(made);
}

#[test]
fn a_read_built_for_a_device_without_one_is_an_invalid_request() {
    let made = device("\\Device\\NoRead", reverse);
    // SAFETY: integers, for which zero is a value.
    let mut block: IO_STATUS_BLOCK = unsafe { std::mem::zeroed() };
    let (none, mut bytes) = (std::ptr::null_mut(), [0_u8; 8]);
    let offset = LARGE_INTEGER { QuadPart: 4 };
    let mut build = |major: u8| {
        // SAFETY: all pointers are to values that outlive the request.
        unsafe {
            IoBuildSynchronousFsdRequest(
                major.into(),
                made,
                bytes.as_mut_ptr().cast(),
                8,
                &raw const offset,
                none,
                &raw mut block,
            )
        }
    };
    let packet = build(IRP_MJ_READ);
    assert!(build(IRP_MJ_CREATE).is_null());
    // SAFETY: the IRP was just made for this device.
    let status = unsafe { IofCallDriver(made, packet) };
    assert_eq!(status, STATUS_INVALID_DEVICE_REQUEST);
    device_object::delete(made);
}

static KEPT: AtomicUsize = AtomicUsize::new(0);

unsafe extern "win64" fn keep(
    _device: PDEVICE_OBJECT,
    packet: PIRP,
    context: *mut c_void,
) -> NTSTATUS {
    KEPT.store(packet as usize, Ordering::Release);
    assert_eq!(context as usize, 7);
    STATUS_MORE_PROCESSING_REQUIRED
}

/// Lets [`keep`] be called for whatever comes of the request.
fn keep_on_completion(next: &mut IO_STACK_LOCATION) {
    next.Control = SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
    // SAFETY: both are function pointers; the member is only called through IoCompletion.
    next.CompletionRoutine = unsafe {
        std::mem::transmute::<crate::model::callback::IoCompletion, PIO_COMPLETION_ROUTINE>(keep)
    };
    next.Context = 7 as *mut c_void;
}

#[test]
fn a_completion_routine_keeps_an_irp_of_the_driver_s_own_until_it_frees_it() {
    let made = device("\\Device\\Own", succeed);
    // SAFETY: one location.
    let packet = unsafe { IoAllocateIrp(1, 0) };
    let next = irp(packet).next().expect("one location");
    next.MajorFunction = IRP_MJ_DEVICE_CONTROL;
    keep_on_completion(next);
    // SAFETY: the IRP and the device are live.
    assert_eq!(unsafe { IofCallDriver(made, packet) }, STATUS_SUCCESS);
    assert_eq!(KEPT.load(Ordering::Acquire), packet as usize);
    // SAFETY: the IRP is the driver's again.
    unsafe { IoReuseIrp(packet, STATUS_PENDING) };
    assert_eq!(
        (irp(packet).status(), irp(packet).current_location()),
        (STATUS_PENDING, 2)
    );
    // SAFETY: as above.
    unsafe { IoFreeIrp(packet) };
    assert!(Irp::from_raw(packet).is_none());
    // SAFETY: no locations can be asked for, and none are given.
    assert!(unsafe { IoAllocateIrp(0, 0) }.is_null());
    device_object::delete(made);
}

#[test]
fn freeing_what_is_no_irp_is_reported() {
    let found = violations_of("IoFreeIrp", || {
        // SAFETY: the model looks the address up first.
        unsafe { IoFreeIrp(0x1000 as PIRP) };
    });
    assert_eq!(found, ["IoFreeIrp of what is no IRP"]);
}

#[test]
fn an_irp_without_cancel_routine_is_only_marked() {
    let _ = crate::model::thread::current();
    // SAFETY: one location.
    let packet = unsafe { IoAllocateIrp(1, 0) };
    // SAFETY: the IRP is live.
    assert_eq!(unsafe { IoCancelIrp(packet) }, 0);
    assert_eq!(irp(packet).cancel(), 1);
    let mut level = 9;
    // SAFETY: `level` is a KIRQL.
    unsafe { IoAcquireCancelSpinLock(&raw mut level) };
    assert_eq!((level, crate::model::thread::current().irql()), (0, 2));
    // SAFETY: the lock is held.
    unsafe { IoReleaseCancelSpinLock(level) };
    // SAFETY: the IRP is live.
    unsafe { IoFreeIrp(packet) };
}

#[test]
fn a_write_built_to_be_waited_for_elsewhere_is_the_driver_s_to_keep_and_to_free() {
    let made = device("\\Device\\NoWrite", reverse);
    let mut bytes = [0_u8; 8];
    let (offset, none) = (LARGE_INTEGER { QuadPart: 4 }, std::ptr::null_mut());
    let mut build = |major: u8| {
        // SAFETY: all pointers are to values that outlive the request.
        unsafe {
            IoBuildAsynchronousFsdRequest(
                major.into(),
                made,
                bytes.as_mut_ptr().cast(),
                8,
                &raw const offset,
                none,
            )
        }
    };
    assert!(build(IRP_MJ_CREATE).is_null());
    let packet = build(IRP_MJ_WRITE);
    let next = irp(packet).next().expect("one location");
    // SAFETY: a write has this variant.
    let length = unsafe { next.Parameters.Write.Length };
    assert_eq!((next.MajorFunction, length), (IRP_MJ_WRITE, 8));
    keep_on_completion(next);
    // SAFETY: the IRP was just made for this device.
    let status = unsafe { IofCallDriver(made, packet) };
    assert_eq!(
        (status, irp(packet).status()),
        (STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_DEVICE_REQUEST)
    );
    // SAFETY: the IRP is the driver's again.
    unsafe { IoFreeIrp(packet) };
    assert!(Irp::from_raw(packet).is_none());
    device_object::delete(made);
}

#[test]
fn iogetrequestorprocess_is_that_of_the_thread_of_the_irp() {
    let thread = crate::model::thread::current();
    let packet = call!(IoAllocateIrp(1, 0));
    let none = (
        call!(IoGetRequestorProcess(packet)),
        call!(IoGetRequestorProcessId(packet)),
    );
    assert_eq!(none, (0, 0));
    irp(packet).set_thread(irp::this_thread());
    let (object, id) = (
        call!(IoGetRequestorProcess(packet)),
        call!(IoGetRequestorProcessId(packet)),
    );
    assert_eq!((object, id), (process::object(id), thread.process_id()));
    call!(IoFreeIrp(packet));
}
