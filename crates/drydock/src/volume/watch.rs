//! Watch — a directory that somebody wants to be told about: what has changed, and the requests that wait for it.
//!
//! The first request of a file object decides, for as long as that is open, what is told, in which form, and how much is
//! kept between two requests.

use std::collections::VecDeque;

use minifilter_sys::*;

use super::answer::Done;
use super::information::Record;
use super::namespace::{LinkId, Namespace};
use crate::model::operation::{Kept, Operation, pre_status_block};

/// Change — something that happened to a name on the volume.
#[derive(Clone, Debug)]
pub struct Change {
    /// `\dir\file` or `\dir\file:stream`.
    pub path: String,
    /// FILE_NOTIFY_CHANGE_* that want to hear of it.
    pub filter: u32,
    /// FILE_ACTION_*.
    pub action: u32,
    /// FILE_NOTIFY_EXTENDED_INFORMATION from CreationTime to ParentFileId, if somebody wants it.
    pub details: Vec<u8>,
}

/// Wanted — what the first request asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// CompletionFilter.
    pub filter: u32,
    /// SL_WATCH_TREE.
    pub tree: bool,
    /// DirectoryNotifyExtendedInformation.
    pub extended: bool,
    /// Bytes of its buffer.
    pub capacity: usize,
}

/// Bytes of FILE_NOTIFY_EXTENDED_INFORMATION from CreationTime to ParentFileId.
pub const DETAILS: usize = 72;

/// A request that waits.
struct Waiting {
    kept: Kept,
    buffer: &'static mut [u8],
}

/// Due — a request that is to be completed once no lock is held.
pub struct Due {
    kept: Kept,
    done: Done,
}

impl Due {
    /// Completes the request; filters hear of it in this thread.
    pub fn complete(self) {
        let Done {
            status,
            information,
        } = self.done;
        self.kept.complete(pre_status_block(status, information));
    }
}

/// Watch — one file object's.
struct Watch {
    file: usize,
    link: LinkId,
    wanted: Wanted,
    records: Vec<u8>,
    last: usize,
    /// There was more than fits.
    overflown: bool,
    /// The old name of a rename waits for the new one.
    half: bool,
    waiting: VecDeque<Waiting>,
}

/// Watches — all of a volume.
#[derive(Default)]
pub struct Watches {
    watches: Vec<Watch>,
    due: Vec<Due>,
}

impl Watches {
    /// Takes a request: what has happened since the last one answers it at once, else it is kept.
    ///
    /// # Errors
    /// STATUS_CANCELLED for a request that is cancelled already.
    pub fn request(
        &mut self,
        file: usize,
        link: LinkId,
        wanted: Wanted,
        buffer: &'static mut [u8],
        keep: impl FnOnce() -> Option<Kept>,
    ) -> Result<Done, NTSTATUS> {
        let watch = self.of(file, link, wanted);
        if watch.has_news() {
            return Ok(watch.tell(buffer));
        }
        let kept = keep().ok_or(STATUS_CANCELLED)?;
        watch.waiting.push_back(Waiting { kept, buffer });
        Ok(Done {
            status: STATUS_PENDING,
            information: 0,
        })
    }

    fn of(&mut self, file: usize, link: LinkId, wanted: Wanted) -> &mut Watch {
        let known = self.watches.iter().position(|watch| watch.file == file);
        let index = known.unwrap_or_else(|| {
            self.watches.push(Watch {
                file,
                link,
                wanted,
                records: Vec::new(),
                last: 0,
                overflown: false,
                half: false,
                waiting: VecDeque::new(),
            });
            self.watches.len() - 1
        });
        &mut self.watches[index]
    }

    /// Whether nobody watches.
    pub fn is_empty(&self) -> bool {
        self.watches.is_empty()
    }

    /// Whether somebody wants FILE_NOTIFY_EXTENDED_INFORMATION.
    pub fn wants_details(&self) -> bool {
        self.watches.iter().any(|watch| watch.wanted.extended)
    }

    /// FsRtlNotifyFullReportChange — tells everybody who watches the directory, or one above it.
    pub fn report(&mut self, names: &Namespace, change: &Change) {
        for watch in &mut self.watches {
            if watch.wanted.filter & change.filter == 0 {
                continue;
            }
            let Some(directory) = names.path(watch.link) else {
                continue;
            };
            if let Some(name) = relative(&directory, &change.path, watch.wanted.tree) {
                self.due.extend(watch.note(name, change));
            }
        }
    }

