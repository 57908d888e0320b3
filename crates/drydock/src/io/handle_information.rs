//! NtQueryInformationFile and NtSetInformationFile — with what the I/O manager does itself.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use minifilter_sys::*;

use super::{End, Handle};
use crate::volume::information::{Record, i64_at, text_bytes, u32_at};

/// BasicInformation — FILE_BASIC_INFORMATION
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasicInformation {
    pub creation: i64,
    pub last_access: i64,
    pub last_write: i64,
    pub change: i64,
    pub attributes: u32,
}

/// StandardInformation — FILE_STANDARD_INFORMATION
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardInformation {
    pub allocation: u64,
    pub size: u64,
    pub links: u32,
    pub delete_pending: bool,
    pub directory: bool,
}

impl Handle<'_> {
    /// Queries any class into a buffer.
    pub fn query(&self, class: FILE_INFORMATION_CLASS, out: &mut [u8]) -> Result<End, NTSTATUS> {
        let query = FLT_PARAMETERS_QUERY_FILE_INFORMATION {
            Length: u32::try_from(out.len()).map_err(|_| STATUS_INVALID_PARAMETER)?,
            _padding1: 0,
            FileInformationClass: class,
            _padding2: 0,
            InfoBuffer: out.as_mut_ptr().cast(),
        };
        let build = |flags| {
            let mut iopb = self.block(IRP_MJ_QUERY_INFORMATION, flags);
            iopb.Parameters = FLT_PARAMETERS {
                QueryFileInformation: query,
            };
            iopb
        };
        let fast = matches!(
            class,
            FileBasicInformation | FileStandardInformation | FileNetworkOpenInformation
        );
        let end = match fast.then(|| self.io.fast_io(&mut build(0))).flatten() {
            Some(end) => end,
            None => self
                .io
                .irp(&mut build(IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION)),
        };
        self.io.let_system_work();
        end
    }

    /// FileBasicInformation
    pub fn basic(&self) -> Result<BasicInformation, NTSTATUS> {
        let mut bytes = [0; 40];
        self.query(FileBasicInformation, &mut bytes)?;
        Ok(BasicInformation {
            creation: i64_at(&bytes, 0)?,
            last_access: i64_at(&bytes, 8)?,
            last_write: i64_at(&bytes, 16)?,
            change: i64_at(&bytes, 24)?,
            attributes: u32_at(&bytes, 32)?,
        })
    }

    /// FileStandardInformation
    pub fn standard(&self) -> Result<StandardInformation, NTSTATUS> {
        let mut bytes = [0; 24];
        self.query(FileStandardInformation, &mut bytes)?;
        Ok(StandardInformation {
            allocation: i64_at(&bytes, 0)?.cast_unsigned(),
            size: i64_at(&bytes, 8)?.cast_unsigned(),
            links: u32_at(&bytes, 16)?,
            delete_pending: bytes[20] != 0,
            directory: bytes[21] != 0,
        })
    }

    /// FileInternalInformation: the file id.
    pub fn id(&self) -> Result<u64, NTSTATUS> {
        let mut bytes = [0; 8];
        self.query(FileInternalInformation, &mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// FileNameInformation
    pub fn name(&self) -> Result<String, NTSTATUS> {
        let mut bytes = vec![0; 4 + 2 * 0x7FFF];
        self.query(FileNameInformation, &mut bytes)?;
        crate::volume::information::text_at(&bytes, 0, 4)
    }

    /// Sets any class from a structure in bytes.
    pub fn set(&self, class: FILE_INFORMATION_CLASS, bytes: &[u8]) -> Result<(), NTSTATUS> {
        let result = self.set_with(class, bytes, std::ptr::null_mut());
        self.io.let_system_work();
        result
    }

    fn set_with(
        &self,
        class: FILE_INFORMATION_CLASS,
        bytes: &[u8],
        parent: PFILE_OBJECT,
    ) -> Result<(), NTSTATUS> {
        self.require(right_to_set(class))?;
        let mut copy = bytes.to_vec();
        let replace = matches!(class, FileRenameInformation | FileLinkInformation)
            && bytes.first() == Some(&1);
        let flags = FLT_PARAMETERS_SET_FILE_FLAGS {
            ReplaceIfExists: replace.into(),
            AdvanceOnly: 0,
        };
        let set = FLT_PARAMETERS_SET_FILE_INFORMATION {
            Length: u32::try_from(copy.len()).map_err(|_| STATUS_INVALID_PARAMETER)?,
            _padding1: 0,
            FileInformationClass: class,
            _padding2: 0,
            ParentOfTarget: parent,
            Anonymous: FLT_PARAMETERS_SET_FILE_DETAIL { Anonymous: flags },
            InfoBuffer: copy.as_mut_ptr().cast(),
        };
        let mut iopb = self.block(
            IRP_MJ_SET_INFORMATION,
            IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION,
        );
        iopb.Parameters = FLT_PARAMETERS {
            SetFileInformation: set,
        };
        self.io.irp(&mut iopb).map(|_| ())
    }

    /// FileBasicInformation; zero leaves a time or the attributes as they are.
    pub fn set_basic(&self, new: &BasicInformation) -> Result<(), NTSTATUS> {
        let times = Record::default()
            .i64(new.creation)
            .i64(new.last_access)
            .i64(new.last_write)
            .i64(new.change);
        self.set(
            FileBasicInformation,
            &times.u32(new.attributes).pad_to(40).0,
        )
    }

    /// FileEndOfFileInformation
    pub fn set_size(&self, size: u64) -> Result<(), NTSTATUS> {
        self.set(FileEndOfFileInformation, &size.to_le_bytes())
    }

    /// FileDispositionInformation
    pub fn set_delete(&self, delete: bool) -> Result<(), NTSTATUS> {
        self.set(FileDispositionInformation, &[delete.into()])
    }

    /// FileRenameInformation: to a name in the same directory, or to a path from the volume's root.
    pub fn rename(&self, to: &str, replace: bool) -> Result<(), NTSTATUS> {
        self.new_name(FileRenameInformation, to, replace.into())
    }

    /// FileRenameInformationEx with FILE_RENAME_* flags.
    pub fn rename_with(&self, to: &str, flags: u32) -> Result<(), NTSTATUS> {
        self.new_name(FileRenameInformationEx, to, flags)
    }

    /// FileLinkInformation: a hard link.
    pub fn link(&self, to: &str, replace: bool) -> Result<(), NTSTATUS> {
        self.new_name(FileLinkInformation, to, replace.into())
    }

    fn new_name(
        &self,
        class: FILE_INFORMATION_CLASS,
        to: &str,
        flags: u32,
    ) -> Result<(), NTSTATUS> {
        self.require(right_to_set(class))?;
        let record = Record::default()
            .u32(flags)
            .pad_to(16)
            .u32(text_bytes(to))
            .text(to)
            .pad_to(24);
        let result = if to.starts_with('\\') {
            let (directory, found) = self.io.open_target_directory(to)?;
            match found {
                FILE_EXISTS
                    if flags & FILE_RENAME_REPLACE_IF_EXISTS == 0 && !self.is_same_file(to) =>
                {
                    Err(STATUS_OBJECT_NAME_COLLISION)
                }
                _ => self.set_with(class, &record.0, directory.file().as_ptr()),
            }
        } else {
            self.set_with(class, &record.0, std::ptr::null_mut())
        };
        self.io.let_system_work();
        result
    }

    /// Whether a path is another spelling of this file's own name.
    fn is_same_file(&self, path: &str) -> bool {
        self.name()
            .is_ok_and(|own| crate::volume::fold(&own) == crate::volume::fold(path))
    }
}

/// The right that the I/O manager wants for a class.
fn right_to_set(class: FILE_INFORMATION_CLASS) -> u32 {
    match class {
        FileBasicInformation => FILE_WRITE_ATTRIBUTES,
        FileEndOfFileInformation | FileAllocationInformation | FileValidDataLengthInformation => {
            FILE_WRITE_DATA
        }
        FileDispositionInformation
        | FileDispositionInformationEx
        | FileRenameInformation
        | FileRenameInformationEx => DELETE,
        _ => u32::MAX,
    }
}
