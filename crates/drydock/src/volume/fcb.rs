//! FCB — one open stream of a file: the memory that FsContext points to, and what the file system knows about it.
#![allow(unsafe_code)] // the header is memory that drivers read through FILE_OBJECT.FsContext

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::fs::File;
use std::mem::{MaybeUninit, offset_of};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use minifilter_sys::*;
use parking_lot::Mutex;

use super::byte_range_lock::ByteRangeLocks;
use super::cache::Cache;
use super::share_access::ShareAccess;
use crate::io::file_object::FileObject;
use crate::model::call_lock::CallLock;
use crate::model::oplock::Oplock;
use crate::model::{objects, resource, time, wait};

/// FcbKey — a file by its inode number, and the stream by its folded name, empty for the unnamed one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FcbKey {
    pub id: u64,
    pub stream: String,
}

/// Kind — what an FCB stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A data stream.
    File,
    /// A directory's index.
    Directory,
    /// The volume itself.
    Volume,
}

/// FileSlot — FileContextSupportPointer's target: one per file, shared by its streams.
#[derive(Debug, Default)]
pub struct FileSlot {
    _word: AtomicU64,
}

/// Usage — who has the stream open.
#[derive(Debug, Default)]
pub struct Usage {
    /// Handles without cleanup.
    pub handles: u32,
    /// File objects without close.
    pub opens: u32,
    /// What they let each other do.
    pub share: ShareAccess,
    /// A named stream that goes with its last handle.
    pub delete_pending: bool,
    /// The host's file is gone; the FCB is in no table any more.
    pub orphan: bool,
}

/// NodeTypeCode of the FCBs here; each file system chooses its own.
const NODE_TYPE: i16 = 0x4446;
/// FastIoIsNotPossible.
const FAST_IO_IS_NOT_POSSIBLE: u8 = 0;
/// FastIoIsPossible.
const FAST_IO_IS_POSSIBLE: u8 = 1;
/// FSRTL_FCB_HEADER_V3: with FileContextSupportPointer, Oplock and AePushLock.
const HEADER_VERSION: u8 = 3;

#[repr(C)]
struct Memory {
    header: FSRTL_ADVANCED_FCB_HEADER,
    sections: SECTION_OBJECT_POINTERS,
    fast_mutex: FAST_MUTEX,
    resource: ERESOURCE,
    paging_io_resource: ERESOURCE,
}

/// Fcb — an open stream.
///
/// # Invariants
/// `memory` stays where it is as long as the Fcb lives, and an Fcb lives at least until its last close.
pub struct Fcb {
    /// FCBs made before it.
    pub serial: u64,
    /// What it is filed under.
    pub key: FcbKey,
    /// File, directory or volume.
    pub kind: Kind,
    /// The stream's name as it was first spelt.
    pub stream: String,
    /// Shared with the file's other streams.
    pub slot: Arc<FileSlot>,
    /// Who has it open.
    pub usage: Mutex<Usage>,
    /// Cached pages.
    pub cache: Mutex<Cache>,
    /// The file object that paging I/O goes by; the cache holds a reference of it.
    pub cache_owner: Mutex<Option<FileObject>>,
    /// Oplocks.
    pub oplock: Arc<Oplock>,
    /// Byte-range locks.
    pub locks: Mutex<ByteRangeLocks>,
    /// Held while dirty pages are written, so that an older copy never overtakes a newer one.
    pub flushing: CallLock,
    /// Held while the size changes.
    pub resizing: Mutex<()>,
    host_file: Mutex<Option<Arc<File>>>,
    size: AtomicU64,
    last_write: AtomicI64,
    memory: Box<UnsafeCell<Memory>>,
}

// SAFETY: `memory` is the only part that is not Sync by itself. It is written by atomic stores of single fields only,
// and drivers treat it as kernel memory shared between processors.
unsafe impl Send for Fcb {}
// SAFETY: as for Send.
unsafe impl Sync for Fcb {}

impl Fcb {
    /// A new FCB over a host file of this size.
    pub fn new(key: FcbKey, kind: Kind, stream: &str, size: u64, slot: Arc<FileSlot>) -> Arc<Self> {
        let memory = MaybeUninit::<Memory>::zeroed();
        // SAFETY: Memory consists of integers, raw pointers and unions of these, for all of which zero is a value.
        let memory = Box::new(UnsafeCell::new(unsafe { memory.assume_init() }));
        static MADE: AtomicU64 = AtomicU64::new(0);
        let fcb = Arc::new(Self {
            serial: MADE.fetch_add(1, Ordering::Relaxed),
            key,
            kind,
            stream: stream.into(),
            slot,
            usage: Mutex::default(),
            cache: Mutex::default(),
            cache_owner: Mutex::default(),
            oplock: Arc::default(),
            locks: Mutex::default(),
            flushing: CallLock::default(),
            resizing: Mutex::default(),
            host_file: Mutex::default(),
            size: AtomicU64::new(0),
            last_write: AtomicI64::new(0),
            memory,
        });
        fcb.write_header();
        fcb.set_size(size);
        fcb
    }

