//! A copy of the project's own source tree, as a volume to work on.

use super::root;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Copies everything but what was built and what begins with a dot.
pub fn copy() -> TempDir {
    let place = tempfile::tempdir().expect("a temporary directory");
    copy_directory(&root(), place.path());
    place
}

/// Files and directories below a directory.
pub fn count(directory: &Path) -> u64 {
    entries(directory)
        .map(|entry| if entry.is_dir() { 1 + count(&entry) } else { 1 })
        .sum()
}

fn copy_directory(from: &Path, to: &Path) {
    for entry in entries(from) {
        let name = entry.file_name().expect("an entry has a name");
        if name == "target" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        let copy = to.join(name);
        if entry.is_dir() {
            fs::create_dir(&copy).expect("a directory can be made");
            copy_directory(&entry, &copy);
        } else {
            fs::copy(&entry, &copy).expect("a file can be copied");
        }
    }
}

fn entries(directory: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    fs::read_dir(directory)
        .expect("the directory can be read")
        .map(|entry| entry.expect("an entry").path())
}
