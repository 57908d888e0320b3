//! IRP_MJ_CREATE — opens, creates, overwrites and supersedes.

use std::sync::Arc;

use minifilter_sys::*;

use super::answer::{Answer, Done, status_of};
use super::fcb::{Fcb, Kind};
use super::host_directory::{HostStat, stream_path};
use super::host_metadata::HostNode;
use super::information::u32_at;
use super::name::{STREAM_STORE, fold};
use super::namespace::{LinkId, ROOT};
use super::notify;
use super::open_file::{OpenFile, OpenState};
use super::parameters::{CreateRequest, target};
use super::reparse_point::Met;
use super::resolve::Resolved;
use super::{HostVolume, State};
use crate::model::operation::tag_data;

/// What a create did, and to which stream.
struct Opened {
    fcb: Arc<Fcb>,
    information: u32,
}

const ALL_ACCESS: u32 = FILE_ALL_ACCESS;

impl HostVolume {
    /// Carries out a create.
    pub(super) fn create(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let mut request = CreateRequest::read(iopb)?;
        if request.desired_access & MAXIMUM_ALLOWED != 0 {
            request.desired_access = request.desired_access & !MAXIMUM_ALLOWED | ALL_ACCESS;
        }
        let mut answer = self.create_once(iopb, &request);
        loop {
            let awaits = request.broken.borrow_mut().awaits.take();
            let Some(oplock) = awaits else { break };
            self.complete_due();
            oplock.wait();
            answer = self.create_once(iopb, &request);
        }
        match request.met.take() {
            Some(met) if answer == Err(STATUS_REPARSE) => reparse(&met),
            _ if request.broken.borrow().under_way => during_break(answer),
            _ => answer,
        }
    }

    fn create_once(&self, iopb: &FLT_IO_PARAMETER_BLOCK, request: &CreateRequest) -> Answer {
        let mut gone = Vec::new();
        let answer = self.create_locked(&mut self.state.lock(), iopb, request, &mut gone);
        self.tear_down(gone);
        answer
    }

    fn create_locked(
        &self,
        state: &mut State,
        iopb: &FLT_IO_PARAMETER_BLOCK,
        request: &CreateRequest,
        gone: &mut Vec<Arc<Fcb>>,
    ) -> Answer {
        state.check_volume_lock()?;
        if request.is_volume() {
            return self.open_volume(state, iopb, request);
        }
        let resolved = self.resolve(state, request)?;
        let link = resolved.link;
        let answer = self
            .open_resolved(state, request, resolved, gone)
            .and_then(|opened| {
                let information = match request.target_directory {
                    true => self.target_exists(state, request, link)?,
                    false => opened.information,
                };
                self.tell_created(state, link, &opened);
                self.finish(state, iopb, request, link, opened.fcb);
                Ok(Done {
                    status: STATUS_SUCCESS,
                    information: information as usize,
                })
            });
        if answer.is_err() {
            state.names.release(link);
        }
        answer
    }

    /// Tells those who watch what a create has made or overwritten.
    fn tell_created(&self, state: &State, link: LinkId, opened: &Opened) {
        let Some((filter, action)) = notify::of_create(opened.information) else {
            return;
        };
        let made = action == FILE_ACTION_ADDED;
        match (opened.fcb.stream.as_str(), made) {
            ("", true) => {
                let filter = notify::name_filter(opened.fcb.kind == Kind::Directory);
                self.changed(&state.names, link, filter, action);
            }
            ("", false) => self.changed(&state.names, link, filter, action),
            (stream, made) => {
                let (filter, action) = match made {
                    true => (FILE_NOTIFY_CHANGE_STREAM_NAME, FILE_ACTION_ADDED_STREAM),
                    false => (FILE_NOTIFY_CHANGE_STREAM_SIZE, FILE_ACTION_MODIFIED_STREAM),
                };
                if let Some(path) = state.names.path(link) {
                    self.changed_path(&state.names, format!("{path}:{stream}"), filter, action);
                }
            }
        }
    }

