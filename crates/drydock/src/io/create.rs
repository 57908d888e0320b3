//! NtCreateFile — what the I/O manager checks and sets before and after IRP_MJ_CREATE.

use std::sync::Arc;

use minifilter_sys::*;

use super::open::Opener;
use super::system_ecp;
use super::{Handle, Io};
use crate::model::kernel_object::KernelObject;
use crate::model::operation::{Entry, Extras};
use crate::model::transaction::Transaction;

/// CreateOptions — arguments of a create; the default opens an existing file for reading and writing, synchronously,
/// sharing everything.
#[derive(Clone, Copy, Debug)]
pub struct CreateOptions {
    /// DesiredAccess; generic rights are mapped.
    pub access: u32,
    /// FILE_SHARE_*.
    pub share: u32,
    /// FILE_OPEN and its like.
    pub disposition: u32,
    /// FILE_* create options.
    pub options: u32,
    /// FILE_ATTRIBUTE_* of a new file.
    pub attributes: u32,
    /// Object of the transaction to open the file in; zero for none.
    pub transaction: usize,
}

/// One open in so many brings extra create parameters of a part of Windows.
const SYSTEM_ECP_TURNS: u32 = 8;

impl Default for CreateOptions {
    fn default() -> Self {
        Self {
            access: GENERIC_READ | GENERIC_WRITE | DELETE,
            share: FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            disposition: FILE_OPEN,
            options: FILE_SYNCHRONOUS_IO_NONALERT,
            attributes: FILE_ATTRIBUTE_NORMAL,
            transaction: 0,
        }
    }
}

impl CreateOptions {
    /// With this disposition.
    pub fn disposition(self, disposition: u32) -> Self {
        Self {
            disposition,
            ..self
        }
    }

    /// With these options beside.
    pub fn with(self, options: u32) -> Self {
        Self {
            options: self.options | options,
            ..self
        }
    }

    /// With this access alone.
    pub fn access(self, access: u32) -> Self {
        Self { access, ..self }
    }

    /// In this transaction.
    pub fn transaction(self, transaction: &Arc<Transaction>) -> Self {
        let transaction = transaction.body();
        Self {
            transaction,
            ..self
        }
    }

    /// With this sharing.
    pub fn share(self, share: u32) -> Self {
        Self { share, ..self }
    }

    /// What IopCreateFile refuses before anybody is asked.
    pub(super) fn check(&self, access: u32) -> Result<(), NTSTATUS> {
        let has = |option: u32| self.options & option != 0;
        let kinds = has(FILE_DIRECTORY_FILE) && has(FILE_NON_DIRECTORY_FILE);
        let directory_disposition =
            matches!(self.disposition, FILE_OPEN | FILE_CREATE | FILE_OPEN_IF);
        let synchronous = has(FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT);
        let both = has(FILE_SYNCHRONOUS_IO_ALERT) && has(FILE_SYNCHRONOUS_IO_NONALERT);
        let bad = self.disposition > FILE_MAXIMUM_DISPOSITION
            || self.options & !FILE_VALID_OPTION_FLAGS != 0
            || self.share & !FILE_SHARE_VALID_FLAGS != 0
            || kinds
            || (has(FILE_DIRECTORY_FILE) && !directory_disposition)
            || (has(FILE_DELETE_ON_CLOSE) && access & DELETE == 0)
            || (synchronous && access & SYNCHRONIZE == 0)
            || both
            || (has(FILE_NO_INTERMEDIATE_BUFFERING)
                && access & FILE_APPEND_DATA != 0
                && access & FILE_WRITE_DATA == 0);
        if bad {
            Err(STATUS_INVALID_PARAMETER)
        } else {
            Ok(())
        }
    }
}

