//! fcntl locks of Linux as byte-range locks of Windows.
//!
//! Linux: advisory, owned by a process, merged, split and changed in place. Windows: mandatory, owned by a handle, given
//! back exactly as taken. So each piece that an owner holds is one Windows lock, taken where no data can lie (from
//! 2^63 on, as Windows programs do for locks that are to bind nobody else), and the table here says who stands against
//! whom; the filter stack sees every piece come and go. Locks of flock(2) stay in the kernel.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fuser::Errno;
use parking_lot::{Condvar, Mutex};

use super::errno::errno_of;
use super::open_files::OpenFile;
use crate::io::Programs;

/// Where offset 0 of Linux is for Windows.
const BASE: u64 = 1 << 63;

/// How often somebody who waits looks whether it was killed meanwhile.
const GLANCE: Duration = Duration::from_millis(200);

/// Kind — what is wanted of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// F_RDLCK
    Shared,
    /// F_WRLCK
    Exclusive,
    /// F_UNLCK
    Free,
}

impl Kind {
    /// From `l_type`.
    pub fn of(kind: i32) -> Result<Self, Errno> {
        match kind {
            libc::F_RDLCK => Ok(Self::Shared),
            libc::F_WRLCK => Ok(Self::Exclusive),
            libc::F_UNLCK => Ok(Self::Free),
            _ => Err(Errno::EINVAL),
        }
    }

    /// As `l_type`.
    pub fn code(self) -> i32 {
        match self {
            Self::Shared => libc::F_RDLCK,
            Self::Exclusive => libc::F_WRLCK,
            Self::Free => libc::F_UNLCK,
        }
    }
}

/// Wish — a range, its first and last byte, and what is wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Who wants it, as the kernel tells owners apart.
    pub owner: u64,
    /// The process that asks.
    pub process: u32,
    pub start: u64,
    pub end: u64,
    pub kind: Kind,
}

impl Wish {
    fn overlaps(&self, other: &Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    fn stands_against(&self, other: &Self) -> bool {
        let exclusive = self.kind == Kind::Exclusive || other.kind == Kind::Exclusive;
        self.owner != other.owner && exclusive && self.overlaps(other)
    }

    /// What is left of this range beside another.
    fn beside(&self, other: &Self) -> impl Iterator<Item = Self> {
        let left = (self.start < other.start).then(|| Self {
            end: other.start - 1,
            ..*self
        });
        let right = (self.end > other.end).then(|| Self {
            start: other.end + 1,
            ..*self
        });
        left.into_iter().chain(right)
    }
}

/// A piece that is held, through this file.
#[derive(Clone)]
struct Held {
    wish: Wish,
    file: Arc<OpenFile>,
}

/// Locks — who holds what.
#[derive(Default)]
pub struct Locks {
    nodes: Mutex<HashMap<u64, Arc<Mutex<Vec<Held>>>>>,
    freed: Condvar,
    turn: Mutex<()>,
    closing: AtomicBool,
}

impl Locks {
    fn of_node(&self, node: u64) -> Arc<Mutex<Vec<Held>>> {
        Arc::clone(self.nodes.lock().entry(node).or_default())
    }

    /// What stands against a wish.
    pub fn against(&self, node: u64, wish: &Wish) -> Option<Wish> {
        let held = self.of_node(node);
        let held = held.lock();
        held.iter()
            .map(|held| held.wish)
            .find(|held| held.stands_against(wish))
    }

    /// Grants a wish or refuses it at once (EAGAIN).
    pub fn set(&self, programs: &Programs, file: &Arc<OpenFile>, wish: Wish) -> Result<(), Errno> {
        let node = self.of_node(file.node);
        let mut held = node.lock();
        let refuses = |held: &Held| held.wish.stands_against(&wish);
        if wish.kind != Kind::Free && held.iter().any(refuses) {
            return Err(Errno::EAGAIN);
        }
        let own = |held: &Held| held.wish.owner == wish.owner && held.wish.overlaps(&wish);
        let (old, others): (Vec<Held>, Vec<Held>) = held.drain(..).partition(own);
        let mut new: Vec<Held> = Vec::new();
        for piece in &old {
            new.extend(piece.wish.beside(&wish).map(|wish| Held {
                wish,
                ..piece.clone()
            }));
        }
        if wish.kind != Kind::Free {
            let file = Arc::clone(file);
            new.push(Held { wish, file });
        }
        *held = others;
        let done = exchange(programs, &old, &new);
        held.extend(if done.is_ok() { new } else { old });
        drop(held);
        let _turn = self.turn.lock();
        self.freed.notify_all();
        done
    }

