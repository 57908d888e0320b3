//! IRP_MJ_NETWORK_QUERY_OPEN — attributes of a file by its name, without opening it.
#![allow(unsafe_code)] // the answer is written through a pointer in the parameters

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, success};
use super::information::Record;
use super::parameters::{self, CreateRequest, target};

impl HostVolume {
    /// Answers what it can at once; anything else goes the way of open, query and close.
    pub(super) fn query_open(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let answer = parameters::network_query_open(iopb).NetworkInformation;
        let options = parameters::query_open_options(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        if answer.is_null() || options & FILE_OPEN_BY_FILE_ID != 0 {
            return Err(STATUS_FLT_DISALLOW_FAST_IO);
        }
        let record = self.network_open_by_name(&CreateRequest::to_query(file, options))?;
        let Ok(bytes) = <[u8; 56]>::try_from(record.0) else {
            return Err(STATUS_INTERNAL_ERROR);
        };
        // SAFETY: not null; the I/O manager gives a FILE_NETWORK_OPEN_INFORMATION, which has 56 bytes, to be filled.
        unsafe { answer.cast::<[u8; 56]>().write(bytes) };
        success(56)
    }

    fn network_open_by_name(&self, request: &CreateRequest) -> Result<Record, NTSTATUS> {
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
            true => Ok(self.network_open_of(&stat)),
            false => Err(STATUS_FLT_DISALLOW_FAST_IO),
        }
    }
}
