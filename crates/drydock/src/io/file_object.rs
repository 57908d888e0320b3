//! FILE_OBJECT — open files as drivers see them: allocation, reference counts, and reading and writing their fields.
#![allow(unsafe_code)] // the fields are memory shared with drivers

use std::collections::HashMap;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use minifilter_sys::*;
use parking_lot::RwLock;

use super::reparse;
use crate::model::flt_volume::FltVolume;
use crate::model::instance::Instance;

/// IO_TYPE_FILE, the value of FILE_OBJECT.Type.
const TYPE_FILE: i16 = 5;

/// FileObject — address of a FILE_OBJECT.
///
/// # Invariants
/// The FILE_OBJECT is live for as long as the operation or handle that this value was made for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileObject(NonNull<FILE_OBJECT>);

/// One allocated FILE_OBJECT.
struct Tracked {
    memory: NonNull<Memory>,
    references: AtomicUsize,
    handles: AtomicUsize,
    volume: Arc<FltVolume>,
    process_id: u32,
    below: OnceLock<Arc<Instance>>,
    ignores_sharing: AtomicBool,
    oplock_key: OnceLock<[u8; 16]>,
}

/// Memory — a FILE_OBJECT with room for an object header before it, and its name.
struct Memory {
    _header: [u64; 8],
    object: FILE_OBJECT,
    _name: Box<[u16]>,
}

// SAFETY: the memory is owned by the table below and freed by whoever takes it out.
unsafe impl Send for Tracked {}
// SAFETY: as for Send; its fields are changed only through the volatile accesses of FileObject.
unsafe impl Sync for Tracked {}

static LIVE: LazyLock<RwLock<HashMap<usize, Arc<Tracked>>>> = LazyLock::new(RwLock::default);

macro_rules! field {
    ($get:ident, $set:ident, $field:ident: $type:ty) => {
        #[doc = concat!("FILE_OBJECT.", stringify!($field))]
        pub fn $get(self) -> $type {
            self.load(offset_of!(FILE_OBJECT, $field))
        }

        #[doc = concat!("Sets FILE_OBJECT.", stringify!($field))]
        pub fn $set(self, value: $type) {
            self.store(offset_of!(FILE_OBJECT, $field), value);
        }
    };
}

impl FileObject {
    /// Allocates a file object with one reference, the caller's.
    pub fn allocate(
        volume: &Arc<FltVolume>,
        process_id: u32,
        name: &[u16],
        related: *mut FILE_OBJECT,
    ) -> Self {
        let mut name: Box<[u16]> = name.into();
        let bytes = u16::try_from(name.len() * 2).unwrap_or(0xFFFE);
        // SAFETY: a FILE_OBJECT consists of integers, raw pointers and unions of these, for which zero is a value.
        let mut object: FILE_OBJECT = unsafe { std::mem::zeroed() };
        object.Type = TYPE_FILE;
        object.Size = size_of::<FILE_OBJECT>() as i16;
        object.RelatedFileObject = related;
        object.FileName.Length = bytes;
        object.FileName.MaximumLength = bytes;
        object.FileName.Buffer = if name.is_empty() {
            std::ptr::null_mut()
        } else {
            name.as_mut_ptr()
        };
        let memory = NonNull::from(Box::leak(Box::new(Memory {
            _header: [0; 8],
            object,
            _name: name,
        })));
        let object = memory
            .as_ptr()
            .wrapping_byte_add(offset_of!(Memory, object));
        // SAFETY: an address inside the allocation made above is not null.
        let file = Self(unsafe { NonNull::new_unchecked(object.cast()) });
        let tracked = Tracked {
            memory,
            references: AtomicUsize::new(1),
            handles: AtomicUsize::new(0),
            volume: Arc::clone(volume),
            process_id,
            below: OnceLock::new(),
            ignores_sharing: AtomicBool::new(false),
            oplock_key: OnceLock::new(),
        };
        LIVE.write().insert(file.address(), Arc::new(tracked));
        file
    }

    /// The file object at an address that an operation names.
    ///
    /// # Safety
    /// `file` is null or points to a FILE_OBJECT that stays live as long as the result is used.
    pub unsafe fn from_raw(file: *mut FILE_OBJECT) -> Option<Self> {
        NonNull::new(file).map(Self)
    }

