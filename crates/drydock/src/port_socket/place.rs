//! The directory of the sockets. Paths of sockets may have 107 bytes at most, those of directories far more; so a socket is
//! reached through the directory's file descriptor.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The most bytes of a port's name that go into a file name.
const MOST_NAME: usize = 64;
/// What file names end with.
const SUFFIX: &str = ".sock";

/// The directory, open.
pub struct Place(File);

impl Place {
    /// Opens the directory, which is made if it is not there.
    pub fn at(directory: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        File::open(directory).map(Self)
    }

    fn path(&self, file: &str) -> PathBuf {
        Path::new("/proc/self/fd")
            .join(self.0.as_raw_fd().to_string())
            .join(file)
    }

    /// Makes a socket and listens; one that an earlier run left is taken away first.
    pub fn listen(&self, file: &str) -> io::Result<UnixListener> {
        let path = self.path(file);
        remove_abandoned(&path);
        UnixListener::bind(path)
    }

    /// Connects to a socket.
    #[cfg(test)]
    pub fn connect(&self, file: &str) -> io::Result<UnixStream> {
        UnixStream::connect(self.path(file))
    }

    /// Takes a socket away.
    pub fn remove(&self, file: &str) {
        // If it is not there any more, that is what was wanted.
        let _ = std::fs::remove_file(self.path(file));
    }
}

/// The file of the port `name`: the name without its first backslash, other characters than ASCII letters, digits, `-`, `_`
/// and `.` as `_`. A long name is cut and ends with a hash of the whole.
pub fn file_name(name: &str) -> String {
    let plain = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => c,
        _ => '_',
    };
    let mut file: String = name.trim_start_matches('\\').chars().map(plain).collect();
    if file.len() > MOST_NAME {
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325, fnv);
        file.truncate(MOST_NAME);
        file.push_str(&format!("-{hash:016x}"));
    }
    file + SUFFIX
}

/// Takes a socket away on which nobody listens.
fn remove_abandoned(path: &Path) {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|data| data.file_type().is_socket());
    if is_socket && UnixStream::connect(path).is_err() {
        // If it cannot be removed, listening fails and says why.
        let _ = std::fs::remove_file(path);
    }
}

/// Takes away what a run left that could not end in order.
pub fn sweep(directory: &Path) {
    let (Ok(place), Ok(entries)) = (Place::at(directory), std::fs::read_dir(directory)) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if let Some(name) = name.to_str().filter(|name| name.ends_with(SUFFIX)) {
            remove_abandoned(&place.path(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_names_become_file_names() {
        assert_eq!(file_name(r"\RingfencePort"), "RingfencePort.sock");
        assert_eq!(file_name(r"\a\b c/d"), "a_b_c_d.sock");
        let long = file_name(&format!("\\{}", "x".repeat(500)));
        assert!(long.len() < 90 && long.starts_with("xxx") && long.ends_with(".sock"));
        assert_ne!(long, file_name(&format!("\\{}", "x".repeat(501))));
    }

    #[test]
    fn a_deep_directory_holds_sockets_and_a_left_one_is_swept() {
        let top = tempfile::tempdir().expect("a directory");
        let deep = top.path().join("d".repeat(200));
        let place = Place::at(&deep).expect("it can be made");
        let listener = place.listen("a.sock").expect("it can be bound");
        assert!(place.connect("a.sock").is_ok());
        sweep(&deep);
        assert!(deep.join("a.sock").exists(), "somebody listens");
        drop(listener);
        sweep(&deep);
        assert!(!deep.join("a.sock").exists());
    }
}
