//! A filter written in tests: closures as callbacks, over a file system that only answers.
#![allow(unsafe_code)] // plays the driver

use std::cell::Cell;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minifilter_sys::*;

use super::file_system::{FileSystem, Request, VolumeProperties};
use super::filter::{self, Filter};
use super::flt_volume::{self, FltVolume};
use super::operation::{self, Outcome, Requestor, pre_status_block};
use crate::inf::{self, DriverSetup};

/// Size of the fixed stream context.
pub const STREAM_SIZE: usize = 48;

pub type Pre = dyn Fn(PFLT_CALLBACK_DATA, &FLT_RELATED_OBJECTS, &mut usize) -> i32 + Send + Sync;
pub type Post = dyn Fn(PFLT_CALLBACK_DATA, &FLT_RELATED_OBJECTS, usize, u32) -> i32 + Send + Sync;
pub type Cleanup = dyn Fn(usize) + Send + Sync;
pub type Told = dyn Fn(usize, u32) -> i32 + Send + Sync;
pub type Generate = dyn Fn(
        PFLT_INSTANCE,
        *mut FILE_OBJECT,
        PFLT_CALLBACK_DATA,
        u32,
        &mut u8,
        *mut FLT_NAME_CONTROL,
    ) -> i32
    + Send
    + Sync;
pub type Component = dyn Fn(String, String, u32, &mut usize) -> Result<String, i32> + Send + Sync;
pub type Perform = dyn Fn(&mut FLT_IO_PARAMETER_BLOCK) -> i32 + Send + Sync;

/// The closures behind the registered functions.
#[derive(Default, Clone)]
pub struct Script {
    pub pre: Option<Arc<Pre>>,
    pub post: Option<Arc<Post>>,
    pub cleanup: Option<Arc<Cleanup>>,
    pub perform: Option<Arc<Perform>>,
    pub teardown_start: Option<Arc<dyn Fn() + Send + Sync>>,
    pub transaction: Option<Arc<Told>>,
    /// Flags of the instances, as an INF gives them.
    pub instance_flags: u32,
    /// SupportedFeatures, as an INF gives them.
    pub features: u32,
    pub generate: Option<Arc<Generate>>,
    pub component: Option<Arc<Component>>,
    pub component_cleanup: Option<Arc<Cleanup>>,
    /// Is told of conflicts with sections, by the context of the section.
    pub section_conflict: Option<Arc<Cleanup>>,
}

static SCRIPT: Mutex<Option<Script>> = Mutex::new(None);
static SERIAL: Mutex<()> = Mutex::new(());

fn script() -> Script {
    SCRIPT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
        .unwrap_or_default()
}

unsafe extern "win64" fn pre(
    data: PFLT_CALLBACK_DATA,
    objects: PFLT_RELATED_OBJECTS,
    context: *mut usize,
) -> i32 {
    let Some(pre) = script().pre else {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    };
    let mut left = 0;
    // SAFETY: the filter manager passes objects that outlive the callback.
    let status = pre(data, unsafe { &*objects }, &mut left);
    // SAFETY: the filter manager passes a place for the completion context.
    unsafe { context.write(left) };
    status
}

unsafe extern "win64" fn post(
    data: PFLT_CALLBACK_DATA,
    objects: PFLT_RELATED_OBJECTS,
    context: usize,
    flags: u32,
) -> i32 {
    let Some(post) = script().post else {
        return FLT_POSTOP_FINISHED_PROCESSING;
    };
    // SAFETY: the filter manager passes objects that outlive the callback.
    post(data, unsafe { &*objects }, context, flags)
}

unsafe extern "win64" fn cleanup(context: usize, _kind: u16) {
    if let Some(cleanup) = script().cleanup {
        cleanup(context);
    }
}

unsafe extern "win64" fn transaction(
    _objects: PFLT_RELATED_OBJECTS,
    context: usize,
    phase: u32,
) -> i32 {
    script().transaction.map_or(0, |told| told(context, phase))
}

unsafe extern "win64" fn teardown_start(_objects: PFLT_RELATED_OBJECTS, _reason: u32) {
    if let Some(start) = script().teardown_start {
        start();
    }
}