    /// As drivers get it.
    pub fn as_ptr(self) -> PFILE_OBJECT {
        self.0.as_ptr()
    }

    /// The address as a number, by which the file object is filed.
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }

    field!(flags, set_flags, Flags: u32);
    field!(device_object, set_device_object, DeviceObject: PDEVICE_OBJECT);
    field!(vpb, set_vpb, Vpb: PVPB);
    field!(fs_context, set_fs_context, FsContext: *mut c_void);
    field!(fs_context2, set_fs_context2, FsContext2: *mut c_void);
    field!(section_object_pointer, set_section_object_pointer, SectionObjectPointer: PSECTION_OBJECT_POINTERS);
    field!(private_cache_map, set_private_cache_map, PrivateCacheMap: *mut c_void);
    field!(related, set_related, RelatedFileObject: PFILE_OBJECT);
    field!(delete_pending, set_delete_pending, DeletePending: u8);
    field!(read_access, set_read_access, ReadAccess: u8);
    field!(write_access, set_write_access, WriteAccess: u8);
    field!(delete_access, set_delete_access, DeleteAccess: u8);
    field!(shared_read, set_shared_read, SharedRead: u8);
    field!(shared_write, set_shared_write, SharedWrite: u8);
    field!(shared_delete, set_shared_delete, SharedDelete: u8);
    field!(file_name, set_file_name, FileName: UNICODE_STRING);
    field!(lock_operation, set_lock_operation, LockOperation: u8);

    /// Reads the field at an offset that `offset_of!` gave for a field of type `T`.
    fn load<T: Copy>(self, offset: usize) -> T {
        let field = self.0.as_ptr().wrapping_byte_add(offset).cast::<T>();
        // SAFETY: the object is live (invariant) and the offset is that of a field of this type; volatile because
        // drivers write it too.
        unsafe { field.read_volatile() }
    }

    /// Writes the field at an offset that `offset_of!` gave for a field of type `T`.
    fn store<T: Copy>(self, offset: usize, value: T) {
        let field = self.0.as_ptr().wrapping_byte_add(offset).cast::<T>();
        // SAFETY: the object is live (invariant), was allocated writable, and the offset is that of a field of this
        // type.
        unsafe { field.write_volatile(value) }
    }

    /// Sets flags beside those that are set.
    pub fn add_flags(self, flags: u32) {
        self.set_flags(self.flags() | flags);
    }

    /// CurrentByteOffset of a synchronous file.
    pub fn position(self) -> i64 {
        self.load(offset_of!(FILE_OBJECT, CurrentByteOffset))
    }

    /// Sets CurrentByteOffset.
    pub fn set_position(self, position: i64) {
        self.store(offset_of!(FILE_OBJECT, CurrentByteOffset), position);
    }

    /// FileName, as it is now.
    pub fn name(self) -> Vec<u16> {
        let name = self.file_name();
        if name.Buffer.is_null() {
            return Vec::new();
        }
        // SAFETY: a UNICODE_STRING's Buffer holds Length bytes of initialised text; filters that replace it keep that.
        unsafe { std::slice::from_raw_parts(name.Buffer, usize::from(name.Length) / 2) }.to_vec()
    }

    /// ObReferenceObject — one more reference.
    pub fn reference(self) {
        reference(self.address());
    }
}

/// ObReferenceObject — counts a reference if the address is that of a file object.
pub fn reference(file: usize) -> bool {
    match LIVE.read().get(&file) {
        Some(tracked) => {
            tracked.references.fetch_add(1, Ordering::Relaxed);
            true
        }
        None => false,
    }
}

/// Last — a file object whose last reference has gone: it wants its IRP_MJ_CLOSE.
pub struct Last {
    /// The file object.
    pub file: FileObject,
    /// The volume it is on.
    pub volume: Arc<FltVolume>,
    /// The process that opened it.
    pub process_id: u32,
}

