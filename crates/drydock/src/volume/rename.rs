//! FileRenameInformation(Ex) and FileLinkInformation(Ex) — another name for a file.

use std::sync::Arc;

use minifilter_sys::*;
use rustix::io::Errno;

use super::answer::status_of;
use super::fcb::{Fcb, Kind};
use super::host_directory::{HostStat, join};
use super::information::text_at;
use super::name::is_valid;
use super::namespace::{LinkId, ROOT};
use super::notify;
use super::open_file::OpenFile;
use super::{HostVolume, State};

/// NewName — the part of FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION that both have.
pub struct NewName {
    /// Last component.
    name: String,
    /// FILE_RENAME_* flags; bit 0 is ReplaceIfExists in the older forms too.
    flags: u32,
    /// The directory that the I/O manager opened for it; `None`: where the file is.
    directory: Option<Arc<OpenFile>>,
}

impl NewName {
    /// Reads the structure a caller sets; `extended` has flags where the older form has a BOOLEAN.
    pub fn read(
        bytes: &[u8],
        extended: bool,
        directory: Option<Arc<OpenFile>>,
    ) -> Result<Self, NTSTATUS> {
        let first = super::information::u32_at(bytes, 0)?;
        let flags = if extended {
            first
        } else {
            u32::from(first & 0xFF != 0)
        };
        let path = text_at(bytes, 16, 20)?;
        let name = path
            .trim_end_matches('\\')
            .rsplit('\\')
            .next()
            .unwrap_or_default()
            .to_owned();
        if path.starts_with(':') {
            return Err(STATUS_NOT_SUPPORTED);
        }
        if !is_valid(&name) || (directory.is_none() && path.contains('\\')) {
            return Err(STATUS_OBJECT_NAME_INVALID);
        }
        Ok(Self {
            name,
            flags,
            directory,
        })
    }
}

impl HostVolume {
    /// Renames an open file.
    pub(super) fn rename(&self, open: &OpenFile, new: &NewName) -> Result<(), NTSTATUS> {
        let mut gone = Vec::new();
        let result = self.rename_locked(&mut self.state.lock(), open, new, &mut gone);
        self.tear_down(gone);
        result
    }

