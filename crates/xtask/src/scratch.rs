//! Scratch — a copy of a directory that goes away with its owner, also after Ctrl-C.

use crate::{interrupt, progress};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;
use walkdir::{DirEntry, WalkDir};

/// A temporary copy of a directory.
pub struct Scratch {
    dir: TempDir,
}

/// What was copied.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    files: u64,
    bytes: u64,
    left_out: u64,
}

impl Scratch {
    /// Copies files and directories. Left out are symbolic links and special files, which would lead out of
    /// the copy, and directories marked with CACHEDIR.TAG, such as cargo's target.
    pub fn copy_of(source: &Path) -> Result<Self> {
        let source = source
            .canonicalize()
            .with_context(|| format!("cannot open {}", source.display()))?;
        ensure!(source.is_dir(), "{} is not a directory", source.display());
        let started = Instant::now();
        let scratch = Self {
            dir: TempDir::with_prefix("ringfence-").context("cannot make a temporary directory")?,
        };
        progress::say(&format!("copying {}", source.display()));
        let tally = copy(&source, scratch.path())?;
        progress::say(&format!(
            "copied {} files, {} KiB, left out {} ({})",
            tally.files,
            tally.bytes.div_ceil(1024),
            tally.left_out,
            progress::seconds(started.elapsed())
        ));
        Ok(scratch)
    }

    /// The copy's root.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

fn copy(source: &Path, target: &Path) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut entries = WalkDir::new(source).min_depth(1).into_iter();
    while let Some(entry) = entries.next() {
        interrupt::check()?;
        let entry = entry.context("cannot read the directory")?;
        let to = target.join(entry.path().strip_prefix(source)?);
        if entry.file_type().is_file() {
            tally.bytes += fs::copy(entry.path(), &to)
                .with_context(|| format!("cannot copy {}", entry.path().display()))?;
            tally.files += 1;
        } else if entry.file_type().is_dir() && !is_cache(&entry) {
            fs::create_dir(&to).with_context(|| format!("cannot make {}", to.display()))?;
        } else {
            tally.left_out += 1;
            if entry.file_type().is_dir() {
                entries.skip_current_dir();
            }
        }
    }
    Ok(tally)
}

fn is_cache(entry: &DirEntry) -> bool {
    entry.path().join("CACHEDIR.TAG").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> TempDir {
        let dir = TempDir::new().unwrap();
        fs::create_dir_all(dir.path().join("a/b")).unwrap();
        fs::create_dir(dir.path().join("target")).unwrap();
        fs::write(dir.path().join("a/b/file"), "text").unwrap();
        fs::write(dir.path().join("target/CACHEDIR.TAG"), "").unwrap();
        dir
    }

    #[test]
    fn files_and_directories_are_copied_and_caches_are_not() {
        let (source, target) = (source(), TempDir::new().unwrap());
        let tally = copy(source.path(), target.path()).unwrap();
        assert_eq!(
            tally,
            Tally {
                files: 1,
                bytes: 4,
                left_out: 1
            }
        );
        assert_eq!(
            fs::read_to_string(target.path().join("a/b/file")).unwrap(),
            "text"
        );
        assert!(!target.path().join("target").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_directory_is_left_out() {
        let (source, target) = (source(), TempDir::new().unwrap());
        std::os::unix::fs::symlink("/", source.path().join("out")).unwrap();
        assert_eq!(copy(source.path(), target.path()).unwrap().left_out, 2);
        assert!(!target.path().join("out").exists());
    }

    #[test]
    fn the_copy_goes_away_with_its_owner() {
        let scratch = Scratch::copy_of(source().path()).unwrap();
        let path = scratch.path().to_path_buf();
        assert!(path.join("a/b/file").exists());
        drop(scratch);
        assert!(!path.exists());
    }

    #[test]
    fn a_directory_that_is_missing_is_named() {
        let error = Scratch::copy_of(Path::new("no/such/dir")).err().unwrap();
        assert!(format!("{error:#}").contains("no/such/dir"));
    }
}
