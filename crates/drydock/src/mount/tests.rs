//! Requests of the kernel, answered over a scratch directory with a filter in between; FUSE itself is not needed.
#![allow(unsafe_code)] // plays a filter that writes into callback data

use std::ffi::OsStr;
use std::sync::Arc;

use fuser::{Errno, RenameFlags, WriteFlags};
use minifilter_sys::*;
use tempfile::TempDir;

use super::locks::{Kind, Wish};
use super::nodes::ROOT;
use super::server::Server;
use crate::io::{Io, Programs, SystemWorker};
use crate::model::flt_fixture::{Fixture, Script};
use crate::model::flt_volume;
use crate::volume::HostVolume;

/// A server over a scratch directory; its parts go in the order of the fields.
struct Bench {
    server: Server,
    programs: Programs,
    host: Arc<HostVolume>,
    _fixture: Fixture,
    directory: TempDir,
}

/// This process asks.
const ME: u32 = 0;

impl Bench {
    fn new(script: Script) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let host = HostVolume::open_for_linux(directory.path()).unwrap();
        let below = Arc::clone(&host);
        let fixture = Fixture::over(script, &["370000"], true, || {
            let volume = flt_volume::mount(below.clone(), r"\Device\Fixture");
            below.set_stack(&volume);
            volume
        });
        let worker = SystemWorker::start().unwrap();
        let programs = Programs::new(&fixture.volume, &host, &worker);
        Self {
            server: Server::new(programs.clone()).unwrap(),
            programs,
            host,
            _fixture: fixture,
            directory,
        }
    }

    fn ask<R>(&self, work: impl FnOnce(&Io) -> Result<R, Errno>) -> Result<R, i32> {
        self.server.answer(ME, work).map_err(|error| error.code())
    }

    fn create(&self, name: &str) -> Result<(u64, u64), i32> {
        let made = self.ask(|io| {
            let flags = libc::O_RDWR | libc::O_CREAT;
            self.server.create(io, ROOT, OsStr::new(name), 0o640, flags)
        });
        made.map(|(attributes, file)| (attributes.ino.0, file))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.server.close(std::time::Duration::from_secs(10));
        self.programs.write_lazily();
        self.programs.write_lazily();
        self.host.drain();
    }
}

/// Denies every create of a name with `secret` in it.
fn denying() -> Script {
    Script {
        pre: Some(Arc::new(|data, _, _| {
            // SAFETY: the data belong to this callback alone.
            let data = unsafe { &mut *data };
            // SAFETY: the parameter block lives as long as the data.
            let iopb = unsafe { &*data.Iopb };
            // SAFETY: the file object of an operation is live during it.
            let name = unsafe { (*iopb.TargetFileObject).FileName };
            let length = usize::from(name.Length) / 2;
            if iopb.MajorFunction != IRP_MJ_CREATE || name.Buffer.is_null() {
                return FLT_PREOP_SUCCESS_NO_CALLBACK;
            }
            // SAFETY: the name is counted text.
            let units = unsafe { std::slice::from_raw_parts(name.Buffer, length) };
            if !String::from_utf16_lossy(units).contains("secret") {
                return FLT_PREOP_SUCCESS_NO_CALLBACK;
            }
            data.IoStatus.Anonymous.Status = STATUS_ACCESS_DENIED;
            FLT_PREOP_COMPLETE
        })),
        ..Script::default()
    }
}

#[test]
fn a_filters_denial_reaches_the_program_as_an_errno() {
    let bench = Bench::new(denying());
    assert_eq!(bench.create("secret"), Err(libc::EACCES));
    assert!(bench.create("open").is_ok());
    let (from, to) = (OsStr::new("open"), OsStr::new("secret"));
    let moved = bench.ask(|io| {
        let none = RenameFlags::empty();
        bench.server.rename(io, (ROOT, from), (ROOT, to), none)
    });
    assert_eq!(moved, Err(libc::EACCES));
    assert!(bench.directory.path().join("open").exists());
}

#[test]
fn a_name_without_a_windows_form_is_neither_found_nor_made() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new(Script::default());
    let name = OsStr::from_bytes(b"\xFF");
    let found = bench.ask(|io| bench.server.lookup(io, ROOT, name));
    assert_eq!(found.map(|_| ()), Err(libc::ENOENT));
    let made = bench.ask(|io| bench.server.mkdir(io, ROOT, name, 0o755));
    assert_eq!(made.map(|_| ()), Err(libc::EILSEQ));
    let long = "x".repeat(256);
    assert_eq!(bench.create(&long), Err(libc::ENAMETOOLONG));
    assert!(bench.create("a:b").is_ok() && bench.directory.path().join("a:b").exists());
}

#[test]
fn an_unlinked_file_answers_without_a_name_until_it_is_closed() {
    let bench = Bench::new(Script::default());
    let (node, file) = bench.create("f").unwrap();
    let flags = (WriteFlags::empty(), libc::O_RDWR);
    let write = |data: &[u8]| bench.ask(|io| bench.server.write(io, file, 0, data, flags));
    assert_eq!(write(b"one"), Ok(3));
    let name = OsStr::new("f");
    bench
        .ask(|io| bench.server.remove(io, ROOT, name, FILE_NON_DIRECTORY_FILE))
        .unwrap();
    assert_eq!(write(b"two"), Ok(3));
    let stat = bench.ask(|io| bench.server.stat(io, node, None)).unwrap();
    assert_eq!((stat.size, stat.links), (3, 0));
    let read = bench.ask(|io| bench.server.read(io, file, 0, 10));
    assert_eq!(read.as_deref(), Ok(b"two".as_slice()));
    bench.server.release(file);
    let gone = bench.ask(|io| bench.server.stat(io, node, None));
    assert_eq!(gone.map(|_| ()), Err(libc::ENOENT));
}

#[test]
fn locks_split_change_and_stand_against_others() {
    let bench = Bench::new(Script::default());
    let (_, number) = bench.create("f").unwrap();
    let file = bench.server.files.get(number).unwrap();
    let set = |owner, start, end, kind| {
        let wish = Wish {
            owner,
            process: 100,
            start,
            end,
            kind,
        };
        let set = bench.server.locks.set(&bench.programs, &file, wish);
        set.map_err(|error| error.code())
    };
    assert_eq!(set(1, 0, 99, Kind::Exclusive), Ok(()));
    assert_eq!(set(2, 50, 50, Kind::Shared), Err(libc::EAGAIN));
    assert_eq!(set(1, 40, 59, Kind::Shared), Ok(()));
    assert_eq!(set(2, 50, 50, Kind::Shared), Ok(()));
    assert_eq!(set(1, 0, u64::MAX >> 1, Kind::Exclusive), Err(libc::EAGAIN));
    assert_eq!(set(1, 40, 59, Kind::Free), Ok(()));
    assert_eq!(set(2, 40, 59, Kind::Exclusive), Ok(()));
    assert_eq!(set(2, 60, 60, Kind::Shared), Err(libc::EAGAIN));
    bench.server.locks.release(&bench.programs, &file, 1);
    assert_eq!(set(2, 0, u64::MAX >> 1, Kind::Exclusive), Ok(()));
    bench.server.locks.release(&bench.programs, &file, 2);
}

#[test]
fn nothing_is_answered_once_the_mount_ends() {
    let bench = Bench::new(Script::default());
    bench.create("f").unwrap();
    assert!(bench.server.close(std::time::Duration::from_secs(10)));
    assert_eq!(bench.create("g"), Err(libc::ENODEV));
}
