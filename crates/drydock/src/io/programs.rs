//! Programs — processes of the host whose requests go to a volume, each request in whatever thread it comes.

use std::sync::Arc;

use super::{Io, SystemWorker};
use crate::model::flt_volume::FltVolume;
use crate::volume::HostVolume;

/// Programs — makes an [`Io`] for each request.
#[derive(Clone)]
pub struct Programs {
    volume: Arc<FltVolume>,
    host: Arc<HostVolume>,
    worker: Arc<SystemWorker>,
}

impl Programs {
    /// Programs on this volume.
    #[must_use]
    pub fn new(
        volume: &Arc<FltVolume>,
        host: &Arc<HostVolume>,
        worker: &Arc<SystemWorker>,
    ) -> Self {
        Self {
            volume: Arc::clone(volume),
            host: Arc::clone(host),
            worker: Arc::clone(worker),
        }
    }

    /// Makes the current thread, for one request, one of the process.
    ///
    /// The system has a clock of its own here ([`Programs::write_lazily`]), and names differ by case.
    #[must_use]
    pub fn io(&self, process_id: u32) -> Io {
        Io {
            paced: false,
            case_sensitive: true,
            ..Io::new(&self.volume, &self.host, &self.worker, process_id, 0)
        }
    }

    /// One turn of the lazy writer, in its own thread.
    pub fn write_lazily(&self) {
        self.worker.write_lazily(&self.host);
    }
}