    /// FsRtlNotifyCleanup — the last handle of a file object has gone.
    pub fn clean_up(&mut self, file: usize) {
        let (gone, kept) = std::mem::take(&mut self.watches)
            .into_iter()
            .partition(|watch| watch.file == file);
        self.watches = kept;
        for mut watch in gone {
            self.due.extend(watch.end(STATUS_NOTIFY_CLEANUP));
        }
    }

    /// The directory is about to be deleted, whoever watches it.
    pub fn delete_pending(&mut self, link: LinkId) {
        for watch in self.watches.iter_mut().filter(|watch| watch.link == link) {
            self.due.extend(watch.end(STATUS_DELETE_PENDING));
        }
    }

    /// Takes a cancelled request out.
    pub fn cancelled(&mut self, operation: &Operation) -> Option<Due> {
        let found = self.watches.iter_mut().find_map(|watch| {
            let mut waiting = watch.waiting.iter();
            let at = waiting.position(|waiting| waiting.kept.is(operation))?;
            watch.waiting.remove(at)
        })?;
        let done = Done {
            status: STATUS_CANCELLED,
            information: 0,
        };
        Some(Due {
            kept: found.kept,
            done,
        })
    }

    /// What is to be completed now.
    pub fn take_due(&mut self) -> Vec<Due> {
        std::mem::take(&mut self.due)
    }
}

impl Watch {
    /// Whether there is something to tell that is told whole.
    fn has_news(&self) -> bool {
        self.overflown || (!self.records.is_empty() && !self.half)
    }

    /// Notes a change, and tells it if a request waits. Both names of a rename come together.
    fn note(&mut self, name: &str, change: &Change) -> Option<Due> {
        self.half = change.action == FILE_ACTION_RENAMED_OLD_NAME;
        let room = self.waiting.front().map(|first| first.buffer.len());
        if !self.overflown {
            self.append(name, change, room.unwrap_or(self.wanted.capacity));
        }
        if !self.has_news() {
            return None;
        }
        let Waiting { kept, buffer } = self.waiting.pop_front()?;
        let done = self.tell(buffer);
        Some(Due { kept, done })
    }

    fn append(&mut self, name: &str, change: &Change, room: usize) {
        let (mut head, alignment) = (Record::default().u32(0).u32(change.action), 4);
        let alignment = match self.wanted.extended {
            true => {
                head.0.extend_from_slice(&change.details);
                head = head.pad_to(8 + DETAILS);
                8
            }
            false => alignment,
        };
        let record = head.u32(super::information::text_bytes(name)).text(name);
        let start = self.records.len().next_multiple_of(alignment);
        if start + record.0.len() > room {
            self.overflown = true;
            self.records.clear();
            return;
        }
        if !self.records.is_empty() {
            let distance = (start - self.last) as u32;
            self.records[self.last..self.last + 4].copy_from_slice(&distance.to_le_bytes());
        }
        self.records.resize(start, 0);
        self.records.extend_from_slice(&record.0);
        self.last = start;
    }

    /// Answers a request with all there is to tell.
    fn tell(&mut self, buffer: &mut [u8]) -> Done {
        let records = std::mem::take(&mut self.records);
        let fits = !std::mem::take(&mut self.overflown) && records.len() <= buffer.len();
        if !fits {
            return Done {
                status: STATUS_NOTIFY_ENUM_DIR,
                information: 0,
            };
        }
        buffer[..records.len()].copy_from_slice(&records);
        Done {
            status: STATUS_SUCCESS,
            information: records.len(),
        }
    }

    /// Ends everything that waits.
    fn end(&mut self, status: NTSTATUS) -> Vec<Due> {
        let done = Done {
            status,
            information: 0,
        };
        let waiting = self.waiting.drain(..);
        waiting
            .map(|Waiting { kept, .. }| Due { kept, done })
            .collect()
    }
}

/// The name of a path below a directory; of one in it unless the whole tree is meant.
fn relative<'p>(directory: &str, path: &'p str, tree: bool) -> Option<&'p str> {
    let below = path.strip_prefix(directory.trim_end_matches('\\'))?;
    let name = below.strip_prefix('\\').filter(|name| !name.is_empty())?;
    (tree || !name.contains('\\')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_relative_to_the_directory_that_is_watched() {
        assert_eq!(relative("\\", "\\f", false), Some("f"));
        assert_eq!(relative("\\", "\\d\\f", false), None);
        assert_eq!(relative("\\", "\\d\\f", true), Some("d\\f"));
        assert_eq!(relative("\\d", "\\d\\f", false), Some("f"));
        assert_eq!(relative("\\d", "\\dd\\f", true), None);
        assert_eq!(relative("\\d", "\\d", true), None);
    }
}