    fn open_volume(
        &self,
        state: &mut State,
        iopb: &FLT_IO_PARAMETER_BLOCK,
        request: &CreateRequest,
    ) -> Answer {
        if request.options & FILE_DIRECTORY_FILE != 0 {
            return Err(STATUS_NOT_A_DIRECTORY);
        }
        if !matches!(request.disposition, FILE_OPEN | FILE_OPEN_IF) {
            return Err(STATUS_ACCESS_DENIED);
        }
        let fcb = state.fcbs.get(0, Kind::Volume, "", 0);
        share(&fcb, request, 0)?;
        state.names.reference(ROOT);
        self.finish(state, iopb, request, ROOT, fcb);
        Ok(Done {
            status: STATUS_SUCCESS,
            information: FILE_OPENED as usize,
        })
    }

    fn open_resolved(
        &self,
        state: &mut State,
        request: &CreateRequest,
        resolved: Resolved,
        gone: &mut Vec<Arc<Fcb>>,
    ) -> Result<Opened, NTSTATUS> {
        if state.names.get(resolved.link).delete_pending {
            return Err(STATUS_DELETE_PENDING);
        }
        let Some(stat) = resolved.stat else {
            return self.create_new(state, request, &resolved);
        };
        if !resolved.stream.is_empty() {
            self.check_reparse(state, request, resolved.link, &stat)?;
            return self.open_stream(state, request, &resolved, stat);
        }
        if request.disposition == FILE_CREATE && !request.target_directory {
            return Err(STATUS_OBJECT_NAME_COLLISION);
        }
        self.check_reparse(state, request, resolved.link, &stat)?;
        let wants_directory = resolved.directory_only || request.options & FILE_DIRECTORY_FILE != 0;
        match stat.directory {
            true if request.target_directory => {}
            true if request.options & FILE_NON_DIRECTORY_FILE != 0 => {
                return Err(STATUS_FILE_IS_A_DIRECTORY);
            }
            true if request.overwrites() => return Err(STATUS_OBJECT_NAME_COLLISION),
            false if wants_directory || request.target_directory => {
                return Err(STATUS_NOT_A_DIRECTORY);
            }
            _ => {}
        }
        if resolved.link == ROOT && request.options & FILE_DELETE_ON_CLOSE != 0 {
            return Err(STATUS_CANNOT_DELETE);
        }
        self.check_attributes(request, &stat)?;
        self.check_ea_knowledge(request, stat.id)?;
        let kind = if stat.directory {
            Kind::Directory
        } else {
            Kind::File
        };
        let fcb = state.fcbs.get(stat.id, kind, "", stat.size);
        if fcb.usage.lock().opens == 0 {
            fcb.set_size(stat.size);
        }
        let added = request.access_of_disposition();
        self.break_by_create(request, &fcb, added)?;
        share(&fcb, request, added)?;
        let mut information = FILE_OPENED;
        let (_, eas) = match request.overwrites() {
            true => self.eas_of_create(request)?,
            false => Default::default(),
        };
        if request.overwrites() && !request.target_directory {
            self.truncate(state, &resolved, &fcb)?;
            self.replace_attributes(request, &stat);
            self.keep_eas(stat.id, eas);
            gone.extend(self.remove_streams(state, stat.id));
            information = if request.disposition == FILE_SUPERSEDE {
                FILE_SUPERSEDED
            } else {
                FILE_OVERWRITTEN
            };
        }
        Ok(Opened { fcb, information })
    }

    /// A reparse point is opened itself only by those who ask for that.
    fn check_reparse(
        &self,
        state: &State,
        request: &CreateRequest,
        link: LinkId,
        stat: &HostStat,
    ) -> Result<(), NTSTATUS> {
        if request.options & FILE_OPEN_REPARSE_POINT != 0 || self.reparse_tag(stat) == 0 {
            return Ok(());
        }
        let path = state.names.host_path(link).ok_or(STATUS_DELETE_PENDING)?;
        let data = self.reparse_data(stat, &path);
        request
            .met
            .replace(data.map(|data| Met { data, unparsed: 0 }));
        Err(STATUS_REPARSE)
    }

    /// What the attributes of an existing file forbid.
    fn check_attributes(&self, request: &CreateRequest, stat: &HostStat) -> Result<(), NTSTATUS> {
        let writes = request.desired_access & (FILE_WRITE_DATA | FILE_APPEND_DATA) != 0;
        if stat.read_only && !stat.directory {
            if request.options & FILE_DELETE_ON_CLOSE != 0 {
                return Err(STATUS_CANNOT_DELETE);
            }
            if writes || request.overwrites() {
                return Err(STATUS_ACCESS_DENIED);
            }
        }
        let kept = self.attributes(stat) & (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM);
        if request.overwrites() && kept & !request.attributes != 0 {
            return Err(STATUS_ACCESS_DENIED);
        }
        Ok(())
    }

