//! The life of a program — it begins, maps its images, looks into the registry and ends — and who is told of it.
#![allow(unsafe_code)] // calls the driver's notify routines

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::{
    CLIENT_ID, FILE_OBJECT, HANDLE, IMAGE_INFO, NTSTATUS, PS_CREATE_NOTIFY_INFO, STATUS_SUCCESS,
    UNICODE_STRING,
};

use super::notification::{self, Event};
use super::object_callback::{self, Operation};
use super::object_type::ObjectType;
use super::{flt_volume, handle, process, registry, section, thread};
use crate::io::file_object::{self, FileObject};

/// PCREATE_PROCESS_NOTIFY_ROUTINE.
type ProcessRoutine = unsafe extern "win64" fn(usize, usize, u8);
/// PCREATE_PROCESS_NOTIFY_ROUTINE_EX.
type ProcessExRoutine = unsafe extern "win64" fn(usize, usize, *mut PS_CREATE_NOTIFY_INFO);
/// PCREATE_THREAD_NOTIFY_ROUTINE.
type ThreadRoutine = unsafe extern "win64" fn(usize, usize, u8);
/// PLOAD_IMAGE_NOTIFY_ROUTINE.
type ImageRoutine = unsafe extern "win64" fn(*mut UNICODE_STRING, usize, *mut IMAGE_INFO);

/// PROCESS_ALL_ACCESS and THREAD_ALL_ACCESS.
const ALL_ACCESS: u32 = 0x1F_FFFF;
/// FileOpenNameAvailable.
const NAME_AVAILABLE: u32 = 1;
/// ImageAddressingMode of a 64-bit image.
const IMAGE_64: u32 = 3;

/// Address and size of the images that every program maps.
const IMAGES: [(usize, usize); 2] = [(0x1_4000_0000, 0x1_0000), (0x7FF8_0000_0000, 0x20_0000)];
const NTDLL: &str = r"\SystemRoot\System32\ntdll.dll";

/// A counted string over text of the bench's own.
fn string(text: &mut [u16]) -> UNICODE_STRING {
    let bytes = (text.len() * 2) as u16;
    UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: text.as_mut_ptr(),
    }
}

/// Programs that have begun and not ended; one may do I/O on several volumes.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// A program begins unless it runs: its parent, the current process, makes it.
///
/// # Errors
/// The status with which a driver refuses the process; it has ended then.
pub fn begin(id: u32) -> Result<(), NTSTATUS> {
    let running = || RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if !running().insert(id) {
        return Ok(());
    }
    let parent = thread::current().process_id();
    let object = process::begin(id, parent);
    let told = tell_begin(id, parent, object);
    if told < 0 {
        process::end(id, told);
        running().remove(&id);
        return Err(told);
    }
    let thread = thread::current().id as usize;
    notification::tell(Event::Thread, |code| {
        // SAFETY: the driver registered this code as a routine of this type.
        let routine = unsafe { std::mem::transmute::<usize, ThreadRoutine>(code) };
        // SAFETY: the driver registered it for exactly this call.
        unsafe { routine(id as usize, thread, 1) }
    });
    // The parent gets a handle to its child.
    let operation = Operation {
        object,
        kind: ObjectType::Process,
        kernel: false,
        access: ALL_ACCESS,
    };
    object_callback::around(&operation, |_| STATUS_SUCCESS);
    in_process(id, || {
        load_images(id);
        registry::program::look_around();
    });
    Ok(())
}

/// Runs `work` in the process `id`.
fn in_process(id: u32, work: impl FnOnce()) {
    let thread = thread::current();
    let outer = thread.process_id();
    thread.set_process_id(id);
    work();
    thread.set_process_id(outer);
}

