//! FltGetFileNameInformation — which name, whether it may be asked for now, and from where it comes.
#![allow(unsafe_code)] // reads the names in file objects

use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED,
    FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP, FLT_FILE_NAME_QUERY_CACHE_ONLY,
    FLT_FILE_NAME_QUERY_DEFAULT, FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY, FLT_FILE_NAME_SHORT,
    IRP_MJ_ACQUIRE_FOR_CC_FLUSH, IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_CLOSE, IRP_MJ_CREATE,
    IRP_MJ_RELEASE_FOR_CC_FLUSH, IRP_MJ_RELEASE_FOR_MOD_WRITE, NTSTATUS, PFLT_CALLBACK_DATA,
    STATUS_FLT_INVALID_NAME_REQUEST, STATUS_FLT_NAME_CACHE_MISS, STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER, UNICODE_STRING,
};

use super::cache;
use super::information::Block;
use crate::model::flt_volume::FltVolume;
use crate::model::instance::Instance;
use crate::model::operation::{self, Operation};
use crate::model::thread;

const FORMAT: u32 = 0xFF;
const METHOD: u32 = 0xFF00;
/// FO_CLEANUP_COMPLETE.
const CLEANUP_COMPLETE: u32 = 0x4000;
/// IRP_PAGING_IO.
const PAGING_IO: u32 = 0x2;

struct Request<'a> {
    volume: &'a Arc<FltVolume>,
    file: *mut FILE_OBJECT,
    format: u32,
    method: u32,
    /// The file system may be asked.
    safe: bool,
    /// The name may stay in the cache: the file is open.
    cacheable: bool,
}

/// FltGetFileNameInformation.
///
/// # Errors
/// The statuses of the DDI page.
pub fn of_operation(data: PFLT_CALLBACK_DATA, options: u32) -> Result<usize, NTSTATUS> {
    let operation = operation::find(data).ok_or(STATUS_INVALID_PARAMETER)?;
    let volume = operation.volume().ok_or(STATUS_INVALID_PARAMETER)?;
    let file = operation.iopb().TargetFileObject;
    if file.is_null() {
        return Err(STATUS_FLT_INVALID_NAME_REQUEST);
    }
    let safe = is_safe(operation) && !after_cleanup(file);
    let cacheable = operation.iopb().MajorFunction != IRP_MJ_CREATE;
    Request {
        volume: &volume,
        file,
        format: options & FORMAT,
        method: options & METHOD,
        safe,
        cacheable,
    }
    .answer()
}

/// FltGetFileNameInformationUnsafe.
///
/// # Errors
/// The statuses of the DDI page.
pub fn of_file_object(
    file: *mut FILE_OBJECT,
    volume: &Arc<FltVolume>,
    options: u32,
) -> Result<usize, NTSTATUS> {
    if file.is_null() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let safe = thread_is_safe() && !after_cleanup(file);
    Request {
        volume,
        file,
        format: options & FORMAT,
        method: options & METHOD,
        safe,
        cacheable: true,
    }
    .answer()
}

/// FltGetDestinationFileNameInformation — the name a rename or link would give.
///
/// # Errors
/// The statuses of the DDI page.
pub fn destination(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    target: &str,
    options: u32,
) -> Result<usize, NTSTATUS> {
    let volume = &instance.volume;
    if !thread_is_safe() || options & FORMAT == FLT_FILE_NAME_SHORT {
        return Err(STATUS_FLT_INVALID_NAME_REQUEST);
    }
    let path = if target.starts_with('\\') {
        without_device(target, &volume.name)
    } else {
        let own = volume
            .file_system
            .name(file)
            .ok_or(STATUS_FLT_INVALID_NAME_REQUEST)?;
        let parent = own.rfind('\\').map_or("", |at| &own[..at]);
        format!("{parent}\\{target}")
    };
    build(volume, &path, options & FORMAT).map(|block| cache::enter(block, None, options & FORMAT))
}

