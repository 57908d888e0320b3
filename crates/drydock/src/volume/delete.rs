//! Deleting — dispositions that mark a name, and taking the name away when its last handle goes.

use std::sync::Arc;

use minifilter_sys::*;

use super::answer::status_of;
use super::fcb::{Fcb, Kind};
use super::host_directory::stream_path;
use super::name::STREAM_STORE;
use super::namespace::{LinkId, ROOT};
use super::notify;
use super::open_file::OpenFile;
use super::{HostVolume, State};
use crate::io::file_object::FileObject;

impl HostVolume {
    /// FileDispositionInformation(Ex) — marks or unmarks; `flags` are FILE_DISPOSITION_*.
    pub(super) fn set_disposition(
        &self,
        file: FileObject,
        open: &OpenFile,
        flags: u32,
    ) -> Result<(), NTSTATUS> {
        let delete = flags & FILE_DISPOSITION_DELETE != 0;
        if open.link == ROOT || open.fcb.kind == Kind::Volume {
            return Err(STATUS_CANNOT_DELETE);
        }
        if delete
            && flags & FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE == 0
            && self.stat(open)?.read_only
        {
            return Err(STATUS_CANNOT_DELETE);
        }
        let mut state = self.state.lock();
        if delete && open.fcb.kind == Kind::Directory && !self.is_empty(&mut state, open.link)? {
            return Err(STATUS_DIRECTORY_NOT_EMPTY);
        }
        if flags & FILE_DISPOSITION_ON_CLOSE != 0 {
            open.state.lock().delete_on_close = delete;
            return Ok(());
        }
        if open.fcb.stream.is_empty() {
            state.names.get(open.link).delete_pending = delete;
            if delete && open.fcb.kind == Kind::Directory {
                self.watches.lock().delete_pending(open.link);
            }
        } else {
            open.fcb.usage.lock().delete_pending = delete;
        }
        open.state.lock().posix_delete = delete && flags & FILE_DISPOSITION_POSIX_SEMANTICS != 0;
        file.set_delete_pending(delete.into());
        Ok(())
    }

    /// Whether a directory has no entries.
    pub(super) fn is_empty(&self, state: &mut State, link: LinkId) -> Result<bool, NTSTATUS> {
        let path = state.names.host_path(link).ok_or(STATUS_DELETE_PENDING)?;
        self.host.is_empty(&path).map_err(status_of)
    }

    /// Takes a name away. A directory that is not empty after all keeps it.
    pub(super) fn remove_name(
        &self,
        state: &mut State,
        link: LinkId,
        fcb: &Arc<Fcb>,
    ) -> Vec<Arc<Fcb>> {
        let Some(path) = state.names.host_path(link) else {
            return Vec::new();
        };
        if fcb.kind == Kind::File && fcb.usage.lock().opens > 0 {
            // Those who still have the file open go on using it: the host's file must be open before its name goes.
            let _ = self.host_file_of(state, link, fcb);
        }
        let Ok(stat) = self.host.stat(&path) else {
            return Vec::new();
        };
        let creation = self.with_extras(stat).times.creation;
        if self.host.remove(&path, stat.directory).is_err() {
            state.names.get(link).delete_pending = false;
            return Vec::new();
        }
        let filter = notify::name_filter(stat.directory);
        self.changed(&state.names, link, filter, FILE_ACTION_REMOVED);
        self.name_lost(&path, creation);
        if stat.directory {
            self.tunnel.lock().forget(stat.id);
        }
        state.names.remove(link);
        if stat.links > 1 && !stat.directory {
            Vec::new()
        } else {
            self.file_removed(state, stat.id)
        }
    }

    /// Forgets a file whose last name went: its streams, and what was kept for it.
    pub(super) fn file_removed(&self, state: &mut State, id: u64) -> Vec<Arc<Fcb>> {
        let gone = state.fcbs.remove_file(id);
        for (name, _) in self.streams(id).unwrap_or_default() {
            let _ = self.host.remove(&stream_path(id, &name), false);
        }
        self.remove_store(id);
        self.extras.lock().remove(&id);
        self.eas.lock().remove(&id);
        self.reparse_points.lock().remove(&id);
        gone
    }

    /// Takes a named stream away.
    pub(super) fn remove_stream(
        &self,
        state: &mut State,
        link: LinkId,
        fcb: &Arc<Fcb>,
    ) -> Vec<Arc<Fcb>> {
        let _ = self.host_file_of(state, ROOT, fcb);
        let _ = self
            .host
            .remove(&stream_path(fcb.key.id, &fcb.stream), false);
        self.remove_store(fcb.key.id);
        if let Some(path) = state.names.path(link) {
            let path = format!("{path}:{}", fcb.stream);
            let filter = FILE_NOTIFY_CHANGE_STREAM_NAME;
            self.changed_path(&state.names, path, filter, FILE_ACTION_REMOVED_STREAM);
        }
        state.fcbs.remove_stream(&fcb.key).into_iter().collect()
    }

    /// Takes all named streams of an overwritten file away, except those that are open.
    pub(super) fn remove_streams(&self, state: &mut State, id: u64) -> Vec<Arc<Fcb>> {
        let mut gone = Vec::new();
        for (name, _) in self.streams(id).unwrap_or_default() {
            let fcb = state.fcbs.find(id, &name);
            if fcb.as_ref().is_some_and(|fcb| fcb.usage.lock().opens > 0) {
                continue;
            }
            let _ = self.host.remove(&stream_path(id, &name), false);
            gone.extend(fcb.and_then(|fcb| state.fcbs.remove_stream(&fcb.key)));
        }
        self.remove_store(id);
        gone
    }

    /// Removes the store of a file's streams if none is left; a store that is not empty or not there stays so.
    fn remove_store(&self, id: u64) {
        if self
            .host
            .remove(&format!("{STREAM_STORE}/{id}"), true)
            .is_ok()
        {
            let _ = self.host.remove(STREAM_STORE, true);
        }
    }
}
