//! IRP_MJ_CLEANUP and IRP_MJ_CLOSE — the last handle, and later the last reference, of a file object.

use std::sync::Arc;

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, success};
use super::fcb::{Fcb, Kind};
use super::notify;
use super::open_file::OpenFile;
use super::parameters::target;
use crate::io::file_object::FileObject;

impl HostVolume {
    /// Carries out a cleanup.
    pub(super) fn cleanup(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        if std::mem::replace(&mut open.state.lock().cleaned_up, true) {
            return success(0);
        }
        open.fcb.locks.lock().unlock_handle(file.address());
        open.fcb.unlocked();
        if let Some(filter) = notify::of_cleanup(file) {
            self.changed_through(&open, filter);
        }
        self.watches.lock().clean_up(file.address());
        self.close_oplock(file, &open);
        let gone = self.drop_handle(file, &open);
        file.add_flags(FO_CLEANUP_COMPLETE);
        file.set_private_cache_map(std::ptr::null_mut());
        self.tear_down(gone);
        success(0)
    }

    fn drop_handle(&self, file: FileObject, open: &OpenFile) -> Vec<Arc<Fcb>> {
        let mut state = self.state.lock();
        state.release_volume_lock(file);
        let last_of_stream = {
            let mut usage = open.fcb.usage.lock();
            usage.handles -= 1;
            usage.share.remove(&open.share);
            usage.handles == 0
        };
        let named = !open.fcb.stream.is_empty();
        let (delete, posix) = {
            let open_state = open.state.lock();
            (open_state.delete_on_close, open_state.posix_delete)
        };
        if named {
            let pending = delete || open.fcb.usage.lock().delete_pending;
            open.fcb.usage.lock().delete_pending = pending;
            return if pending && last_of_stream {
                self.remove_stream(&mut state, open.link, &open.fcb)
            } else {
                Vec::new()
            };
        }
        if open.fcb.kind == Kind::Volume {
            return Vec::new();
        }
        let link = state.names.get(open.link);
        link.handles -= 1;
        link.delete_pending |= delete;
        if delete {
            self.watches.lock().delete_pending(open.link);
        }
        match link.delete_pending && (link.handles == 0 || posix) {
            true => self.remove_name(&mut state, open.link, &open.fcb),
            false => Vec::new(),
        }
    }

    /// The file object that paging I/O of a stream nobody has a handle to goes by, when nothing is left to be written:
    /// the cache lets it go, and the caller drops its reference.
    pub fn release_cache_maps(&self) -> Vec<FileObject> {
        let mut owners = Vec::new();
        for fcb in self.cached_streams() {
            let usage = fcb.usage.lock();
            let idle = usage.handles == 0 && (usage.orphan || !fcb.cache.lock().is_dirty());
            // Nobody can get a handle while `usage` is locked, so nothing is written between the look and the purge.
            if idle && let Some(owner) = fcb.cache_owner.lock().take() {
                fcb.cache.lock().purge();
                owners.push(owner);
            }
        }
        owners
    }

    /// Carries out a close.
    pub(super) fn close(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let Some(open) = self.opens.write().remove(&file.address()) else {
            return success(0);
        };
        let gone = {
            let mut state = self.state.lock();
            state.names.release(open.link);
            let last = {
                let mut usage = open.fcb.usage.lock();
                usage.opens -= 1;
                usage.opens == 0
            };
            if last {
                open.fcb.close_host_file();
                state.fcbs.keep_closed(&open.fcb)
            } else {
                Vec::new()
            }
        };
        self.tear_down(gone);
        success(0)
    }

    /// Ends the life of every stream that is kept after its close, as a dismount does.
    pub fn drain(&self) {
        let gone = self.state.lock().fcbs.drain();
        self.tear_down(gone);
        // Only an empty store goes; ENOTEMPTY and ENOENT are what is expected otherwise.
        let _ = self.host.remove(super::name::STREAM_STORE, true);
    }

    /// Streams with pages to be written.
    pub fn dirty_streams(&self) -> Vec<Arc<Fcb>> {
        self.state.lock().fcbs.dirty()
    }

    fn cached_streams(&self) -> Vec<Arc<Fcb>> {
        let mut seen: Vec<Arc<Fcb>> = self
            .opens
            .read()
            .values()
            .map(|open| Arc::clone(&open.fcb))
            .collect();
        seen.retain(|fcb| fcb.cache_owner.lock().is_some());
        seen.sort_by_key(|fcb| fcb.serial);
        seen.dedup_by(|a, b| Arc::ptr_eq(a, b));
        seen
    }
}
