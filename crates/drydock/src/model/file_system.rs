//! The boundary between the filter manager and the file system below it.

use minifilter_sys::{
    FILE_OBJECT, FLT_FILESYSTEM_TYPE, FLT_IO_PARAMETER_BLOCK, IO_STATUS_BLOCK, NTSTATUS,
    STATUS_INVALID_FILE_FOR_SECTION,
};

/// The way one operation travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Request {
    /// An I/O request packet.
    Irp,
    /// A fast I/O call: synchronous, never pended, may be refused.
    FastIo,
    /// A file system filter callback (section synchronisation, modified writer, cache flush).
    FsFilter,
}

impl Request {
    /// The word reports use.
    pub fn label(self) -> &'static str {
        match self {
            Self::Irp => "irp",
            Self::FastIo => "fast I/O",
            Self::FsFilter => "FsFilter",
        }
    }
}

/// What a volume tells filters about itself.
#[derive(Clone, Debug)]
pub struct VolumeProperties {
    /// `FLT_FSTYPE_*`.
    pub file_system: FLT_FILESYSTEM_TYPE,
    /// Whether `FltSupportsFileContexts` is true; the per-file key is `FileContextSupportPointer` of the header.
    pub file_contexts: bool,
    /// `DEVICE_TYPE` of the volume device, e.g. `FILE_DEVICE_DISK_FILE_SYSTEM`.
    pub device_type: u32,
    /// `FILE_*` characteristics of the volume device.
    pub device_characteristics: u32,
    /// `DO_*` flags of the volume device.
    pub device_object_flags: u32,
    /// `FILE_*_ALIGNMENT` of the storage device.
    pub alignment_requirement: u32,
    /// Bytes per sector.
    pub sector_size: u16,
    /// The driver object of the file system, e.g. `\FileSystem\Ntfs`.
    pub driver_name: String,
    /// The device of the file system.
    pub device_name: String,
    /// Whether the volume takes writes.
    pub writable: bool,
}

/// What is asked of the cache manager for one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheRequest {
    /// Writes what waits to be written.
    Flush,
    /// Forgets the pages between two offsets, written or not.
    Purge(u64, u64),
    /// Forgets what is beyond this end.
    SetSize(u64),
}

/// A file system below the lowest filter instance of a volume.
pub trait FileSystem: Send + Sync {
    /// Performs one operation. Reads and writes the parameter block, fills `status`.
    ///
    /// A fast I/O call it cannot serve ends with `STATUS_FLT_DISALLOW_FAST_IO` in `status`.
    fn perform(
        &self,
        request: Request,
        iopb: &mut FLT_IO_PARAMETER_BLOCK,
        status: &mut IO_STATUS_BLOCK,
    );

    /// The opened name of an open file object, volume relative, e.g. `\dir\file.txt:stream`.
    /// None once the file has no name any more, and for a file object that is not open.
    fn name(&self, file: *const FILE_OBJECT) -> Option<String>;

    /// The same name with every short component written out; the opened name where there are none.
    fn normalized_name(&self, file: *const FILE_OBJECT) -> Option<String> {
        self.name(file)
    }

    /// FltCancelFileOpen: undoes a successful open before its handle exists; the file object stays, closed.
    fn cancel_open(&self, file: *const FILE_OBJECT);

    /// Whether an open file object is a directory.
    fn is_directory(&self, file: *const FILE_OBJECT) -> bool;

    /// Does something with the cached data of the stream that has these section object pointers; none when there is no
    /// such stream here.
    fn cached_section(&self, _pointers: usize, _request: CacheRequest) -> Option<NTSTATUS> {
        None
    }

    /// Fills a view of an open file that begins at `offset`: from the cache, into which missing pages are read by paging
    /// I/O from the top of the stack. What lies behind the end of the file is left as it is.
    fn load_view(
        &self,
        _file: *const FILE_OBJECT,
        _offset: u64,
        _out: &mut [u8],
    ) -> Result<(), NTSTATUS> {
        Err(STATUS_INVALID_FILE_FOR_SECTION)
    }

    /// Puts into the cache what was stored into a view of an open file.
    fn store_view(
        &self,
        _file: *const FILE_OBJECT,
        _offset: u64,
        _data: &[u8],
    ) -> Result<(), NTSTATUS> {
        Err(STATUS_INVALID_FILE_FOR_SECTION)
    }

    /// What the volume tells filters about itself.
    fn properties(&self) -> VolumeProperties;
}