/// ObDereferenceObject — drops a reference; `Some` when it was the last.
pub fn dereference(file: usize) -> Option<Last> {
    let live = LIVE.read();
    let tracked = live.get(&file)?;
    if tracked.references.fetch_sub(1, Ordering::AcqRel) != 1 {
        return None;
    }
    let file = FileObject(NonNull::new(file as *mut FILE_OBJECT)?);
    Some(Last {
        file,
        volume: Arc::clone(&tracked.volume),
        process_id: tracked.process_id,
    })
}

/// Counts a handle, whoever's, to a file object.
pub fn handle_opened(file: usize) {
    if let Some(tracked) = LIVE.read().get(&file) {
        tracked.handles.fetch_add(1, Ordering::Relaxed);
    }
}

/// One handle less; true when it was the last, which is when IRP_MJ_CLEANUP is due.
pub fn handle_closed(file: usize) -> bool {
    let live = LIVE.read();
    let tracked = live.get(&file);
    tracked.is_some_and(|tracked| tracked.handles.fetch_sub(1, Ordering::AcqRel) == 1)
}

/// The volume that a file object is on, and the process that opened it.
pub fn origin(file: usize) -> Option<(Arc<FltVolume>, u32)> {
    let live = LIVE.read();
    let tracked = live.get(&file)?;
    Some((Arc::clone(&tracked.volume), tracked.process_id))
}

/// Whether the address is that of a live file object.
pub fn is_live(file: usize) -> bool {
    LIVE.read().contains_key(&file)
}

/// The live file object at `address`.
pub fn find(address: *mut FILE_OBJECT) -> Option<FileObject> {
    let object = NonNull::new(address).map(FileObject);
    object.filter(|file| is_live(file.address()))
}

/// File objects that some instances never hear of, so that others are not searched for.
static TARGETED: AtomicUsize = AtomicUsize::new(0);

/// FltCreateFile with an instance — operations on this file object are sent below it for as long as it lives.
pub fn target_below(file: FileObject, instance: &Arc<Instance>) {
    if let Some(tracked) = LIVE.read().get(&file.address())
        && tracked.below.set(Arc::clone(instance)).is_ok()
    {
        TARGETED.fetch_add(1, Ordering::Release);
    }
}

/// The instance below which operations on the file object at this address are sent.
#[inline]
pub fn below(file: usize) -> Option<Arc<Instance>> {
    if TARGETED.load(Ordering::Acquire) == 0 {
        return None;
    }
    LIVE.read().get(&file)?.below.get().cloned()
}

/// The oplock key that a create brings; the first stays.
pub fn set_oplock_key(file: FileObject, key: [u8; 16]) {
    if let Some(tracked) = LIVE.read().get(&file.address()) {
        let _ = tracked.oplock_key.set(key);
    }
}

/// The oplock key of the file object at this address, if it has one of its own.
pub fn oplock_key(file: usize) -> Option<[u8; 16]> {
    LIVE.read().get(&file)?.oplock_key.get().copied()
}

/// IO_IGNORE_SHARE_ACCESS_CHECK — the file system neither asks nor counts what this file object shares.
pub fn ignore_sharing(file: FileObject) {
    if let Some(tracked) = LIVE.read().get(&file.address()) {
        tracked.ignores_sharing.store(true, Ordering::Relaxed);
    }
}

/// IoIsFileObjectIgnoringSharing.
pub fn ignores_sharing(file: FileObject) -> bool {
    let live = LIVE.read();
    live.get(&file.address())
        .is_some_and(|tracked| tracked.ignores_sharing.load(Ordering::Relaxed))
}

/// How many file objects there are, for the leak report.
pub fn live_count() -> usize {
    LIVE.read().len()
}

/// Frees a file object whose close is done, or whose create failed.
pub fn free(file: FileObject) {
    if is_live(file.address()) {
        reparse::free_name(file);
    }
    let Some(tracked) = LIVE.write().remove(&file.address()) else {
        return;
    };
    if tracked.below.get().is_some() {
        TARGETED.fetch_sub(1, Ordering::Release);
    }
    // SAFETY: the memory came from Box::leak in `allocate`, and only the one remove that found it gets here.
    drop(unsafe { Box::from_raw(tracked.memory.as_ptr()) });
}