unsafe extern "win64" fn generate(
    instance: PFLT_INSTANCE,
    file: *mut FILE_OBJECT,
    data: PFLT_CALLBACK_DATA,
    options: u32,
    cacheable: *mut u8,
    name: *mut FLT_NAME_CONTROL,
) -> i32 {
    let generate = script().generate.expect("registered only with a script");
    // SAFETY: the filter manager passes a place for the answer.
    generate(
        instance,
        file,
        data,
        options,
        unsafe { &mut *cacheable },
        name,
    )
}

unsafe extern "win64" fn component(
    _instance: PFLT_INSTANCE,
    parent: *const UNICODE_STRING,
    _volume: u16,
    name: *const UNICODE_STRING,
    out: *mut c_void,
    length: u32,
    flags: u32,
    context: *mut usize,
) -> i32 {
    let expand = script().component.expect("registered only with a script");
    // SAFETY: the filter manager passes a string.
    let parent = text(unsafe { &*parent });
    // SAFETY: the filter manager passes a string.
    let name = text(unsafe { &*name });
    // SAFETY: the filter manager passes a place for the context.
    let context = unsafe { &mut *context };
    let units: Vec<u16> = match expand(parent, name, flags, context) {
        Ok(expanded) => expanded.encode_utf16().collect(),
        Err(status) => return status,
    };
    assert!(12 + units.len() * 2 <= length as usize);
    let (to_length, to_name) = (out.wrapping_byte_add(8), out.wrapping_byte_add(12));
    // SAFETY: FileNameLength lies in the structure.
    unsafe { to_length.cast::<u32>().write(units.len() as u32 * 2) };
    // SAFETY: the structure has room for the name, as was just seen.
    unsafe {
        units
            .as_ptr()
            .copy_to_nonoverlapping(to_name.cast(), units.len());
    };
    0
}

unsafe extern "win64" fn section_conflict(
    _instance: PFLT_INSTANCE,
    context: usize,
    _data: PFLT_CALLBACK_DATA,
) -> i32 {
    if let Some(told) = script().section_conflict {
        told(context);
    }
    0
}

unsafe extern "win64" fn component_cleanup(context: *mut usize) {
    if let Some(cleanup) = script().component_cleanup {
        // SAFETY: the filter manager passes the place of the context.
        cleanup(unsafe { *context });
    }
}

fn text(string: &UNICODE_STRING) -> String {
    // SAFETY: the filter manager passes strings whose buffers are as long as they say.
    let units =
        unsafe { std::slice::from_raw_parts(string.Buffer, usize::from(string.Length / 2)) };
    String::from_utf16_lossy(units)
}

unsafe extern "win64" fn unload(_flags: u32) -> i32 {
    for filter in filter::registered() {
        filter.unregister();
    }
    0
}

/// Gives a function of the Windows convention the type that the registration has.
fn registered<F: Copy, C: Copy>(code: F) -> C {
    assert_eq!(size_of::<F>(), size_of::<C>());
    // SAFETY: both are function pointers; the filter manager calls it with its true convention again.
    unsafe { std::mem::transmute_copy::<F, C>(&code) }
}

struct AnsweringFileSystem;

impl FileSystem for AnsweringFileSystem {
    fn perform(
        &self,
        request: Request,
        iopb: &mut FLT_IO_PARAMETER_BLOCK,
        status: &mut IO_STATUS_BLOCK,
    ) {
        let code = match script().perform {
            Some(perform) => perform(iopb),
            None if request == Request::FastIo => STATUS_FLT_DISALLOW_FAST_IO,
            None => STATUS_SUCCESS,
        };
        *status = pre_status_block(code, 0);
    }

    fn name(&self, file: *const FILE_OBJECT) -> Option<String> {
        (!file.is_null()).then(|| r"\dir\file.txt".to_owned())
    }

    fn cancel_open(&self, _file: *const FILE_OBJECT) {}

    fn is_directory(&self, _file: *const FILE_OBJECT) -> bool {
        false
    }

    fn properties(&self) -> VolumeProperties {
        VolumeProperties {
            file_system: FLT_FSTYPE_NTFS,
            file_contexts: true,
            device_type: 8,
            device_characteristics: 0,
            device_object_flags: 0,
            alignment_requirement: 0,
            sector_size: 512,
            driver_name: r"\FileSystem\Ntfs".to_owned(),
            device_name: r"\Ntfs".to_owned(),
            writable: true,
        }
    }
}