/// A program ends, in its own process; it is told of once.
pub fn end(id: u32, status: NTSTATUS) {
    RUNNING
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&id);
    if !process::end(id, status) {
        return;
    }
    let parent = process::of(id).map_or(0, |process| process.parent) as usize;
    let (object, thread) = (process::object(id), thread::current().id as usize);
    in_process(id, || {
        notification::tell(Event::Thread, |code| {
            // SAFETY: the driver registered this code as a routine of this type.
            let routine = unsafe { std::mem::transmute::<usize, ThreadRoutine>(code) };
            // SAFETY: the driver registered it for exactly this call.
            unsafe { routine(id as usize, thread, 0) }
        });
        notification::tell(Event::Process, |code| {
            // SAFETY: the driver registered this code as a routine of this type.
            let routine = unsafe { std::mem::transmute::<usize, ProcessRoutine>(code) };
            // SAFETY: the driver registered it for exactly this call.
            unsafe { routine(parent, id as usize, 0) }
        });
        notification::tell(Event::ProcessEx, |code| {
            // SAFETY: the driver registered this code as a routine of this type.
            let routine = unsafe { std::mem::transmute::<usize, ProcessExRoutine>(code) };
            // SAFETY: the driver registered it for exactly this call; there is no information about an end.
            unsafe { routine(object, id as usize, std::ptr::null_mut()) }
        });
        handle::process_ended(id);
        section::view::process_ended(id);
    });
}

