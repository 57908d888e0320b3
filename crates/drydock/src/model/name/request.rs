//! FltGetFileNameInformation — which name, whether it may be asked for now, and from where it comes.
#![allow(unsafe_code)] // reads the names in file objects

use std::ptr::null_mut;
use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE, FLT_FILE_NAME_DO_NOT_CACHE,
    FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED, FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP,
    FLT_FILE_NAME_QUERY_CACHE_ONLY, FLT_FILE_NAME_QUERY_DEFAULT,
    FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY, FLT_FILE_NAME_SHORT, IRP_MJ_ACQUIRE_FOR_CC_FLUSH,
    IRP_MJ_ACQUIRE_FOR_MOD_WRITE, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_RELEASE_FOR_CC_FLUSH,
    IRP_MJ_RELEASE_FOR_MOD_WRITE, NTSTATUS, PFLT_CALLBACK_DATA, STATUS_FLT_INVALID_NAME_REQUEST,
    STATUS_FLT_NAME_CACHE_MISS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER,
    STATUS_REPARSE, UNICODE_STRING,
};

use super::cache::{self, Key};
use super::information::Block;
use super::normalize::normalize;
use super::provider::{self, Question};
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
    question: Question,
    /// Who gives names to this asker; none: the file system.
    provider: Option<Arc<Instance>>,
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
    let create = operation.iopb().MajorFunction == IRP_MJ_CREATE;
    let reparsed = create && operation::status_of(&operation.status()) == STATUS_REPARSE;
    let allowed = !reparsed || options & FLT_FILE_NAME_ALLOW_QUERY_ON_REPARSE != 0;
    let asker = provider::asking(data, file).or_else(|| operation.instance());
    Request {
        volume: &volume,
        provider: provider::below(&volume, asker.as_ref(), options),
        question: Question {
            file,
            data,
            options,
        },
        safe: allowed && is_safe(operation) && !after_cleanup(file),
        cacheable: !create,
    }
    .answer()
}

