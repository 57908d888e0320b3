//! FltCreateFile, FltCreateFileEx, FltCreateFileEx2, FltOpenVolume — files that a filter opens itself.

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::*;

use crate::io::file_object;
use crate::io::open::{Open, Opener};
use crate::io::{self, CreateOptions, path};
use crate::model::flt_volume::FltVolume;
use crate::model::instance::Instance;
use crate::model::kernel_object;
use crate::model::object_type::ObjectType;
use crate::model::operation::{Entry, Extras, Requestor};
use crate::model::{handle, object_reference, thread};
use crate::verify::{self, rule};

/// What a file is opened by: the parts of OBJECT_ATTRIBUTES that count.
pub struct Name {
    /// RootDirectory, or null.
    pub root: HANDLE,
    /// ObjectName, which may be a file id.
    pub units: Vec<u16>,
    /// OBJ_*.
    pub attributes: u32,
}

/// What a filter asks for beside the name.
pub struct Create {
    /// Below which instance, if not from the top.
    pub instance: Option<Arc<Instance>>,
    /// Access, sharing, disposition, options, attributes.
    pub options: CreateOptions,
    /// AllocationSize.
    pub allocation: i64,
    /// EaBuffer and EaLength.
    pub extended: (*mut c_void, u32),
    /// IO_*.
    pub flags: u32,
    /// PECP_LIST, or 0.
    pub ecp_list: usize,
}

/// An open file: what the driver gets.
pub struct Opened {
    /// A handle in the kernel's table or in that of the process.
    pub handle: HANDLE,
    /// The file object, not referenced for the driver yet.
    pub file: *mut FILE_OBJECT,
    /// STATUS_SUCCESS, or STATUS_OPLOCK_BREAK_IN_PROGRESS.
    pub status: NTSTATUS,
    /// FILE_OPENED and its like.
    pub information: u32,
}

impl Opened {
    /// Gives the file object out, with a reference that the driver drops.
    pub fn reference(&self) -> *mut FILE_OBJECT {
        object_reference::add(self.file as usize);
        self.file
    }
}

/// Opens a file.
///
/// # Errors
/// What the I/O manager refuses, or the status of the create.
pub fn create(name: &Name, create: &Create) -> Result<Opened, NTSTATUS> {
    check_thread();
    let place = Place::find(name)?;
    let entry = match &create.instance {
        Some(instance) => {
            place.check(instance)?;
            Entry::Below(instance)
        }
        None => Entry::Top,
    };
    let opener = Opener {
        operation_flags: operation_flags(create.flags),
        ignores_sharing: create.flags & IO_IGNORE_SHARE_ACCESS_CHECK != 0,
        unchecked: create.flags & IO_NO_PARAMETER_CHECKING != 0,
        allocation: create.allocation,
        attributes: create.extended,
        extras: Extras {
            ecp_list: create.ecp_list,
            ..Extras::default()
        },
        ..Opener::new(&place.volume, entry, Requestor::kernel())
    };
    let path = place.path(create.options.options);
    let open = opener.open(path, place.related, create.options)?;
    hand_out(&open, name.attributes & OBJ_KERNEL_HANDLE != 0)
}

