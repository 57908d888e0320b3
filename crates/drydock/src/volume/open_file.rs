//! CCB — what the file system keeps for one open file object.

use std::sync::Arc;

use minifilter_sys::*;
use parking_lot::Mutex;

use super::directory::Scan;
use super::fcb::Fcb;
use super::namespace::LinkId;
use super::share_access::ShareMode;

/// OpenFile — one open.
pub struct OpenFile {
    /// The stream.
    pub fcb: Arc<Fcb>,
    /// The name it was opened by.
    pub link: LinkId,
    /// Granted access.
    pub access: u32,
    /// FILE_* options of the create.
    pub options: u32,
    /// What it asked and allowed.
    pub share: ShareMode,
    /// What changes while it is open.
    pub state: Mutex<OpenState>,
}

/// OpenState — what changes while a file is open.
#[derive(Default)]
pub struct OpenState {
    /// FILE_DELETE_ON_CLOSE, also when set later.
    pub delete_on_close: bool,
    /// Cleanup has been.
    pub cleaned_up: bool,
    /// Delete at this handle's cleanup although others are open (FILE_DISPOSITION_POSIX_SEMANTICS).
    pub posix_delete: bool,
    /// Where a directory listing stands.
    pub scan: Option<Scan>,
    /// Where a query of extended attributes stands.
    pub next_ea: usize,
}

impl OpenFile {
    /// STATUS_ACCESS_DENIED unless one of these rights was granted.
    pub fn require(&self, rights: u32) -> Result<(), NTSTATUS> {
        if self.access & rights != 0 {
            Ok(())
        } else {
            Err(STATUS_ACCESS_DENIED)
        }
    }
}
