//! FLT_PARAMETERS as the file system reads them.
#![allow(unsafe_code)] // unions and buffers of the parameter block

use std::cell::RefCell;
use std::mem::offset_of;

use minifilter_sys::*;

use super::open_file::OpenFile;
use super::oplock::Break;
use super::reparse_point::Met;
use super::share_access::ShareMode;
use crate::io::file_object::{self, FileObject};

macro_rules! member {
    ($name:ident, $($path:ident).+ : $type:ty) => {
        #[doc = concat!("The `", stringify!($($path).+), "` parameters.")]
        pub fn $name(iopb: &FLT_IO_PARAMETER_BLOCK) -> $type {
            // SAFETY: the members consist of integers and raw pointers, for which every bit pattern is a value.
            unsafe { iopb.Parameters.$($path).+ }
        }
    };
}

member!(read, Read: FLT_PARAMETERS_READ);
member!(write, Write: FLT_PARAMETERS_WRITE);
member!(query_file, QueryFileInformation: FLT_PARAMETERS_QUERY_FILE_INFORMATION);
member!(set_file, SetFileInformation: FLT_PARAMETERS_SET_FILE_INFORMATION);
member!(query_volume, QueryVolumeInformation: FLT_PARAMETERS_VOLUME_INFORMATION);
member!(query_directory, DirectoryControl.QueryDirectory: FLT_PARAMETERS_QUERY_DIRECTORY);
member!(notify_directory, DirectoryControl.NotifyDirectoryEx: FLT_PARAMETERS_NOTIFY_DIRECTORY_EX);
member!(fs_control, FileSystemControl.Buffered: FLT_PARAMETERS_FS_CONTROL_BUFFERED);
member!(lock_control, LockControl: FLT_PARAMETERS_LOCK_CONTROL);
member!(query_security, QuerySecurity: FLT_PARAMETERS_QUERY_SECURITY);
member!(set_security, SetSecurity: FLT_PARAMETERS_SET_SECURITY);
member!(network_query_open, NetworkQueryOpen: FLT_PARAMETERS_NETWORK_QUERY_OPEN);
member!(mount_volume, MountVolume: FLT_PARAMETERS_MOUNT_VOLUME);
member!(query_open, QueryOpen: FLT_PARAMETERS_QUERY_OPEN);
member!(section_synchronization, AcquireForSectionSynchronization: FLT_PARAMETERS_SECTION_SYNCHRONIZATION);
member!(query_ea, QueryEa: FLT_PARAMETERS_QUERY_EA);
member!(set_ea, SetEa: FLT_PARAMETERS_SET_EA);
member!(create, Create: FLT_PARAMETERS_CREATE);
member!(fast_io_check, FastIoCheckIfPossible: FLT_PARAMETERS_FAST_IO_CHECK);
member!(mdl_read, MdlRead: FLT_PARAMETERS_MDL_TRANSFER);
member!(mdl_read_complete, MdlReadComplete: FLT_PARAMETERS_MDL_READ_COMPLETE);
member!(prepare_mdl_write, PrepareMdlWrite: FLT_PARAMETERS_MDL_TRANSFER);
member!(mdl_write_complete, MdlWriteComplete: FLT_PARAMETERS_MDL_WRITE_COMPLETE);

/// QuadPart of a LARGE_INTEGER.
pub fn quad(value: LARGE_INTEGER) -> i64 {
    // SAFETY: all members of the union are integers over the same eight bytes.
    unsafe { value.QuadPart }
}

