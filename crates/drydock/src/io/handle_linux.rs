//! What a Linux program does to a file, in terms of Windows as WSL puts it: FILE_STAT_LX_INFORMATION, `$LX…` attributes,
//! reparse points for symbolic links, and deletion that takes the name at once.

use minifilter_sys::*;

use super::Handle;
use crate::volume::information::{i64_at, u32_at};
use crate::volume::linux_metadata::{LinuxMetadata, STAT_LX};
use crate::volume::reparse_point;

/// StatLx — FILE_STAT_LX_INFORMATION
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatLx {
    pub id: u64,
    pub creation: i64,
    pub last_access: i64,
    pub last_write: i64,
    pub change: i64,
    pub allocation: u64,
    pub size: u64,
    pub links: u32,
    pub uid: u32,
    pub gid: u32,
    /// Mode with the kind of file.
    pub mode: u32,
}

/// The longest target of a symbolic link, and what stands before it.
const LINK: usize = 4096 + 12;

impl Handle<'_> {
    /// FileStatLxInformation
    pub fn stat_lx(&self) -> Result<StatLx, NTSTATUS> {
        let mut bytes = [0; STAT_LX];
        self.query(FileStatLxInformation, &mut bytes)?;
        let wide = |offset| i64_at(&bytes, offset).map(i64::cast_unsigned);
        Ok(StatLx {
            id: wide(0)?,
            creation: i64_at(&bytes, 8)?,
            last_access: i64_at(&bytes, 16)?,
            last_write: i64_at(&bytes, 24)?,
            change: i64_at(&bytes, 32)?,
            allocation: wide(40)?,
            size: wide(48)?,
            links: u32_at(&bytes, 64)?,
            uid: u32_at(&bytes, 76)?,
            gid: u32_at(&bytes, 80)?,
            mode: u32_at(&bytes, 84)?,
        })
    }

    /// NtSetEaFile with Linux metadata.
    pub fn set_linux_metadata(&self, metadata: LinuxMetadata) -> Result<(), NTSTATUS> {
        self.set_eas(&metadata.to_eas()).map(|_| ())
    }

    /// FSCTL_SET_REPARSE_POINT — makes the file a symbolic link of Linux.
    pub fn set_link_target(&self, target: &[u8]) -> Result<(), NTSTATUS> {
        let data = reparse_point::symlink_data(target);
        self.fs_control(FSCTL_SET_REPARSE_POINT, &data, &mut [])
            .map(|_| ())
    }

    /// FSCTL_GET_REPARSE_POINT — where a symbolic link of Linux leads.
    pub fn link_target(&self) -> Result<Vec<u8>, NTSTATUS> {
        let mut data = vec![0; LINK];
        let end = self.fs_control(FSCTL_GET_REPARSE_POINT, &[], &mut data)?;
        data.truncate(end.information);
        reparse_point::symlink_target(&data).map(<[u8]>::to_vec)
    }

    /// FileDispositionInformationEx — the name goes when this handle does, whoever else has the file open.
    pub fn unlink(&self) -> Result<(), NTSTATUS> {
        let flags = FILE_DISPOSITION_DELETE
            | FILE_DISPOSITION_POSIX_SEMANTICS
            | FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE;
        self.set(FileDispositionInformationEx, &flags.to_le_bytes())
    }
}
