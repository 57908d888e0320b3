//! Reparse points — whatever tag they have, kept beside the host's files for as long as the volume is mounted; and symbolic
//! links of Linux, IO_REPARSE_TAG_LX_SYMLINK, which a volume for Linux programs keeps as links of the host.

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, status_of, success};
use super::fcb::Kind;
use super::host_directory::HostStat;
use super::information::{Record, u32_at};
use super::namespace::ROOT;
use super::open_file::OpenFile;

/// Version of the link's data, which stands before the target in UTF-8.
const VERSION: u32 = 2;

/// MAXIMUM_REPARSE_DATA_BUFFER_SIZE.
const MOST: usize = 16 * 1024;
/// Bit of a tag that Microsoft gave out: no GUID stands behind the header.
const MICROSOFT: u32 = 0x8000_0000;
/// Bit of a tag that directories with entries may have.
const FULL_DIRECTORY: u32 = 0x1000_0000;
/// Tags up to this one are reserved.
const RESERVED: u32 = 1;

/// Bytes of a REPARSE_DATA_BUFFER_EX before what it sets.
const EXTENDED: usize = 32;
/// REPARSE_DATA_EX_FLAG_GIVEN_TAG_OR_NONE.
const GIVEN_TAG_OR_NONE: u32 = 1;

/// Header — what identifies a reparse point: its tag and, if that is nobody's at Microsoft, its owner's GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    tag: u32,
    guid: Option<[u8; 16]>,
    /// Bytes of its own.
    length: usize,
}

impl Header {
    /// Reads a REPARSE_DATA_BUFFER or REPARSE_GUID_DATA_BUFFER.
    ///
    /// # Errors
    /// STATUS_IO_REPARSE_DATA_INVALID and STATUS_IO_REPARSE_TAG_INVALID.
    fn read(buffer: &[u8]) -> Result<Self, NTSTATUS> {
        let invalid = |_| STATUS_IO_REPARSE_DATA_INVALID;
        let tag = u32_at(buffer, 0).map_err(invalid)?;
        let length = (u32_at(buffer, 4).map_err(invalid)? & 0xFFFF) as usize;
        let (guid, data) = match tag & MICROSOFT {
            0 => (buffer.get(8..24).and_then(|guid| guid.try_into().ok()), 24),
            _ => (None, 8),
        };
        if buffer.len() > MOST || data + length != buffer.len() {
            return Err(STATUS_IO_REPARSE_DATA_INVALID);
        }
        if tag <= RESERVED {
            return Err(STATUS_IO_REPARSE_TAG_INVALID);
        }
        Ok(Self { tag, guid, length })
    }

    /// Whether a caller who gives `self` may change or take away `present`.
    fn owns(&self, present: &Self) -> Result<(), NTSTATUS> {
        if self.tag != present.tag {
            return Err(STATUS_IO_REPARSE_TAG_MISMATCH);
        }
        match self.guid == present.guid {
            true => Ok(()),
            false => Err(STATUS_REPARSE_ATTRIBUTE_CONFLICT),
        }
    }
}

/// Met — a reparse point on the way of a create, and the bytes of the name behind it.
#[derive(Clone, Debug)]
pub struct Met {
    /// As it was set.
    pub data: Vec<u8>,
    /// UnparsedNameLength.
    pub unparsed: usize,
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
    /// The reparse tag of a file, 0 for none.
    pub(super) fn reparse_tag(&self, stat: &HostStat) -> u32 {
        if stat.symlink {
            return IO_REPARSE_TAG_LX_SYMLINK;
        }
        let points = self.reparse_points.lock();
        points
            .get(&stat.id)
            .map_or(0, |data| u32_at(data, 0).unwrap_or(0))
    }

    /// The reparse point of a file at a path of the host.
    pub(super) fn reparse_data(&self, stat: &HostStat, path: &str) -> Option<Vec<u8>> {
        if stat.symlink {
            return self
                .host
                .read_symlink(path)
                .ok()
                .map(|target| symlink_data(&target));
        }
        self.reparse_points.lock().get(&stat.id).cloned()
    }

    /// Whether a file anywhere has a reparse point of this volume's own.
    pub(super) fn has_reparse_points(&self) -> bool {
        !self.reparse_points.lock().is_empty()
    }

