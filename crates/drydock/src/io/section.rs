//! NtCreateSection and its kind — the callbacks a file system gets when memory management takes hold of a file.

use minifilter_sys::*;

use super::Handle;

impl Handle<'_> {
    /// Creates a section and lets it go: acquires the file for it, and releases it.
    pub fn create_section(&self, protection: u32) -> Result<(), NTSTATUS> {
        let mut iopb = self.block(IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, 0);
        let parameters = FLT_PARAMETERS_SECTION_SYNCHRONIZATION {
            SyncType: SyncTypeCreateSection,
            PageProtection: protection,
            ..crate::volume::parameters::section_synchronization(&iopb)
        };
        iopb.Parameters = FLT_PARAMETERS {
            AcquireForSectionSynchronization: parameters,
        };
        let acquired = self.io.fs_filter(&mut iopb);
        if acquired.is_ok() {
            self.io
                .fs_filter(&mut self.block(IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, 0))?;
        }
        acquired.map(|_| ())
    }

    /// A program has stored into its view of the file: the data are in the cache, and go to the disk as its pages do.
    /// Nothing is stored beyond the end of the file. Gives the number of bytes.
    pub fn store_in_view(&self, offset: u64, data: &[u8]) -> Result<usize, NTSTATUS> {
        // Views belong to programs; the kernel's own requests store into none.
        let (host, _) = self
            .io
            .system
            .as_ref()
            .ok_or(STATUS_INVALID_DEVICE_REQUEST)?;
        host.store_in_view(self.file(), offset, data)
    }

    /// The callbacks around a flush of the cache.
    pub fn acquire_for_cache_flush(&self) -> Result<(), NTSTATUS> {
        self.io
            .fs_filter(&mut self.block(IRP_MJ_ACQUIRE_FOR_CC_FLUSH, 0))?;
        self.io
            .fs_filter(&mut self.block(IRP_MJ_RELEASE_FOR_CC_FLUSH, 0))
            .map(|_| ())
    }

    /// The callbacks around the modified page writer's work.
    pub fn acquire_for_modified_writer(&self) -> Result<(), NTSTATUS> {
        let mut end = LARGE_INTEGER { QuadPart: 0x1000 };
        let mut resource: PERESOURCE = std::ptr::null_mut();
        let mut iopb = self.block(IRP_MJ_ACQUIRE_FOR_MOD_WRITE, 0);
        let acquire = FLT_PARAMETERS_ACQUIRE_MOD_WRITE {
            EndingOffset: &raw mut end,
            ResourceToRelease: &raw mut resource,
        };
        iopb.Parameters = FLT_PARAMETERS {
            AcquireForModifiedPageWriter: acquire,
        };
        self.io.fs_filter(&mut iopb)?;
        let mut iopb = self.block(IRP_MJ_RELEASE_FOR_MOD_WRITE, 0);
        let release = FLT_PARAMETERS_RELEASE_MOD_WRITE {
            ResourceToRelease: resource,
        };
        iopb.Parameters = FLT_PARAMETERS {
            ReleaseForModifiedPageWriter: release,
        };
        self.io.fs_filter(&mut iopb).map(|_| ())
    }
}
