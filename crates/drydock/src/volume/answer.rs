//! Answer — how an operation of the file system ends, and the NTSTATUS of a host error.

use minifilter_sys::*;
use rustix::io::Errno;

/// Done — status and Information of an operation that was carried out, wholly or (BUFFER_OVERFLOW) in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// STATUS_SUCCESS, another success, or a warning.
    pub status: NTSTATUS,
    /// Bytes or, for a create, what happened.
    pub information: usize,
}

/// Answer — an operation's end; an error has Information 0.
pub type Answer = Result<Done, NTSTATUS>;

/// STATUS_SUCCESS with this Information.
pub fn success(information: usize) -> Answer {
    Ok(Done {
        status: STATUS_SUCCESS,
        information,
    })
}

/// The NTSTATUS that a Windows file system would give where the host gives this error.
pub fn status_of(error: Errno) -> NTSTATUS {
    match error {
        Errno::NOENT => STATUS_OBJECT_NAME_NOT_FOUND,
        Errno::NOTDIR => STATUS_OBJECT_PATH_NOT_FOUND,
        Errno::EXIST => STATUS_OBJECT_NAME_COLLISION,
        Errno::ISDIR => STATUS_FILE_IS_A_DIRECTORY,
        Errno::NOTEMPTY => STATUS_DIRECTORY_NOT_EMPTY,
        Errno::ACCESS | Errno::PERM | Errno::BUSY => STATUS_ACCESS_DENIED,
        Errno::ROFS => STATUS_MEDIA_WRITE_PROTECTED,
        Errno::NOSPC | Errno::DQUOT => STATUS_DISK_FULL,
        Errno::NAMETOOLONG | Errno::LOOP | Errno::XDEV => STATUS_OBJECT_NAME_INVALID,
        Errno::INVAL => STATUS_INVALID_PARAMETER,
        Errno::MLINK => STATUS_TOO_MANY_LINKS,
        Errno::NOMEM | Errno::MFILE | Errno::NFILE => STATUS_INSUFFICIENT_RESOURCES,
        _ => STATUS_UNEXPECTED_IO_ERROR,
    }
}

/// The same for errors of the standard library.
pub fn status_of_io(error: &std::io::Error) -> NTSTATUS {
    Errno::from_io_error(error).map_or(STATUS_UNEXPECTED_IO_ERROR, status_of)
}
