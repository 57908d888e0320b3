#![allow(unsafe_code)] // reads a member of the parameter union

//! [`AcquireForSectionSynchronization`]: why a file is locked for a section.

use minifilter_sys as sys;

super::view! {
    /// `FLT_PARAMETERS.AcquireForSectionSynchronization` — why, and with which protection.
    AcquireForSectionSynchronization, FLT_PARAMETERS_SECTION_SYNCHRONIZATION, AcquireForSectionSynchronization
}

/// Why the file is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionSync {
    /// `SyncTypeCreateSection`: a section is about to be made.
    CreateSection,
    /// `SyncTypeOther`: something else.
    Other,
}

impl AcquireForSectionSynchronization<'_> {
    /// Why the file is locked.
    pub fn sync_type(&self) -> SectionSync {
        if self.raw.SyncType == sys::SyncTypeCreateSection {
            SectionSync::CreateSection
        } else {
            SectionSync::Other
        }
    }

    /// `PAGE_READONLY` and the like: the protection of the pages to come.
    pub const fn page_protection(&self) -> u32 {
        self.raw.PageProtection
    }
}
