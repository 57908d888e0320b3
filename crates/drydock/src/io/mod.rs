//! The I/O manager — the way programs' requests take to the filter stack: file objects, handles, fast I/O first.

pub mod control_device;
mod create;
pub mod device;
mod fast_device_control;
pub mod file_object;
mod handle;
mod handle_directory;
mod handle_ea;
mod handle_information;
mod handle_linux;
mod handle_mdl;
pub mod handle_notify;
mod handle_oplock;
mod handle_transfer;
mod kept_handle;
pub mod kernel_file;
pub mod mdl;
pub mod open;
pub mod path;
pub mod pending;
mod programs;
mod query_by_name;
mod query_open;
mod release;
pub mod reparse;
mod section;
mod system_device;
mod system_ecp;
mod system_worker;

use std::cell::RefCell;
use std::sync::Arc;

use minifilter_sys::*;

pub use create::CreateOptions;
pub use handle::Handle;
pub use handle_directory::Entry;
pub use handle_information::{BasicInformation, StandardInformation};
pub use handle_linux::StatLx;
pub use kept_handle::KeptHandle;
pub use programs::Programs;
pub use release::{clean_up, drop_reference, drop_reference_at};
pub use system_device::{default_dispatch, is_system_device};
pub use system_worker::SystemWorker;

use crate::model::file_system::Request;
use crate::model::flt_volume::FltVolume;
use crate::model::operation::{self, Outcome, Requestor, cancel};
use crate::model::{process, thread};
use crate::volume::HostVolume;

/// Io — one thread of a program that does I/O on one volume.
///
/// Belongs to the thread that made it. All its seeded choices (when the lazy writer runs, which closes come late) come
/// from its own generator, so that a single thread replays exactly.
pub struct Io {
    volume: Arc<FltVolume>,
    /// The volume's directory and the system's thread for it; none where the kernel itself asks and nothing is paced.
    system: Option<(Arc<HostVolume>, Arc<SystemWorker>)>,
    mode: i8,
    process_id: u32,
    random: RefCell<fastrand::Rng>,
    /// The system gets its turns between the operations here, so that they replay.
    paced: bool,
    /// Names are opened as they are spelt (OBJ_CASE_INSENSITIVE is not given).
    case_sensitive: bool,
}

/// End — NTSTATUS (a success, or BUFFER_OVERFLOW) and Information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Status, not an error.
    pub status: NTSTATUS,
    /// Information.
    pub information: usize,
}

/// One turn in so many the lazy writer runs after an operation.
const LAZY_WRITER_TURNS: u32 = 24;

impl Io {
    /// Makes the current thread one of a process that does I/O.
    pub fn new(
        volume: &Arc<FltVolume>,
        host: &Arc<HostVolume>,
        worker: &Arc<SystemWorker>,
        process_id: u32,
        seed: u64,
    ) -> Self {
        thread::current().set_process_id(process_id);
        Self {
            volume: Arc::clone(volume),
            system: Some((Arc::clone(host), Arc::clone(worker))),
            mode: USER_MODE,
            process_id,
            random: RefCell::new(fastrand::Rng::with_seed(seed)),
            paced: true,
            case_sensitive: false,
        }
    }

    /// The process whose I/O this is.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process_id
    }

    /// Requests of the kernel in the current thread, which stays what it is: those of Zw functions.
    #[must_use]
    pub fn of_kernel(volume: &Arc<FltVolume>) -> Self {
        Self {
            volume: Arc::clone(volume),
            system: None,
            mode: KERNEL_MODE,
            process_id: thread::current().process_id(),
            random: RefCell::new(fastrand::Rng::with_seed(0)),
            paced: false,
            case_sensitive: false,
        }
    }

    fn requestor(&self) -> Requestor {
        Requestor {
            mode: self.mode,
            process_id: self.process_id,
            thread: thread::current().kthread(),
        }
    }

    /// Sends a request that is an IRP.
    fn irp(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Result<End, NTSTATUS> {
        self.check_process(iopb.MajorFunction)?;
        let parameters = *iopb;
        cancel::persistently(|| {
            *iopb = parameters;
            match operation::send(&self.volume, Request::Irp, iopb, self.requestor()) {
                Outcome::Done(status) => end(&status),
                Outcome::FastIoDisallowed => Err(STATUS_UNSUCCESSFUL),
            }
        })
    }

    /// Sends a fast I/O call; `None` when it has to be sent again as an IRP.
    fn fast_io(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Option<Result<End, NTSTATUS>> {
        if let Err(status) = self.check_process(iopb.MajorFunction) {
            return Some(Err(status));
        }
        match operation::send(&self.volume, Request::FastIo, iopb, self.requestor()) {
            Outcome::Done(status) => Some(end(&status)),
            Outcome::FastIoDisallowed => None,
        }
    }

    /// A process that a driver has ended does nothing any more but let go of what it has.
    fn check_process(&self, major: u8) -> Result<(), NTSTATUS> {
        let lets_go = matches!(major, IRP_MJ_CLEANUP | IRP_MJ_CLOSE);
        match !lets_go && self.mode == USER_MODE && process::has_ended(self.process_id) {
            true => Err(STATUS_PROCESS_IS_TERMINATING),
            false => Ok(()),
        }
    }

    /// Sends a file system filter callback.
    fn fs_filter(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Result<End, NTSTATUS> {
        match operation::send(&self.volume, Request::FsFilter, iopb, self.requestor()) {
            Outcome::Done(status) => end(&status),
            Outcome::FastIoDisallowed => Err(STATUS_UNSUCCESSFUL),
        }
    }

    /// A seeded choice with odds of one in `turns`.
    fn one_in(&self, turns: u32) -> bool {
        self.paced && self.random.borrow_mut().u32(..turns) == 0
    }

    /// Gives the system its turn: now and then the lazy writer runs, in its own thread, while this one waits.
    fn let_system_work(&self) {
        if let Some((host, worker)) = self
            .system
            .as_ref()
            .filter(|_| self.one_in(LAZY_WRITER_TURNS))
        {
            worker.write_lazily(host);
        }
    }

    /// Writes everything that is cached and lets late closes come.
    pub fn settle(&self) {
        if let Some((host, worker)) = &self.system {
            worker.settle(host);
        }
    }
}

const KERNEL_MODE: i8 = 0;
const USER_MODE: i8 = 1;

pub(crate) fn end(status: &IO_STATUS_BLOCK) -> Result<End, NTSTATUS> {
    let code = operation::status_of(status);
    // BUFFER_OVERFLOW is a warning that comes with data; others (NO_MORE_FILES) mean that there are none.
    match code >= 0 || code == STATUS_BUFFER_OVERFLOW {
        true => Ok(End {
            status: code,
            information: status.Information,
        }),
        false => Err(code),
    }
}

#[cfg(test)]
mod tests;
