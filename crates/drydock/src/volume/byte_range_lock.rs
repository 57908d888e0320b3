//! FILE_LOCK — byte-range locks of a stream (FsRtlProcessFileLock and FsRtlCheckLockFor*Access).

use minifilter_sys::*;

/// LockOwner — the handle, process and key a lock belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockOwner {
    /// Address of the FILE_OBJECT.
    pub file: usize,
    pub process: usize,
    pub key: u32,
}

/// Range — bytes `start..end`; the end of an endless range is `u128`-wide enough not to wrap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    start: u128,
    end: u128,
}

impl Range {
    /// `length` bytes from `offset`.
    pub fn new(offset: u64, length: u64) -> Self {
        Self {
            start: offset.into(),
            end: u128::from(offset) + u128::from(length),
        }
    }

    /// The first byte.
    pub fn offset(&self) -> u64 {
        self.start as u64
    }

    /// How many bytes.
    pub fn length(&self) -> u64 {
        (self.end - self.start) as u64
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Lock — a range that is locked.
#[derive(Clone, Copy, Debug)]
pub struct Lock {
    /// Its bytes.
    pub range: Range,
    /// Whose it is.
    pub owner: LockOwner,
    /// Nobody else reads there.
    pub exclusive: bool,
}

/// ByteRangeLocks — the granted locks of one stream.
#[derive(Debug, Default)]
pub struct ByteRangeLocks {
    granted: Vec<Lock>,
}

impl ByteRangeLocks {
    /// Whether there is no lock at all, which is when fast I/O needs no check.
    pub fn is_empty(&self) -> bool {
        self.granted.is_empty()
    }

    /// Grants a lock unless an overlapping one stands against it: any lock against an exclusive one, an exclusive
    /// lock against a shared one, whoever owns it.
    pub fn lock(&mut self, range: Range, owner: LockOwner, exclusive: bool) -> bool {
        let against = |l: &Lock| (exclusive || l.exclusive) && l.range.overlaps(&range);
        let granted = !self.granted.iter().any(against);
        if granted {
            self.granted.push(Lock {
                range,
                owner,
                exclusive,
            });
        }
        granted
    }

    /// Takes back one lock of exactly this range.
    ///
    /// # Errors
    /// STATUS_RANGE_NOT_LOCKED.
    pub fn unlock(&mut self, range: Range, owner: LockOwner) -> Result<Lock, NTSTATUS> {
        let mut all = self.granted.iter();
        let found = all.position(|l| l.range == range && l.owner == owner);
        let index = found.ok_or(STATUS_RANGE_NOT_LOCKED)?;
        Ok(self.granted.remove(index))
    }

    /// Takes back every lock of a handle and process, or those with one key; gives them.
    pub fn unlock_all(&mut self, file: usize, process: usize, key: Option<u32>) -> Vec<Lock> {
        let owned = |l: &Lock| {
            l.owner.file == file
                && l.owner.process == process
                && key.is_none_or(|k| l.owner.key == k)
        };
        self.granted.extract_if(.., |l| owned(l)).collect()
    }

    /// Takes back every lock of a handle, at its cleanup.
    pub fn unlock_handle(&mut self, file: usize) {
        self.granted.retain(|l| l.owner.file != file);
    }

    /// Whether `owner` may read (or, `write`, change) the range: an exclusive lock of another owner forbids both,
    /// a shared lock of anybody forbids writing.
    pub fn allows(&self, range: Range, owner: LockOwner, write: bool) -> bool {
        let against = |l: &Lock| {
            l.range.overlaps(&range) && if l.exclusive { l.owner != owner } else { write }
        };
        !self.granted.iter().any(against)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: LockOwner = LockOwner {
        file: 1,
        process: 1,
        key: 0,
    };
    const OTHER: LockOwner = LockOwner {
        file: 2,
        process: 1,
        key: 0,
    };

    #[test]
    fn shared_locks_overlap_and_exclusive_ones_do_not() {
        let mut locks = ByteRangeLocks::default();
        assert!(locks.lock(Range::new(0, 10), ME, false));
        assert!(locks.lock(Range::new(5, 10), OTHER, false));
        assert!(!locks.lock(Range::new(9, 1), ME, true));
        assert!(locks.lock(Range::new(15, 1), ME, true));
        assert!(!locks.lock(Range::new(15, 1), ME, true));
    }

    #[test]
    fn access_follows_the_locks() {
        let mut locks = ByteRangeLocks::default();
        assert!(locks.lock(Range::new(0, 10), ME, true));
        assert!(locks.lock(Range::new(20, 10), ME, false));
        let cases = [
            (ME, 0, true, true),
            (OTHER, 0, false, false),
            (OTHER, 10, true, true),
            (OTHER, 20, false, true),
            (ME, 20, true, false),
        ];
        for (owner, offset, write, allowed) in cases {
            assert_eq!(
                locks.allows(Range::new(offset, 10), owner, write),
                allowed,
                "{owner:?} {offset}"
            );
        }
    }

    #[test]
    fn unlock_wants_exactly_the_range() {
        let mut locks = ByteRangeLocks::default();
        assert!(locks.lock(Range::new(u64::MAX, u64::MAX), ME, true));
        assert_eq!(
            locks.unlock(Range::new(u64::MAX, 1), ME).err(),
            Some(STATUS_RANGE_NOT_LOCKED)
        );
        assert_eq!(
            locks.unlock(Range::new(u64::MAX, u64::MAX), OTHER).err(),
            Some(STATUS_RANGE_NOT_LOCKED)
        );
        assert!(locks.unlock(Range::new(u64::MAX, u64::MAX), ME).is_ok());
        assert!(locks.is_empty());
    }

    #[test]
    fn unlock_all_by_key_keeps_the_others() {
        let mut locks = ByteRangeLocks::default();
        let keyed = LockOwner { key: 7, ..ME };
        assert!(
            locks.lock(Range::new(0, 1), ME, true) && locks.lock(Range::new(1, 1), keyed, true)
        );
        assert_eq!(locks.unlock_all(1, 1, Some(7)).len(), 1);
        assert_eq!(
            locks.unlock(Range::new(1, 1), keyed).err(),
            Some(STATUS_RANGE_NOT_LOCKED)
        );
        locks.unlock_handle(1);
        assert!(locks.is_empty());
    }
}