    /// Repeats an attempt whenever what stands against the wish may have gone, as long as it ends with EAGAIN; EINTR when
    /// `interrupted` says so or the mount ends.
    pub fn wait_for(
        &self,
        node: u64,
        wish: &Wish,
        attempt: impl Fn() -> Result<(), Errno>,
        interrupted: impl Fn() -> bool,
    ) -> Result<(), Errno> {
        loop {
            let mut turn = self.turn.lock();
            if self.closing.load(Ordering::SeqCst) {
                return Err(Errno::EINTR);
            }
            if self.against(node, wish).is_some() {
                self.freed.wait_for(&mut turn, GLANCE);
            }
            drop(turn);
            match attempt() {
                Err(e) if e.code() == libc::EAGAIN && !interrupted() => {}
                Err(e) if e.code() == libc::EAGAIN => return Err(Errno::EINTR),
                done => return done,
            }
        }
    }

    /// Frees everything that an owner holds of a file, as every close of it does.
    pub fn release(&self, programs: &Programs, file: &Arc<OpenFile>, owner: u64) {
        if !self.nodes.lock().contains_key(&file.node) {
            return;
        }
        let all = Wish {
            owner,
            process: 0,
            start: 0,
            end: u64::MAX >> 1,
            kind: Kind::Free,
        };
        // To give a lock back cannot fail but by a filter's doing, and a close has nobody to tell.
        let _ = self.set(programs, file, all);
    }

    /// Lets go of everything; who waits is told.
    pub fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        let _turn = self.turn.lock();
        self.freed.notify_all();
        self.nodes.lock().clear();
    }
}

/// Gives the old pieces back and takes the new ones; if one is refused everything is as it was.
fn exchange(programs: &Programs, old: &[Held], new: &[Held]) -> Result<(), Errno> {
    for piece in old {
        give(programs, piece)?;
    }
    for (index, piece) in new.iter().enumerate() {
        if let Err(error) = take(programs, piece) {
            for taken in &new[..index] {
                let _ = give(programs, taken);
            }
            for piece in old {
                let _ = take(programs, piece);
            }
            return Err(error);
        }
    }
    Ok(())
}

fn take(programs: &Programs, piece: &Held) -> Result<(), Errno> {
    let Wish { start, end, .. } = piece.wish;
    let exclusive = piece.wish.kind == Kind::Exclusive;
    let io = programs.io(piece.wish.process);
    piece.file.with(&io, |handle| {
        handle
            .lock(BASE + start, end - start + 1, exclusive)
            .map_err(errno_of)
    })
}

fn give(programs: &Programs, piece: &Held) -> Result<(), Errno> {
    let Wish { start, end, .. } = piece.wish;
    let io = programs.io(piece.wish.process);
    piece.file.with(&io, |handle| {
        handle
            .unlock(BASE + start, end - start + 1)
            .map_err(errno_of)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(owner: u64, start: u64, end: u64, kind: Kind) -> Wish {
        Wish {
            owner,
            process: 1,
            start,
            end,
            kind,
        }
    }

    #[test]
    fn only_others_stand_against_a_wish_and_shared_ones_only_against_exclusive() {
        let held = wish(1, 10, 20, Kind::Shared);
        let cases = [
            (wish(2, 20, 30, Kind::Exclusive), true),
            (wish(2, 21, 30, Kind::Exclusive), false),
            (wish(2, 15, 15, Kind::Shared), false),
            (wish(1, 15, 15, Kind::Exclusive), false),
        ];
        for (new, refused) in cases {
            assert_eq!(held.stands_against(&new), refused, "{new:?}");
        }
    }

    #[test]
    fn a_change_in_the_middle_leaves_both_ends() {
        let held = wish(1, 10, 20, Kind::Shared);
        let middle = wish(1, 12, 15, Kind::Free);
        let left: Vec<_> = held.beside(&middle).map(|w| (w.start, w.end)).collect();
        assert_eq!(left, [(10, 11), (16, 20)]);
        assert_eq!(held.beside(&wish(1, 0, 30, Kind::Free)).count(), 0);
    }
}
