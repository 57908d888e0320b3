#![allow(unsafe_code)] // plays a driver

use std::sync::Mutex;

use minifilter_sys::*;

use super::{
    FltClose, FltCreateFile, FltCreateFileEx, FltCreateFileEx2,
    FltCreateSystemVolumeInformationFolder, FltGetDeviceObject, FltGetDiskDeviceObject,
    FltOpenVolume, In, Out,
};
use crate::exports::gate::tests::in_call;
use crate::io::CreateOptions;
use crate::io::file_object;
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::{HostFixture, VOLUME};
use crate::model::{flt_object, handle, object_reference, thread};
use crate::verify::tests::violations_of;

/// A name with its attributes.
struct Named {
    _text: Vec<u16>,
    string: Box<UNICODE_STRING>,
    root: HANDLE,
}

impl Named {
    fn new(text: &str) -> Self {
        Self::units(text.encode_utf16().collect())
    }

    fn units(mut text: Vec<u16>) -> Self {
        let bytes = (text.len() * 2) as u16;
        let string = Box::new(UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: text.as_mut_ptr(),
        });
        Self {
            _text: text,
            string,
            root: std::ptr::null_mut(),
        }
    }

    fn below(self, root: HANDLE) -> Self {
        Self { root, ..self }
    }

    fn attributes(&self) -> OBJECT_ATTRIBUTES {
        OBJECT_ATTRIBUTES {
            Length: size_of::<OBJECT_ATTRIBUTES>() as u32,
            RootDirectory: self.root,
            ObjectName: std::ptr::from_ref(&*self.string).cast_mut(),
            Attributes: OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
            SecurityDescriptor: std::ptr::null_mut(),
            SecurityQualityOfService: std::ptr::null_mut(),
        }
    }
}

/// What FltCreateFileEx2 gave.
struct Created {
    status: NTSTATUS,
    handle: HANDLE,
    file: *mut FILE_OBJECT,
    information: usize,
}

impl Created {
    fn close(self) {
        assert_eq!(self.status, STATUS_SUCCESS);
        // SAFETY: the handle was just opened.
        assert_eq!(unsafe { FltClose(self.handle) }, STATUS_SUCCESS, "FltClose");
        object_reference::drop_one(self.file as usize);
        assert!(!file_object::is_live(self.file as usize));
    }
}

struct Driver {
    bench: HostFixture,
    targeted: bool,
}

impl Driver {
    fn new(script: Script) -> Self {
        let bench = HostFixture::with(script, &["370000", "40000"]);
        bench.put("file", b"0123456789");
        Self {
            bench,
            targeted: true,
        }
    }

    fn instance(&self) -> PFLT_INSTANCE {
        if self.targeted {
            self.bench.instance().handle()
        } else {
            std::ptr::null_mut()
        }
    }

    fn create(&self, name: &Named, options: CreateOptions, flags: u32) -> Created {
        let attributes = name.attributes();
        let (mut handle, mut file) = (std::ptr::null_mut(), std::ptr::null_mut());
        let mut block = crate::model::operation::pre_status_block(-1, 77);
        let filter = self.bench.fixture.filter.handle();
        // SAFETY: name, places and block outlive the call.
        let status = unsafe {
            FltCreateFileEx2(
                filter,
                self.instance(),
                Out::to(&mut handle),
                Out::to(&mut file),
                options.access,
                In::from(&attributes),
                Out::to(&mut block),
                In::none(),
                options.attributes,
                options.share,
                options.disposition,
                options.options,
                std::ptr::null_mut(),
                0,
                flags,
                In::none(),
            )
        };
        assert_eq!(crate::model::operation::status_of(&block), status);
        Created {
            status,
            handle,
            file,
            information: block.Information,
        }
    }

    fn status(&self, name: &str) -> NTSTATUS {
        let created = self.create(&Named::new(name), CreateOptions::default(), 0);
        let status = created.status;
        if status == STATUS_SUCCESS {
            created.close();
        }
        status
    }
}

