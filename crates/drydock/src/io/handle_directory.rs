//! NtQueryDirectoryFile and NtQueryVolumeInformationFile.

use minifilter_sys::*;

use super::{End, Handle};
use crate::volume::information::{i64_at, text_at, u32_at};

/// Entry — one entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub size: u64,
    pub attributes: u32,
    pub id: u64,
}

/// Bytes of the buffer a listing is fetched with: small, so that long listings take several turns.
const BUFFER: usize = 4096;

impl Handle<'_> {
    /// Lists a directory from its start; `.` and `..` are left out.
    pub fn list(&self, pattern: &str) -> Result<Vec<Entry>, NTSTATUS> {
        let mut entries = Vec::new();
        let mut buffer = vec![0; BUFFER];
        let mut flags = SL_RESTART_SCAN;
        loop {
            match self.query_directory(FileIdBothDirectoryInformation, pattern, flags, &mut buffer)
            {
                Ok(end) => parse(&buffer[..end.information.min(BUFFER)], &mut entries)?,
                Err(STATUS_NO_MORE_FILES | STATUS_NO_SUCH_FILE) => break,
                Err(status) => return Err(status),
            }
            flags = 0;
        }
        entries.retain(|entry| !matches!(entry.name.as_str(), "." | ".."));
        self.io.let_system_work();
        Ok(entries)
    }

    /// One turn of a listing in any class.
    pub fn query_directory(
        &self,
        class: FILE_INFORMATION_CLASS,
        pattern: &str,
        operation_flags: u8,
        out: &mut [u8],
    ) -> Result<End, NTSTATUS> {
        self.require(FILE_LIST_DIRECTORY)?;
        let mut units: Vec<u16> = pattern.encode_utf16().collect();
        let bytes = u16::try_from(units.len() * 2).map_err(|_| STATUS_OBJECT_NAME_INVALID)?;
        let mut text = UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: units.as_mut_ptr(),
        };
        let query = FLT_PARAMETERS_QUERY_DIRECTORY {
            Length: u32::try_from(out.len()).map_err(|_| STATUS_INVALID_PARAMETER)?,
            FileName: if units.is_empty() {
                std::ptr::null_mut()
            } else {
                &raw mut text
            },
            FileInformationClass: class,
            _padding: 0,
            FileIndex: 0,
            DirectoryBuffer: out.as_mut_ptr().cast(),
            MdlAddress: std::ptr::null_mut(),
        };
        let mut iopb = self.block(
            IRP_MJ_DIRECTORY_CONTROL,
            IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION,
        );
        iopb.MinorFunction = IRP_MN_QUERY_DIRECTORY;
        iopb.OperationFlags = operation_flags;
        iopb.Parameters = FLT_PARAMETERS {
            DirectoryControl: FLT_PARAMETERS_DIRECTORY_CONTROL {
                QueryDirectory: query,
            },
        };
        self.io.irp(&mut iopb)
    }

    /// NtQueryVolumeInformationFile
    pub fn query_volume(
        &self,
        class: FS_INFORMATION_CLASS,
        out: &mut [u8],
    ) -> Result<End, NTSTATUS> {
        let query = FLT_PARAMETERS_VOLUME_INFORMATION {
            Length: u32::try_from(out.len()).map_err(|_| STATUS_INVALID_PARAMETER)?,
            _padding1: 0,
            FsInformationClass: class,
            _padding2: 0,
            VolumeBuffer: out.as_mut_ptr().cast(),
        };
        let mut iopb = self.block(
            IRP_MJ_QUERY_VOLUME_INFORMATION,
            IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION,
        );
        iopb.Parameters = FLT_PARAMETERS {
            QueryVolumeInformation: query,
        };
        let end = self.io.irp(&mut iopb);
        self.io.let_system_work();
        end
    }
}

/// Reads a buffer of FILE_ID_BOTH_DIR_INFORMATION entries.
fn parse(buffer: &[u8], entries: &mut Vec<Entry>) -> Result<(), NTSTATUS> {
    let mut rest = buffer;
    loop {
        entries.push(Entry {
            name: text_at(rest, 60, 104)?,
            size: i64_at(rest, 40)?.cast_unsigned(),
            attributes: u32_at(rest, 56)?,
            id: i64_at(rest, 96)?.cast_unsigned(),
        });
        match u32_at(rest, 0)? as usize {
            0 => return Ok(()),
            next => rest = rest.get(next..).ok_or(STATUS_INVALID_PARAMETER)?,
        }
    }
}
