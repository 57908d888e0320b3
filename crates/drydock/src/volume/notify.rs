//! Directory change notification — IRP_MN_NOTIFY_CHANGE_DIRECTORY(_EX), and telling of what the volume did.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use std::sync::Arc;

use minifilter_sys::*;

use super::answer::Answer;
use super::fcb::Kind;
use super::host_directory::HostStat;
use super::information::Record;
use super::namespace::{LinkId, Namespace};
use super::open_file::OpenFile;
use super::parameters;
use super::watch::{Change, Wanted};
use super::{HostVolume, State};
use crate::io::file_object::FileObject;
use crate::model::operation::Kept;

impl HostVolume {
    /// Carries out a request to be told of changes: keeps it until there is one.
    pub(super) fn notify_change(
        &self,
        iopb: &FLT_IO_PARAMETER_BLOCK,
        file: FileObject,
        open: &OpenFile,
    ) -> Answer {
        let notify = parameters::notify_directory(iopb);
        let extended = match iopb.MinorFunction {
            IRP_MN_NOTIFY_CHANGE_DIRECTORY => false,
            IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX => match notify.DirectoryNotifyInformationClass {
                DirectoryNotifyInformation => false,
                DirectoryNotifyExtendedInformation => true,
                _ => return Err(STATUS_INVALID_INFO_CLASS),
            },
            _ => return Err(STATUS_INVALID_DEVICE_REQUEST),
        };
        let wanted = Wanted {
            filter: notify.CompletionFilter,
            tree: iopb.OperationFlags & SL_WATCH_TREE != 0,
            extended,
            capacity: notify.Length as usize,
        };
        let buffer = parameters::output(notify.DirectoryBuffer, notify.MdlAddress, notify.Length)?;
        let mut state = self.state.lock();
        if open.state.lock().cleaned_up {
            return Err(STATUS_NOTIFY_CLEANUP);
        }
        if state.names.get(open.link).delete_pending || state.names.path(open.link).is_none() {
            return Err(STATUS_DELETE_PENDING);
        }
        let watches = Arc::clone(&self.watches);
        let keep = || {
            Kept::current(Box::new(move |operation| {
                let due = watches.lock().cancelled(operation);
                if let Some(due) = due {
                    due.complete();
                }
            }))
        };
        let mut watches = self.watches.lock();
        watches.request(file.address(), open.link, wanted, buffer, keep)
    }

    /// Completes what became due while locks were held.
    pub(super) fn complete_due(&self) {
        self.settle_oplocks();
        let due = self.watches.lock().take_due();
        for due in due {
            due.complete();
        }
    }

    /// Tells of a change of the file that a link leads to.
    pub(super) fn changed(&self, names: &Namespace, link: LinkId, filter: u32, action: u32) {
        if self.watches.lock().is_empty() {
            return;
        }
        if let Some(path) = names.path(link) {
            self.changed_path(names, path, filter, action);
        }
    }

    /// Tells of a change of what lies, or lay, at a path of the volume.
    pub(super) fn changed_path(&self, names: &Namespace, path: String, filter: u32, action: u32) {
        let mut watches = self.watches.lock();
        if watches.is_empty() {
            return;
        }
        let details = match watches.wants_details() {
            true => self.details(&path),
            false => Vec::new(),
        };
        let change = Change {
            path,
            filter,
            action,
            details,
        };
        watches.report(names, &change);
    }

    /// Tells of a change that was made through an open file.
    pub(super) fn changed_through(&self, open: &OpenFile, filter: u32) {
        if open.fcb.kind == Kind::Volume || self.watches.lock().is_empty() {
            return;
        }
        let state = self.state.lock();
        self.modified(&state, open, filter);
    }

    /// The same with the state locked: a stream's changes are told as those of a stream.
    pub(super) fn modified(&self, state: &State, open: &OpenFile, filter: u32) {
        let Some(path) = state.names.path(open.link) else {
            return;
        };
        if open.fcb.stream.is_empty() {
            return self.changed_path(&state.names, path, filter, FILE_ACTION_MODIFIED);
        }
        let of_stream = [
            (FILE_NOTIFY_CHANGE_SIZE, FILE_NOTIFY_CHANGE_STREAM_SIZE),
            (
                FILE_NOTIFY_CHANGE_LAST_WRITE,
                FILE_NOTIFY_CHANGE_STREAM_WRITE,
            ),
        ];
        let told = of_stream.iter().filter(|(plain, _)| filter & plain != 0);
        let filter = told.fold(0, |all, (_, own)| all | own);
        let path = format!("{path}:{}", open.fcb.stream);
        self.changed_path(&state.names, path, filter, FILE_ACTION_MODIFIED_STREAM);
    }

    /// What FILE_NOTIFY_EXTENDED_INFORMATION says beside the name; zeros for what is no more.
    fn details(&self, path: &str) -> Vec<u8> {
        let host = path.trim_start_matches('\\').replace('\\', "/");
        let host = host.split(':').next().unwrap_or_default();
        let (directory, _) = host.rsplit_once('/').unwrap_or(("", host));
        let parent = self.host.stat(directory).map_or(0, |stat| stat.id);
        let stat = self.host.stat(host).map(|stat| self.with_extras(stat));
        stat.map_or_else(|_| Vec::new(), |stat| self.details_of(&stat, parent).0)
    }

    fn details_of(&self, stat: &HostStat, parent: u64) -> Record {
        let times = stat.times;
        Record::default()
            .i64(times.creation)
            .i64(times.last_write)
            .i64(times.change)
            .i64(times.last_access)
            .u64(stat.allocation)
            .u64(stat.size)
            .u32(self.attributes(stat))
            .u32(self.reparse_tag(stat))
            .u64(stat.id)
            .u64(parent)
    }
}

/// FILE_NOTIFY_CHANGE_* of names of this kind.
pub fn name_filter(directory: bool) -> u32 {
    match directory {
        true => FILE_NOTIFY_CHANGE_DIR_NAME,
        false => FILE_NOTIFY_CHANGE_FILE_NAME,
    }
}

/// What an open file's modifications want told at its cleanup, if anything.
pub fn of_cleanup(file: FileObject) -> Option<u32> {
    let flags = file.flags();
    let size = match flags & FO_FILE_SIZE_CHANGED {
        0 => 0,
        _ => FILE_NOTIFY_CHANGE_SIZE,
    };
    (flags & FO_FILE_MODIFIED != 0).then_some(FILE_NOTIFY_CHANGE_LAST_WRITE | size)
}

/// What a create did, as it is told.
pub fn of_create(information: u32) -> Option<(u32, u32)> {
    let overwritten =
        FILE_NOTIFY_CHANGE_ATTRIBUTES | FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE;
    match information {
        FILE_CREATED => Some((FILE_NOTIFY_CHANGE_NAME, FILE_ACTION_ADDED)),
        FILE_OVERWRITTEN | FILE_SUPERSEDED => Some((overwritten, FILE_ACTION_MODIFIED)),
        _ => None,
    }
}
