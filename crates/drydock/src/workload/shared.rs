//! The shared directory of the mixed workload: all threads use the same few files, so most outcomes are races, but a
//! block that was written in one piece is never read in two.

use fastrand::Rng;
use minifilter_sys::*;

use super::check;
use crate::io::{CreateOptions, Io};

const DIRECTORY: &str = "\\shared";
const FILES: u32 = 6;
const BLOCK: usize = 512;
const BLOCKS: u64 = 16;

/// What another thread's delete, rename or missing write explains.
const RACES: [NTSTATUS; 5] = [
    STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_NAME_COLLISION,
    STATUS_DELETE_PENDING,
    STATUS_ACCESS_DENIED,
    STATUS_END_OF_FILE,
];

/// Makes the directory.
pub fn prepare(io: &Io) {
    let options = CreateOptions::default()
        .disposition(FILE_OPEN_IF)
        .with(FILE_DIRECTORY_FILE);
    check::success(
        "shared: make directory",
        DIRECTORY,
        io.create(DIRECTORY, options),
    );
}

/// One action.
pub fn act(io: &Io, random: &mut Rng) {
    let path = format!("{DIRECTORY}\\s{}", random.u32(..FILES));
    let offset = random.u64(..BLOCKS) * BLOCK as u64;
    match random.u32(..10) {
        0..5 => write(io, &path, offset, random.u8(..)),
        5..8 => read(io, &path, offset),
        8 => rename(io, &path, &format!("{DIRECTORY}\\s{}", random.u32(..FILES))),
        _ => delete(io, &path),
    }
}

fn write(io: &Io, path: &str, offset: u64, byte: u8) {
    let options = CreateOptions::default().disposition(FILE_OPEN_IF);
    if let Some(handle) = check::tolerate("shared: open", path, io.create(path, options), &RACES) {
        check::tolerate(
            "shared: write",
            path,
            handle.write(Some(offset), &[byte; BLOCK]),
            &RACES,
        );
    }
}

fn read(io: &Io, path: &str, offset: u64) {
    let handle = check::tolerate(
        "shared: open",
        path,
        io.create(path, CreateOptions::default()),
        &RACES,
    );
    let mut out = [0; BLOCK];
    let read = handle.and_then(|h| {
        check::tolerate("shared: read", path, h.read(Some(offset), &mut out), &RACES)
    });
    if let Some(length) = read {
        check::bytes("shared: read", path, &out[..length], &vec![out[0]; length]);
    }
}

fn rename(io: &Io, path: &str, to: &str) {
    if let Some(handle) = check::tolerate(
        "shared: open",
        path,
        io.create(path, CreateOptions::default()),
        &RACES,
    ) {
        check::tolerate("shared: rename", path, handle.rename(to, true), &RACES);
    }
}

fn delete(io: &Io, path: &str) {
    if let Some(handle) = check::tolerate(
        "shared: open",
        path,
        io.create(path, CreateOptions::default()),
        &RACES,
    ) {
        check::tolerate("shared: delete", path, handle.set_delete(true), &RACES);
    }
}
