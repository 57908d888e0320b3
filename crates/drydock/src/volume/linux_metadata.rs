//! Linux metadata — mode and owner of a file, carried as WSL carries them: in the extended attributes `$LXMOD`, `$LXUID`
//! and `$LXGID`, and read back in FILE_STAT_LX_INFORMATION. The volume keeps them in the host's inode.

use minifilter_sys::*;

use super::HostVolume;
use super::answer::status_of;
use super::extended_attributes::Ea;
use super::host_directory::HostStat;
use super::host_metadata::HostNode;
use super::information::Record;
use super::open_file::OpenFile;

/// Bytes of FILE_STAT_INFORMATION.
pub const STAT: usize = 72;

/// Bytes of FILE_STAT_LX_INFORMATION.
pub const STAT_LX: usize = 96;

/// LX_FILE_METADATA_HAS_UID, _HAS_GID, _HAS_MODE and LX_FILE_CASE_SENSITIVE_DIR.
const HAS_ALL: u32 = 0x1 | 0x2 | 0x4;
const CASE_SENSITIVE_DIR: u32 = 0x10;

/// LinuxMetadata — what is to be set; `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinuxMetadata {
    /// Mode, with the kind of file.
    pub mode: Option<u32>,
    /// Owner.
    pub uid: Option<u32>,
    /// Group.
    pub gid: Option<u32>,
}

impl LinuxMetadata {
    /// As a list of FILE_FULL_EA_INFORMATION.
    #[must_use]
    pub fn to_eas(self) -> Vec<u8> {
        let parts = [
            ("$LXUID", self.uid),
            ("$LXGID", self.gid),
            ("$LXMOD", self.mode),
        ];
        let present: Vec<_> = parts
            .iter()
            .filter_map(|(name, value)| value.map(|v| (*name, v)))
            .collect();
        let mut list = Record::default();
        for (index, (name, value)) in present.iter().enumerate() {
            let bytes = 8 + name.len() + 1 + 4;
            let next = if index + 1 == present.len() {
                0
            } else {
                bytes.next_multiple_of(4)
            };
            let head = Record::default()
                .u32(next as u32)
                .u8(0)
                .u8(name.len() as u8)
                .u8(4)
                .u8(0);
            let named = name.bytes().chain([0]).fold(head, Record::u8);
            list = list.record(&named.u32(*value).pad_to(next));
        }
        list.0
    }

    /// Takes its own out of a list of attributes; gives the others back.
    ///
    /// # Errors
    /// STATUS_EA_LIST_INCONSISTENT for a value of another length.
    pub(super) fn take_from(all: Vec<Ea>) -> Result<(Self, Vec<Ea>), NTSTATUS> {
        let (mut found, mut others) = (Self::default(), Vec::new());
        for ea in all {
            if !found.take(&ea.name, &ea.value)? {
                others.push(ea);
            }
        }
        Ok((found, others))
    }

    fn take(&mut self, name: &[u8], value: &[u8]) -> Result<bool, NTSTATUS> {
        // Names of extended attributes are compared without case.
        let place = match name.to_ascii_uppercase().as_slice() {
            b"$LXUID" => &mut self.uid,
            b"$LXGID" => &mut self.gid,
            b"$LXMOD" => &mut self.mode,
            _ => return Ok(false),
        };
        let value = value.try_into().map_err(|_| STATUS_EA_LIST_INCONSISTENT)?;
        *place = Some(u32::from_le_bytes(value));
        Ok(true)
    }
}

impl HostVolume {
    /// Puts metadata into the host's inode. The owner goes first, since a change of it takes bits away from the mode.
    pub(super) fn apply_linux_metadata(
        &self,
        node: &HostNode<'_>,
        new: LinuxMetadata,
    ) -> Result<(), NTSTATUS> {
        if new.uid.is_some() || new.gid.is_some() {
            self.host
                .set_owner(node, new.uid, new.gid)
                .map_err(status_of)?;
        }
        match new.mode {
            Some(mode) => self.host.set_mode(node, mode).map_err(status_of),
            None => Ok(()),
        }
    }

    /// Finds an open file on the host: by its name, or by itself once that is gone.
    pub(super) fn with_host_node<R>(
        &self,
        open: &OpenFile,
        work: impl FnOnce(&HostNode<'_>) -> Result<R, NTSTATUS>,
    ) -> Result<R, NTSTATUS> {
        let path = self.state.lock().names.host_path(open.link);
        match (path, open.fcb.opened_host_file()) {
            (Some(path), _) => work(&HostNode::Path(&path)),
            (None, Some(file)) if open.fcb.stream.is_empty() => work(&HostNode::File(&file)),
            (None, _) => Err(STATUS_FILE_DELETED),
        }
    }

    /// FILE_STAT_INFORMATION, with which FILE_STAT_LX_INFORMATION begins.
    pub(super) fn stat_record(&self, stat: &HostStat, access: u32) -> Record {
        let times = stat.times;
        Record::default()
            .u64(stat.id)
            .i64(times.creation)
            .i64(times.last_access)
            .i64(times.last_write)
            .i64(times.change)
            .u64(stat.allocation)
            .u64(stat.size)
            .u32(self.attributes(stat))
            .u32(self.reparse_tag(stat))
            .u32(stat.links)
            .u32(access)
    }

    /// FILE_STAT_LX_INFORMATION of a stat.
    pub(super) fn stat_lx(&self, stat: &HostStat, access: u32) -> Record {
        let head = self.stat_record(stat, access);
        if !self.host.is_linux() {
            return head.pad_to(STAT_LX);
        }
        let flags = HAS_ALL
            | if stat.directory {
                CASE_SENSITIVE_DIR
            } else {
                0
            };
        head.u32(flags)
            .u32(stat.uid)
            .u32(stat.gid)
            .u32(stat.mode)
            .pad_to(STAT_LX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &[u8]) -> Result<(LinuxMetadata, usize), NTSTATUS> {
        let (found, others) = LinuxMetadata::take_from(Ea::read_list(list)?)?;
        Ok((found, others.len()))
    }

    #[test]
    fn metadata_survive_the_way_through_extended_attributes() {
        let all = LinuxMetadata {
            mode: Some(0o100_644),
            uid: Some(1000),
            gid: Some(7),
        };
        let one = LinuxMetadata {
            gid: Some(1),
            ..LinuxMetadata::default()
        };
        for metadata in [all, one, LinuxMetadata::default()] {
            assert_eq!(read(&metadata.to_eas()), Ok((metadata, 0)));
        }
    }

    #[test]
    fn other_attributes_are_left_and_damaged_lists_refused() {
        let mut list = LinuxMetadata {
            mode: Some(1),
            ..LinuxMetadata::default()
        }
        .to_eas();
        assert_eq!(read(&list[..10]), Err(STATUS_EA_LIST_INCONSISTENT));
        list[8] = b'x';
        assert_eq!(read(&list), Ok((LinuxMetadata::default(), 1)));
    }
}
