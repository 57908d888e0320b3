#![allow(unsafe_code)] // FltGetFileNameInformation

//! File names: [`FileNameInformation`].

use core::ptr::{self, NonNull};

use minifilter_sys::{
    FLT_FILE_NAME_INFORMATION, FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED,
    FLT_FILE_NAME_QUERY_CACHE_ONLY, FLT_FILE_NAME_QUERY_DEFAULT, FLT_FILE_NAME_SHORT,
    UNICODE_STRING,
};

use crate::data::CallbackData;
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Irql, WaitState};
use crate::parked::AnyThread;
use crate::pool::{NonPaged, PoolTag};
use crate::status::{Result, Status};
use crate::unicode::{UnicodeStr, UnicodeString};

/// Which of its names a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFormat {
    /// `FLT_FILE_NAME_NORMALIZED`: long names throughout, mount points resolved.
    Normalized,
    /// `FLT_FILE_NAME_OPENED`: as the opener spelled it.
    Opened,
    /// `FLT_FILE_NAME_SHORT`: the last component's 8.3 name.
    Short,
}

/// How far FltMgr goes to find a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameQuery {
    /// `FLT_FILE_NAME_QUERY_DEFAULT`: the cache, then the file system where that is possible.
    Default,
    /// `FLT_FILE_NAME_QUERY_CACHE_ONLY`: the cache.
    CacheOnly,
}

/// `FLT_FILE_NAME_INFORMATION` — a file's name, shared and read-only. Its memory may be paged.
///
/// # Drop
/// `FltReleaseFileNameInformation` at IRQL ≤ APC_LEVEL: the guard is not `Send`.
///
/// # Invariants
/// `raw` came from FltMgr and one reference to it is owned.
#[must_use = "dropping it releases the name"]
pub struct FileNameInformation {
    raw: NonNull<FLT_FILE_NAME_INFORMATION>,
}

// SAFETY: the structure is read-only once parsed, and reached with evidence of the level only.
unsafe impl Sync for FileNameInformation {}
// SAFETY: FltMgr lets any thread release a name at IRQL ≤ APC_LEVEL.
unsafe impl AnyThread for FileNameInformation {}

/// A part of a parsed name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePart {
    /// The whole name, volume included.
    Name,
    /// `\Device\HarddiskVolume1`
    Volume,
    /// `\server\share`, on the network only.
    Share,
    /// `txt`, without the dot.
    Extension,
    /// `:stream`, or empty for the default stream.
    Stream,
    /// The last component, with its stream.
    FinalComponent,
    /// From the root to the last component, with both backslashes.
    ParentDir,
}

impl CallbackData<'_> {
    /// `FltGetFileNameInformation` — the name of the file that the operation is about, parsed. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// `STATUS_FLT_INVALID_NAME_REQUEST` where the name is not cached and cannot be asked for: paging I/O, with a top-level
    /// IRP, after cleanup, in close, with all APCs off. Others as the file system reports them.
    pub fn file_name(
        &self,
        format: NameFormat,
        query: NameQuery,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<FileNameInformation> {
        let format = match format {
            NameFormat::Normalized => FLT_FILE_NAME_NORMALIZED,
            NameFormat::Opened => FLT_FILE_NAME_OPENED,
            NameFormat::Short => FLT_FILE_NAME_SHORT,
        };
        let query = match query {
            NameQuery::Default => FLT_FILE_NAME_QUERY_DEFAULT,
            NameQuery::CacheOnly => FLT_FILE_NAME_QUERY_CACHE_ONLY,
        };
        let mut raw = ptr::null_mut();
        // SAFETY: the callback data is live, and `raw` may be written.
        let status = unsafe {
            ddi::FltGetFileNameInformation(irql, self.as_ptr(), format | query, &raw mut raw)
        };
        Status::from_raw(status).ok()?;
        let information = FileNameInformation {
            raw: NonNull::new(raw).ok_or(Status::UNSUCCESSFUL)?,
        };
        // SAFETY: the name came from FltMgr just now.
        Status::from_raw(unsafe { ddi::FltParseFileNameInformation(irql, raw) }).ok()?;
        Ok(information)
    }
}

impl FileNameInformation {
    /// Reads a part of the name. IRQL ≤ APC_LEVEL; `f` is `Send`, so no token gets in that could raise the level inside.
    pub fn with<R>(
        &self,
        part: NamePart,
        _irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: impl FnOnce(UnicodeStr<'_>) -> R + Send,
    ) -> R {
        f(self.part(part))
    }

    /// `ExAllocatePool2` — a nonpaged copy of a part of the name. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn to_string(
        &self,
        part: NamePart,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<UnicodeString<NonPaged>> {
        UnicodeString::try_from_str(self.part(part), tag, irql.weaken::<Apc>())
    }

    fn part(&self, part: NamePart) -> UnicodeStr<'_> {
        // SAFETY: the structure is live and read-only (type invariant).
        let raw = unsafe { self.raw.as_ref() };
        let string: &UNICODE_STRING = match part {
            NamePart::Name => &raw.Name,
            NamePart::Volume => &raw.Volume,
            NamePart::Share => &raw.Share,
            NamePart::Extension => &raw.Extension,
            NamePart::Stream => &raw.Stream,
            NamePart::FinalComponent => &raw.FinalComponent,
            NamePart::ParentDir => &raw.ParentDir,
        };
        // SAFETY: FltMgr's strings live as long as the structure; callers have evidence of IRQL ≤ APC_LEVEL.
        unsafe { UnicodeStr::from_raw(string) }
    }
}

impl Drop for FileNameInformation {
    fn drop(&mut self) {
        // SAFETY: the guard is not `Send` and was made at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: one reference is owned (type invariant) and goes here.
        unsafe { ddi::FltReleaseFileNameInformation(&irql, self.raw.as_ptr()) };
    }
}
