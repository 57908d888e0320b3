//! KeptHandle — a handle between the operations of a program whose requests come in many threads.
#![allow(unsafe_code)] // hands a FILE_OBJECT address to other threads

use std::mem::ManuallyDrop;

use super::file_object::FileObject;
use super::{Handle, Io};

/// KeptHandle — has to be closed: dropping it leaves the file object open, as a lost handle does.
///
/// # Invariants
/// The file object has the reference of a handle that had no cleanup yet.
#[must_use = "a handle that is lost stays open"]
pub struct KeptHandle {
    file: FileObject,
    access: u32,
    options: u32,
}

// SAFETY: a file object is kernel memory that any thread may use while it holds a reference (invariant).
unsafe impl Send for KeptHandle {}
// SAFETY: as for Send; threads that share a handle race in the kernel, which the file system below has locks for.
unsafe impl Sync for KeptHandle {}

impl Handle<'_> {
    /// Takes the handle out of its thread.
    pub fn keep(self) -> KeptHandle {
        let this = ManuallyDrop::new(self);
        KeptHandle {
            file: this.file(),
            access: this.access,
            options: this.options,
        }
    }
}

impl KeptHandle {
    /// Lets a thread use the handle.
    pub fn with<R>(&self, io: &Io, work: impl FnOnce(&Handle<'_>) -> R) -> R {
        work(&ManuallyDrop::new(Handle::again(
            io,
            self.file,
            self.access,
            self.options,
        )))
    }

    /// Granted access.
    #[must_use]
    pub fn access(&self) -> u32 {
        self.access
    }

    /// NtClose
    pub fn close(self, io: &Io) {
        drop(Handle::again(io, self.file, self.access, self.options));
    }
}
