//! Finding what a create names: from a path, relative to an open file, or by file id.

use std::cell::RefCell;
use std::collections::VecDeque;

use minifilter_sys::*;
use rustix::io::Errno;

use super::answer::status_of;
use super::fcb::Kind;
use super::host_directory::{HostStat, join};
use super::information::text_bytes;
use super::name::{Name, NameError, is_hidden};
use super::namespace::{LinkId, ROOT};
use super::parameters::CreateRequest;
use super::reparse_point::Met;
use super::{HostVolume, State};

/// Resolved — the link a create means, referenced once, and what the host has there.
pub struct Resolved {
    /// The name in its directory.
    pub link: LinkId,
    /// `None` if there is no such file yet.
    pub stat: Option<HostStat>,
    /// Named stream, or empty.
    pub stream: String,
    /// Only a directory will do.
    pub directory_only: bool,
}

impl HostVolume {
    /// Resolves a create's name; the caller releases the link.
    pub(super) fn resolve(
        &self,
        state: &mut State,
        request: &CreateRequest,
    ) -> Result<Resolved, NTSTATUS> {
        if request.options & FILE_OPEN_BY_FILE_ID != 0 {
            return self.resolve_id(state, &request.name_units);
        }
        let text =
            String::from_utf16(&request.name_units).map_err(|_| STATUS_OBJECT_NAME_INVALID)?;
        let related = match request.related {
            0 => None,
            file => Some(self.opened(file as *const FILE_OBJECT)?),
        };
        let mut name = Name::parse(&text, related.is_some()).map_err(|e| match e {
            NameError::Invalid => STATUS_OBJECT_NAME_INVALID,
            NameError::Syntax => STATUS_OBJECT_PATH_SYNTAX_BAD,
        })?;
        let mut base = ROOT;
        if let Some(related) = &related {
            base = related.link;
            if !name.components.is_empty() && related.fcb.kind != Kind::Directory {
                return Err(STATUS_OBJECT_PATH_NOT_FOUND);
            }
            if text.is_empty() {
                name.stream.clone_from(&related.fcb.stream);
            }
        }
        if request.target_directory {
            name.components.pop().ok_or(STATUS_OBJECT_NAME_INVALID)?;
            name.stream.clear();
        }
        let (link, stat) = self.walk(state, base, &name.components, &request.met)?;
        Ok(Resolved {
            link,
            stat,
            stream: name.stream,
            directory_only: name.directory_only,
        })
    }

    /// Walks down from `base`; the last component need not exist.
    pub(super) fn walk(
        &self,
        state: &mut State,
        base: LinkId,
        components: &[String],
        met: &RefCell<Option<Met>>,
    ) -> Result<(LinkId, Option<HostStat>), NTSTATUS> {
        let start = state.names.host_path(base).ok_or(STATUS_DELETE_PENDING)?;
        let Some((last, directories)) = components.split_last() else {
            state.names.reference(base);
            return Ok((base, Some(self.host.stat(&start).map_err(status_of)?)));
        };
        let reparses = self.has_reparse_points();
        if !reparses && let Some(stat) = self.stat_as_spelt(&start, components) {
            return Ok((self.intern(state, base, components), Some(stat)));
        }
        let mut path = start;
        let mut names = Vec::with_capacity(components.len());
        for (index, directory) in directories.iter().enumerate() {
            let (name, stat) = self
                .host
                .lookup(&path, directory)
                .map_err(missing_directory)?;
            if !stat.directory {
                return Err(STATUS_OBJECT_PATH_NOT_FOUND);
            }
            path = join(&path, &name);
            if reparses && let Some(data) = self.reparse_data(&stat, &path) {
                let unparsed = components[index + 1..].iter();
                let unparsed = unparsed.map(|name| 2 + text_bytes(name) as usize).sum();
                met.replace(Some(Met { data, unparsed }));
                return Err(STATUS_REPARSE);
            }
            names.push(name);
        }
        let stat = match self.host.lookup(&path, last) {
            Ok((name, stat)) => {
                names.push(name);
                Some(stat)
            }
            Err(Errno::NOENT) => {
                names.push(last.clone());
                None
            }
            Err(e) => return Err(missing_directory(e)),
        };
        Ok((self.intern(state, base, &names), stat))
    }

    /// What is there in exactly this spelling, found in one step.
    fn stat_as_spelt(&self, start: &str, components: &[String]) -> Option<HostStat> {
        let mut path = start.to_owned();
        for component in components {
            if is_hidden(&path, component) {
                return None;
            }
            path = join(&path, component);
        }
        self.host.stat(&path).ok()
    }

    fn intern(&self, state: &mut State, base: LinkId, names: &[String]) -> LinkId {
        state.names.reference(base);
        names.iter().fold(base, |parent, name| {
            let child = state.names.child(parent, name);
            state.names.release(parent);
            child
        })
    }

    /// A file id is the host's inode number, in the eight bytes of the name.
    fn resolve_id(&self, state: &mut State, units: &[u16]) -> Result<Resolved, NTSTATUS> {
        let [a, b, c, d] = *units else {
            return Err(STATUS_INVALID_PARAMETER);
        };
        let id = [a, b, c, d]
            .iter()
            .rev()
            .fold(0, |id, unit| id << 16 | u64::from(*unit));
        let path = self
            .path_of_id(id)
            .map_err(status_of)?
            .ok_or(STATUS_INVALID_PARAMETER)?;
        let components: Vec<String> = path
            .split('/')
            .filter(|c| !c.is_empty())
            .map(str::to_owned)
            .collect();
        let (link, stat) = self.walk(state, ROOT, &components, &RefCell::default())?;
        Ok(Resolved {
            link,
            stat,
            stream: String::new(),
            directory_only: false,
        })
    }

    fn path_of_id(&self, id: u64) -> rustix::io::Result<Option<String>> {
        if self.host.stat("")?.id == id {
            return Ok(Some(String::new()));
        }
        let mut directories = VecDeque::from([String::new()]);
        while let Some(directory) = directories.pop_front() {
            for (name, stat) in self.host.list(&directory)? {
                let path = join(&directory, &name);
                if stat.id == id {
                    return Ok(Some(path));
                }
                if stat.directory {
                    directories.push_back(path);
                }
            }
        }
        Ok(None)
    }
}

fn missing_directory(error: Errno) -> NTSTATUS {
    match error {
        Errno::NOENT => STATUS_OBJECT_PATH_NOT_FOUND,
        e => status_of(e),
    }
}
