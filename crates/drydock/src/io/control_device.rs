//! Control devices — what a program's open, controls and close of a driver's own device become: IRPs to that driver.
#![allow(unsafe_code)] // fills stack locations and file objects

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use minifilter_sys::*;

use super::fast_device_control;
use crate::model::irp::{self, Irp, Origin};
use crate::model::{
    device_object, irp_cancel, irp_end, irp_flow, mdl, namespace, object_reference, pool, wait,
};
use crate::verify::{self, rule};

const USER_MODE: i8 = 1;
const FILE_OBJECT_TAG: u32 = u32::from_le_bytes(*b"File");
/// How long a program waits for a pended request before it cancels it.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long it then waits for the end.
const HANG: Duration = Duration::from_secs(5);

/// How a request ended: status, Information, and what is in the output buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Final status.
    pub status: NTSTATUS,
    /// IoStatus.Information.
    pub information: usize,
    /// The whole output buffer.
    pub output: Vec<u8>,
}

/// What became of a request.
struct Outcome {
    status: NTSTATUS,
    information: usize,
    /// The driver still has the IRP and all that it points to.
    kept: bool,
}

/// ControlDevice — one open of a device.
pub struct ControlDevice {
    device: usize,
    file: usize,
}

/// File objects whose handle is closed and that wait for the driver's last reference.
static CLOSING: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

/// What METHOD_NEITHER passes on unseen, and the lengths it claims.
#[derive(Clone, Copy, Debug)]
pub struct RawBuffers {
    /// Type3InputBuffer and InputBufferLength.
    pub input: (usize, u32),
    /// UserBuffer and OutputBufferLength.
    pub output: (usize, u32),
}

impl ControlDevice {
    /// Opens the device with that name, or what follows a device's name on it.
    ///
    /// # Errors
    /// STATUS_OBJECT_NAME_NOT_FOUND, what [`device_object::open`] refuses, and what the driver answers.
    pub fn open(path: &str) -> Result<Self, NTSTATUS> {
        let (device, rest) = resolve(path).ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
        device_object::open(device)?;
        let file = file_object(device, &rest);
        let opened = ManuallyDrop::new(Self {
            device: device as usize,
            file,
        });
        let mut context = SecurityContext::new();
        let answer = opened.request(IRP_MJ_CREATE, |location, irp| {
            irp.set_flags(IRP_CREATE_OPERATION | IRP_SYNCHRONOUS_API);
            location.Parameters.Create = IO_STACK_CREATE {
                SecurityContext: context.pointer(),
                Options: FILE_OPEN << 24 | FILE_SYNCHRONOUS_IO_NONALERT,
                _padding1: 0,
                FileAttributes: 0,
                ShareAccess: (FILE_SHARE_READ | FILE_SHARE_WRITE) as u16,
                _padding2: 0,
                EaLength: 0,
                _padding3: 0,
            };
        });
        if answer.kept {
            Box::leak(Box::new(context));
        } else if answer.status < 0 {
            opened.gone();
        }
        if answer.status < 0 {
            return Err(answer.status);
        }
        Ok(ManuallyDrop::into_inner(opened))
    }

    /// A device control with buffers as its method passes them.
    pub fn control(&self, code: u32, input: &[u8], output: usize) -> Answer {
        self.send_control(IRP_MJ_DEVICE_CONTROL, code, input, output)
    }

    /// NtFsControlFile — the same as a file system control, which devices of filters answer too.
    pub fn fs_control(&self, code: u32, input: &[u8], output: usize) -> Answer {
        self.send_control(IRP_MJ_FILE_SYSTEM_CONTROL, code, input, output)
    }

    /// The parameters of both kinds of control have one layout.
    fn send_control(&self, major: u8, code: u32, input: &[u8], output: usize) -> Answer {
        let mut out = vec![0_u8; output];
        let raw = RawBuffers {
            input: (input.as_ptr() as usize, input.len() as u32),
            output: (out.as_mut_ptr() as usize, output as u32),
        };
        let fast = self.fast(major, code, raw);
        let irp = || {
            self.request(major, |location, irp| {
                location.Parameters.DeviceIoControl = parameters(code, raw);
                pass_buffers(irp, code, input, &mut out);
                if code & 3 == METHOD_NEITHER {
                    location.Parameters.DeviceIoControl.Type3InputBuffer =
                        raw.input.0 as *mut c_void;
                }
            })
        };
        let outcome = fast.unwrap_or_else(irp);
        let output = out.clone();
        if outcome.kept {
            out.leak();
        }
        Answer {
            status: outcome.status,
            information: outcome.information,
            output,
        }
    }