/// The altitudes that see each create, cleanup and read.
fn watching() -> (Script, std::sync::Arc<Mutex<Vec<String>>>) {
    let log = std::sync::Arc::new(Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&log);
    let script = Script {
        pre: Some(std::sync::Arc::new(move |data, objects, _| {
            let instance = flt_object::instance(objects.Instance).expect("an instance");
            let operation = crate::model::operation::find(data).expect("an operation");
            let major = operation.iopb().MajorFunction;
            let line = format!("{} {major:#x}", instance.altitude);
            seen.lock().expect("no panic").push(line);
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    };
    (script, log)
}

#[test]
fn flt_create_file_ex2_is_seen_from_below_the_instance_and_so_is_all_that_follows() {
    let (script, log) = watching();
    let driver = Driver::new(script);
    driver
        .create(
            &Named::new(&format!(r"{VOLUME}\file")),
            CreateOptions::default(),
            0,
        )
        .close();
    let seen = std::mem::take(&mut *log.lock().expect("no panic"));
    assert_eq!(seen, ["40000 0x0", "40000 0x12"], "FltCreateFileEx2");
    let driver = Driver {
        targeted: false,
        ..driver
    };
    assert_eq!(driver.status(r"\??\C:\file"), STATUS_SUCCESS);
    let seen = std::mem::take(&mut *log.lock().expect("no panic"));
    let all = ["370000 0x0", "40000 0x0", "370000 0x12", "40000 0x12"];
    assert_eq!(seen, all);
}

#[test]
fn flt_create_file_ex2_says_what_it_did() {
    let driver = Driver::new(Script::default());
    let options = CreateOptions::default().disposition(FILE_OPEN_IF);
    let name = Named::new(&format!(r"{VOLUME}\new"));
    for information in [FILE_CREATED, FILE_OPENED] {
        let created = driver.create(&name, options, 0);
        assert_eq!(created.information, information as usize);
        assert!(handle::is_kernel(created.handle));
        created.close();
    }
    let missing = driver.create(
        &Named::new(&format!(r"{VOLUME}\none")),
        CreateOptions::default(),
        0,
    );
    let answer = (missing.status, missing.information, missing.handle);
    let nothing = (STATUS_OBJECT_NAME_NOT_FOUND, 0, std::ptr::null_mut());
    assert_eq!(answer, nothing, "FltCreateFileEx2");
}

#[test]
fn flt_create_file_ex2_finds_names_by_every_path() {
    let driver = Driver::new(Script::default());
    assert_eq!(driver.status(r"\??\c:\FILE"), STATUS_SUCCESS);
    assert_eq!(driver.status(r"\DosDevices\C:\file"), STATUS_SUCCESS);
    assert_eq!(
        driver.status(r"\Device\Nowhere\file"),
        STATUS_OBJECT_PATH_NOT_FOUND
    );
    let options = CreateOptions::default().with(FILE_DIRECTORY_FILE);
    let root = driver.create(&Named::new(&format!(r"{VOLUME}\")), options, 0);
    let below = Named::new("file").below(root.handle);
    driver.create(&below, CreateOptions::default(), 0).close();
    let bad = Named::new("file").below(0x1234 as HANDLE);
    let created = driver.create(&bad, CreateOptions::default(), 0);
    assert_eq!(created.status, STATUS_INVALID_HANDLE);
    root.close();
}

#[test]
fn flt_create_file_ex2_opens_by_file_id() {
    use std::os::unix::fs::MetadataExt;
    let driver = Driver::new(Script::default());
    let host = std::fs::metadata(driver.bench.directory.join("file")).expect("the file is there");
    let id = (0..4).map(|unit| (host.ino() >> (16 * unit)) as u16);
    let path: Vec<u16> = format!(r"{VOLUME}\").encode_utf16().chain(id).collect();
    let options = CreateOptions::default().with(FILE_OPEN_BY_FILE_ID);
    driver.create(&Named::units(path), options, 0).close();
}

#[test]
fn flt_create_file_ex2_can_ignore_sharing() {
    let driver = Driver::new(Script::default());
    let name = Named::new(&format!(r"{VOLUME}\file"));
    let alone = CreateOptions::default().share(0);
    let first = driver.create(&name, alone, 0);
    assert_eq!(
        driver.create(&name, alone, 0).status,
        STATUS_SHARING_VIOLATION
    );
    driver
        .create(&name, alone, IO_IGNORE_SHARE_ACCESS_CHECK)
        .close();
    first.close();
    let ignoring = driver.create(&name, alone, IO_IGNORE_SHARE_ACCESS_CHECK);
    driver.create(&name, alone, 0).close();
    ignoring.close();
}

#[test]
fn flt_create_file_ex2_wants_an_instance_of_the_volume_and_right_arguments() {
    let driver = Driver::new(Script::default());
    let other = crate::model::flt_volume::mount(
        std::sync::Arc::clone(&driver.bench.fixture.volume.file_system),
        r"\Device\HarddiskVolume9",
    );
    let status = driver.status(r"\Device\HarddiskVolume9\file");
    crate::model::flt_volume::dismount(&other);
    assert_eq!(status, STATUS_INVALID_DEVICE_OBJECT_PARAMETER);
    let name = Named::new(&format!(r"{VOLUME}\file"));
    let both = CreateOptions::default().with(FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE);
    assert_eq!(
        driver.create(&name, both, 0).status,
        STATUS_INVALID_PARAMETER
    );
}

#[test]
fn flt_create_file_below_a_top_level_irp_is_a_rule() {
    let found = violations_of("FltCreateFileEx2", || {
        let driver = Driver::new(Script::default());
        let name = Named::new(&format!(r"{VOLUME}\file"));
        thread::current().set_top_level_irp(1);
        driver.create(&name, CreateOptions::default(), 0).close();
        thread::current().set_top_level_irp(0);
    });
    // Other tests open with bad handles meanwhile, in the same function.
    assert!(found.contains(&"file opened with a top-level IRP set".to_owned()));
}

#[test]
fn flt_create_file_and_flt_create_file_ex_open_the_same_file() {
    let driver = Driver::new(Script::default());
    let name = Named::new(&format!(r"{VOLUME}\file"));
    let (attributes, filter) = (name.attributes(), driver.bench.fixture.filter.handle());
    let (mut one, mut two) = (std::ptr::null_mut(), std::ptr::null_mut());
    let mut file = std::ptr::null_mut();
    let mut block = crate::model::operation::pre_status_block(-1, 0);
    let (share, access) = (FILE_SHARE_READ, GENERIC_READ);
    let none = std::ptr::null_mut();
    // SAFETY: name, places and block outlive the call.
    let status = unsafe {
        FltCreateFile(
            filter,
            driver.instance(),
            Out::to(&mut one),
            access,
            In::from(&attributes),
            Out::to(&mut block),
            In::none(),
            0,
            share,
            FILE_OPEN,
            0,
            none,
            0,
            0,
        )
    };
    assert_eq!(status, STATUS_SUCCESS, "FltCreateFile");
    // SAFETY: name, places and block outlive the call.
    let status = unsafe {
        FltCreateFileEx(
            filter,
            driver.instance(),
            Out::to(&mut two),
            Out::to(&mut file),
            access,
            In::from(&attributes),
            Out::to(&mut block),
            In::none(),
            0,
            share,
            FILE_OPEN,
            0,
            none,
            0,
            0,
        )
    };
    assert_eq!(status, STATUS_SUCCESS, "FltCreateFileEx");
    assert!(one != two && object_reference::count(file as usize) == 1);
    for handle in [one, two] {
        // SAFETY: the handle is open.
        let status = unsafe { FltClose(handle) };
        assert_eq!(status, STATUS_SUCCESS);
    }
    assert!(
        file_object::is_live(file as usize),
        "the driver's reference keeps it"
    );
    object_reference::drop_one(file as usize);
}

#[test]
fn flt_close_closes_files_alone() {
    let _ = violations_of("FltClose", || {
        in_call("FltClose", || {
            // SAFETY: it is the caller's thread, which is no file.
            let status = unsafe { FltClose(usize::MAX.wrapping_sub(1) as HANDLE) };
            assert_eq!(status, STATUS_INVALID_HANDLE, "FltClose");
        });
    });
}

#[test]
fn flt_open_volume_opens_the_volume_itself() {
    let driver = Driver::new(Script::default());
    let (mut handle, mut file) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: both places outlive the call.
    let status =
        unsafe { FltOpenVolume(driver.instance(), Out::to(&mut handle), Out::to(&mut file)) };
    assert_eq!(status, STATUS_SUCCESS, "FltOpenVolume");
    // SAFETY: the file object was just opened.
    let flags = unsafe { (*file).Flags };
    assert_ne!(flags & FO_VOLUME_OPEN, 0);
    Created {
        status,
        handle,
        file,
        information: 0,
    }
    .close();
}

#[test]
fn flt_create_system_volume_information_folder_may_find_it_there() {
    let driver = Driver::new(Script::default());
    for _ in 0..2 {
        // SAFETY: the instance is live.
        let status = unsafe { FltCreateSystemVolumeInformationFolder(driver.instance()) };
        assert_eq!(
            status, STATUS_SUCCESS,
            "FltCreateSystemVolumeInformationFolder"
        );
    }
    assert!(
        driver
            .bench
            .directory
            .join("System Volume Information")
            .is_dir()
    );
}

#[test]
fn flt_get_disk_device_object_and_flt_get_device_object_give_referenced_devices() {
    let driver = Driver::new(Script::default());
    let volume = driver.bench.fixture.volume.handle();
    let (mut disk, mut device) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the volume is live and the place outlives the call.
    let status = unsafe { FltGetDiskDeviceObject(volume, Out::to(&mut disk)) };
    assert_eq!(status, STATUS_SUCCESS, "FltGetDiskDeviceObject");
    // SAFETY: the volume is live and the place outlives the call.
    let status = unsafe { FltGetDeviceObject(volume, Out::to(&mut device)) };
    assert_eq!(status, STATUS_SUCCESS, "FltGetDeviceObject");
    assert!(disk != device);
    for object in [disk, device] {
        assert_eq!(object_reference::count(object as usize), 1);
        object_reference::drop_one(object as usize);
    }
}
