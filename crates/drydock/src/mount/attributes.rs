//! FILE_STAT_LX_INFORMATION as Linux shows it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fuser::{FileAttr, FileType, INodeNo};

use crate::io::StatLx;

/// Units of 100 ns from 1601 to 1970.
const EPOCH: i64 = 11_644_473_600 * 10_000_000;

/// The attributes of node `ino`.
pub fn of(ino: u64, stat: &StatLx) -> FileAttr {
    FileAttr {
        ino: INodeNo(ino),
        size: stat.size,
        blocks: stat.allocation.div_ceil(512),
        atime: time(stat.last_access),
        mtime: time(stat.last_write),
        ctime: time(stat.change),
        crtime: time(stat.creation),
        kind: kind(stat.mode),
        perm: (stat.mode & 0o7777) as u16,
        nlink: stat.links,
        uid: stat.uid,
        gid: stat.gid,
        rdev: 0,
        blksize: 4096,
        flags: 0,
    }
}

fn kind(mode: u32) -> FileType {
    match mode & libc::S_IFMT {
        libc::S_IFDIR => FileType::Directory,
        libc::S_IFLNK => FileType::Symlink,
        _ => FileType::RegularFile,
    }
}

fn time(filetime: i64) -> SystemTime {
    let since = filetime - EPOCH;
    let distance = Duration::from_nanos(since.unsigned_abs().saturating_mul(100));
    match since >= 0 {
        true => UNIX_EPOCH + distance,
        false => UNIX_EPOCH - distance,
    }
}

/// A time of Linux in 100 ns units since 1601; before that there is none.
pub fn filetime(time: SystemTime) -> i64 {
    let units = |distance: Duration| i64::try_from(distance.as_nanos() / 100).unwrap_or(i64::MAX);
    let since = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => units(after),
        Err(before) => -units(before.duration()),
    };
    since.saturating_add(EPOCH).max(1)
}

/// Whether a process may do what `mask` (R_OK, W_OK, X_OK) says, as Linux decides it; groups beside its first one are
/// not asked for.
pub fn permits(stat: &StatLx, uid: u32, gid: u32, mask: i32) -> bool {
    let wanted = mask.cast_unsigned() & 7;
    let is_directory = stat.mode & libc::S_IFMT == libc::S_IFDIR;
    if uid == 0 {
        let executes = wanted & 1 != 0;
        return !executes || is_directory || stat.mode & 0o111 != 0;
    }
    let shift = match () {
        () if stat.uid == uid => 6,
        () if stat.gid == gid => 3,
        () => 0,
    };
    wanted & !(stat.mode >> shift) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: StatLx = StatLx {
        id: 5,
        creation: EPOCH,
        last_access: EPOCH - 10_000_000,
        last_write: EPOCH + 10_000_001,
        change: EPOCH,
        allocation: 4096,
        size: 1,
        links: 1,
        uid: 1000,
        gid: 100,
        mode: 0o100_640,
    };

    #[test]
    fn times_before_and_after_1970_survive_both_ways() {
        let attributes = of(5, &STAT);
        assert_eq!(attributes.atime, UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(attributes.mtime, UNIX_EPOCH + Duration::new(1, 100));
        for (shown, kept) in [
            (attributes.atime, STAT.last_access),
            (attributes.mtime, STAT.last_write),
        ] {
            assert_eq!(filetime(shown), kept);
        }
        assert_eq!((attributes.perm, attributes.blocks), (0o640, 8));
    }

    #[test]
    fn permission_is_by_owner_group_and_others() {
        let cases = [
            (0, 0, 6, true),
            (0, 0, 1, false),
            (1000, 0, 6, true),
            (1000, 0, 1, false),
            (1, 100, 4, true),
            (1, 100, 2, false),
            (1, 1, 4, false),
        ];
        for (uid, gid, mask, allowed) in cases {
            assert_eq!(
                permits(&STAT, uid, gid, mask),
                allowed,
                "{uid} {gid} {mask}"
            );
        }
    }
}