    /// A METHOD_NEITHER control with addresses that may be anything.
    pub fn control_raw(&self, code: u32, raw: RawBuffers) -> NTSTATUS {
        let irp = || {
            self.request(IRP_MJ_DEVICE_CONTROL, |location, irp| {
                location.Parameters.DeviceIoControl = parameters(code, raw);
                location.Parameters.DeviceIoControl.Type3InputBuffer = raw.input.0 as *mut c_void;
                irp.set_user_buffer(raw.output.0 as *mut c_void);
            })
        };
        self.fast(IRP_MJ_DEVICE_CONTROL, code, raw)
            .unwrap_or_else(irp)
            .status
    }

    /// Device controls are tried as fast I/O first.
    fn fast(&self, major: u8, code: u32, raw: RawBuffers) -> Option<Outcome> {
        let (device, file) = (self.device as PDEVICE_OBJECT, self.file as PFILE_OBJECT);
        (major == IRP_MJ_DEVICE_CONTROL)
            .then(|| fast_device_control::attempt(device, file, code, raw))?
            .map(|(status, information)| Outcome {
                status,
                information,
                kept: false,
            })
    }

    /// Sends a request with one stack location and waits for its end.
    fn request(&self, major: u8, fill: impl FnOnce(&mut IO_STACK_LOCATION, Irp)) -> Outcome {
        let device = self.device as PDEVICE_OBJECT;
        let locations = device_object::stack_size(device).unwrap_or(1);
        let Some(irp) = Irp::allocate(Origin::Program, locations, 0) else {
            return Outcome {
                status: STATUS_INSUFFICIENT_RESOURCES,
                information: 0,
                kept: false,
            };
        };
        irp.set_requestor_mode(USER_MODE);
        irp.set_thread(irp::this_thread());
        irp.set_original_file(self.file as PFILE_OBJECT);
        if let Some(location) = irp.next() {
            location.MajorFunction = major;
            location.FileObject = self.file as PFILE_OBJECT;
            fill(location, irp);
        }
        let outcome = send_and_wait(device, irp);
        if !outcome.kept {
            irp.free();
        }
        outcome
    }

    /// The open is over: the file object and the count go.
    fn gone(&self) {
        free_file_object(self.file);
        device_object::close(self.device as PDEVICE_OBJECT);
    }
}

impl Drop for ControlDevice {
    /// NtClose of the last handle: cleanup now, close when nobody references the file object.
    fn drop(&mut self) {
        let _ = self.request(IRP_MJ_CLEANUP, |_, irp| {
            irp.set_flags(IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API)
        });
        closing(|closing| closing.insert(self.file, self.device));
        if object_reference::count(self.file) == 0 {
            dereferenced(self.file);
        }
    }
}

