//! SHARE_ACCESS — who may open a stream beside those who have it open (IoCheckShareAccess and its relatives).

use minifilter_sys::*;

/// ShareMode — what one open asks for and what it lets others have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShareMode {
    pub read: bool,
    pub write: bool,
    pub delete: bool,
    pub share_read: bool,
    pub share_write: bool,
    pub share_delete: bool,
}

impl ShareMode {
    /// From a create's granted access and share access.
    pub fn new(access: u32, share: u32) -> Self {
        Self {
            read: access & (FILE_READ_DATA | FILE_EXECUTE) != 0,
            write: access & (FILE_WRITE_DATA | FILE_APPEND_DATA) != 0,
            delete: access & DELETE != 0,
            share_read: share & FILE_SHARE_READ != 0,
            share_write: share & FILE_SHARE_WRITE != 0,
            share_delete: share & FILE_SHARE_DELETE != 0,
        }
    }

    /// An open for attributes alone neither hinders nor is hindered.
    pub fn counts(&self) -> bool {
        self.read || self.write || self.delete
    }
}

/// ShareAccess — the opens of a stream that count.
#[derive(Clone, Debug, Default)]
pub struct ShareAccess {
    opens: Vec<ShareMode>,
}

impl ShareAccess {
    /// IoCheckShareAccess — whether the new open and all present ones let each other be.
    pub fn allows(&self, new: &ShareMode) -> bool {
        let both = |old: &ShareMode| {
            (!new.read || old.share_read)
                && (!new.write || old.share_write)
                && (!new.delete || old.share_delete)
                && (!old.read || new.share_read)
                && (!old.write || new.share_write)
                && (!old.delete || new.share_delete)
        };
        !new.counts() || self.opens.iter().all(both)
    }

    /// Whether anybody can write.
    pub fn has_writers(&self) -> bool {
        self.opens.iter().any(|open| open.write)
    }

    /// IoUpdateShareAccess — counts an open.
    pub fn add(&mut self, open: ShareMode) {
        if open.counts() {
            self.opens.push(open);
        }
    }

    /// IoRemoveShareAccess — stops counting an open, at its cleanup.
    pub fn remove(&mut self, open: &ShareMode) {
        if let Some(index) = self.opens.iter().position(|o| o == open) {
            self.opens.swap_remove(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: u32 = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

    #[test]
    fn conflicts_are_found_in_both_directions() {
        let cases = [
            // present access, present share, new access, new share, allowed
            (
                FILE_READ_DATA,
                FILE_SHARE_READ,
                FILE_READ_DATA,
                FILE_SHARE_READ,
                true,
            ),
            (FILE_READ_DATA, FILE_SHARE_READ, FILE_WRITE_DATA, ALL, false),
            (FILE_WRITE_DATA, ALL, FILE_READ_DATA, FILE_SHARE_READ, false),
            (
                FILE_WRITE_DATA,
                ALL,
                FILE_READ_DATA,
                FILE_SHARE_READ | FILE_SHARE_WRITE,
                true,
            ),
            (FILE_READ_DATA, FILE_SHARE_READ, DELETE, ALL, false),
            (DELETE, ALL, FILE_READ_DATA, FILE_SHARE_READ, false),
            (FILE_EXECUTE, 0, FILE_READ_DATA, ALL, false),
            (FILE_APPEND_DATA, 0, FILE_READ_ATTRIBUTES, 0, true),
            (FILE_READ_ATTRIBUTES, 0, FILE_WRITE_DATA, 0, true),
        ];
        for (old, old_share, new, new_share, allowed) in cases {
            let mut access = ShareAccess::default();
            access.add(ShareMode::new(old, old_share));
            let new = ShareMode::new(new, new_share);
            assert_eq!(access.allows(&new), allowed, "{old:#x} {old_share} {new:?}");
        }
    }

    #[test]
    fn a_removed_open_no_longer_hinders() {
        let mut access = ShareAccess::default();
        let exclusive = ShareMode::new(FILE_READ_DATA, 0);
        access.add(exclusive);
        assert!(!access.allows(&exclusive));
        access.remove(&exclusive);
        assert!(access.allows(&exclusive));
    }
}
