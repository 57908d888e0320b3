//! IoCreateFile — the way from a name to an open file object, for programs and for drivers.
#![allow(unsafe_code)] // security context structures of the create

use std::sync::Arc;

use minifilter_sys::*;

use super::create::{CreateOptions, map_generic};
use super::device::devices;
use super::file_object::{self, FileObject};
use super::{End, end, path, reparse, system_ecp};
use crate::model::context;
use crate::model::file_system::Request;
use crate::model::flt_volume::FltVolume;
use crate::model::operation::{self, Entry, Extras, Outcome, Requestor, cancel, tag_data};
use crate::model::transaction;
use crate::volume::paging::empty_block;

/// Opener — who opens files, on which volume, and from where in its stack.
pub struct Opener<'a> {
    /// The volume.
    pub volume: &'a Arc<FltVolume>,
    /// Above which instances.
    pub entry: Entry<'a>,
    /// On whose behalf.
    pub requestor: Requestor,
    /// SL_OPEN_TARGET_DIRECTORY, SL_FORCE_ACCESS_CHECK …
    pub operation_flags: u8,
    /// Whether letters of either case are different letters: no OBJ_CASE_INSENSITIVE.
    pub case_sensitive: bool,
    /// IO_IGNORE_SHARE_ACCESS_CHECK.
    pub ignores_sharing: bool,
    /// IO_NO_PARAMETER_CHECKING.
    pub unchecked: bool,
    /// AllocationSize.
    pub allocation: i64,
    /// EaBuffer and EaLength.
    pub attributes: (*mut std::ffi::c_void, u32),
    /// What goes with the create beside its parameters.
    pub extras: Extras,
}

/// Open — an open file object, with one reference, and how it was opened.
pub struct Open {
    /// The file object.
    pub file: FileObject,
    /// STATUS_SUCCESS, or STATUS_OPLOCK_BREAK_IN_PROGRESS.
    pub status: NTSTATUS,
    /// FILE_OPENED and its like.
    pub information: u32,
    /// Granted access.
    pub access: u32,
}

/// Where an open has led.
enum Led {
    /// To an open file object; status and Information.
    Here(FileObject, NTSTATUS, u32),
    /// To another name.
    Elsewhere(Vec<u16>),
}

impl<'a> Opener<'a> {
    /// An opener that asks for nothing special.
    pub fn new(volume: &'a Arc<FltVolume>, entry: Entry<'a>, requestor: Requestor) -> Self {
        Self {
            volume,
            entry,
            requestor,
            operation_flags: 0,
            case_sensitive: false,
            ignores_sharing: false,
            unchecked: false,
            allocation: 0,
            attributes: (std::ptr::null_mut(), 0),
            extras: Extras::default(),
        }
    }

    /// Opens a file by its name on the volume, as far as reparses lead.
    ///
    /// # Errors
    /// The status of the create, or what the I/O manager refuses itself.
    pub fn open(
        &self,
        name: &[u16],
        mut related: *mut FILE_OBJECT,
        mut options: CreateOptions,
    ) -> Result<Open, NTSTATUS> {
        let access = map_generic(options.access);
        if !self.unchecked {
            options.check(access)?;
        }
        options.access = access;
        let mut extras = self.extras;
        let led = self.follow_all(name, &mut related, &options, &mut extras);
        // The creator's own list stays; one that a filter attached was for this open, reparses included.
        if extras.ecp_list != self.extras.ecp_list {
            extras.free();
        }
        led.map(|(file, status, information)| Open {
            file,
            status,
            information,
            access,
        })
    }

    fn follow_all(
        &self,
        name: &[u16],
        related: &mut *mut FILE_OBJECT,
        options: &CreateOptions,
        extras: &mut Extras,
    ) -> Result<(FileObject, NTSTATUS, u32), NTSTATUS> {
        let mut volume = Arc::clone(self.volume);
        let mut name = name.to_vec();
        for _ in 0..reparse::MOST {
            let once = || self.open_once(&volume, &name, *related, options, extras);
            match cancel::persistently(once)? {
                Led::Here(file, status, information) => return Ok((file, status, information)),
                Led::Elsewhere(next) => {
                    (volume, name) = self.follow(&volume, &next)?;
                    *related = std::ptr::null_mut();
                }
            }
        }
        Err(STATUS_OBJECT_NAME_NOT_FOUND)
    }

    /// Where a reparse leads; an open that is sent below an instance cannot leave its volume.
    fn follow(
        &self,
        volume: &Arc<FltVolume>,
        name: &[u16],
    ) -> Result<(Arc<FltVolume>, Vec<u16>), NTSTATUS> {
        let (next, name) = path::locate(name).ok_or(STATUS_OBJECT_PATH_NOT_FOUND)?;
        match self.entry {
            Entry::Below(_) if !Arc::ptr_eq(&next, volume) => Err(STATUS_MOUNT_POINT_NOT_RESOLVED),
            _ => Ok((next, name)),
        }
    }

