//! The errno that a Linux program gets for an NTSTATUS.

use fuser::Errno;
use minifilter_sys::*;

/// Statuses with an errno of their own; any other error is EIO.
const TABLE: &[(NTSTATUS, i32)] = &[
    (STATUS_OBJECT_NAME_NOT_FOUND, libc::ENOENT),
    (STATUS_OBJECT_PATH_NOT_FOUND, libc::ENOENT),
    (STATUS_NO_SUCH_FILE, libc::ENOENT),
    (STATUS_DELETE_PENDING, libc::ENOENT),
    (STATUS_FILE_DELETED, libc::ENOENT),
    (STATUS_OBJECT_NAME_COLLISION, libc::EEXIST),
    (STATUS_ACCESS_DENIED, libc::EACCES),
    (STATUS_PRIVILEGE_NOT_HELD, libc::EPERM),
    (STATUS_CANNOT_DELETE, libc::EPERM),
    (STATUS_MEDIA_WRITE_PROTECTED, libc::EROFS),
    (STATUS_SHARING_VIOLATION, libc::EBUSY),
    (STATUS_FILE_LOCK_CONFLICT, libc::EAGAIN),
    (STATUS_LOCK_NOT_GRANTED, libc::EAGAIN),
    (STATUS_RANGE_NOT_LOCKED, libc::ENOLCK),
    (STATUS_DISK_FULL, libc::ENOSPC),
    (STATUS_QUOTA_EXCEEDED, libc::EDQUOT),
    (STATUS_INSUFFICIENT_RESOURCES, libc::ENOMEM),
    (STATUS_NO_MEMORY, libc::ENOMEM),
    (STATUS_TOO_MANY_OPENED_FILES, libc::EMFILE),
    (STATUS_TOO_MANY_LINKS, libc::EMLINK),
    (STATUS_NAME_TOO_LONG, libc::ENAMETOOLONG),
    (STATUS_OBJECT_NAME_INVALID, libc::EINVAL),
    (STATUS_OBJECT_PATH_SYNTAX_BAD, libc::EINVAL),
    (STATUS_INVALID_PARAMETER, libc::EINVAL),
    (STATUS_NOT_A_DIRECTORY, libc::ENOTDIR),
    (STATUS_FILE_IS_A_DIRECTORY, libc::EISDIR),
    (STATUS_DIRECTORY_NOT_EMPTY, libc::ENOTEMPTY),
    (STATUS_NOT_SAME_DEVICE, libc::EXDEV),
    (STATUS_NOT_A_REPARSE_POINT, libc::EINVAL),
    (STATUS_IO_REPARSE_TAG_NOT_HANDLED, libc::ELOOP),
    (STATUS_NOT_SUPPORTED, libc::EOPNOTSUPP),
    (STATUS_EAS_NOT_SUPPORTED, libc::EOPNOTSUPP),
    (STATUS_INVALID_DEVICE_REQUEST, libc::EOPNOTSUPP),
    (STATUS_NOT_IMPLEMENTED, libc::ENOSYS),
    (STATUS_CANCELLED, libc::EINTR),
    (STATUS_VIRUS_INFECTED, libc::EACCES),
    (STATUS_FLT_DELETING_OBJECT, libc::EIO),
];

/// The errno for a status that is no success.
pub fn errno_of(status: NTSTATUS) -> Errno {
    let known = TABLE.iter().find(|(known, _)| *known == status);
    Errno::from_i32(known.map_or(libc::EIO, |(_, errno)| *errno))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filters_denial_is_what_a_program_understands() {
        let code = |status| errno_of(status).code();
        assert_eq!(code(STATUS_ACCESS_DENIED), libc::EACCES);
        assert_eq!(code(STATUS_VIRUS_INFECTED), libc::EACCES);
        assert_eq!(code(STATUS_OBJECT_NAME_NOT_FOUND), libc::ENOENT);
        assert_eq!(code(STATUS_UNSUCCESSFUL), libc::EIO);
    }

    #[test]
    fn no_status_is_in_the_table_twice_and_none_is_a_success() {
        let mut seen: Vec<NTSTATUS> = TABLE.iter().map(|(status, _)| *status).collect();
        assert!(seen.iter().all(|status| *status < 0));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), TABLE.len());
    }
}