    /// FSCTL_SET_REPARSE_POINT — sets a reparse point, or changes the data of one that has the same tag.
    pub(super) fn set_reparse_point(&self, open: &OpenFile, data: &[u8]) -> Answer {
        self.put_reparse_point(open, data, Header::owns)
    }

    /// FSCTL_SET_REPARSE_POINT_EX — sets a reparse point in the place of the one that the caller names.
    pub(super) fn replace_reparse_point(&self, open: &OpenFile, data: &[u8]) -> Answer {
        let invalid = |_| STATUS_IO_REPARSE_DATA_INVALID;
        let (flags, tag) = (
            u32_at(data, 0).map_err(invalid)?,
            u32_at(data, 4).map_err(invalid)?,
        );
        let own = data.get(EXTENDED..).ok_or(STATUS_IO_REPARSE_DATA_INVALID)?;
        let named = Header {
            tag,
            guid: data
                .get(8..24)
                .filter(|_| tag & MICROSOFT == 0)
                .and_then(|guid| guid.try_into().ok()),
            length: 0,
        };
        let absent = !self.reparse_points.lock().contains_key(&open.fcb.key.id);
        if absent && tag != 0 && flags & GIVEN_TAG_OR_NONE == 0 {
            return Err(STATUS_IO_REPARSE_TAG_MISMATCH);
        }
        self.put_reparse_point(open, own, |_, present| named.owns(present))
    }

    fn put_reparse_point(
        &self,
        open: &OpenFile,
        data: &[u8],
        allows: impl FnOnce(&Header, &Header) -> Result<(), NTSTATUS>,
    ) -> Answer {
        if self.host.is_linux() && u32_at(data, 0) == Ok(IO_REPARSE_TAG_LX_SYMLINK) {
            return self.make_symlink(open, data);
        }
        open.require(FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES)?;
        if open.fcb.kind == Kind::Volume || !open.fcb.stream.is_empty() {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let new = Header::read(data)?;
        if open.fcb.kind == Kind::Directory && new.tag & FULL_DIRECTORY == 0 {
            let mut state = self.state.lock();
            if open.link == ROOT || !self.is_empty(&mut state, open.link)? {
                return Err(STATUS_DIRECTORY_NOT_EMPTY);
            }
        }
        let mut points = self.reparse_points.lock();
        if let Some(present) = points.get(&open.fcb.key.id) {
            allows(&new, &Header::read(present)?)?;
        }
        points.insert(open.fcb.key.id, data.to_vec());
        drop(points);
        self.changed_through(open, FILE_NOTIFY_CHANGE_ATTRIBUTES);
        success(0)
    }

    /// Makes an empty file a symbolic link of Linux.
    ///
    /// The host's link is a new inode, so the open file goes on as one that has lost its own: who opens the name from
    /// now on gets the link, with another file id. On NTFS the id would stay.
    fn make_symlink(&self, open: &OpenFile, data: &[u8]) -> Answer {
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

    /// FSCTL_GET_REPARSE_POINT — the data of a reparse point.
    pub(super) fn get_reparse_point(&self, open: &OpenFile, buffer: &mut [u8]) -> Answer {
        let path = self.state.lock().names.host_path(open.link);
        let path = path.ok_or(STATUS_FILE_DELETED)?;
        let stat = self.host.stat(&path).map_err(status_of)?;
        let data = self.reparse_data(&stat, &path);
        let data = data.ok_or(STATUS_NOT_A_REPARSE_POINT)?;
        if buffer.len() < 8 {
            return Err(STATUS_BUFFER_TOO_SMALL);
        }
        Record(data).deliver(buffer, 8)
    }

    /// FSCTL_DELETE_REPARSE_POINT — takes a reparse point away; the caller names its tag, and no data.
    pub(super) fn delete_reparse_point(&self, open: &OpenFile, data: &[u8]) -> Answer {
        open.require(FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES)?;
        let named = Header::read(data)?;
        if named.length != 0 {
            return Err(STATUS_IO_REPARSE_DATA_INVALID);
        }
        let mut points = self.reparse_points.lock();
        let present = points.get(&open.fcb.key.id);
        named.owns(&Header::read(present.ok_or(STATUS_NOT_A_REPARSE_POINT)?)?)?;
        points.remove(&open.fcb.key.id);
        drop(points);
        self.changed_through(open, FILE_NOTIFY_CHANGE_ATTRIBUTES);
        success(0)
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