/// The generic rights of a file object type, in terms of its own.
pub(super) fn map_generic(access: u32) -> u32 {
    let pairs = [
        (GENERIC_READ, FILE_GENERIC_READ),
        (GENERIC_WRITE, FILE_GENERIC_WRITE),
        (GENERIC_EXECUTE, FILE_GENERIC_EXECUTE),
        (GENERIC_ALL, FILE_ALL_ACCESS),
    ];
    pairs.iter().fold(access, |all, (generic, own)| {
        if all & generic != 0 {
            all & !generic | own
        } else {
            all
        }
    })
}

impl Io {
    /// Opens or creates a file by its path on the volume, `\dir\file:stream`; the empty path is the volume.
    pub fn create(&self, path: &str, options: CreateOptions) -> Result<Handle<'_>, NTSTATUS> {
        self.create_reporting(path, None, options)
            .map(|(handle, _)| handle)
    }

    /// Opens or creates a file, and says which (FILE_OPENED, FILE_CREATED …).
    pub fn create_reporting(
        &self,
        path: &str,
        related: Option<&Handle<'_>>,
        options: CreateOptions,
    ) -> Result<(Handle<'_>, u32), NTSTATUS> {
        let name: Vec<u16> = path.encode_utf16().collect();
        let result = self.open(&name, related, options, 0);
        self.let_system_work();
        result
    }

    /// Opens or creates a file; a new one gets these extended attributes.
    pub fn create_with_eas(
        &self,
        path: &str,
        options: CreateOptions,
        eas: &[u8],
    ) -> Result<(Handle<'_>, u32), NTSTATUS> {
        let name: Vec<u16> = path.encode_utf16().collect();
        let result = self.open_with(&name, None, options, 0, eas);
        self.let_system_work();
        result
    }

    /// Opens a file by its file id.
    pub fn open_by_id(&self, id: u64, options: CreateOptions) -> Result<Handle<'_>, NTSTATUS> {
        let name: Vec<u16> = (0..4).map(|unit| (id >> (16 * unit)) as u16).collect();
        self.open(&name, None, options.with(FILE_OPEN_BY_FILE_ID), 0)
            .map(|(handle, _)| handle)
    }

    /// Opens the directory that a rename or link goes to, as IopOpenLinkOrRenameTarget does.
    pub(super) fn open_target_directory(&self, path: &str) -> Result<(Handle<'_>, u32), NTSTATUS> {
        let name: Vec<u16> = path.encode_utf16().collect();
        let options = CreateOptions::default()
            .access(FILE_WRITE_DATA | SYNCHRONIZE)
            .with(FILE_OPEN_FOR_BACKUP_INTENT);
        self.open(&name, None, options, SL_OPEN_TARGET_DIRECTORY)
    }

    fn open(
        &self,
        name: &[u16],
        related: Option<&Handle<'_>>,
        options: CreateOptions,
        operation_flags: u8,
    ) -> Result<(Handle<'_>, u32), NTSTATUS> {
        self.open_with(name, related, options, operation_flags, &[])
    }

    fn open_with(
        &self,
        name: &[u16],
        related: Option<&Handle<'_>>,
        options: CreateOptions,
        operation_flags: u8,
        eas: &[u8],
    ) -> Result<(Handle<'_>, u32), NTSTATUS> {
        let mut eas = eas.to_vec();
        let turn = self.random.borrow_mut().u32(..SYSTEM_ECP_TURNS * 3);
        let list = (turn < 3).then(|| system_ecp::list(turn)).flatten();
        let extras = Extras {
            ecp_list: list.unwrap_or(0),
            ..Extras::default()
        };
        let opener = Opener {
            operation_flags,
            extras,
            case_sensitive: self.case_sensitive,
            attributes: match eas.is_empty() {
                true => (std::ptr::null_mut(), 0),
                false => (eas.as_mut_ptr().cast(), eas.len() as u32),
            },
            ..Opener::new(&self.volume, Entry::Top, self.requestor())
        };
        let related = related.map_or(std::ptr::null_mut(), |handle| handle.file().as_ptr());
        let opened = opener.open(name, related, options);
        extras.free();
        let opened = opened?;
        let handle = Handle::new(self, opened.file, opened.access, options.options);
        Ok((handle, opened.information))
    }
}