    /// Fills in what does not change.
    fn write_header(&self) {
        let memory = self.memory.get();
        // SAFETY: the Box is live and nobody else knows the Fcb yet, so this is the only reference to its memory.
        let memory = unsafe { &mut *memory };
        let header = &mut memory.header;
        header.NodeTypeCode = NODE_TYPE;
        header.NodeByteSize = size_of::<Memory>() as i16;
        header.Flags = FSRTL_FLAG_ADVANCED_HEADER as u8;
        header.Flags2 = (FSRTL_FLAG2_SUPPORTS_FILTER_CONTEXTS) as u8;
        header.IsFastIoPossible = if self.kind == Kind::File {
            FAST_IO_IS_POSSIBLE
        } else {
            FAST_IO_IS_NOT_POSSIBLE
        };
        header.BitField1 = HEADER_VERSION << 4;
        header.FastMutex = &raw mut memory.fast_mutex;
        header.Resource = &raw mut memory.resource;
        header.PagingIoResource = &raw mut memory.paging_io_resource;
        header.FileContextSupportPointer = self.slot_address() as *mut PVOID;
        let head = &raw mut header.FilterContexts;
        header.FilterContexts.Flink = head;
        header.FilterContexts.Blink = head;
        resource::initialize(header.Resource as usize);
        resource::initialize(header.PagingIoResource as usize);
    }

    /// The value of FSRTL_ADVANCED_FCB_HEADER.FileContextSupportPointer.
    pub fn slot_address(&self) -> usize {
        Arc::as_ptr(&self.slot) as usize
    }

    /// The value of FILE_OBJECT.FsContext.
    pub fn fs_context(&self) -> *mut c_void {
        self.memory.get().cast()
    }

    /// The value of FILE_OBJECT.SectionObjectPointer.
    pub fn section_object_pointers(&self) -> *mut SECTION_OBJECT_POINTERS {
        self.memory
            .get()
            .wrapping_byte_add(offset_of!(Memory, sections))
            .cast()
    }

    /// Where byte-range locks are waited for.
    pub fn locks_address(&self) -> usize {
        std::ptr::from_ref(&self.locks) as usize
    }

    /// A byte-range lock went: who waits for one may try again.
    pub fn unlocked(&self) {
        wait::wake(self.locks_address());
    }

    /// Bytes in the stream.
    pub fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// Changes the size here and in the header; the host's file is the caller's business.
    pub fn set_size(&self, size: u64) {
        self.size.store(size, Ordering::Release);
        let signed = i64::try_from(size).unwrap_or(i64::MAX);
        let allocation = i64::try_from(size.next_multiple_of(4096)).unwrap_or(i64::MAX);
        let fields = [
            (
                offset_of!(FSRTL_ADVANCED_FCB_HEADER, AllocationSize),
                allocation,
            ),
            (offset_of!(FSRTL_ADVANCED_FCB_HEADER, FileSize), signed),
            (
                offset_of!(FSRTL_ADVANCED_FCB_HEADER, ValidDataLength),
                signed,
            ),
        ];
        for (offset, value) in fields {
            let field = self.memory.get().wrapping_byte_add(offset).cast::<i64>();
            // SAFETY: `header` is the first field of the live Memory (invariant), the offset that of an aligned
            // LARGE_INTEGER in it, and the bench accesses these only atomically after `write_header`.
            let field = unsafe { AtomicI64::from_ptr(field) };
            field.store(value, Ordering::Relaxed);
        }
    }

    /// A program writes: LastWriteTime is now, whenever the data come to the disk.
    pub fn written_now(&self) {
        self.last_write
            .store(time::system_time(), Ordering::Relaxed);
    }

    /// LastWriteTime is what the host says.
    pub fn written_as_host_says(&self) {
        self.last_write.store(0, Ordering::Relaxed);
    }

    /// LastWriteTime if it is not what the host says.
    pub fn last_write(&self) -> Option<i64> {
        Some(self.last_write.load(Ordering::Relaxed)).filter(|time| *time != 0)
    }

    /// The host's file, opened by `open` when it is first wanted.
    pub fn host_file(
        &self,
        open: impl FnOnce() -> Result<File, NTSTATUS>,
    ) -> Result<Arc<File>, NTSTATUS> {
        let mut file = self.host_file.lock();
        if let Some(file) = &*file {
            return Ok(Arc::clone(file));
        }
        let opened = Arc::new(open()?);
        *file = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// The host's file if it is open.
    pub fn opened_host_file(&self) -> Option<Arc<File>> {
        self.host_file.lock().clone()
    }

    /// Lets the host's file go; it is opened again when wanted.
    pub fn close_host_file(&self) {
        *self.host_file.lock() = None;
        // The last paging write has told the host.
        self.written_as_host_says();
    }
}

impl Drop for Fcb {
    fn drop(&mut self) {
        let memory = self.memory.get_mut();
        for resource in [
            &raw const memory.resource,
            &raw const memory.paging_io_resource,
        ] {
            objects::deleted(resource as usize);
            resource::forget(resource as usize);
        }
    }
}
