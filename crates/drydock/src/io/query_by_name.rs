//! NtQueryInformationByName — IRP_MJ_QUERY_OPEN where every filter supports it, else open, query and close.

use minifilter_sys::*;

use super::query_open::{FullAttributes, OPTIONS};
use super::{CreateOptions, Io, end};
use crate::model::file_system::Request;
use crate::model::operation::{self, Outcome};
use crate::volume::information::{i64_at, u32_at};
use crate::volume::paging::empty_block;

/// Bytes of FILE_STAT_INFORMATION.
const STAT: usize = 72;
/// SUPPORTED_FS_FEATURES_QUERY_OPEN.
const QUERY_OPEN: u32 = 0x4;

impl Io {
    /// Size and attributes of a file by its path, out of its FileStatInformation.
    pub fn stat_by_name(&self, path: &str) -> Result<FullAttributes, NTSTATUS> {
        let mut answer = [0; STAT];
        let supported = self.volume.supported_features() & QUERY_OPEN != 0;
        let found = match supported.then(|| self.query_open(path, &mut answer)) {
            Some(Some(end)) => end,
            _ => self.open_stat_close(path, &mut answer),
        };
        self.let_system_work();
        found?;
        Ok((i64_at(&answer, 48)?.cast_unsigned(), u32_at(&answer, 56)?))
    }

    /// None where the file system or a filter wants the way by open, query and close.
    fn query_open(&self, path: &str, answer: &mut [u8; STAT]) -> Option<Result<(), NTSTATUS>> {
        if let Err(status) = self.check_process(IRP_MJ_QUERY_OPEN) {
            return Some(Err(status));
        }
        self.with_unopened(path, |file, irp| {
            let mut length = STAT as u32;
            let mut iopb = empty_block();
            iopb.MajorFunction = IRP_MJ_QUERY_OPEN;
            iopb.TargetFileObject = file.as_ptr();
            let query = FLT_PARAMETERS_QUERY_OPEN {
                Irp: irp,
                FileInformation: answer.as_mut_ptr().cast(),
                Length: &raw mut length,
                FileInformationClass: FileStatInformation,
            };
            iopb.Parameters = FLT_PARAMETERS { QueryOpen: query };
            let requestor = self.requestor();
            match operation::send(&self.volume, Request::FsFilter, &mut iopb, requestor) {
                Outcome::Done(status) => Some(end(&status).map(|_| ())),
                Outcome::FastIoDisallowed => None,
            }
        })
    }

    fn open_stat_close(&self, path: &str, answer: &mut [u8; STAT]) -> Result<(), NTSTATUS> {
        let options = CreateOptions {
            options: OPTIONS,
            ..CreateOptions::default().access(FILE_READ_ATTRIBUTES)
        };
        let handle = self.create(path, options)?;
        handle.query(FileStatInformation, answer).map(|_| ())
    }
}