/// `\??\C:\dir\x` and `\Device\HarddiskVolume1\dir\x` become `\dir\x`.
fn without_device(target: &str, volume: &str) -> String {
    if let Some(rest) = target.strip_prefix(volume) {
        return rest.to_owned();
    }
    let dos = target
        .strip_prefix(r"\??\")
        .and_then(|rest| rest.split_once(':'));
    dos.map_or_else(|| target.to_owned(), |(_, rest)| rest.to_owned())
}

/// No lower name query can deadlock in this thread.
fn thread_is_safe() -> bool {
    let thread = thread::current();
    thread.top_level_irp() == 0 && !thread.all_apcs_disabled()
}

fn is_safe(operation: &Operation) -> bool {
    let iopb = operation.iopb();
    let never = [
        IRP_MJ_CLOSE,
        IRP_MJ_ACQUIRE_FOR_CC_FLUSH,
        IRP_MJ_RELEASE_FOR_CC_FLUSH,
        IRP_MJ_ACQUIRE_FOR_MOD_WRITE,
        IRP_MJ_RELEASE_FOR_MOD_WRITE,
    ];
    iopb.IrpFlags & PAGING_IO == 0 && !never.contains(&iopb.MajorFunction) && thread_is_safe()
}

fn after_cleanup(file: *mut FILE_OBJECT) -> bool {
    // SAFETY: a file object that the driver names is one that the I/O front end made and has not freed.
    let flags = unsafe { (*file).Flags };
    flags & CLEANUP_COMPLETE != 0
}

impl Request<'_> {
    fn answer(&self) -> Result<usize, NTSTATUS> {
        if !matches!(
            self.format,
            FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_OPENED | FLT_FILE_NAME_SHORT
        ) {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let cached = || cache::look_up(self.file as usize, self.format);
        match self.method {
            FLT_FILE_NAME_QUERY_CACHE_ONLY => cached().ok_or(STATUS_FLT_NAME_CACHE_MISS),
            FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP => match cached() {
                Some(found) => Ok(found),
                None if self.safe => self.query(),
                None => Err(STATUS_FLT_NAME_CACHE_MISS),
            },
            FLT_FILE_NAME_QUERY_DEFAULT if self.safe => cached().map_or_else(|| self.query(), Ok),
            FLT_FILE_NAME_QUERY_DEFAULT | FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY => self.query(),
            _ => Err(STATUS_INVALID_PARAMETER),
        }
    }

    fn query(&self) -> Result<usize, NTSTATUS> {
        if !self.safe {
            return Err(STATUS_FLT_INVALID_NAME_REQUEST);
        }
        let file_system = &self.volume.file_system;
        let open = match self.format {
            FLT_FILE_NAME_NORMALIZED => file_system.normalized_name(self.file),
            _ => file_system.name(self.file),
        };
        let cacheable = self.cacheable && open.is_some();
        let never_opened = open.is_none();
        let path = open
            .or_else(|| self.requested_name())
            .filter(|_| !(never_opened && self.format == FLT_FILE_NAME_SHORT))
            .ok_or(STATUS_FLT_INVALID_NAME_REQUEST)?;
        let block = build(self.volume, &path, self.format)?;
        Ok(cache::enter(
            block,
            cacheable.then_some(self.file as usize),
            self.format,
        ))
    }

    /// The name under which a file is being opened.
    fn requested_name(&self) -> Option<String> {
        // SAFETY: a file object that the driver names is one that the I/O front end made and has not freed.
        let file = unsafe { self.file.read() };
        let own = text(&file.FileName);
        if file.RelatedFileObject.is_null() {
            return (own.is_empty() || own.starts_with('\\')).then_some(own);
        }
        let related = self.volume.file_system.name(file.RelatedFileObject)?;
        Some(match own.as_str() {
            "" => related,
            stream if stream.starts_with(':') => format!("{related}{stream}"),
            path => format!("{}\\{path}", related.trim_end_matches('\\')),
        })
    }
}

fn text(string: &UNICODE_STRING) -> String {
    if string.Buffer.is_null() {
        return String::new();
    }
    // SAFETY: FileName of a file object has Length bytes in its buffer.
    let units =
        unsafe { std::slice::from_raw_parts(string.Buffer, usize::from(string.Length / 2)) };
    String::from_utf16_lossy(units)
}

fn build(volume: &FltVolume, path: &str, format: u32) -> Result<Block, NTSTATUS> {
    let mut name: Vec<u16> = volume.name.encode_utf16().collect();
    let mut volume_length = name.len();
    name.extend(path.encode_utf16());
    if format == FLT_FILE_NAME_SHORT {
        // A short name is the last component alone; a host directory has no other short names than the long ones.
        let last = path.rsplit('\\').next().unwrap_or_default();
        name = last.encode_utf16().collect();
        volume_length = 0;
    }
    Block::new(name, volume_length, format).ok_or(STATUS_INSUFFICIENT_RESOURCES)
}
