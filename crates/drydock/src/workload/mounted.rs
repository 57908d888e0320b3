//! A mounted volume with its system worker, for as long as a scenario runs.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::GENERIC_READ;

use crate::io::{CreateOptions, Io, Programs, SystemWorker, file_object};
use crate::model::file_system::FileSystem;
use crate::model::flt_volume::{self, FltVolume};
use crate::model::operation::intervention::{self, Intervention};
use crate::model::{process_life, thread};
use crate::volume::disguise::{Disguise, Disguised};
use crate::volume::{HostVolume, VolumeError};

/// Name of the volume's device.
pub const VOLUME_NAME: &str = "\\Device\\HarddiskVolume1";

/// Process id of the first program; the next ones follow in steps of four, as Windows gives them.
const FIRST_PROCESS: u32 = 1000;

/// Mounted — the volume.
pub struct Mounted {
    host: Arc<HostVolume>,
    volume: Arc<FltVolume>,
    worker: Arc<SystemWorker>,
    /// Programs that have begun.
    programs: Mutex<BTreeSet<u32>>,
}

/// MountError — why there is no volume.
#[derive(Debug, thiserror::Error)]
pub enum MountError {
    /// The directory will not do.
    #[error(transparent)]
    Volume(#[from] VolumeError),
    /// No thread for the system worker.
    #[error("the system worker has no thread: {0}")]
    Worker(#[from] io::Error),
}

impl Mounted {
    /// Mounts a directory.
    ///
    /// # Errors
    /// When it is missing, no directory, or read-only.
    pub fn new(directory: &Path) -> Result<Self, MountError> {
        Self::with_name(directory, VOLUME_NAME)
    }

    /// Mounts a directory under another device name.
    ///
    /// # Errors
    /// As [`Mounted::new`].
    pub fn with_name(directory: &Path, name: &str) -> Result<Self, MountError> {
        let host = HostVolume::open(directory)?;
        Ok(Self::over(&host, host.clone(), name)?)
    }

    /// Mounts `file_system`, which stands for `host` or wraps it.
    pub(super) fn over(
        host: &Arc<HostVolume>,
        file_system: Arc<dyn FileSystem>,
        name: &str,
    ) -> io::Result<Self> {
        let worker = SystemWorker::start()?;
        intervention::begin();
        let volume = flt_volume::mount(file_system, name);
        host.set_stack(&volume);
        let host = Arc::clone(host);
        Ok(Self {
            host,
            volume,
            worker,
            programs: Mutex::default(),
        })
    }

    /// Mounts a directory for programs of Linux: with case, modes, owners and symbolic links.
    ///
    /// # Errors
    /// As [`Mounted::new`].
    pub fn for_linux(directory: &Path) -> Result<Self, MountError> {
        let host = HostVolume::open_for_linux(directory)?;
        Ok(Self::over(&host, host.clone(), VOLUME_NAME)?)
    }

    /// Mounts a directory as the `index`-th further volume, in a disguise.
    ///
    /// # Errors
    /// As [`Mounted::new`].
    pub fn disguised(
        directory: &Path,
        disguise: Disguise,
        index: usize,
    ) -> Result<Self, MountError> {
        let host = HostVolume::open(directory)?;
        let file_system = Arc::new(Disguised {
            host: Arc::clone(&host),
            disguise,
        });
        Ok(Self::over(
            &host,
            file_system,
            &disguise.device_name(index),
        )?)
    }

    /// A program opens the volume itself, and closes it.
    pub fn open_volume(&self, seed: u64) {
        let access = CreateOptions::default().access(GENERIC_READ);
        // Who may open a volume that nobody can read is for the filters to say.
        let _ = self.io(0, seed).create("", access);
    }

    /// Processes of the host that do I/O on the volume.
    pub fn programs(&self) -> Programs {
        Programs::new(&self.volume, &self.host, &self.worker)
    }

    /// Makes the current thread the `index`-th program on the volume.
    ///
    /// It begins when it is first asked for. One that a driver refuses does not do any I/O.
    pub fn io(&self, index: u32, seed: u64) -> Io {
        let id = FIRST_PROCESS + 4 * index;
        let new = self
            .programs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
        if new && process_life::begin(id).is_err() {
            intervention::count(Intervention::Completed);
        }
        Io::new(&self.volume, &self.host, &self.worker, id, seed)
    }

    /// The programs end, one after the other.
    pub fn end_programs(&self) {
        let ended =
            std::mem::take(&mut *self.programs.lock().unwrap_or_else(PoisonError::into_inner));
        thread::current().set_process_id(thread::SYSTEM_PROCESS);
        for id in ended {
            process_life::end(id, 0);
        }
    }

    /// Writes what is cached, and lets late closes come.
    pub fn settle(&self) {
        self.worker.settle(&self.host);
    }

    /// Ends the lives of streams that were kept after their last close, with their contexts; the volume stays mounted.
    pub fn forget_closed_streams(&self) {
        self.settle();
        self.host.drain();
    }

    /// Dismounts: everything written, closed and torn down. Gives the number of file objects that are left.
    pub fn dismount(self) -> usize {
        self.forget_closed_streams();
        flt_volume::dismount(&self.volume);
        self.worker.stop();
        file_object::live_count()
    }
}
