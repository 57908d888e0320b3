//! Oplocks — what lets the holder of a handle cache a stream until somebody else wants it.
//!
//! File systems and filters use the same ones. Nothing is completed under a lock: what is to be told is given back as
//! [`Due`], and the caller tells it when it holds none.

pub mod conflict;
pub mod filter;
pub mod level;
pub mod request;

use minifilter_sys::*;
use parking_lot::Mutex;

use crate::io::file_object;
use crate::model::wait;
use conflict::Conflict;
use level::{Kind, Level, READ};
use request::Asked;

/// Statuses that the shared tables do not have.
pub const STATUS_OPLOCK_SWITCHED_TO_NEW_HANDLE: NTSTATUS = 0x215;
/// The name says it.
pub const STATUS_OPLOCK_HANDLE_CLOSED: NTSTATUS = 0x216;
/// The name says it.
pub const STATUS_INVALID_OPLOCK_PROTOCOL: NTSTATUS = 0xC000_00E3_u32.cast_signed();

/// What ends a control that is kept: its status and Information.
pub type End = Box<dyn FnOnce(NTSTATUS, usize) + Send>;

/// Request — a control that lasts as long as the oplock it was granted.
pub struct Request {
    /// Ends it.
    pub end: End,
    /// Where FSCTL_REQUEST_OPLOCK says what was broken.
    pub output: &'static mut [u8],
    /// Tells it from others: the operation it is.
    pub id: usize,
}

/// Due — what is to be done once no lock is held.
#[must_use]
pub struct Due(Vec<Box<dyn FnOnce() + Send>>);

impl Due {
    /// Does it.
    pub fn settle(self) {
        for deed in self.0 {
            deed();
        }
    }

    fn none() -> Self {
        Self(Vec::new())
    }

    fn end(&mut self, request: Request, status: NTSTATUS, information: usize) {
        self.0
            .push(Box::new(move || (request.end)(status, information)));
    }
}

/// How others have the stream open, as far as a grant depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opens {
    /// Handles of anybody.
    pub handles: u32,
    /// Handles that do not have the key of the one that asks.
    pub strangers: u32,
    /// Ranges of it are locked.
    pub locked: bool,
    /// The one that asks waits for its requests.
    pub synchronous: bool,
}

struct Holder {
    file: usize,
    level: Level,
    request: Request,
}

/// A holder that was told to let go, and has not answered.
struct Breaking {
    file: usize,
    level: Level,
    left: u32,
    /// FSCTL_OPBATCH_ACK_CLOSE_PENDING: the close will be the answer.
    closing: bool,
}

#[derive(Default)]
struct State {
    holders: Vec<Holder>,
    breaking: Vec<Breaking>,
    /// What waits until no break is under way.
    waiting: Vec<Box<dyn FnOnce() + Send>>,
}

/// Oplock — the oplocks of one stream.
#[derive(Default)]
pub struct Oplock(Mutex<State>);

/// What became of a control.
pub enum Answer {
    /// It has ended.
    Ended(NTSTATUS),
    /// It lasts; its request has been taken.
    Kept,
}

impl Oplock {
    /// Whether anybody holds one, or has yet to answer a break.
    pub fn is_held(&self) -> bool {
        let state = self.0.lock();
        !state.holders.is_empty() || !state.breaking.is_empty()
    }

    /// FltCurrentOplockH — whether a holder caches its handle.
    pub fn caches_handles(&self) -> bool {
        let state = self.0.lock();
        let mut holders = state.holders.iter();
        holders.any(|holder| holder.level.cache & level::HANDLE != 0)
    }

    /// FltCurrentBatchOplock — whether there is a batch or a filter oplock.
    pub fn is_batch(&self) -> bool {
        let state = self.0.lock();
        let mut holders = state.holders.iter();
        holders.any(|holder| matches!(holder.level.kind, Kind::Batch | Kind::Filter))
    }

    /// FltOplockIsFastIoPossible — not during a break, and not while others are to hear of a write.
    pub fn allows_fast_io(&self) -> bool {
        let state = self.0.lock();
        let shared = state
            .holders
            .iter()
            .any(|holder| !holder.level.is_exclusive());
        state.breaking.is_empty() && !shared
    }

    /// Whether a break is under way that operations wait for.
    pub fn is_breaking(&self) -> bool {
        !self.0.lock().breaking.is_empty()
    }