    fn create_new(
        &self,
        state: &mut State,
        request: &CreateRequest,
        new: &Resolved,
    ) -> Result<Opened, NTSTATUS> {
        if request.target_directory {
            return Err(STATUS_OBJECT_PATH_NOT_FOUND);
        }
        if matches!(request.disposition, FILE_OPEN | FILE_OVERWRITE) {
            return Err(STATUS_OBJECT_NAME_NOT_FOUND);
        }
        let directory = request.options & FILE_DIRECTORY_FILE != 0;
        if (new.directory_only && !directory) || (directory && !new.stream.is_empty()) {
            return Err(STATUS_OBJECT_NAME_INVALID);
        }
        let read_only = request.attributes & FILE_ATTRIBUTE_READONLY != 0;
        if read_only && request.options & FILE_DELETE_ON_CLOSE != 0 {
            return Err(STATUS_CANNOT_DELETE);
        }
        let (metadata, eas) = self.eas_of_create(request)?;
        let parent = state.names.parent(new.link);
        if state.names.get(parent).delete_pending {
            return Err(STATUS_DELETE_PENDING);
        }
        let creation = self.recall_link(state, new.link);
        let path = state
            .names
            .host_path(new.link)
            .ok_or(STATUS_DELETE_PENDING)?;
        let file = match directory {
            true => self
                .host
                .create_directory(&path)
                .map(|()| None)
                .map_err(status_of)?,
            false => Some(self.host.create_file(&path).map_err(status_of)?),
        };
        self.apply_linux_metadata(&HostNode::Path(&path), metadata)?;
        let stat = self.host.stat(&path).map_err(status_of)?;
        self.keep_eas(stat.id, eas);
        self.set_new_attributes(&stat, request.attributes, &path)?;
        self.keep_times(stat.id, creation, None);
        if !new.stream.is_empty() {
            let filter = notify::name_filter(false);
            self.changed(&state.names, new.link, filter, FILE_ACTION_ADDED);
            return self.open_stream(state, request, new, stat);
        }
        let kind = if directory {
            Kind::Directory
        } else {
            Kind::File
        };
        let fcb = state.fcbs.get(stat.id, kind, "", 0);
        fcb.set_size(0);
        if let Some(file) = file {
            fcb.host_file(|| Ok(file))?;
        }
        share(&fcb, request, 0)?;
        Ok(Opened {
            fcb,
            information: FILE_CREATED,
        })
    }

    fn open_stream(
        &self,
        state: &mut State,
        request: &CreateRequest,
        resolved: &Resolved,
        stat: HostStat,
    ) -> Result<Opened, NTSTATUS> {
        if resolved.directory_only || request.options & FILE_DIRECTORY_FILE != 0 {
            return Err(STATUS_NOT_A_DIRECTORY);
        }
        self.check_attributes(request, &stat)?;
        let present = self.find_stream(stat.id, &resolved.stream)?;
        let (name, size, information) = match (present, request.disposition) {
            (Some(_), FILE_CREATE) => return Err(STATUS_OBJECT_NAME_COLLISION),
            (None, FILE_OPEN | FILE_OVERWRITE) => return Err(STATUS_OBJECT_NAME_NOT_FOUND),
            (Some((name, stream)), FILE_SUPERSEDE) => (name, stream.size, FILE_SUPERSEDED),
            (Some((name, stream)), FILE_OVERWRITE | FILE_OVERWRITE_IF) => {
                (name, stream.size, FILE_OVERWRITTEN)
            }
            (Some((name, stream)), _) => (name, stream.size, FILE_OPENED),
            (None, _) => (
                self.create_stream(stat.id, &resolved.stream)?,
                0,
                FILE_CREATED,
            ),
        };
        let fcb = state.fcbs.get(stat.id, Kind::File, &name, size);
        if fcb.usage.lock().delete_pending {
            return Err(STATUS_DELETE_PENDING);
        }
        let added = request.access_of_disposition();
        self.break_by_create(request, &fcb, added)?;
        share(&fcb, request, added)?;
        if matches!(information, FILE_SUPERSEDED | FILE_OVERWRITTEN) {
            self.truncate(state, resolved, &fcb)?;
        }
        Ok(Opened { fcb, information })
    }