/// DesiredAccess of a create; none without a security context.
pub fn desired_access(iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<u32> {
    let context = create(iopb).SecurityContext;
    // SAFETY: not null, and the I/O manager keeps the security context until the create is done.
    (!context.is_null()).then(|| unsafe { (*context).DesiredAccess })
}

/// The file object an operation is for.
pub fn target(iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<FileObject> {
    // SAFETY: the I/O manager sends operations for live file objects, and a filter that redirects one names another
    // live one; the result is used during this operation only.
    unsafe { FileObject::from_raw(iopb.TargetFileObject) }
}

/// CreateRequest — what IRP_MJ_CREATE asks for.
pub struct CreateRequest {
    pub name_units: Vec<u16>,
    /// Address of the related file object, or 0.
    pub related: usize,
    pub desired_access: u32,
    pub share: u32,
    pub options: u32,
    pub disposition: u32,
    pub attributes: u32,
    /// FILE_FULL_EA_INFORMATION records.
    pub eas: Vec<u8>,
    /// SL_OPEN_TARGET_DIRECTORY: open the directory that the last component is in.
    pub target_directory: bool,
    /// IO_IGNORE_SHARE_ACCESS_CHECK.
    pub ignores_sharing: bool,
    /// The reparse point that the name led to, where the create goes no further.
    pub met: RefCell<Option<Met>>,
    /// The file object that is being opened.
    pub file: usize,
    /// What becomes of oplocks of others.
    pub broken: RefCell<Break>,
}

impl CreateRequest {
    /// Reads the parameters of a create.
    pub fn read(iopb: &FLT_IO_PARAMETER_BLOCK) -> Result<Self, NTSTATUS> {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let create = create(iopb);
        let desired_access = desired_access(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        Ok(Self {
            name_units: file.name(),
            related: file.related() as usize,
            desired_access,
            share: create.ShareAccess.into(),
            options: create.Options & FILE_VALID_OPTION_FLAGS,
            disposition: create.Options >> 24,
            attributes: create.FileAttributes.into(),
            eas: input(create.EaBuffer, std::ptr::null_mut(), create.EaLength)?.to_vec(),
            target_directory: iopb.OperationFlags & SL_OPEN_TARGET_DIRECTORY != 0,
            ignores_sharing: file_object::ignores_sharing(file),
            met: RefCell::default(),
            file: file.address(),
            broken: RefCell::default(),
        })
    }

    /// A request that only finds a file.
    pub fn to_query(file: FileObject, options: u32) -> Self {
        Self {
            name_units: file.name(),
            related: file.related() as usize,
            desired_access: FILE_READ_ATTRIBUTES,
            share: 0,
            options: options & FILE_VALID_OPTION_FLAGS,
            disposition: FILE_OPEN,
            attributes: 0,
            eas: Vec::new(),
            target_directory: false,
            ignores_sharing: false,
            met: RefCell::default(),
            file: file.address(),
            broken: RefCell::default(),
        }
    }

    /// Whether the volume itself is meant.
    pub fn is_volume(&self) -> bool {
        self.name_units.is_empty() && self.related == 0
    }

    /// Whether an existing stream loses what it has.
    pub fn overwrites(&self) -> bool {
        matches!(
            self.disposition,
            FILE_SUPERSEDE | FILE_OVERWRITE | FILE_OVERWRITE_IF
        )
    }

    /// Access that its disposition implies.
    pub fn access_of_disposition(&self) -> u32 {
        if self.overwrites() {
            FILE_WRITE_DATA
        } else {
            0
        }
    }

    /// What it asks and allows, as far as the file system counts it.
    pub fn share_mode(&self, added: u32) -> ShareMode {
        match self.ignores_sharing {
            true => ShareMode::default(),
            false => ShareMode::new(self.desired_access | added, self.share),
        }
    }

    /// The last component of the name.
    pub fn last_component(&self) -> Option<String> {
        let text = String::from_utf16(&self.name_units).ok()?;
        let last = text.trim_end_matches('\\').rsplit('\\').next()?.to_owned();
        (!last.is_empty()).then_some(last)
    }
}

impl FileObject {
    /// What a file system sets in a file object when it has opened it.
    pub fn set_opened(self, open: &std::sync::Arc<OpenFile>, share: ShareMode) {
        self.set_fs_context(open.fcb.fs_context());
        self.set_fs_context2(std::sync::Arc::as_ptr(open).cast_mut().cast());
        self.set_section_object_pointer(open.fcb.section_object_pointers());
        self.set_read_access(share.read.into());
        self.set_write_access(share.write.into());
        self.set_delete_access(share.delete.into());
        self.set_shared_read(share.share_read.into());
        self.set_shared_write(share.share_write.into());
        self.set_shared_delete(share.share_delete.into());
        let cached = open.fcb.kind == super::fcb::Kind::File
            && open.options & FILE_NO_INTERMEDIATE_BUFFERING == 0;
        if cached {
            self.add_flags(FO_CACHE_SUPPORTED);
        }
    }
}

/// Where a transfer's bytes are: what the MDL maps if there is one, else the plain address.
fn address(buffer: PVOID, mdl: PMDL) -> Result<*mut u8, NTSTATUS> {
    let address = match mdl.is_null() {
        true => buffer,
        false => {
            // SAFETY: not null, and a filter or the I/O manager that gives an MDL keeps it until the operation is done.
            let mdl = unsafe { *mdl };
            let mapped = MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL;
            if mdl.MdlFlags & mapped != 0 {
                mdl.MappedSystemVa
            } else {
                mdl.StartVa.wrapping_byte_add(mdl.ByteOffset as usize)
            }
        }
    };
    if address.is_null() {
        Err(STATUS_INVALID_USER_BUFFER)
    } else {
        Ok(address.cast())
    }
}

/// The bytes an operation is to fill.
pub fn output<'b>(buffer: PVOID, mdl: PMDL, length: u32) -> Result<&'b mut [u8], NTSTATUS> {
    if length == 0 {
        return Ok(&mut []);
    }
    let address = address(buffer, mdl)?;
    // SAFETY: a buffer of an operation is writable for its length until the operation is done, which is as long as
    // the file system uses the slice; a driver that gives less faults here as it would on Windows.
    Ok(unsafe { std::slice::from_raw_parts_mut(address, length as usize) })
}

/// The bytes an operation brings.
pub fn input<'b>(buffer: PVOID, mdl: PMDL, length: u32) -> Result<&'b [u8], NTSTATUS> {
    output(buffer, mdl, length).map(|bytes| &*bytes)
}

/// The text of a UNICODE_STRING an operation names, if it names one.
pub(super) fn text(string: PUNICODE_STRING) -> Result<Option<String>, NTSTATUS> {
    if string.is_null() {
        return Ok(None);
    }
    // SAFETY: not null, and the I/O manager keeps the string until the operation is done.
    let string = unsafe { *string };
    let bytes = input(
        string.Buffer.cast(),
        std::ptr::null_mut(),
        string.Length.into(),
    )?;
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16(&units)
        .map(Some)
        .map_err(|_| STATUS_OBJECT_NAME_INVALID)
}

/// The LARGE_INTEGER a lock's length is passed by.
pub(super) fn quad_at(value: PLARGE_INTEGER) -> Result<i64, NTSTATUS> {
    if value.is_null() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    // SAFETY: not null, and the I/O manager keeps the integer until the operation is done.
    Ok(unsafe { value.cast::<i64>().read_unaligned() })
}

/// SetFileInformation.AdvanceOnly of a FileEndOfFileInformation.
pub fn advance_only(set: &FLT_PARAMETERS_SET_FILE_INFORMATION) -> bool {
    // SAFETY: all members of the union are plain integers or a handle.
    unsafe { set.Anonymous.Anonymous.AdvanceOnly != 0 }
}

/// The file object that SetFileInformation.ParentOfTarget names, or 0.
pub fn parent_of_target(iopb: &FLT_IO_PARAMETER_BLOCK) -> usize {
    set_file(iopb).ParentOfTarget as usize
}

/// The create options in the stack location of the IRP that a query open carries.
pub fn query_open_options(irp: PIRP) -> Option<u32> {
    if irp.is_null() {
        return None;
    }
    let overlay = irp
        .wrapping_byte_add(offset_of!(IRP, Tail))
        .cast::<IRP_TAIL_OVERLAY>();
    // SAFETY: the I/O manager keeps the IRP until the operation is done, and Tail.Overlay is what an IRP in flight has.
    let overlay = unsafe { overlay.read() };
    // SAFETY: both members of the union are integers or pointers.
    let stack = unsafe { overlay.Anonymous2.Anonymous.CurrentStackLocation };
    if stack.is_null() {
        return None;
    }
    // SAFETY: not null, and part of the same IRP.
    let parameters = unsafe { (*stack).Parameters };
    // SAFETY: all members of the parameters consist of integers and pointers.
    Some(unsafe { parameters.Create.Options })
}