    /// Carries out a control. `request` is made only where the control lasts.
    pub fn control(
        &self,
        asked: Asked,
        file: usize,
        opens: Opens,
        request: impl FnOnce() -> Option<Request>,
    ) -> (Answer, Due) {
        let mut due = Due::none();
        let mut state = self.0.lock();
        let outcome = match asked {
            Asked::Grant(level) => state.may_grant(level, file, opens).map(|()| Some(level)),
            Asked::Notify if state.breaking.is_empty() => Ok(None),
            Asked::Notify => {
                let Some(request) = request() else {
                    return (Answer::Ended(STATUS_CANCELLED), due);
                };
                let end = request.end;
                state.waiting.push(Box::new(move || end(STATUS_SUCCESS, 0)));
                return (Answer::Kept, due);
            }
            answer => state.acknowledge(answer, file),
        };
        let answer = match outcome {
            Err(status) => Answer::Ended(status),
            Ok(None) => Answer::Ended(STATUS_SUCCESS),
            Ok(Some(level)) => match request() {
                None => Answer::Ended(STATUS_CANCELLED),
                Some(request) => {
                    state.switch(level, file, &mut due);
                    state.holders.push(Holder {
                        file,
                        level,
                        request,
                    });
                    Answer::Kept
                }
            },
        };
        state.wake(&mut due);
        drop(state);
        self.woken();
        (answer, due)
    }

    /// Begins the breaks that an operation makes; whether it has to wait for holders.
    pub fn check(&self, conflict: Conflict, file: usize) -> (bool, Due) {
        let mut due = Due::none();
        let mut state = self.0.lock();
        let mut waits = false;
        for holder in std::mem::take(&mut state.holders) {
            let same = keys_equal(holder.file, file);
            match conflict.leaves(holder.level, same) {
                None => state.holders.push(holder),
                Some(left) => {
                    waits |= conflict.waits(holder.level);
                    state.breaking.extend(holder.tell(left, &mut due));
                }
            }
        }
        let others = state.breaking.iter();
        waits |= others
            .filter(|breaking| !keys_equal(breaking.file, file))
            .any(|breaking| {
                conflict.leaves(breaking.level, false).is_some() && conflict.waits(breaking.level)
            });
        (waits, due)
    }

    /// Waits until no break is under way.
    pub fn wait(&self) {
        let what = || "the acknowledgment of an oplock break".to_owned();
        let attempt = || (!self.is_breaking()).then_some(());
        wait::until(self.address(), None, what, attempt);
    }

    /// Does something once no break is under way; gives it back if there is none.
    pub fn when_broken<F: FnOnce() + Send + 'static>(&self, deed: F) -> Result<(), F> {
        let mut state = self.0.lock();
        if state.breaking.is_empty() {
            return Err(deed);
        }
        state.waiting.push(Box::new(deed));
        Ok(())
    }

    /// A handle has had its cleanup: its oplock goes, and a break of it is over.
    pub fn closed(&self, file: usize) -> Due {
        let mut due = Due::none();
        let mut state = self.0.lock();
        for holder in std::mem::take(&mut state.holders) {
            match holder.file == file {
                false => state.holders.push(holder),
                true => holder.close(&mut due),
            }
        }
        state.breaking.retain(|breaking| breaking.file != file);
        state.wake(&mut due);
        drop(state);
        self.woken();
        due
    }

    /// A request is cancelled: the oplock goes with it.
    pub fn cancelled(&self, id: usize) -> Due {
        let mut due = Due::none();
        let mut state = self.0.lock();
        let place = state
            .holders
            .iter()
            .position(|holder| holder.request.id == id);
        if let Some(place) = place {
            let holder = state.holders.remove(place);
            due.end(holder.request, STATUS_CANCELLED, 0);
        }
        due
    }

    /// FltUninitializeOplock — everything ends.
    pub fn end(&self) -> Due {
        let mut due = Due::none();
        let mut state = self.0.lock();
        for holder in std::mem::take(&mut state.holders) {
            holder.close(&mut due);
        }
        state.breaking.clear();
        state.wake(&mut due);
        drop(state);
        self.woken();
        due
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    fn woken(&self) {
        wait::wake(self.address());
    }
}

