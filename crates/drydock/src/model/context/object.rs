//! Which objects can carry contexts, and the key each kind of context is kept under.
#![allow(unsafe_code)] // reads FILE_OBJECT and FSRTL_ADVANCED_FCB_HEADER

use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, FSRTL_ADVANCED_FCB_HEADER, FSRTL_FLAG2_IS_PAGING_FILE,
    FSRTL_FLAG2_SUPPORTS_FILTER_CONTEXTS, NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED,
};

use super::Kind;
use super::table::Key;
use crate::model::filter::Filter;
use crate::model::flt_volume::FltVolume;
use crate::model::instance::Instance;

/// The object a context call is about.
pub enum Target<'a> {
    /// A volume as one filter sees it.
    Volume(&'a Arc<Filter>, &'a Arc<FltVolume>),
    /// An instance.
    Instance(&'a Arc<Instance>),
    /// A file, stream or open, by a file object that has it open.
    File(&'a Arc<Instance>, *const FILE_OBJECT),
    /// A transaction.
    Transaction(&'a Arc<Instance>, usize),
}

impl Target<'_> {
    /// Where a context of `kind` is kept for this object.
    ///
    /// # Errors
    /// STATUS_NOT_SUPPORTED when the object cannot carry it.
    pub fn key(&self, kind: Kind) -> Result<Key, NTSTATUS> {
        let key = |owner, object| {
            Ok(Key {
                kind,
                owner,
                object,
            })
        };
        match (kind, self) {
            (Kind::Volume, Self::Volume(filter, volume)) => {
                key(filter.address(), Arc::as_ptr(volume) as usize)
            }
            (Kind::Instance, Self::Instance(instance)) => {
                key(instance.address(), instance.address())
            }
            (Kind::Transaction, Self::Transaction(instance, 0)) => {
                key(instance.address(), 0).and(Err(STATUS_INVALID_PARAMETER))
            }
            (Kind::Transaction, Self::Transaction(instance, object)) => {
                key(instance.address(), *object)
            }
            (_, Self::File(instance, file)) => key(instance.address(), file_key(kind, *file)?),
            _ => Err(STATUS_INVALID_PARAMETER),
        }
    }

    /// The filter that owns what is attached here.
    pub fn filter(&self) -> &Arc<Filter> {
        match self {
            Self::Volume(filter, _) => filter,
            Self::Instance(instance) | Self::File(instance, _) | Self::Transaction(instance, _) => {
                &instance.filter
            }
        }
    }

    /// The instance, where there is one.
    pub fn instance(&self) -> Option<&Arc<Instance>> {
        match self {
            Self::Volume(..) => None,
            Self::Instance(instance) | Self::File(instance, _) | Self::Transaction(instance, _) => {
                Some(instance)
            }
        }
    }
}

fn file_key(kind: Kind, file: *const FILE_OBJECT) -> Result<usize, NTSTATUS> {
    let header = header_of(file).ok_or(STATUS_NOT_SUPPORTED)?;
    match kind {
        Kind::StreamHandle => Ok(file as usize),
        Kind::Stream | Kind::Section => Ok(header.address),
        // Where the file system has no per-file structure, the filter manager emulates it on the stream.
        Kind::File => Ok(if header.per_file != 0 {
            header.per_file
        } else {
            header.address
        }),
        _ => Err(STATUS_INVALID_PARAMETER),
    }
}

struct Header {
    address: usize,
    per_file: usize,
}

/// The header of an open file that can carry contexts; none before the open succeeded, and for paging files.
fn header_of(file: *const FILE_OBJECT) -> Option<Header> {
    if file.is_null() {
        return None;
    }
    // SAFETY: a file object that the driver names is one that the I/O front end made and has not freed.
    let fs_context = unsafe { (*file).FsContext };
    let header = fs_context.cast::<FSRTL_ADVANCED_FCB_HEADER>();
    if header.is_null() {
        return None;
    }
    // SAFETY: FsContext of an open file begins with FSRTL_ADVANCED_FCB_HEADER on every file system below filters.
    let flags = unsafe { (*header).Flags2 };
    let flags = u32::from(flags);
    let paging_file = flags & FSRTL_FLAG2_IS_PAGING_FILE != 0;
    if flags & FSRTL_FLAG2_SUPPORTS_FILTER_CONTEXTS == 0 || paging_file {
        return None;
    }
    // SAFETY: as above.
    let per_file = unsafe { (*header).FileContextSupportPointer };
    Some(Header {
        address: header as usize,
        per_file: per_file as usize,
    })
}

/// FltSupportsStreamContexts.
pub fn supports_stream(file: *const FILE_OBJECT) -> bool {
    header_of(file).is_some()
}

/// FltSupportsStreamHandleContexts.
pub fn supports_stream_handle(file: *const FILE_OBJECT) -> bool {
    header_of(file).is_some()
}

/// FltSupportsFileContexts; with an instance (FltSupportsFileContextsEx) emulation counts too.
pub fn supports_file(file: *const FILE_OBJECT, with_instance: bool) -> bool {
    header_of(file).is_some_and(|header| with_instance || header.per_file != 0)
}