/// An open file.
pub struct File {
    pub object: Box<FILE_OBJECT>,
    pub header: Box<FSRTL_ADVANCED_FCB_HEADER>,
}

// SAFETY: tests only pass the file's address around; nothing of it is written after it was opened.
unsafe impl Sync for File {}

impl File {
    pub fn open() -> Self {
        // SAFETY: integers and pointers, for which zero is a value.
        let mut header: Box<FSRTL_ADVANCED_FCB_HEADER> = Box::new(unsafe { std::mem::zeroed() });
        header.Flags2 = FSRTL_FLAG2_SUPPORTS_FILTER_CONTEXTS as u8;
        // SAFETY: integers and pointers, for which zero is a value.
        let mut object: Box<FILE_OBJECT> = Box::new(unsafe { std::mem::zeroed() });
        object.FsContext = (&raw mut *header).cast();
        Self { object, header }
    }

    pub fn pointer(&self) -> *mut FILE_OBJECT {
        std::ptr::from_ref(&*self.object).cast_mut()
    }

    pub fn stream(&self) -> *const c_void {
        std::ptr::from_ref(&*self.header).cast()
    }
}

/// Held by every test that mounts a volume or starts a filter: there is one kernel, and filters attach to all volumes.
pub fn serial() -> Serial {
    if IS_SERIAL.replace(true) {
        return Serial(None);
    }
    Serial(Some(SERIAL.lock().unwrap_or_else(PoisonError::into_inner)))
}

/// What [`serial`] gives: the lock, or nothing on a thread that has it already.
pub struct Serial(Option<MutexGuard<'static, ()>>);

thread_local! {
    static IS_SERIAL: Cell<bool> = const { Cell::new(false) };
}

impl Serial {
    /// Runs `body` on a thread of its own, for which this lock counts as its own.
    pub fn on_a_thread(&self, body: impl FnOnce() + Send) {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                IS_SERIAL.set(true);
                body();
            });
        });
    }
}

impl Drop for Serial {
    fn drop(&mut self) {
        if self.0.is_some() {
            IS_SERIAL.set(false);
        }
    }
}

/// A filter attached to a volume.
pub struct Fixture {
    pub filter: Arc<Filter>,
    pub volume: Arc<FltVolume>,
    pub file: File,
    _serial: Serial,
}

fn operation(major: u8, with_post: bool) -> FLT_OPERATION_REGISTRATION {
    FLT_OPERATION_REGISTRATION {
        MajorFunction: major,
        Flags: 0,
        PreOperation: registered(pre as *const ()),
        PostOperation: if with_post {
            registered(post as *const ())
        } else {
            None
        },
        Reserved1: std::ptr::null_mut(),
    }
}

fn context(kind: u16, size: usize) -> FLT_CONTEXT_REGISTRATION {
    FLT_CONTEXT_REGISTRATION {
        ContextType: kind,
        Flags: 0,
        ContextCleanupCallback: registered(cleanup as *const ()),
        Size: size,
        PoolTag: u32::from_le_bytes(*b"Test"),
        ContextAllocateCallback: None,
        ContextFreeCallback: None,
        Reserved1: std::ptr::null_mut(),
    }
}

impl Fixture {
    /// A filter with post-operation callbacks, one instance.
    pub fn new(script: Script) -> Self {
        Self::with(script, &["370000"], true)
    }

    /// A filter with an instance at each altitude.
    pub fn with(script: Script, altitudes: &[&str], with_post: bool) -> Self {
        let mount = || flt_volume::mount(Arc::new(AnsweringFileSystem), r"\Device\Fixture");
        Self::over(script, altitudes, with_post, mount)
    }