    fn open_once(
        &self,
        volume: &Arc<FltVolume>,
        name: &[u16],
        related: *mut FILE_OBJECT,
        options: &CreateOptions,
        extras: &mut Extras,
    ) -> Result<Led, NTSTATUS> {
        let file = FileObject::allocate(volume, self.requestor.process_id, name, related);
        if let Entry::Below(instance) = self.entry {
            file_object::target_below(file, instance);
        }
        if self.ignores_sharing {
            file_object::ignore_sharing(file);
        }
        prepare(volume, file, options, name.is_empty() && related.is_null());
        if let Some(key) = system_ecp::oplock_key(extras.ecp_list) {
            file_object::set_oplock_key(file, key);
        }
        if self.case_sensitive {
            file.add_flags(FO_OPENED_CASE_SENSITIVE);
        }
        if let Some(transaction) = transaction::at(options.transaction) {
            transaction::carry(file.as_ptr(), &transaction);
        }
        let unopened = match self.send(volume, file, options, extras) {
            Ok(End { status, .. }) if status == STATUS_REPARSE => {
                let met = tag_data::read(extras.tag_data);
                reparse::target(volume, file, &met, self.operation_flags).map(Led::Elsewhere)
            }
            Ok(End {
                status,
                information,
            }) => {
                file.add_flags(FO_HANDLE_CREATED);
                return Ok(Led::Here(file, status, information as u32));
            }
            Err(status) => Err(status),
        };
        tag_data::free(std::mem::take(&mut extras.tag_data));
        context::file_object_closed(file.as_ptr());
        file_object::free(file);
        unopened
    }

    fn send(
        &self,
        volume: &Arc<FltVolume>,
        file: FileObject,
        options: &CreateOptions,
        extras: &mut Extras,
    ) -> Result<End, NTSTATUS> {
        // SAFETY: an ACCESS_STATE consists of integers, raw pointers and unions of these, for which zero is a value.
        let mut state: ACCESS_STATE = unsafe { std::mem::zeroed() };
        state.RemainingDesiredAccess = options.access;
        state.OriginalDesiredAccess = options.access;
        // SAFETY: an IO_SECURITY_CONTEXT consists of integers and raw pointers, for which zero is a value.
        let mut security: IO_SECURITY_CONTEXT = unsafe { std::mem::zeroed() };
        security.AccessState = &raw mut state;
        security.DesiredAccess = options.access;
        security.FullCreateOptions = options.options;
        let mut iopb = empty_block();
        iopb.MajorFunction = IRP_MJ_CREATE;
        iopb.OperationFlags = self.operation_flags;
        if self.case_sensitive {
            iopb.OperationFlags |= SL_CASE_SENSITIVE;
        }
        iopb.IrpFlags = IRP_CREATE_OPERATION | IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION;
        iopb.TargetFileObject = file.as_ptr();
        let create = FLT_PARAMETERS_CREATE {
            SecurityContext: &raw mut security,
            Options: options.disposition << 24 | options.options,
            _padding1: 0,
            FileAttributes: options.attributes as u16,
            ShareAccess: options.share as u16,
            _padding2: 0,
            EaLength: self.attributes.1,
            EaBuffer: self.attributes.0,
            AllocationSize: LARGE_INTEGER {
                QuadPart: self.allocation,
            },
        };
        iopb.Parameters = FLT_PARAMETERS { Create: create };
        let irp = Request::Irp;
        match operation::send_with(volume, self.entry, irp, &mut iopb, self.requestor, extras) {
            Outcome::Done(status) => end(&status),
            Outcome::FastIoDisallowed => Err(STATUS_UNSUCCESSFUL),
        }
    }
}

fn prepare(volume: &FltVolume, file: FileObject, options: &CreateOptions, volume_open: bool) {
    file.set_device_object(devices(volume).storage());
    file.set_vpb(devices(volume).vpb());
    let flags = [
        (
            FILE_SYNCHRONOUS_IO_ALERT,
            FO_SYNCHRONOUS_IO | FO_ALERTABLE_IO,
        ),
        (FILE_SYNCHRONOUS_IO_NONALERT, FO_SYNCHRONOUS_IO),
        (FILE_NO_INTERMEDIATE_BUFFERING, FO_NO_INTERMEDIATE_BUFFERING),
        (FILE_WRITE_THROUGH, FO_WRITE_THROUGH),
        (FILE_SEQUENTIAL_ONLY, FO_SEQUENTIAL_ONLY),
        (FILE_RANDOM_ACCESS, FO_RANDOM_ACCESS),
    ];
    let own = if volume_open { FO_VOLUME_OPEN } else { 0 };
    file.set_flags(
        flags
            .iter()
            .filter(|(option, _)| options.options & option != 0)
            .fold(own, |all, (_, f)| all | f),
    );
}
