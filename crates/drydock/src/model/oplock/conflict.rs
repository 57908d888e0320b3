//! Which operations break which oplocks, and to what.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use minifilter_sys::*;

use super::level::{HANDLE, Kind, Level, READ, WRITE};

/// Conflict — what somebody is about to do to the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Open it, for more than its attributes.
    Open {
        /// Its contents go.
        overwrites: bool,
        /// It is to be written.
        writes: bool,
    },
    /// Open it although those who have it open do not share it.
    Sharing,
    /// Read it.
    Read,
    /// Write it, lock a range of it, or change its size.
    Write,
    /// Rename it, delete it, or give it another name.
    Rename,
    /// FltOplockBreakToNone.
    ToNone,
    /// FltOplockBreakH.
    Handle,
}

/// Access that is none to the data: such an open breaks nothing.
const ATTRIBUTES: u32 = FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | SYNCHRONIZE;
/// Access that a filter oplock lets others have.
const READING: u32 = ATTRIBUTES | FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE | READ_CONTROL;

impl Conflict {
    /// What a create is, if it can break anything.
    #[must_use]
    pub fn of_create(access: u32, disposition: u32) -> Option<Self> {
        let overwrites = matches!(
            disposition,
            FILE_SUPERSEDE | FILE_OVERWRITE | FILE_OVERWRITE_IF
        );
        let writes = access & !READING != 0;
        let harmless = access & !ATTRIBUTES == 0 && !overwrites;
        (!harmless).then_some(Self::Open { overwrites, writes })
    }

    /// What a change of information is, if it can break anything.
    #[must_use]
    pub fn of_class(class: FILE_INFORMATION_CLASS) -> Option<Self> {
        match class {
            FileEndOfFileInformation
            | FileAllocationInformation
            | FileValidDataLengthInformation => Some(Self::Write),
            FileRenameInformation
            | FileRenameInformationEx
            | FileLinkInformation
            | FileLinkInformationEx
            | FileDispositionInformation
            | FileDispositionInformationEx => Some(Self::Rename),
            _ => None,
        }
    }

    /// What the holder of an oplock may still cache afterwards; `None` when the oplock stays.
    #[must_use]
    pub fn leaves(self, held: Level, same_key: bool) -> Option<u32> {
        let old = held.kind != Kind::Cache;
        let unbroken = same_key && (held.kind != Kind::Level2 || self != Self::Write);
        if unbroken && self != Self::ToNone {
            return None;
        }
        let left = match self {
            Self::ToNone => 0,
            Self::Write => 0,
            Self::Open {
                overwrites: true, ..
            } => 0,
            // A filter oplock bears readers; what it breaks to is none.
            _ if held.kind == Kind::Filter => match self {
                Self::Read | Self::Open { writes: false, .. } => held.cache,
                _ => 0,
            },
            Self::Open { .. } | Self::Read => held.cache & !WRITE,
            // The others break to level 2 or to what is left without the handle.
            Self::Sharing | Self::Rename | Self::Handle if held.cache & HANDLE == 0 => held.cache,
            Self::Sharing | Self::Rename | Self::Handle if old => READ,
            Self::Sharing | Self::Rename | Self::Handle => held.cache & !HANDLE,
        };
        // The older kinds know nothing between all and level 2.
        let left = if old && left != held.cache {
            left & READ
        } else {
            left
        };
        (left != held.cache).then_some(left)
    }

    /// Whether the operation waits for the holder: not where only read caching and handles go by a write.
    #[must_use]
    pub fn waits(self, held: Level) -> bool {
        let reading = held.cache & WRITE == 0 && held.kind == Kind::Cache;
        held.wants_acknowledgment() && !(reading && self == Self::Write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Conflict = Conflict::Open {
        overwrites: false,
        writes: true,
    };
    const OVERWRITE: Conflict = Conflict::Open {
        overwrites: true,
        writes: true,
    };

    fn cache(cache: u32) -> Level {
        Level::cache(cache).expect("a level")
    }

    #[test]
    fn an_open_takes_write_caching_and_an_overwrite_takes_all() {
        let batch = Level::old(Kind::Batch);
        assert_eq!(OPEN.leaves(batch, false), Some(READ));
        assert_eq!(OVERWRITE.leaves(batch, false), Some(0));
        assert_eq!(OPEN.leaves(batch, true), None);
        assert_eq!(
            OPEN.leaves(cache(READ | WRITE | HANDLE), false),
            Some(READ | HANDLE)
        );
        assert_eq!(OPEN.leaves(cache(READ), false), None);
        assert_eq!(OVERWRITE.leaves(cache(READ), false), Some(0));
        let none = Conflict::of_create(FILE_READ_ATTRIBUTES | SYNCHRONIZE, FILE_OPEN);
        assert_eq!(none, None);
        assert_eq!(
            Conflict::of_create(FILE_READ_ATTRIBUTES, FILE_OVERWRITE),
            Some(Conflict::Open {
                overwrites: true,
                writes: false
            })
        );
    }

    #[test]
    fn a_filter_oplock_bears_readers() {
        let filter = Level::old(Kind::Filter);
        let reader = Conflict::of_create(FILE_GENERIC_READ, FILE_OPEN).expect("an open");
        assert_eq!(reader.leaves(filter, false), None);
        assert_eq!(Conflict::Read.leaves(filter, false), None);
        assert_eq!(OPEN.leaves(filter, false), Some(0));
        assert_eq!(Conflict::Sharing.leaves(filter, false), Some(0));
    }

    #[test]
    fn a_write_takes_all_and_level_2_goes_even_by_the_holder() {
        let level_2 = Level::old(Kind::Level2);
        assert_eq!(Conflict::Write.leaves(level_2, true), Some(0));
        assert_eq!(Conflict::Write.leaves(cache(READ), true), None);
        assert_eq!(Conflict::Write.leaves(cache(READ | HANDLE), false), Some(0));
        assert!(!Conflict::Write.waits(cache(READ | HANDLE)));
        assert!(Conflict::Write.waits(cache(READ | WRITE)));
        assert!(!Conflict::Write.waits(level_2));
    }

    #[test]
    fn names_and_sharing_are_about_handles() {
        for conflict in [Conflict::Sharing, Conflict::Rename, Conflict::Handle] {
            assert_eq!(conflict.leaves(cache(READ | HANDLE), false), Some(READ));
            assert_eq!(
                conflict.leaves(cache(READ | WRITE | HANDLE), false),
                Some(READ | WRITE)
            );
            assert_eq!(conflict.leaves(cache(READ | WRITE), false), None);
            assert_eq!(conflict.leaves(Level::old(Kind::Batch), false), Some(READ));
            assert_eq!(conflict.leaves(Level::old(Kind::Level1), false), None);
        }
    }
}
