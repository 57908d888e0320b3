//! IRP_MJ_SET_INFORMATION — attributes, times, sizes, position, and by other files names and dispositions.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use std::sync::Arc;

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, status_of, status_of_io, success};
use super::fcb::Kind;
use super::information::{i64_at, u32_at};
use super::open_file::OpenFile;
use super::parameters::{self, target};
use super::rename::NewName;
use crate::io::file_object::FileObject;
use crate::model::oplock::conflict::Conflict;

impl HostVolume {
    /// Carries out a change of information.
    pub(super) fn set_information(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        if open.fcb.kind == Kind::Volume {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let set = parameters::set_file(iopb);
        let bytes = parameters::input(set.InfoBuffer, std::ptr::null_mut(), set.Length)?;
        let class = set.FileInformationClass;
        let lazy = class == FileEndOfFileInformation && advances_only(&set);
        if let Some(conflict) = Conflict::of_class(class).filter(|_| !lazy) {
            self.break_oplocks(file, &open, conflict);
        }
        match class {
            FileBasicInformation => self.set_basic(&open, bytes)?,
            FilePositionInformation => file.set_position(i64_at(bytes, 0)?),
            FileModeInformation => {}
            FileEndOfFileInformation => {
                self.set_end_of_file(file, &open, i64_at(bytes, 0)?, advances_only(&set))?
            }
            FileAllocationInformation => self.set_allocation(file, &open, i64_at(bytes, 0)?)?,
            FileValidDataLengthInformation => check_valid_data_length(&open, i64_at(bytes, 0)?)?,
            FileDispositionInformation => {
                let delete = *bytes.first().ok_or(STATUS_INFO_LENGTH_MISMATCH)? != 0;
                self.set_disposition(
                    file,
                    &open,
                    if delete { FILE_DISPOSITION_DELETE } else { 0 },
                )?;
            }
            FileDispositionInformationEx => self.set_disposition(file, &open, u32_at(bytes, 0)?)?,
            FileRenameInformation | FileRenameInformationEx => {
                let new = NewName::read(
                    bytes,
                    class == FileRenameInformationEx,
                    self.new_directory(iopb)?,
                )?;
                self.rename(&open, &new)?;
            }
            FileLinkInformation | FileLinkInformationEx => {
                let new = NewName::read(
                    bytes,
                    class == FileLinkInformationEx,
                    self.new_directory(iopb)?,
                )?;
                self.link(&open, &new)?;
            }
            _ => return Err(STATUS_INVALID_PARAMETER),
        }
        success(0)
    }

    fn new_directory(
        &self,
        iopb: &FLT_IO_PARAMETER_BLOCK,
    ) -> Result<Option<Arc<OpenFile>>, NTSTATUS> {
        match parameters::parent_of_target(iopb) {
            0 => Ok(None),
            file => self.opened(file as *const FILE_OBJECT).map(Some),
        }
    }

    fn set_basic(&self, open: &OpenFile, bytes: &[u8]) -> Result<(), NTSTATUS> {
        // Zero leaves a time as it is; -1 and -2 stop and resume its automatic change, which is not modelled.
        let time = |offset: usize| i64_at(bytes, offset).map(|t| Some(t).filter(|t| *t > 0));
        let (creation, access, write, change) = (time(0)?, time(8)?, time(16)?, time(24)?);
        let attributes = u32_at(bytes, 32)?;
        let stat = self.stat(open)?;
        let is_directory = open.fcb.kind == Kind::Directory;
        if attributes & FILE_ATTRIBUTE_DIRECTORY != 0 && !is_directory {
            return Err(STATUS_INVALID_PARAMETER);
        }
        if attributes & FILE_ATTRIBUTE_TEMPORARY != 0 && is_directory {
            return Err(STATUS_INVALID_PARAMETER);
        }
        self.with_host_node(open, |node| {
            if attributes != 0 {
                self.set_attributes(&stat, attributes, node)?;
            }
            if access.is_none() && write.is_none() {
                return Ok(());
            }
            self.host.set_times(node, access, write).map_err(status_of)
        })?;
        if write.is_some() {
            open.fcb.written_as_host_says();
        }
        let told = [
            (attributes != 0, FILE_NOTIFY_CHANGE_ATTRIBUTES),
            (creation.is_some(), FILE_NOTIFY_CHANGE_CREATION),
            (access.is_some(), FILE_NOTIFY_CHANGE_LAST_ACCESS),
            (write.is_some(), FILE_NOTIFY_CHANGE_LAST_WRITE),
        ];
        let told = told.iter().filter(|(set, _)| *set);
        let filter = told.fold(0, |all, (_, filter)| all | filter);
        self.keep_times(stat.id, creation, change);
        self.changed_through(open, filter);
        Ok(())
    }

    /// Sets the size; `advance_only` is the lazy writer's form, which never makes a file shorter or longer here,
    /// since the size on disk follows at once.
    fn set_end_of_file(
        &self,
        file: FileObject,
        open: &OpenFile,
        size: i64,
        advance_only: bool,
    ) -> Result<(), NTSTATUS> {
        if open.fcb.kind != Kind::File {
            return Err(STATUS_INVALID_DEVICE_REQUEST);
        }
        let size = u64::try_from(size).map_err(|_| STATUS_INVALID_PARAMETER)?;
        if advance_only {
            return Ok(());
        }
        let _resizing = open.fcb.resizing.lock();
        self.host_file(open)?
            .set_len(size)
            .map_err(|e| status_of_io(&e))?;
        if size < open.fcb.size() {
            open.fcb.cache.lock().truncate(size);
        }
        open.fcb.set_size(size);
        open.fcb.written_now();
        file.add_flags(FO_FILE_MODIFIED | FO_FILE_SIZE_CHANGED);
        self.changed_through(open, FILE_NOTIFY_CHANGE_SIZE);
        Ok(())
    }

    /// Less allocation than there is data cuts the data off; more is granted and not kept.
    fn set_allocation(
        &self,
        file: FileObject,
        open: &OpenFile,
        allocation: i64,
    ) -> Result<(), NTSTATUS> {
        match u64::try_from(allocation) {
            Ok(bytes) if bytes >= open.fcb.size() => Ok(()),
            _ => self.set_end_of_file(file, open, allocation, false),
        }
    }
}

fn advances_only(set: &FLT_PARAMETERS_SET_FILE_INFORMATION) -> bool {
    parameters::advance_only(set)
}

fn check_valid_data_length(open: &OpenFile, length: i64) -> Result<(), NTSTATUS> {
    let within = u64::try_from(length).is_ok_and(|length| length <= open.fcb.size());
    if within {
        Ok(())
    } else {
        Err(STATUS_INVALID_PARAMETER)
    }
}
