//! IRP_MJ_FILE_SYSTEM_CONTROL — the few controls that programs send to any volume.

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, status_of_io, success};
use super::information::{Record, i64_at};
use super::parameters::{self, target};
use crate::model::oplock::conflict::Conflict;
use crate::model::oplock::request;

impl HostVolume {
    /// Carries out a file system control.
    pub(super) fn fs_control(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        if iopb.MinorFunction != IRP_MN_USER_FS_REQUEST {
            return Err(STATUS_INVALID_DEVICE_REQUEST);
        }
        let control = parameters::fs_control(iopb);
        let none = std::ptr::null_mut();
        match control.FsControlCode {
            FSCTL_GET_COMPRESSION => {
                let buffer =
                    parameters::output(control.SystemBuffer, none, control.OutputBufferLength)?;
                Record::default().u8(0).u8(0).deliver(buffer, 2)
            }
            FSCTL_IS_VOLUME_MOUNTED => success(0),
            FSCTL_LOCK_VOLUME => self.lock_volume(&mut self.state.lock(), file, &open),
            FSCTL_UNLOCK_VOLUME => self.state.lock().unlock_volume(file, &open),
            // Object ids cannot be given here, so no file has one.
            FSCTL_GET_OBJECT_ID => match self.stat(&open) {
                Ok(_) => Err(STATUS_OBJECTID_NOT_FOUND),
                Err(status) => Err(status),
            },
            FSCTL_SET_ZERO_DATA => {
                let input =
                    parameters::input(control.SystemBuffer, none, control.InputBufferLength)?;
                self.zero(file, &open, i64_at(input, 0)?, i64_at(input, 8)?)
            }
            FSCTL_SET_REPARSE_POINT => {
                let data =
                    parameters::input(control.SystemBuffer, none, control.InputBufferLength)?;
                self.set_reparse_point(&open, data)
            }
            FSCTL_SET_REPARSE_POINT_EX => {
                let data =
                    parameters::input(control.SystemBuffer, none, control.InputBufferLength)?;
                self.replace_reparse_point(&open, data)
            }
            FSCTL_GET_REPARSE_POINT => {
                let buffer =
                    parameters::output(control.SystemBuffer, none, control.OutputBufferLength)?;
                self.get_reparse_point(&open, buffer)
            }
            FSCTL_DELETE_REPARSE_POINT => {
                let data =
                    parameters::input(control.SystemBuffer, none, control.InputBufferLength)?;
                self.delete_reparse_point(&open, data)
            }
            code if request::is_oplock_control(code) => self.oplock_control(iopb, file, &open),
            _ => Err(STATUS_INVALID_DEVICE_REQUEST),
        }
    }

    fn zero(
        &self,
        file: crate::io::file_object::FileObject,
        open: &super::open_file::OpenFile,
        start: i64,
        end: i64,
    ) -> Answer {
        use std::os::unix::fs::FileExt;
        let (start, end) = match (u64::try_from(start), u64::try_from(end)) {
            (Ok(start), Ok(end)) if start <= end => (start, end.min(open.fcb.size())),
            _ => return Err(STATUS_INVALID_PARAMETER),
        };
        self.break_oplocks(file, open, Conflict::Write);
        self.flush_stream(file, &open.fcb)?;
        open.fcb.cache.lock().purge_clean();
        let host = self.host_file(open)?;
        let zeros = [0_u8; 4096];
        let mut at = start;
        while at < end {
            let length = (end - at).min(zeros.len() as u64) as usize;
            host.write_all_at(&zeros[..length], at)
                .map_err(|e| status_of_io(&e))?;
            at += length as u64;
        }
        success(0)
    }
}