fn closing<R>(look: impl FnOnce(&mut BTreeMap<usize, usize>) -> R) -> R {
    look(&mut CLOSING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The driver has dropped its last reference on an object, which may be the file object of a closed handle.
pub fn dereferenced(file: usize) {
    let Some(device) = closing(|closing| closing.remove(&file)) else {
        return;
    };
    let last = ManuallyDrop::new(ControlDevice { device, file });
    let _ = last.request(IRP_MJ_CLOSE, |_, irp| {
        irp.set_flags(IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API)
    });
    last.gone();
}

/// The device that a path leads to, and what is left of the path.
fn resolve(path: &str) -> Option<(PDEVICE_OBJECT, String)> {
    let path = &namespace::follow(path);
    let mut end = path.len();
    loop {
        if let Some(device) = device_object::named(&path[..end]) {
            return Some((device, path[end..].to_owned()));
        }
        end = path[..end].rfind('\\').filter(|end| *end != 0)?;
    }
}

/// Sends an IRP of a program; pended ones are waited for, cancelled, and given up at last.
fn send_and_wait(device: PDEVICE_OBJECT, irp: Irp) -> Outcome {
    let tracked = irp::tracked(irp.as_ptr());
    let status = irp_flow::send(device, irp);
    let end = |patience| {
        let tracked = tracked.as_ref()?;
        let what = || "an IRP to a control device".to_owned();
        let key = std::ptr::from_ref(&**tracked) as usize;
        wait::until(key, Some(patience), what, || tracked.end())
    };
    let mut ended = end(PATIENCE);
    // One that says that it is done and is not has been reported already.
    if ended.is_none() && status == STATUS_PENDING {
        irp_cancel::cancel(irp);
        ended = end(HANG);
        if ended.is_none() {
            let holder = tracked.as_ref().and_then(|tracked| tracked.holder());
            let detail = format!(
                "IRP {:p} was pended, cancelled, and is not completed",
                irp.as_ptr()
            );
            let (rule, from) = (rule::IRP_NEVER_COMPLETED, holder.unwrap_or(0));
            verify::violation_from(rule, "device control", from, detail);
        }
    }
    let (status, information) = ended.unwrap_or((status, 0));
    Outcome {
        status,
        information,
        kept: ended.is_none(),
    }
}

fn parameters(code: u32, raw: RawBuffers) -> IO_STACK_DEVICE_CONTROL {
    IO_STACK_DEVICE_CONTROL {
        OutputBufferLength: raw.output.1,
        _padding1: 0,
        InputBufferLength: raw.input.1,
        _padding2: 0,
        IoControlCode: code,
        _padding3: 0,
        Type3InputBuffer: std::ptr::null_mut(),
    }
}

/// Gives the buffers of a control to the IRP by the method in its code.
fn pass_buffers(irp: Irp, code: u32, input: &[u8], out: &mut [u8]) {
    let method = code & 3;
    irp.set_user_buffer(if out.is_empty() {
        std::ptr::null_mut()
    } else {
        out.as_mut_ptr().cast()
    });
    let buffered = method == METHOD_BUFFERED && !(input.is_empty() && out.is_empty());
    if buffered || (method != METHOD_NEITHER && !input.is_empty()) {
        let length = if buffered { out.len() } else { 0 };
        irp.set_system_buffer(irp_end::system_buffer(input, length));
        irp.set_flags(IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER);
    }
    if buffered && !out.is_empty() {
        irp.set_flags(irp.flags() | IRP_INPUT_OPERATION);
    }
    if let Some(tracked) = irp::tracked(irp.as_ptr()) {
        tracked.set_output(out.len());
    }
    if matches!(method, METHOD_IN_DIRECT | METHOD_OUT_DIRECT) && !out.is_empty() {
        let mdl = mdl::allocate(out.as_mut_ptr() as usize, out.len() as u32, 0);
        mdl::lock(mdl, method == METHOD_OUT_DIRECT);
        irp.set_mdl(mdl);
    }
}

/// IO_SECURITY_CONTEXT with the access that a program asks for.
struct SecurityContext {
    state: Box<ACCESS_STATE>,
    context: Box<IO_SECURITY_CONTEXT>,
}

impl SecurityContext {
    fn new() -> Self {
        // SAFETY: integers, raw pointers and arrays of these, for which zero is a value.
        let mut state: Box<ACCESS_STATE> = Box::new(unsafe { std::mem::zeroed() });
        let access = GENERIC_READ | GENERIC_WRITE;
        state.OriginalDesiredAccess = access;
        // SAFETY: as above.
        let mut context: Box<IO_SECURITY_CONTEXT> = Box::new(unsafe { std::mem::zeroed() });
        context.AccessState = &raw mut *state;
        context.DesiredAccess = access;
        Self { state, context }
    }

    fn pointer(&mut self) -> PIO_SECURITY_CONTEXT {
        self.context.AccessState = &raw mut *self.state;
        &raw mut *self.context
    }
}

/// Makes the file object of an open.
fn file_object(device: PDEVICE_OBJECT, name: &str) -> usize {
    let units: Vec<u16> = name.encode_utf16().collect();
    let size = size_of::<FILE_OBJECT>() + units.len() * 2;
    let memory = pool::allocate_zeroed(pool::PoolKind::NonPaged, size, FILE_OBJECT_TAG, 0);
    let file: *mut FILE_OBJECT = memory.cast();
    let text = file.wrapping_add(1).cast::<u16>();
    // SAFETY: the block has room for the units behind the file object.
    unsafe { std::ptr::copy_nonoverlapping(units.as_ptr(), text, units.len()) };
    // SAFETY: just allocated for a FILE_OBJECT, for which zero is a value.
    let fields = unsafe { &mut *file };
    fields.Type = IO_TYPE_FILE as i16;
    fields.Size = size_of::<FILE_OBJECT>() as i16;
    fields.DeviceObject = device;
    fields.Flags = FO_SYNCHRONOUS_IO;
    let bytes = (units.len() * 2) as u16;
    if bytes != 0 {
        fields.FileName = UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: text,
        };
    }
    file as usize
}

fn free_file_object(file: usize) {
    pool::free(file as *mut c_void, FILE_OBJECT_TAG);
}
