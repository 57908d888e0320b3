//! IRP_MJ_NETWORK_QUERY_OPEN and IRP_MJ_QUERY_OPEN — attributes of a file by its name, without opening it.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them
#![allow(unsafe_code)] // the answer is written through a pointer in the parameters

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, success};
use super::host_directory::HostStat;
use super::parameters::{self, CreateRequest, target};

impl HostVolume {
    /// Answers what it can at once; anything else goes the way of open, query and close.
    pub(super) fn network_query_open(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let answer = parameters::network_query_open(iopb).NetworkInformation;
        let irp = parameters::network_query_open(iopb).Irp;
        let options = parameters::query_open_options(irp).ok_or(STATUS_INVALID_PARAMETER)?;
        if answer.is_null() || options & FILE_OPEN_BY_FILE_ID != 0 {
            return Err(STATUS_FLT_DISALLOW_FAST_IO);
        }
        let stat = self.stat_by_name(&CreateRequest::to_query(file, options))?;
        let record = self.network_open_of(&stat);
        let Ok(bytes) = <[u8; 56]>::try_from(record.0) else {
            return Err(STATUS_INTERNAL_ERROR);
        };
        // SAFETY: not null; the I/O manager gives a FILE_NETWORK_OPEN_INFORMATION, which has 56 bytes, to be filled.
        unsafe { answer.cast::<[u8; 56]>().write(bytes) };
        success(56)
    }

    /// The same for FileStatInformation and FileStatLxInformation; other classes are never asked for in this way.
    pub(super) fn query_open(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let query = parameters::query_open(iopb);
        let options = parameters::query_open_options(query.Irp).ok_or(STATUS_INVALID_PARAMETER)?;
        let shape = match query.FileInformationClass {
            FileStatInformation => Self::stat_record,
            FileStatLxInformation => Self::stat_lx,
            _ => return Err(STATUS_INVALID_INFO_CLASS),
        };
        if query.Length.is_null() {
            return Err(STATUS_INVALID_PARAMETER);
        }
        if options & FILE_OPEN_BY_FILE_ID != 0 {
            return Err(STATUS_FLT_DISALLOW_FSFILTER_IO);
        }
        let request = CreateRequest::to_query(file, options);
        let record = shape(self, &self.stat_by_name(&request)?, request.desired_access);
        // SAFETY: not null; the I/O manager keeps the length until the operation is done.
        let length = unsafe { *query.Length };
        let answer = parameters::output(query.FileInformation, std::ptr::null_mut(), length)?;
        let Some(answer) = answer.get_mut(..record.0.len()) else {
            return Err(STATUS_BUFFER_TOO_SMALL);
        };
        answer.copy_from_slice(&record.0);
        success(answer.len())
    }

    fn stat_by_name(&self, request: &CreateRequest) -> Result<HostStat, NTSTATUS> {
        let mut state = self.state.lock();
        let resolved = self
            .resolve(&mut state, request)
            .map_err(|status| match status {
                STATUS_REPARSE => STATUS_FLT_DISALLOW_FAST_IO,
                status => status,
            })?;
        let pending = state.names.get(resolved.link).delete_pending;
        let stat = resolved.stat.map(|stat| self.with_extras(stat));
        state.names.release(resolved.link);
        drop(state);
        let stat = stat.ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
        if pending {
            return Err(STATUS_DELETE_PENDING);
        }
        let follows =
            request.options & FILE_OPEN_REPARSE_POINT == 0 && self.reparse_tag(&stat) != 0;
        match resolved.stream.is_empty() && !follows {
            true => Ok(stat),
            false => Err(STATUS_FLT_DISALLOW_FAST_IO),
        }
    }
}
