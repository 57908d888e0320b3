//! The I/O manager and the volume together, over a scratch directory and without filters.

mod control;
mod create;
mod deleted;
mod extended_attributes;
mod information;
mod linux;
mod names;
mod notify;
mod notify_filtered;
mod oplocks;
mod query_open;
mod reparse;
mod served;
mod transfer;

use std::path::PathBuf;

use super::*;
use crate::model::{flt_fixture, flt_volume};

/// Fixture — a mounted scratch directory, removed at the end.
struct Bench {
    directory: PathBuf,
    io: Io,
    _serial: flt_fixture::Serial,
}

impl Bench {
    fn new() -> Self {
        Self::over(|directory| HostVolume::open(directory).unwrap())
    }

    /// As a mount has it, for programs of Linux.
    fn for_linux() -> Self {
        let mut bench = Self::over(|directory| HostVolume::open_for_linux(directory).unwrap());
        let (host, worker) = bench.io.system.clone().expect("a program's");
        bench.io = Programs::new(&bench.io.volume, &host, &worker).io(100);
        bench
    }

    fn over(open: impl FnOnce(&std::path::Path) -> Arc<HostVolume>) -> Self {
        let serial = flt_fixture::serial();
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("drydock-io-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let host = open(&directory);
        let volume = flt_volume::mount(host.clone(), &format!("\\Device\\HarddiskVolume{number}"));
        host.set_stack(&volume);
        let io = Io::new(&volume, &host, &SystemWorker::start().unwrap(), 100, 1);
        Self {
            directory,
            io,
            _serial: serial,
        }
    }

    fn host(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn create(&self, path: &str, disposition: u32) -> Result<(Handle<'_>, u32), NTSTATUS> {
        self.io.create_reporting(
            path,
            None,
            CreateOptions::default().disposition(disposition),
        )
    }

    fn make(&self, path: &str, content: &[u8]) {
        let (file, _) = self.create(path, FILE_OVERWRITE_IF).unwrap();
        file.write(Some(0), content).unwrap();
    }

    fn make_directory(&self, path: &str) {
        let options = CreateOptions::default()
            .disposition(FILE_CREATE)
            .with(FILE_DIRECTORY_FILE);
        self.io.create(path, options).unwrap();
    }

    fn names(&self, path: &str, pattern: &str) -> Vec<String> {
        let directory = self
            .io
            .create(path, CreateOptions::default().with(FILE_DIRECTORY_FILE))
            .unwrap();
        directory
            .list(pattern)
            .unwrap()
            .into_iter()
            .map(|entry| entry.name)
            .collect()
    }

    fn content(&self, path: &str) -> Vec<u8> {
        let file = self
            .io
            .create(
                path,
                CreateOptions::default().access(GENERIC_READ | SYNCHRONIZE),
            )
            .unwrap();
        let mut out = vec![0; 100_000];
        let length = match file.read(Some(0), &mut out) {
            Err(STATUS_END_OF_FILE) => 0,
            read => read.unwrap(),
        };
        out.truncate(length);
        out
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.io.settle();
        self.io.system.as_ref().expect("a program's").0.drain();
        flt_volume::dismount(&self.io.volume);
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn status<T>(result: Result<T, NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}