    /// A named stream of a file: its name as it is spelt, and its stat.
    pub(super) fn find_stream(
        &self,
        id: u64,
        stream: &str,
    ) -> Result<Option<(String, HostStat)>, NTSTATUS> {
        let folded = fold(stream);
        Ok(self
            .streams(id)?
            .into_iter()
            .find(|(name, _)| fold(name) == folded))
    }

    fn create_stream(&self, id: u64, stream: &str) -> Result<String, NTSTATUS> {
        for directory in [STREAM_STORE.to_owned(), format!("{STREAM_STORE}/{id}")] {
            match self.host.create_directory(&directory) {
                Ok(()) | Err(rustix::io::Errno::EXIST) => {}
                Err(e) => return Err(status_of(e)),
            }
        }
        self.host
            .create_file(&stream_path(id, stream))
            .map_err(status_of)?;
        Ok(stream.to_owned())
    }

    fn truncate(&self, state: &mut State, resolved: &Resolved, fcb: &Fcb) -> Result<(), NTSTATUS> {
        let _resizing = fcb.resizing.lock();
        let file = self.host_file_of(state, resolved.link, fcb)?;
        file.set_len(0)
            .map_err(|e| super::answer::status_of_io(&e))?;
        fcb.cache.lock().truncate(0);
        fcb.set_size(0);
        fcb.written_now();
        Ok(())
    }

    /// SL_OPEN_TARGET_DIRECTORY reports whether the last component exists.
    fn target_exists(
        &self,
        state: &mut State,
        request: &CreateRequest,
        directory: LinkId,
    ) -> Result<u32, NTSTATUS> {
        let path = state
            .names
            .host_path(directory)
            .ok_or(STATUS_DELETE_PENDING)?;
        let last = request.last_component().ok_or(STATUS_OBJECT_NAME_INVALID)?;
        let exists = self.host.lookup(&path, &last).is_ok();
        Ok(if exists {
            FILE_EXISTS
        } else {
            FILE_DOES_NOT_EXIST
        })
    }

    fn finish(
        &self,
        state: &mut State,
        iopb: &FLT_IO_PARAMETER_BLOCK,
        request: &CreateRequest,
        link: LinkId,
        fcb: Arc<Fcb>,
    ) {
        let share = request.share_mode(0);
        let mut usage = fcb.usage.lock();
        usage.handles += 1;
        usage.opens += 1;
        usage.share.add(share);
        drop(usage);
        if fcb.stream.is_empty() && fcb.kind != Kind::Volume {
            state.names.get(link).handles += 1;
        }
        let delete_on_close = request.options & FILE_DELETE_ON_CLOSE != 0;
        let open = Arc::new(OpenFile {
            link,
            access: request.desired_access,
            options: request.options,
            share,
            state: parking_lot::Mutex::new(OpenState {
                delete_on_close,
                ..OpenState::default()
            }),
            fcb,
        });
        let Some(file) = target(iopb) else { return };
        file.set_opened(&open, share);
        self.opens.write().insert(file.address(), open);
    }
}

/// FILE_COMPLETE_IF_OPLOCKED — how a create ends while holders of oplocks have yet to answer.
fn during_break(answer: Answer) -> Answer {
    match answer {
        Ok(done) => Ok(Done {
            status: STATUS_OPLOCK_BREAK_IN_PROGRESS,
            ..done
        }),
        Err(STATUS_SHARING_VIOLATION) => Ok(Done {
            status: STATUS_SHARING_VIOLATION,
            information: FILE_OPBATCH_BREAK_UNDERWAY as usize,
        }),
        Err(status) => Err(status),
    }
}

/// Leaves it to those above to go where a reparse point leads: filters see it as TagData, then the I/O manager.
fn reparse(met: &Met) -> Answer {
    let tag = u32_at(&met.data, 0)?;
    tag_data::tell(&met.data, met.unparsed)?;
    Ok(Done {
        status: STATUS_REPARSE,
        information: tag as usize,
    })
}

/// Fails unless the stream's other opens allow this one; `added` is access that its disposition implies.
fn share(fcb: &Fcb, request: &CreateRequest, added: u32) -> Result<(), NTSTATUS> {
    let mode = request.share_mode(added);
    match fcb.usage.lock().share.allows(&mode) {
        true => Ok(()),
        false => Err(STATUS_SHARING_VIOLATION),
    }
}
