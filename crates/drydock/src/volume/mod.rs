//! The volume — a file system with Windows semantics over a host directory.
//!
//! Reads, writes, renames and deletions land in the directory; nothing outside it is ever touched. Cached data live in
//! `cache` until a paging write, sent down the filter stack like any other, takes them to the host.

mod answer;
mod attributes;
pub mod byte_range_lock;
mod cache;
mod cached_io;
mod cleanup;
mod control;
mod create;
mod delete;
mod directory;
pub mod disguise;
mod extended_attributes;
mod fast_io_check;
mod fcb;
mod fcb_table;
mod host_directory;
mod host_metadata;
pub mod information;
pub mod linux_metadata;
pub mod linux_name;
pub mod lock_control;
mod mdl_transfer;
pub mod name;
mod namespace;
mod notify;
mod open_file;
mod oplock;
pub mod paging;
pub mod parameters;
mod perform;
mod query_information;
mod query_open;
mod rename;
pub mod reparse_point;
mod resolve;
mod security;
mod set_information;
mod share_access;
mod transfer;
mod tunnel;
mod tunnel_names;
mod volume_information;
mod volume_lock;
mod watch;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, OnceLock, Weak};

use minifilter_sys::*;
use parking_lot::{Mutex, RwLock};

pub use host_directory::VolumeError;
pub use name::fold;

use crate::model::flt_volume::FltVolume;
use crate::model::oplock::Due;
use extended_attributes::Ea;
use fcb_table::FcbTable;
use host_directory::{HostDirectory, Semantics};
use mdl_transfer::LentPages;
use namespace::Namespace;
use open_file::OpenFile;
use tunnel::Tunnel;
use watch::Watches;

/// HostVolume — a mounted directory.
pub struct HostVolume {
    host: HostDirectory,
    state: Mutex<State>,
    opens: RwLock<HashMap<usize, Arc<OpenFile>>>,
    stack: OnceLock<Weak<FltVolume>>,
    extras: Mutex<HashMap<u64, Extra>>,
    watches: Arc<Mutex<Watches>>,
    oplocks_due: Mutex<Vec<Due>>,
    /// Extended attributes by file id.
    eas: Mutex<HashMap<u64, Vec<Ea>>>,
    /// Reparse points by file id, as they were set.
    reparse_points: Mutex<HashMap<u64, Vec<u8>>>,
    tunnel: Mutex<Tunnel>,
    /// Pages of the cache that servers have, by the address of their MDL.
    lent: Mutex<HashMap<usize, LentPages>>,
}

/// State — names and streams in use; changed together, so under one lock.
#[derive(Default)]
struct State {
    names: Namespace,
    fcbs: FcbTable,
    /// The file object that has locked the volume.
    locked_by: Option<usize>,
}

/// Extra — what a file can have here and the host cannot keep; it lasts as long as the volume is mounted.
#[derive(Clone, Copy, Debug, Default)]
struct Extra {
    /// HIDDEN, SYSTEM, ARCHIVE and their like; `None` is the default of the kind.
    attributes: Option<u32>,
    creation: Option<i64>,
    change: Option<i64>,
}

impl HostVolume {
    /// Opens a directory as a volume.
    ///
    /// # Errors
    /// When it is missing, no directory, or read-only.
    pub fn open(directory: &Path) -> Result<Arc<Self>, VolumeError> {
        Ok(Arc::new(Self {
            host: HostDirectory::open(directory, Semantics::Windows)?,
            state: Mutex::default(),
            opens: RwLock::default(),
            stack: OnceLock::new(),
            extras: Mutex::default(),
            watches: Arc::default(),
            oplocks_due: Mutex::default(),
            eas: Mutex::default(),
            reparse_points: Mutex::default(),
            tunnel: Mutex::default(),
            lent: Mutex::default(),
        }))
    }

    /// Opens a directory as a volume for Linux programs, with all directories case-sensitive.
    ///
    /// # Errors
    /// As [`HostVolume::open`].
    pub fn open_for_linux(directory: &Path) -> Result<Arc<Self>, VolumeError> {
        let names = Namespace::case_sensitive();
        Ok(Arc::new(Self {
            host: HostDirectory::open(directory, Semantics::Linux)?,
            state: Mutex::new(State {
                names,
                ..State::default()
            }),
            opens: RwLock::default(),
            stack: OnceLock::new(),
            extras: Mutex::default(),
            watches: Arc::default(),
            oplocks_due: Mutex::default(),
            eas: Mutex::default(),
            reparse_points: Mutex::default(),
            tunnel: Mutex::default(),
            lent: Mutex::default(),
        }))
    }

    /// Tells the volume the filter stack above it, which its paging I/O goes through.
    pub fn set_stack(&self, stack: &Arc<FltVolume>) {
        // A second mount of the same volume would keep the first stack; mounting is done once.
        let _ = self.stack.set(Arc::downgrade(stack));
    }

    fn opened(&self, file: *const FILE_OBJECT) -> Result<Arc<OpenFile>, NTSTATUS> {
        self.opens
            .read()
            .get(&(file as usize))
            .cloned()
            .ok_or(STATUS_INVALID_PARAMETER)
    }
}