    fn rename_locked(
        &self,
        state: &mut State,
        open: &OpenFile,
        new: &NewName,
        gone: &mut Vec<Arc<Fcb>>,
    ) -> Result<(), NTSTATUS> {
        if !open.fcb.stream.is_empty() {
            return Err(STATUS_NOT_SUPPORTED);
        }
        if open.link == ROOT || open.fcb.kind == Kind::Volume {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let parent = self.new_parent(state, open, new)?;
        if state.names.is_within(parent, open.link) {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let posix = new.flags & FILE_RENAME_POSIX_SEMANTICS != 0;
        let busy = open.fcb.kind == Kind::Directory && state.names.has_handles_below(open.link);
        // Linux programs rename directories with open files in them all the time.
        if busy && !(posix && self.host.is_linux()) {
            return Err(STATUS_ACCESS_DENIED);
        }
        let from = state
            .names
            .host_path(open.link)
            .ok_or(STATUS_FILE_DELETED)?;
        let directory = state.names.host_path(parent).ok_or(STATUS_DELETE_PENDING)?;
        let to = join(&directory, &new.name);
        match self.host.lookup(&directory, &new.name) {
            Err(Errno::NOENT) => {}
            Err(e) => return Err(status_of(e)),
            // Another spelling of the same name, or another link to the same file.
            Ok((present, _)) if join(&directory, &present) == from => {}
            Ok((present, stat)) => {
                gone.extend(self.clear_target(state, parent, &directory, &present, &stat, new)?)
            }
        }
        let mut name = new.name.clone();
        if from != to {
            let recalled = self.recall(&directory, &new.name);
            let stat = self.host.stat(&from).map_err(status_of)?;
            name = recalled
                .as_ref()
                .map_or(name, |recalled| recalled.name.clone());
            let to = join(&directory, &name);
            self.host.rename(&from, &to, false).map_err(status_of)?;
            self.name_lost(&from, self.with_extras(stat).times.creation);
            self.keep_times(stat.id, recalled.map(|recalled| recalled.creation), None);
        }
        let stays = state.names.parent(open.link) == parent;
        let [away, here] = match stays {
            true => [FILE_ACTION_RENAMED_OLD_NAME, FILE_ACTION_RENAMED_NEW_NAME],
            false => [FILE_ACTION_REMOVED, FILE_ACTION_ADDED],
        };
        let filter = notify::name_filter(open.fcb.kind == Kind::Directory);
        self.changed(&state.names, open.link, filter, away);
        state.names.rename(open.link, parent, &name);
        self.changed(&state.names, open.link, filter, here);
        Ok(())
    }

    fn new_parent(
        &self,
        state: &mut State,
        open: &OpenFile,
        new: &NewName,
    ) -> Result<LinkId, NTSTATUS> {
        let parent = match &new.directory {
            Some(directory) if directory.fcb.kind != Kind::Directory => {
                return Err(STATUS_NOT_A_DIRECTORY);
            }
            Some(directory) => directory.link,
            None => state.names.parent(open.link),
        };
        if state.names.get(parent).delete_pending {
            return Err(STATUS_DELETE_PENDING);
        }
        Ok(parent)
    }

    /// Makes way for the new name, if the flags and the present owner of the name allow it.
    fn clear_target(
        &self,
        state: &mut State,
        parent: LinkId,
        directory: &str,
        present: &str,
        stat: &HostStat,
        new: &NewName,
    ) -> Result<Vec<Arc<Fcb>>, NTSTATUS> {
        if new.flags & FILE_RENAME_REPLACE_IF_EXISTS == 0 {
            return Err(STATUS_OBJECT_NAME_COLLISION);
        }
        let link = state.names.find(parent, present);
        let in_use = link.is_some_and(|link| state.names.get(link).handles > 0);
        let posix = new.flags & FILE_RENAME_POSIX_SEMANTICS != 0;
        let protected = stat.read_only && new.flags & FILE_RENAME_IGNORE_READONLY_ATTRIBUTE == 0;
        let directory_too = posix && self.host.is_linux();
        if (stat.directory && !directory_too) || protected || (in_use && !posix) {
            return Err(STATUS_ACCESS_DENIED);
        }
        let target = join(directory, present);
        if stat.directory && !self.host.is_empty(&target).map_err(status_of)? {
            return Err(STATUS_DIRECTORY_NOT_EMPTY);
        }
        if let (Some(link), Some(fcb)) = (link, state.fcbs.find(stat.id, "")) {
            return Ok(self.remove_name(state, link, &fcb));
        }
        self.host
            .remove(&target, stat.directory)
            .map_err(status_of)?;
        let path = format!("\\{}", target.replace('/', "\\"));
        let filter = notify::name_filter(stat.directory);
        self.changed_path(&state.names, path, filter, FILE_ACTION_REMOVED);
        Ok(if stat.links > 1 && !stat.directory {
            Vec::new()
        } else {
            self.file_removed(state, stat.id)
        })
    }

    /// Makes a hard link to an open file.
    pub(super) fn link(&self, open: &OpenFile, new: &NewName) -> Result<(), NTSTATUS> {
        if open.fcb.kind != Kind::File || !open.fcb.stream.is_empty() {
            return Err(STATUS_FILE_IS_A_DIRECTORY);
        }
        let mut gone = Vec::new();
        let result = self.link_locked(&mut self.state.lock(), open, new, &mut gone);
        self.tear_down(gone);
        result
    }

    fn link_locked(
        &self,
        state: &mut State,
        open: &OpenFile,
        new: &NewName,
        gone: &mut Vec<Arc<Fcb>>,
    ) -> Result<(), NTSTATUS> {
        let parent = self.new_parent(state, open, new)?;
        let from = state
            .names
            .host_path(open.link)
            .ok_or(STATUS_FILE_DELETED)?;
        let directory = state.names.host_path(parent).ok_or(STATUS_DELETE_PENDING)?;
        match self.host.lookup(&directory, &new.name) {
            Err(Errno::NOENT) => {}
            Err(e) => return Err(status_of(e)),
            Ok((_, stat)) if stat.id == open.fcb.key.id => {
                return Err(STATUS_OBJECT_NAME_COLLISION);
            }
            Ok((present, stat)) => {
                gone.extend(self.clear_target(state, parent, &directory, &present, &stat, new)?)
            }
        }
        let to = join(&directory, &new.name);
        self.host.link(&from, &to).map_err(status_of)?;
        let path = format!("\\{}", to.replace('/', "\\"));
        let filter = notify::name_filter(false);
        self.changed_path(&state.names, path, filter, FILE_ACTION_ADDED);
        Ok(())
    }
}
