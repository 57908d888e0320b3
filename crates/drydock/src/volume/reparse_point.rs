//! Reparse points — of the one kind this volume keeps: symbolic links of Linux, IO_REPARSE_TAG_LX_SYMLINK.

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, status_of, success};
use super::fcb::Kind;
use super::host_directory::HostStat;
use super::information::{Record, u32_at};
use super::open_file::OpenFile;

/// Version of the link's data, which stands before the target in UTF-8.
const VERSION: u32 = 2;

/// The reparse tag of a file, 0 for none.
pub fn tag_of(stat: &HostStat) -> u32 {
    if stat.symlink {
        IO_REPARSE_TAG_LX_SYMLINK
    } else {
        0
    }
}

/// REPARSE_DATA_BUFFER of a symbolic link.
pub fn symlink_data(target: &[u8]) -> Vec<u8> {
    let head = Record::default()
        .u32(IO_REPARSE_TAG_LX_SYMLINK)
        .u32(4 + target.len() as u32)
        .u32(VERSION);
    target.iter().copied().fold(head, Record::u8).0
}

/// The target in a REPARSE_DATA_BUFFER of a symbolic link.
///
/// # Errors
/// STATUS_IO_REPARSE_DATA_INVALID for other data, STATUS_IO_REPARSE_TAG_NOT_HANDLED for another tag.
pub fn symlink_target(data: &[u8]) -> Result<&[u8], NTSTATUS> {
    let invalid = |_| STATUS_IO_REPARSE_DATA_INVALID;
    if u32_at(data, 0).map_err(invalid)? != IO_REPARSE_TAG_LX_SYMLINK {
        return Err(STATUS_IO_REPARSE_TAG_NOT_HANDLED);
    }
    let length = (u32_at(data, 4).map_err(invalid)? & 0xFFFF) as usize;
    let known = u32_at(data, 8).map_err(invalid)? == VERSION;
    match data.get(12..8 + length) {
        Some(target) if known && !target.is_empty() => Ok(target),
        _ => Err(STATUS_IO_REPARSE_DATA_INVALID),
    }
}

impl HostVolume {
    /// FSCTL_SET_REPARSE_POINT — makes an empty file a symbolic link.
    ///
    /// The host's link is a new inode, so the open file goes on as one that has lost its own: who opens the name from
    /// now on gets the link, with another file id. On NTFS the id would stay.
    pub(super) fn set_reparse_point(&self, open: &OpenFile, data: &[u8]) -> Answer {
        if !self.host.is_linux() {
            return Err(STATUS_INVALID_DEVICE_REQUEST);
        }
        let target = std::str::from_utf8(symlink_target(data)?)
            .map_err(|_| STATUS_IO_REPARSE_DATA_INVALID)?;
        if open.fcb.kind != Kind::File || !open.fcb.stream.is_empty() || open.fcb.size() != 0 {
            return Err(STATUS_IO_REPARSE_DATA_INVALID);
        }
        let mut state = self.state.lock();
        let path = state
            .names
            .host_path(open.link)
            .ok_or(STATUS_FILE_DELETED)?;
        self.host
            .replace_by_symlink(&path, target)
            .map_err(status_of)?;
        let gone = state.fcbs.remove_file(open.fcb.key.id);
        drop(state);
        self.tear_down(gone);
        success(0)
    }

    /// FSCTL_GET_REPARSE_POINT — the data of a symbolic link.
    pub(super) fn get_reparse_point(&self, open: &OpenFile, buffer: &mut [u8]) -> Answer {
        let path = self.state.lock().names.host_path(open.link);
        let path = path.ok_or(STATUS_FILE_DELETED)?;
        if !self.host.stat(&path).map_err(status_of)?.symlink {
            return Err(STATUS_NOT_A_REPARSE_POINT);
        }
        let target = self.host.read_symlink(&path).map_err(status_of)?;
        Record(symlink_data(&target)).deliver(buffer, 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_survives_the_way_through_reparse_data() {
        assert_eq!(
            symlink_target(&symlink_data(b"../x")),
            Ok(b"../x".as_slice())
        );
        assert_eq!(
            symlink_target(&symlink_data(b"")),
            Err(STATUS_IO_REPARSE_DATA_INVALID)
        );
        assert_eq!(symlink_target(&[]), Err(STATUS_IO_REPARSE_DATA_INVALID));
        let other = IO_REPARSE_TAG_MOUNT_POINT.to_le_bytes();
        assert_eq!(
            symlink_target(&other),
            Err(STATUS_IO_REPARSE_TAG_NOT_HANDLED)
        );
    }
}