    /// The same over another file system, mounted once the filter is registered.
    pub fn over(
        script: Script,
        altitudes: &[&str],
        with_post: bool,
        mount: impl FnOnce() -> Arc<FltVolume>,
    ) -> Self {
        let serial = serial();
        let (provides, expands) = (script.generate.is_some(), script.component.is_some());
        let instance = |altitude: &&str| inf::Instance {
            name: format!("at {altitude}"),
            altitude: (*altitude).to_owned(),
            flags: script.instance_flags,
        };
        let instances = altitudes.iter().map(instance).collect();
        let features = inf::RegistryValue {
            subkey: "Parameters".to_owned(),
            name: "SupportedFeatures".to_owned(),
            data: inf::RegistryData::Dword(script.features),
        };
        *SCRIPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(script);
        filter::configure(&DriverSetup {
            default_instance: format!("at {}", altitudes[0]),
            instances,
            values: vec![features],
            ..DriverSetup::without_inf("fixture")
        });
        let contexts = [
            context(FLT_STREAM_CONTEXT, STREAM_SIZE),
            context(FLT_INSTANCE_CONTEXT, 32),
            context(FLT_VOLUME_CONTEXT, 16),
            context(FLT_TRANSACTION_CONTEXT, 16),
            context(FLT_SECTION_CONTEXT, 24),
            context(FLT_CONTEXT_END, 0),
        ];
        let majors = [
            IRP_MJ_CREATE,
            IRP_MJ_READ,
            IRP_MJ_CLEANUP,
            IRP_MJ_DIRECTORY_CONTROL,
            IRP_MJ_FILE_SYSTEM_CONTROL,
            IRP_MJ_LOCK_CONTROL,
            IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE,
            IRP_MJ_VOLUME_MOUNT,
            IRP_MJ_VOLUME_DISMOUNT,
            IRP_MJ_QUERY_OPEN,
            IRP_MJ_MDL_READ,
            IRP_MJ_MDL_READ_COMPLETE,
            IRP_MJ_PREPARE_MDL_WRITE,
            IRP_MJ_MDL_WRITE_COMPLETE,
            IRP_MJ_OPERATION_END,
        ];
        let operations = majors.map(|major| operation(major, with_post));
        // SAFETY: integers, pointers and nullable functions, for which zero is a value.
        let mut registration: FLT_REGISTRATION = unsafe { std::mem::zeroed() };
        registration.Size = size_of::<FLT_REGISTRATION>() as u16;
        registration.Version = FLT_REGISTRATION_VERSION;
        registration.ContextRegistration = contexts.as_ptr();
        registration.OperationRegistration = operations.as_ptr();
        registration.FilterUnloadCallback = registered(unload as *const ());
        registration.TransactionNotificationCallback = registered(transaction as *const ());
        registration.InstanceTeardownStartCallback = registered(teardown_start as *const ());
        registration.SectionNotificationCallback = registered(section_conflict as *const ());
        if provides {
            registration.GenerateFileNameCallback = registered(generate as *const ());
        }
        if expands {
            registration.NormalizeNameComponentCallback = registered(component as *const ());
            registration.NormalizeContextCleanupCallback =
                registered(component_cleanup as *const ());
        }
        // SAFETY: both tables are terminated.
        let filter = unsafe { filter::register(0, &raw const registration) }
            .expect("the registration is good");
        let volume = mount();
        filter.start();
        Self {
            filter,
            volume,
            file: File::open(),
            _serial: serial,
        }
    }

    /// Sends an operation on the file of the fixture.
    pub fn send(&self, request: Request, major: u8) -> Outcome {
        self.send_to(request, major, self.file.pointer())
    }

    /// Sends an operation on a file object.
    pub fn send_to(&self, request: Request, major: u8, file: *mut FILE_OBJECT) -> Outcome {
        // SAFETY: integers and pointers, for which zero is a value.
        let mut iopb: FLT_IO_PARAMETER_BLOCK = unsafe { std::mem::zeroed() };
        iopb.MajorFunction = major;
        iopb.TargetFileObject = file;
        operation::send(&self.volume, request, &mut iopb, Requestor::kernel())
    }

    /// The status of an IRP on the file of the fixture.
    pub fn irp(&self, major: u8) -> i32 {
        match self.send(Request::Irp, major) {
            Outcome::Done(status) => operation::status_of(&status),
            Outcome::FastIoDisallowed => panic!("an IRP is never fast I/O"),
        }
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        filter::unload(true);
        flt_volume::dismount(&self.volume);
    }
}
