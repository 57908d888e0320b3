//! A filter written in tests, over a volume with real files in a scratch directory.

use std::path::PathBuf;
use std::sync::Arc;

use minifilter_sys::*;

use super::flt_fixture::{Fixture, Script};
use super::flt_volume;
use super::instance::Instance;
use super::operation::{Entry, Requestor};
use crate::io::file_object::FileObject;
use crate::io::open::Opener;
use crate::io::{self, CreateOptions};
use crate::volume::HostVolume;

/// Name of the volume's device.
pub const VOLUME: &str = r"\Device\HarddiskVolume7";

/// HostFixture — the filter, its volume, and the directory behind it.
pub struct HostFixture {
    pub fixture: Fixture,
    pub directory: PathBuf,
    host: Arc<HostVolume>,
}

impl HostFixture {
    /// A filter with one instance.
    pub fn new(script: Script) -> Self {
        Self::with(script, &["370000"])
    }

    /// A filter with an instance at each altitude.
    pub fn with(script: Script, altitudes: &[&str]) -> Self {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("drydock-own-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).expect("a scratch directory");
        let host = HostVolume::open(&directory).expect("a volume");
        let fixture = Fixture::over(script, altitudes, true, || {
            let volume = flt_volume::mount(host.clone(), VOLUME);
            host.set_stack(&volume);
            volume
        });
        Self {
            fixture,
            directory,
            host,
        }
    }

    /// The highest instance.
    pub fn instance(&self) -> Arc<Instance> {
        let stack = self.fixture.volume.stack();
        Arc::clone(stack.first().expect("the filter is attached"))
    }

    /// Puts a file into the directory.
    pub fn put(&self, name: &str, content: &[u8]) {
        std::fs::write(self.directory.join(name), content).expect("a file");
    }

    /// Opens a file as a program does, above every instance.
    pub fn open(&self, path: &str, options: CreateOptions) -> OpenedFile {
        let units: Vec<u16> = path.encode_utf16().collect();
        let opener = Opener::new(&self.fixture.volume, Entry::Top, Requestor::kernel());
        let opened = opener.open(&units, std::ptr::null_mut(), options);
        OpenedFile(opened.expect("the file opens").file)
    }
}

impl Drop for HostFixture {
    fn drop(&mut self) {
        for owner in self.host.release_cache_maps() {
            io::drop_reference(owner);
        }
        self.host.drain();
        // A scratch directory that stays is the host's business.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// OpenedFile — a file object that is cleaned up and dereferenced at the end.
pub struct OpenedFile(pub FileObject);

impl OpenedFile {
    /// As drivers get it.
    pub fn pointer(&self) -> *mut FILE_OBJECT {
        self.0.as_ptr()
    }
}

impl Drop for OpenedFile {
    fn drop(&mut self) {
        io::clean_up(self.0);
        io::drop_reference(self.0);
    }
}
