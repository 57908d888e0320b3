//! FILE_ATTRIBUTE_* and the times that the host cannot keep.

use minifilter_sys::*;

use super::answer::status_of;
use super::host_directory::HostStat;
use super::host_metadata::HostNode;
use super::parameters::CreateRequest;
use super::{Extra, HostVolume};

/// Attributes that can be set and are kept here; READONLY is kept by the host.
const KEPT: u32 = FILE_ATTRIBUTE_HIDDEN
    | FILE_ATTRIBUTE_SYSTEM
    | FILE_ATTRIBUTE_ARCHIVE
    | FILE_ATTRIBUTE_TEMPORARY
    | FILE_ATTRIBUTE_OFFLINE
    | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;

impl HostVolume {
    /// The attributes of a file; a file without any is NORMAL.
    pub(super) fn attributes(&self, stat: &HostStat) -> u32 {
        let default = if stat.directory {
            0
        } else {
            FILE_ATTRIBUTE_ARCHIVE
        };
        let kept = self
            .extras
            .lock()
            .get(&stat.id)
            .and_then(|extra| extra.attributes)
            .unwrap_or(default);
        let kind = if stat.directory {
            FILE_ATTRIBUTE_DIRECTORY
        } else {
            0
        };
        let read_only = if stat.read_only {
            FILE_ATTRIBUTE_READONLY
        } else {
            0
        };
        let reparse = if self.reparse_tag(stat) != 0 {
            FILE_ATTRIBUTE_REPARSE_POINT
        } else {
            0
        };
        match kept | kind | read_only | reparse {
            0 => FILE_ATTRIBUTE_NORMAL,
            attributes => attributes,
        }
    }

    /// Sets the attributes of the file at `path`.
    pub(super) fn set_attributes(
        &self,
        stat: &HostStat,
        attributes: u32,
        node: &HostNode<'_>,
    ) -> Result<(), NTSTATUS> {
        let read_only = attributes & FILE_ATTRIBUTE_READONLY != 0;
        // A file's mode is the business of Linux programs where there are some.
        if read_only != stat.read_only && !self.host.is_linux() {
            self.host
                .set_read_only(node, stat, read_only)
                .map_err(status_of)?;
        }
        self.keep_attributes(stat, attributes & KEPT);
        Ok(())
    }

    /// A new file has ARCHIVE beside what was asked for.
    pub(super) fn set_new_attributes(
        &self,
        stat: &HostStat,
        attributes: u32,
        path: &str,
    ) -> Result<(), NTSTATUS> {
        let archive = if stat.directory {
            0
        } else {
            FILE_ATTRIBUTE_ARCHIVE
        };
        self.set_attributes(stat, attributes | archive, &HostNode::Path(path))
    }

    /// A file that is overwritten takes the new attributes, and ARCHIVE.
    pub(super) fn replace_attributes(&self, request: &CreateRequest, stat: &HostStat) {
        self.keep_attributes(stat, request.attributes & KEPT | FILE_ATTRIBUTE_ARCHIVE);
    }

    fn keep_attributes(&self, stat: &HostStat, kept: u32) {
        let default = if stat.directory {
            0
        } else {
            FILE_ATTRIBUTE_ARCHIVE
        };
        let mut extras = self.extras.lock();
        if kept == default && !extras.contains_key(&stat.id) {
            return;
        }
        extras.entry(stat.id).or_default().attributes = Some(kept);
    }

    /// Keeps a creation or change time that was set.
    pub(super) fn keep_times(&self, id: u64, creation: Option<i64>, change: Option<i64>) {
        if creation.is_none() && change.is_none() {
            return;
        }
        let mut extras = self.extras.lock();
        let extra = extras.entry(id).or_default();
        extra.creation = creation.or(extra.creation);
        extra.change = change.or(extra.change);
    }

    /// A stat with the times that were set here.
    pub(super) fn with_extras(&self, mut stat: HostStat) -> HostStat {
        if let Some(Extra {
            creation, change, ..
        }) = self.extras.lock().get(&stat.id)
        {
            stat.times.creation = creation.unwrap_or(stat.times.creation);
            stat.times.change = change.unwrap_or(stat.times.change);
        }
        stat
    }
}
