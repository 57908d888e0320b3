//! `drydock mount` — the volume under real programs: FUSE in front, the I/O manager and the filter stack behind.
//!
//! Linux is mapped to Windows as WSL maps it. Every request becomes the operations a Windows program would cause, in
//! the name of the process that asks; the kernel keeps no file data (FOPEN_DIRECT_IO) and no attributes.
//!
//! - Names differ by case. Characters that Windows forbids have stand-ins (`volume::linux_name`); a name without a
//!   Windows form cannot be made: EILSEQ.
//! - Mode and owner are `$LX…` extended attributes, symbolic links reparse points, deletion and renaming have POSIX
//!   semantics.
//! - Locks of fcntl are byte-range locks, see `locks`.
//! - Mappings: page faults are reads, and pages written back go to the cache and from there to the disk as paging I/O.

mod attributes;
mod caller;
mod data;
mod errno;
mod filesystem;
mod killed;
mod locks;
mod names;
mod nodes;
mod open_files;
mod progress;
mod server;
mod session;
#[cfg(test)]
mod tests;

use crate::volume::linux_name::to_linux as linux_path;

pub use session::{detach, is_mounted, run};
