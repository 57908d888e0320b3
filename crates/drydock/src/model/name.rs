//! FLT_FILE_NAME_INFORMATION — names of files, shared and read-only.

use minifilter_sys::FILE_OBJECT;

/// A file object is about to be freed: its cached names go.
pub fn file_object_closed(_file: *const FILE_OBJECT) {}