impl State {
    /// What the documents say about each pair of what is asked for and what is there.
    fn may_grant(&self, level: Level, file: usize, opens: Opens) -> Result<(), NTSTATUS> {
        let refused = Err(STATUS_OPLOCK_NOT_GRANTED);
        let alone = match level.kind {
            Kind::Cache => opens.strangers == 0,
            _ => opens.handles <= 1,
        };
        if opens.synchronous || !self.breaking.is_empty() || (level.is_exclusive() && !alone) {
            return refused;
        }
        if opens.locked && !level.is_exclusive() {
            return refused;
        }
        let beside = |held: &Holder| {
            let same = keys_equal(held.file, file);
            match (level.kind, held.level.kind) {
                (Kind::Level2, Kind::Level2) => true,
                (Kind::Level2, _) | (Kind::Cache, Kind::Level2) => {
                    held.level.cache == READ && level.cache == READ
                }
                // An exclusive oplock takes the place of a level 2 one.
                (_, Kind::Level2) => true,
                (Kind::Cache, Kind::Cache) if same => held.level.cache & !level.cache == 0,
                (Kind::Cache, Kind::Cache) => !level.is_exclusive() && !held.level.is_exclusive(),
                _ => false,
            }
        };
        match self.holders.iter().all(beside) {
            true => Ok(()),
            false => refused,
        }
    }

    /// A holder that asks for another oplock, or under the same key by another handle, gives the first one up; level 2
    /// oplocks make way for an exclusive one.
    fn switch(&mut self, level: Level, file: usize, due: &mut Due) {
        for holder in std::mem::take(&mut self.holders) {
            let level_2 = holder.level.kind == Kind::Level2;
            if level_2 && level.is_exclusive() {
                due.end(
                    holder.request,
                    STATUS_SUCCESS,
                    FILE_OPLOCK_BROKEN_TO_NONE as usize,
                );
            } else if level.kind == Kind::Cache && !level_2 && keys_equal(holder.file, file) {
                due.end(holder.request, STATUS_OPLOCK_SWITCHED_TO_NEW_HANDLE, 0);
            } else {
                self.holders.push(holder);
            }
        }
    }

    /// A holder's answer to a break; gives the level that it goes on with.
    fn acknowledge(&mut self, asked: Asked, file: usize) -> Result<Option<Level>, NTSTATUS> {
        let old = !matches!(asked, Asked::AcknowledgeCache(_));
        let mine = |breaking: &Breaking| {
            breaking.file == file
                && !breaking.closing
                && (breaking.level.kind != Kind::Cache) == old
        };
        let place = self.breaking.iter().position(mine);
        let place = place.ok_or(STATUS_INVALID_OPLOCK_PROTOCOL)?;
        let breaking = &mut self.breaking[place];
        let left = match asked {
            Asked::ClosePending if breaking.level.kind != Kind::Level1 => {
                breaking.closing = true;
                return Ok(None);
            }
            Asked::Acknowledge => breaking.left,
            Asked::AcknowledgeCache(cache) if cache & !breaking.left != 0 => {
                return Err(STATUS_INVALID_OPLOCK_PROTOCOL);
            }
            Asked::AcknowledgeCache(cache) => cache,
            _ => 0,
        };
        self.breaking.remove(place);
        Ok(match old {
            _ if left == 0 => None,
            true => Some(Level::old(Kind::Level2)),
            false => Level::cache(left),
        })
    }

    fn wake(&mut self, due: &mut Due) {
        if self.breaking.is_empty() {
            due.0.append(&mut self.waiting);
        }
    }
}

impl Holder {
    /// Tells the holder what it may still cache; gives what is to be waited for, if it has to answer.
    fn tell(self, left: u32, due: &mut Due) -> Option<Breaking> {
        let answers = self.level.wants_acknowledgment();
        let information = match self.level.kind {
            Kind::Cache => {
                let broken = request::broken(self.level.cache, left, answers);
                let length = broken.len().min(self.request.output.len());
                self.request.output[..length].copy_from_slice(&broken[..length]);
                length
            }
            _ if left == READ => FILE_OPLOCK_BROKEN_TO_LEVEL_2 as usize,
            _ => FILE_OPLOCK_BROKEN_TO_NONE as usize,
        };
        due.end(self.request, STATUS_SUCCESS, information);
        answers.then_some(Breaking {
            file: self.file,
            level: self.level,
            left,
            closing: false,
        })
    }

    /// Its handle is closed.
    fn close(self, due: &mut Due) {
        match self.level.kind {
            Kind::Cache => due.end(self.request, STATUS_OPLOCK_HANDLE_CLOSED, 0),
            _ => due.end(
                self.request,
                STATUS_SUCCESS,
                FILE_OPLOCK_BROKEN_TO_NONE as usize,
            ),
        }
    }
}

/// FltOplockKeysEqual — whether two file objects are the same to oplocks.
pub fn keys_equal(first: usize, second: usize) -> bool {
    let key = file_object::oplock_key;
    first == second || matches!((key(first), key(second)), (Some(a), Some(b)) if a == b)
}
