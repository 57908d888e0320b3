//! `walk` — copies every file that is on the volume, edits, renames and deletes the copy, and leaves all as it was.

use minifilter_sys::*;

use super::check;
use crate::io::{CreateOptions, Entry, Handle, Io};

/// Directory of the copies; it is gone in the end.
const COPIES: &str = "\\drydock-walk";
/// Bytes moved at a time.
const CHUNK: usize = 64 * 1024;

/// Walks the tree; gives the number of files and directories seen.
pub fn run(io: &Io) -> u64 {
    let made = CreateOptions::default()
        .disposition(FILE_CREATE)
        .with(FILE_DIRECTORY_FILE);
    if check::success("walk: make directory", COPIES, io.create(COPIES, made)).is_none() {
        return 0;
    }
    let mut seen = 0;
    let mut directories = vec![String::new()];
    while let Some(directory) = directories.pop() {
        for entry in list(io, &directory) {
            let path = format!("{directory}\\{}", entry.name);
            if path == COPIES {
                continue;
            }
            seen += 1;
            if entry.attributes & FILE_ATTRIBUTE_DIRECTORY != 0 {
                directories.push(path);
            } else {
                file(io, &path, &entry, seen);
            }
        }
    }
    delete(io, COPIES);
    seen
}

fn list(io: &Io, directory: &str) -> Vec<Entry> {
    let path = if directory.is_empty() {
        "\\"
    } else {
        directory
    };
    let options = CreateOptions::default()
        .access(GENERIC_READ)
        .with(FILE_DIRECTORY_FILE);
    let handle = check::success("walk: open directory", path, io.create(path, options));
    handle
        .and_then(|handle| check::success("walk: list", path, handle.list("*")))
        .unwrap_or_default()
}

fn file(io: &Io, path: &str, entry: &Entry, number: u64) {
    let Some(content) = read(io, path) else {
        return;
    };
    check::equal(
        "walk: size",
        path,
        &(content.len() as u64),
        &entry.size,
        |size| format!("{size} bytes"),
    );
    let copy = format!("{COPIES}\\copy{number}");
    if write(io, &copy, &content).is_none() {
        return;
    }
    check_content(io, "walk: copy", &copy, &content);
    let edited = edit(io, &copy, content);
    let renamed = format!("{COPIES}\\Renamed {number}");
    let options = CreateOptions::default();
    if let Some(handle) = check::success("walk: open to rename", &copy, io.create(&copy, options)) {
        check::success("walk: rename", &copy, handle.rename(&renamed, false));
    }
    check_content(io, "walk: renamed", &renamed, &edited);
    delete(io, &renamed);
    check::failure(
        "walk: open a deleted file",
        &renamed,
        io.create(&renamed, options),
        STATUS_OBJECT_NAME_NOT_FOUND,
    );
}

fn read(io: &Io, path: &str) -> Option<Vec<u8>> {
    let options = CreateOptions::default()
        .access(GENERIC_READ)
        .with(FILE_SEQUENTIAL_ONLY);
    let handle = check::success("walk: open to read", path, io.create(path, options))?;
    let mut content = Vec::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match handle.read(None, &mut chunk) {
            Ok(length) => content.extend_from_slice(&chunk[..length]),
            Err(STATUS_END_OF_FILE) => return Some(content),
            Err(status) => return check::success("walk: read", path, Err(status)),
        }
    }
}

fn write(io: &Io, path: &str, content: &[u8]) -> Option<()> {
    let options = CreateOptions::default().disposition(FILE_CREATE);
    let handle = check::success("walk: create", path, io.create(path, options))?;
    for chunk in content.chunks(CHUNK) {
        check::success("walk: write", path, handle.write(None, chunk))?;
    }
    Some(())
}

fn check_content(io: &Io, site: &str, path: &str, wanted: &[u8]) {
    if let Some(got) = read(io, path) {
        check::bytes(site, path, &got, wanted);
    }
}

/// Overwrites the middle, appends, and cuts a little off.
fn edit(io: &Io, path: &str, mut content: Vec<u8>) -> Vec<u8> {
    let Some(handle) = check::success(
        "walk: open to edit",
        path,
        io.create(path, CreateOptions::default()),
    ) else {
        return content;
    };
    let middle = content.len() / 2;
    put(&handle, path, &mut content, middle, b"edited by drydock");
    let end = content.len();
    put(&handle, path, &mut content, end, b"and longer");
    let cut = content.len() - 4;
    if check::success("walk: set size", path, handle.set_size(cut as u64)).is_some() {
        content.truncate(cut);
    }
    check::success("walk: flush", path, handle.flush());
    content
}

fn put(handle: &Handle<'_>, path: &str, content: &mut Vec<u8>, offset: usize, data: &[u8]) {
    if check::success("walk: edit", path, handle.write(Some(offset as u64), data)).is_some() {
        content.resize(content.len().max(offset + data.len()), 0);
        content[offset..offset + data.len()].copy_from_slice(data);
    }
}

fn delete(io: &Io, path: &str) {
    if let Some(handle) = check::success(
        "walk: open to delete",
        path,
        io.create(path, CreateOptions::default()),
    ) {
        check::success("walk: delete", path, handle.set_delete(true));
    }
}
