//! NtNotifyChangeDirectoryFile and NtNotifyChangeDirectoryFileEx.

use minifilter_sys::*;

use super::Handle;
use super::pending::Pending;
use crate::volume::information::{text_at, u32_at};

/// Change — one FILE_NOTIFY_INFORMATION.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// FILE_ACTION_*.
    pub action: u32,
    /// The name, relative to the directory that is watched.
    pub name: String,
}

impl Handle<'_> {
    /// Asks to be told of changes in a directory, into a buffer of `length` bytes.
    ///
    /// # Errors
    /// STATUS_ACCESS_DENIED without FILE_LIST_DIRECTORY; STATUS_INVALID_PARAMETER for a filter that is none.
    pub fn notify_change(&self, filter: u32, tree: bool, length: u32) -> Result<Pending, NTSTATUS> {
        let class = DirectoryNotifyInformation;
        self.notify(IRP_MN_NOTIFY_CHANGE_DIRECTORY, class, filter, tree, length)
    }

    /// The same with a class of information of the caller's choice.
    ///
    /// # Errors
    /// As [`Handle::notify_change`].
    pub fn notify_change_ex(
        &self,
        class: DIRECTORY_NOTIFY_INFORMATION_CLASS,
        filter: u32,
        tree: bool,
        length: u32,
    ) -> Result<Pending, NTSTATUS> {
        let minor = IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX;
        self.notify(minor, class, filter, tree, length)
    }

    fn notify(
        &self,
        minor: u8,
        class: DIRECTORY_NOTIFY_INFORMATION_CLASS,
        filter: u32,
        tree: bool,
        length: u32,
    ) -> Result<Pending, NTSTATUS> {
        self.require(FILE_LIST_DIRECTORY)?;
        if filter == 0 || filter & !FILE_NOTIFY_VALID_MASK != 0 {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let mut buffer = vec![0_u8; length as usize].into_boxed_slice();
        let notify = FLT_PARAMETERS_NOTIFY_DIRECTORY_EX {
            Length: length,
            _padding1: 0,
            CompletionFilter: filter,
            _padding2: 0,
            DirectoryNotifyInformationClass: class,
            _padding3: 0,
            Spare2: 0,
            DirectoryBuffer: buffer.as_mut_ptr().cast(),
            MdlAddress: std::ptr::null_mut(),
        };
        let mut iopb = self.block(IRP_MJ_DIRECTORY_CONTROL, 0);
        iopb.MinorFunction = minor;
        iopb.OperationFlags = if tree { SL_WATCH_TREE } else { 0 };
        iopb.Parameters = FLT_PARAMETERS {
            DirectoryControl: FLT_PARAMETERS_DIRECTORY_CONTROL {
                NotifyDirectoryEx: notify,
            },
        };
        self.io.start(&iopb, buffer)
    }
}

/// The records of a buffer that a change notification brought.
///
/// # Errors
/// When the buffer is damaged.
pub fn changes(mut buffer: &[u8]) -> Result<Vec<Change>, NTSTATUS> {
    let mut changes = Vec::new();
    while !buffer.is_empty() {
        changes.push(Change {
            action: u32_at(buffer, 4)?,
            name: text_at(buffer, 8, 12)?,
        });
        match u32_at(buffer, 0)? as usize {
            0 => break,
            next => buffer = buffer.get(next..).ok_or(STATUS_INVALID_PARAMETER)?,
        }
    }
    Ok(changes)
}