/// FltOpenVolume — opens the volume of an instance, below it.
///
/// # Errors
/// STATUS_FLT_DELETING_OBJECT when the instance is going, STATUS_INVALID_PARAMETER for a network volume.
pub fn open_volume(instance: &Arc<Instance>) -> Result<Opened, NTSTATUS> {
    check_thread();
    if instance.operations.is_closed() {
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    if is_network(&instance.volume) {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let entry = Entry::Below(instance);
    let opener = Opener::new(&instance.volume, entry, Requestor::kernel());
    let options =
        CreateOptions::default().access(FILE_READ_ATTRIBUTES | FILE_READ_DATA | SYNCHRONIZE);
    let open = opener.open(&[], std::ptr::null_mut(), options)?;
    hand_out(&open, true)
}

/// FltCreateSystemVolumeInformationFolder — makes the hidden directory of the system, if it is not there.
///
/// # Errors
/// The status of the create.
pub fn create_system_folder(instance: &Arc<Instance>) -> Result<(), NTSTATUS> {
    let entry = Entry::Below(instance);
    let opener = Opener::new(&instance.volume, entry, Requestor::kernel());
    let options = CreateOptions {
        attributes: FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM,
        ..CreateOptions::default()
            .access(FILE_LIST_DIRECTORY | SYNCHRONIZE)
            .disposition(FILE_OPEN_IF)
            .with(FILE_DIRECTORY_FILE)
    };
    let name: Vec<u16> = r"\System Volume Information".encode_utf16().collect();
    let open = opener.open(&name, std::ptr::null_mut(), options)?;
    io::clean_up(open.file);
    io::drop_reference(open.file);
    Ok(())
}

/// Whether a volume is one of a network.
pub fn is_network(volume: &FltVolume) -> bool {
    volume.file_system.properties().device_type == FILE_DEVICE_NETWORK_FILE_SYSTEM
}

/// A thread that a file system marked as busy for a request would wait for itself in another request of that sort.
fn check_thread() {
    let marker = thread::current().top_level_irp();
    if marker != 0 {
        verify::violation(
            rule::OPENED_BELOW_TOP_LEVEL_IRP,
            format!("the thread's top-level IRP is {marker:#x}"),
        );
    }
}

fn operation_flags(flags: u32) -> u8 {
    let pairs = [
        (IO_FORCE_ACCESS_CHECK, SL_FORCE_ACCESS_CHECK),
        (IO_OPEN_TARGET_DIRECTORY, SL_OPEN_TARGET_DIRECTORY),
        (IO_STOP_ON_SYMLINK, SL_STOP_ON_SYMLINK),
    ];
    let set = pairs.iter().filter(|(flag, _)| flags & flag != 0);
    set.fold(0, |all, (_, own)| all | own)
}

/// Where a name leads.
struct Place {
    volume: Arc<FltVolume>,
    units: Vec<u16>,
    related: *mut FILE_OBJECT,
}

impl Place {
    fn find(name: &Name) -> Result<Self, NTSTATUS> {
        if name.root.is_null() {
            let (volume, units) = path::locate(&name.units).ok_or(STATUS_OBJECT_PATH_NOT_FOUND)?;
            return Ok(Self {
                volume,
                units,
                related: std::ptr::null_mut(),
            });
        }
        let root = handle::resolve(name.root, 0, Some(ObjectType::File), false)?;
        let body = root.object.body();
        let (volume, _) = file_object::origin(body).ok_or(STATUS_INVALID_HANDLE)?;
        Ok(Self {
            volume,
            units: name.units.clone(),
            related: body as *mut FILE_OBJECT,
        })
    }

    /// The name as the create carries it: before a file id, the separator of the path is none of the id.
    fn path(&self, options: u32) -> &[u16] {
        let by_id = options & FILE_OPEN_BY_FILE_ID != 0 && self.related.is_null();
        match &*self.units {
            [separator, id @ ..] if by_id && *separator == u16::from(b'\\') => id,
            units => units,
        }
    }

    /// The instance must be one of this volume, and stay.
    fn check(&self, instance: &Arc<Instance>) -> Result<(), NTSTATUS> {
        if instance.operations.is_closed() {
            return Err(STATUS_FLT_DELETING_OBJECT);
        }
        match Arc::ptr_eq(&instance.volume, &self.volume) {
            true => Ok(()),
            false => Err(STATUS_INVALID_DEVICE_OBJECT_PARAMETER),
        }
    }
}

/// Makes a handle; the reference of the open becomes its own.
fn hand_out(open: &Open, kernel: bool) -> Result<Opened, NTSTATUS> {
    let object = kernel_object::at(open.file.address()).ok_or(STATUS_INTERNAL_ERROR)?;
    let handle = handle::insert_with(object, open.access, kernel);
    io::drop_reference(open.file);
    Ok(Opened {
        handle,
        file: open.file.as_ptr(),
        status: open.status,
        information: open.information,
    })
}