/// Tells of a new process; gives the status that routines leave.
fn tell_begin(id: u32, parent: u32, object: usize) -> NTSTATUS {
    notification::tell(Event::Process, |code| {
        // SAFETY: the driver registered this code as a routine of this type.
        let routine = unsafe { std::mem::transmute::<usize, ProcessRoutine>(code) };
        // SAFETY: the driver registered it for exactly this call.
        unsafe { routine(parent as usize, id as usize, 1) }
    });
    let mut name: Vec<u16> = dos_name(id).encode_utf16().collect();
    let mut command: Vec<u16> = format!("\"{}\"", dos_name(id).trim_start_matches(r"\??\"))
        .encode_utf16()
        .collect();
    let (name, command) = (string(&mut name), string(&mut command));
    let file = image_file(id);
    let mut information = PS_CREATE_NOTIFY_INFO {
        Size: size_of::<PS_CREATE_NOTIFY_INFO>(),
        Flags: NAME_AVAILABLE,
        ParentProcessId: parent as usize as HANDLE,
        CreatingThreadId: CLIENT_ID {
            UniqueProcess: parent as usize as HANDLE,
            UniqueThread: thread::current().id as usize as HANDLE,
        },
        FileObject: file.map_or(std::ptr::null_mut(), FileObject::as_ptr),
        ImageFileName: &raw const name,
        CommandLine: &raw const command,
        CreationStatus: STATUS_SUCCESS,
    };
    notification::tell(Event::ProcessEx, |code| {
        // SAFETY: the driver registered this code as a routine of this type.
        let routine = unsafe { std::mem::transmute::<usize, ProcessExRoutine>(code) };
        // SAFETY: the driver registered it for exactly this call, and the information outlives it.
        unsafe { routine(object, id as usize, &raw mut information) }
    });
    if let Some(file) = file {
        // It was never opened, so nobody has to hear of its close; a driver's own reference keeps it.
        if file_object::dereference(file.address()).is_some() {
            file_object::free(file);
        }
    }
    information.CreationStatus
}

/// The image's name with its drive letter.
fn dos_name(id: u32) -> String {
    let image = process::of(id)
        .map(|process| process.image)
        .unwrap_or_default();
    let path = flt_volume::in_order()
        .first()
        .and_then(|volume| image.strip_prefix(&volume.name).map(str::to_owned));
    format!(r"\??\C:{}", path.unwrap_or(image))
}

/// A file object of the image. The bench's programs have no file behind them, so it is one that was never opened.
fn image_file(id: u32) -> Option<FileObject> {
    let volume = flt_volume::in_order().into_iter().next()?;
    let image = process::of(id)?.image;
    let path: Vec<u16> = image.strip_prefix(&volume.name)?.encode_utf16().collect();
    let file = FileObject::allocate(&volume, id, &path, std::ptr::null_mut::<FILE_OBJECT>());
    file.set_device_object(crate::io::device::devices(&volume).storage());
    file.set_vpb(crate::io::device::devices(&volume).vpb());
    Some(file)
}

/// The program's image and the system's are mapped.
fn load_images(id: u32) {
    let own = process::of(id)
        .map(|process| process.image)
        .unwrap_or_default();
    for (name, (base, size)) in [own.as_str(), NTDLL].into_iter().zip(IMAGES) {
        let mut text: Vec<u16> = name.encode_utf16().collect();
        notification::tell(Event::Image, |code| {
            let mut name = string(&mut text);
            let mut information = IMAGE_INFO {
                Properties: IMAGE_64,
                ImageBase: base as _,
                ImageSelector: 0,
                ImageSize: size,
                ImageSectionNumber: 0,
            };
            // SAFETY: the driver registered this code as a routine of this type.
            let routine = unsafe { std::mem::transmute::<usize, ImageRoutine>(code) };
            // SAFETY: the driver registered it for exactly this call; name and information outlive it.
            unsafe { routine(&raw mut name, id as usize, &raw mut information) }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::flt_fixture;

    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

    fn saw(text: String) {
        SEEN.lock().unwrap().push(text);
    }

    const ID: u32 = 6400;

    unsafe extern "win64" fn on_process(parent: usize, id: usize, create: u8) {
        if id == ID as usize {
            saw(format!("process of {parent} {create}"));
        }
    }

    unsafe extern "win64" fn on_thread(process: usize, _thread: usize, create: u8) {
        if process == ID as usize {
            saw(format!("thread {create}"));
        }
    }

    unsafe extern "win64" fn on_image(
        name: *mut UNICODE_STRING,
        id: usize,
        _information: *mut IMAGE_INFO,
    ) {
        if id == ID as usize {
            // SAFETY: the bench passes a string of its own.
            let name = String::from_utf16_lossy(unsafe { crate::model::unicode::units(name) });
            saw(format!(
                "image {}",
                name.rsplit('\\').next().unwrap_or_default()
            ));
        }
    }

    unsafe extern "win64" fn refuse(
        _process: usize,
        id: usize,
        information: *mut PS_CREATE_NOTIFY_INFO,
    ) {
        if id == ID as usize && !information.is_null() {
            // SAFETY: the bench passes information of its own.
            unsafe { (*information).CreationStatus = minifilter_sys::STATUS_ACCESS_DENIED };
        }
    }

    #[test]
    fn a_program_that_begins_and_ends_is_told_of_in_order_and_may_be_refused() {
        let _serial = flt_fixture::serial();
        let codes = [
            (Event::Process, on_process as *const () as usize),
            (Event::Thread, on_thread as *const () as usize),
            (Event::Image, on_image as *const () as usize),
        ];
        for (event, code) in codes {
            notification::register(event, code).expect("nobody has it");
        }
        assert_eq!(begin(ID), Ok(()));
        end(ID, 0);
        end(ID, 0);
        let program = format!("image program{ID}.exe");
        let seen = std::mem::take(&mut *SEEN.lock().unwrap());
        let begun = format!("process of {} 1", thread::current().process_id());
        let ended = begun.replace(" 1", " 0");
        assert_eq!(
            seen,
            [
                &begun,
                "thread 1",
                &program,
                "image ntdll.dll",
                "thread 0",
                &ended
            ]
        );
        let refusing = refuse as *const () as usize;
        notification::register(Event::ProcessEx, refusing).expect("nobody has it");
        assert_eq!(begin(ID), Err(minifilter_sys::STATUS_ACCESS_DENIED));
        assert!(process::has_ended(ID));
        for (event, code) in codes.into_iter().chain([(Event::ProcessEx, refusing)]) {
            notification::remove(event, code).expect("it was registered");
        }
    }
}