/// FltGetFileNameInformationUnsafe, on behalf of an instance, or from above all of them.
///
/// # Errors
/// The statuses of the DDI page.
pub fn of_file_object(
    file: *mut FILE_OBJECT,
    volume: &Arc<FltVolume>,
    asker: Option<&Arc<Instance>>,
    options: u32,
) -> Result<usize, NTSTATUS> {
    if file.is_null() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let data = null_mut();
    Request {
        volume,
        provider: provider::below(volume, asker, options),
        question: Question {
            file,
            data,
            options,
        },
        safe: thread_is_safe() && !after_cleanup(file),
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
    let format = options & FORMAT;
    let normalizing = provider::below(volume, Some(instance), options)
        .filter(|_| format == FLT_FILE_NAME_NORMALIZED);
    let block = match normalizing {
        None => build(volume, &path, format)?,
        Some(provider) => {
            let data = null_mut();
            let question = Question {
                file,
                data,
                options,
            };
            let (opened, length) = whole(volume, &path);
            lay_out(
                normalize(&provider, question, &opened, length, true)?,
                length,
                format,
            )?
        }
    };
    Ok(cache::enter(block, None))
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
    fn format(&self) -> u32 {
        self.question.options & FORMAT
    }

    fn key(&self) -> Key {
        Key {
            file: self.question.file as usize,
            format: self.format(),
            provider: self
                .provider
                .as_ref()
                .map_or(0, |provider| provider.address()),
        }
    }

    fn answer(&self) -> Result<usize, NTSTATUS> {
        if !matches!(
            self.format(),
            FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_OPENED | FLT_FILE_NAME_SHORT
        ) {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let cached = || cache::look_up(self.key());
        match self.question.options & METHOD {
            FLT_FILE_NAME_QUERY_CACHE_ONLY => cached().ok_or(STATUS_FLT_NAME_CACHE_MISS),
            FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP => match cached() {
                Some(found) => Ok(found),
                None if self.safe => self.query(true),
                None => Err(STATUS_FLT_NAME_CACHE_MISS),
            },
            FLT_FILE_NAME_QUERY_DEFAULT if self.safe => {
                cached().map_or_else(|| self.query(true), Ok)
            }
            FLT_FILE_NAME_QUERY_DEFAULT => Err(STATUS_FLT_INVALID_NAME_REQUEST),
            FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY => self.query(false),
            _ => Err(STATUS_INVALID_PARAMETER),
        }
    }

    /// Asks the provider, or else the file system; what it answers may stay where `keep` says so and nothing else
    /// forbids it.
    fn query(&self, keep: bool) -> Result<usize, NTSTATUS> {
        if !self.safe {
            return Err(STATUS_FLT_INVALID_NAME_REQUEST);
        }
        let (block, lasting) = match &self.provider {
            Some(provider) => self.provided(provider)?,
            None => self.ask_file_system()?,
        };
        let forbidden = self.question.options & FLT_FILE_NAME_DO_NOT_CACHE != 0;
        let keep = keep && lasting && self.cacheable && !forbidden;
        Ok(cache::enter(block, keep.then(|| self.key())))
    }

    /// A normalized name comes from the provider at once, or from its opened name and its components.
    fn provided(&self, provider: &Arc<Instance>) -> Result<(Block, bool), NTSTATUS> {
        let format = self.format();
        let generated = provider::generate(provider, self.question);
        let (name, lasting) = match generated {
            Ok(generated) => (generated.name, generated.cacheable),
            Err(_) if format == FLT_FILE_NAME_NORMALIZED => {
                let options = self.question.options & !FORMAT | FLT_FILE_NAME_OPENED;
                let question = Question {
                    options,
                    ..self.question
                };
                let opened = provider::generate(provider, question)?;
                let length = provider::volume_length(&opened.name).unwrap_or(0);
                let name = normalize(provider, question, &opened.name, length, false)?;
                (name, opened.cacheable)
            }
            Err(status) => return Err(status),
        };
        let length = match format {
            FLT_FILE_NAME_SHORT => 0,
            _ => provider::volume_length(&name).unwrap_or(0),
        };
        Ok((lay_out(name, length, format)?, lasting))
    }

    fn ask_file_system(&self) -> Result<(Block, bool), NTSTATUS> {
        let (file, format) = (self.question.file, self.format());
        let file_system = &self.volume.file_system;
        let open = match format {
            FLT_FILE_NAME_NORMALIZED => file_system.normalized_name(file),
            _ => file_system.name(file),
        };
        let is_open = open.is_some();
        let path = open
            .or_else(|| self.requested_name())
            .filter(|_| is_open || format != FLT_FILE_NAME_SHORT)
            .ok_or(STATUS_FLT_INVALID_NAME_REQUEST)?;
        Ok((build(self.volume, &path, format)?, is_open))
    }

    /// The name under which a file is being opened.
    fn requested_name(&self) -> Option<String> {
        // SAFETY: a file object that the driver names is one that the I/O front end made and has not freed.
        let file = unsafe { self.question.file.read() };
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

/// A path with its volume before it; the second is how long that is.
fn whole(volume: &FltVolume, path: &str) -> (Vec<u16>, usize) {
    let mut name: Vec<u16> = volume.name.encode_utf16().collect();
    let length = name.len();
    name.extend(path.encode_utf16());
    (name, length)
}

fn build(volume: &FltVolume, path: &str, format: u32) -> Result<Block, NTSTATUS> {
    if format == FLT_FILE_NAME_SHORT {
        // A short name is the last component alone; a host directory has no other short names than the long ones.
        let last = path.rsplit('\\').next().unwrap_or_default();
        return lay_out(last.encode_utf16().collect(), 0, format);
    }
    let (name, length) = whole(volume, path);
    lay_out(name, length, format)
}

fn lay_out(name: Vec<u16>, volume: usize, format: u32) -> Result<Block, NTSTATUS> {
    Block::new(name, volume, format).ok_or(STATUS_INSUFFICIENT_RESOURCES)
}
