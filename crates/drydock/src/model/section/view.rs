//! Views of sections: `ZwMapViewOfSection`, `ZwUnmapViewOfSection`.
//!
//! A view of a file is a copy, made when it is mapped: of the cached pages, and of missing ones by paging reads through
//! the filter stack. What is stored into a writable view goes to the cache when it is unmapped, and from there to the
//! disk as paging I/O. Windows reads a page when it is touched, and views share pages with the cache; so the status of a
//! failed read is that of the mapping here, not an exception at the touch.
#![allow(unsafe_code)] // maps and unmaps memory

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::fs::File;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::{
    FILE_OBJECT, NTSTATUS, PAGE_EXECUTE_READWRITE, PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY,
    STATUS_CONFLICTING_ADDRESSES, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_FILE_FOR_SECTION,
    STATUS_INVALID_PAGE_PROTECTION, STATUS_INVALID_PARAMETER_3, STATUS_NOT_MAPPED_VIEW,
    STATUS_SECTION_PROTECTION,
};

use super::{Backing, Section};
use crate::io::file_object;
use crate::model::kernel_object::KernelObject;
use crate::model::origin::Origin;
use crate::model::thread;
use crate::model::user_memory::USER_PROBE_ADDRESS;
use crate::verify::rule;

const PAGE: usize = 0x1000;
/// The allocation granularity.
const GRANULARITY: usize = 0x1_0000;
/// STATUS_INVALID_VIEW_SIZE
pub const STATUS_INVALID_VIEW_SIZE: NTSTATUS = 0xC000_001F_u32.cast_signed();

/// Wanted — which view is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Where it is to be; zero for anywhere.
    pub base: usize,
    /// Where in the section it begins.
    pub offset: u64,
    /// Bytes; zero for all up to the end.
    pub size: usize,
    /// PAGE_*
    pub protection: u32,
}

/// View — mapped memory.
///
/// # Invariants
/// `pages` is a mapping that belongs to this value.
pub struct View {
    pages: Range<usize>,
    /// Where in the section it begins.
    offset: u64,
    process: u32,
    section: Arc<Section>,
    /// What a writable view of a file was mapped with.
    before: Option<Vec<u8>>,
    origin: Origin,
}

static VIEWS: Mutex<BTreeMap<usize, View>> = Mutex::new(BTreeMap::new());

/// What was mapped: base address, offset in the section, bytes.
pub type Mapped = (usize, u64, usize);

/// `ZwMapViewOfSection` — into the current process.
///
/// # Errors
/// STATUS_INVALID_PAGE_PROTECTION, STATUS_SECTION_PROTECTION, STATUS_INVALID_VIEW_SIZE, STATUS_CONFLICTING_ADDRESSES, and
/// those of reading the file.
pub fn map(section: &Arc<Section>, wanted: &Wanted) -> Result<Mapped, NTSTATUS> {
    check_protection(section, wanted.protection)?;
    let offset = wanted.offset & !(GRANULARITY as u64 - 1);
    let left = section.size.checked_sub(offset).filter(|left| *left > 0);
    let left = left.and_then(|left| usize::try_from(left).ok());
    let left = left.ok_or(STATUS_INVALID_VIEW_SIZE)?;
    let size = if wanted.size == 0 { left } else { wanted.size };
    if size > left {
        return Err(STATUS_INVALID_VIEW_SIZE);
    }
    let length = size.next_multiple_of(PAGE);
    let (base, before) = match &section.backing {
        Backing::File(file) => {
            // The last page of a file's view holds what the file has, then zeroes.
            let contents = load(file, offset, length)?;
            let base = reserve(wanted.base, length)?;
            fill(base, &contents, wanted.protection);
            (
                base,
                (wanted.protection == PAGE_READWRITE).then_some(contents),
            )
        }
        Backing::PagingFile(memory) => {
            let base = reserve(wanted.base, length)?;
            share(base, length, memory, offset, wanted.protection)?;
            (base, None)
        }
    };
    let view = View {
        pages: base..base + length,
        offset,
        process: thread::current().process_id(),
        section: Arc::clone(section),
        before,
        origin: Origin::of_call(),
    };
    views(|views| views.insert(base, view));
    Ok((base, offset, length))
}

fn views<R>(work: impl FnOnce(&mut BTreeMap<usize, View>) -> R) -> R {
    work(&mut VIEWS.lock().unwrap_or_else(PoisonError::into_inner))
}

fn check_protection(section: &Section, protection: u32) -> Result<(), NTSTATUS> {
    match protection {
        PAGE_READONLY | PAGE_WRITECOPY => Ok(()),
        PAGE_READWRITE if matches!(section.protection, PAGE_READWRITE | PAGE_EXECUTE_READWRITE) => {
            Ok(())
        }
        PAGE_READWRITE => Err(STATUS_SECTION_PROTECTION),
        _ => Err(STATUS_INVALID_PAGE_PROTECTION),
    }
}

fn load(file: &Arc<dyn KernelObject>, offset: u64, length: usize) -> Result<Vec<u8>, NTSTATUS> {
    let (volume, _) = file_object::origin(file.body()).ok_or(STATUS_INVALID_FILE_FOR_SECTION)?;
    let mut contents = vec![0; length];
    let file = file.body() as *const FILE_OBJECT;
    volume.file_system.load_view(file, offset, &mut contents)?;
    Ok(contents)
}

/// Addresses for a view that begins at a multiple of the granularity.
fn reserve(base: usize, length: usize) -> Result<usize, NTSTATUS> {
    let base = base & !(GRANULARITY - 1);
    let fixed = base != 0;
    let whole = if fixed { length } else { length + GRANULARITY };
    if whole >= USER_PROBE_ADDRESS || base >= USER_PROBE_ADDRESS - whole {
        return Err(STATUS_INVALID_PARAMETER_3);
    }
    let place = if fixed { libc::MAP_FIXED_NOREPLACE } else { 0 };
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | place;
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping that replaces none touches no other memory.
    let start = unsafe { libc::mmap(base as *mut c_void, whole, access, flags, -1, 0) };
    match (start == libc::MAP_FAILED, fixed) {
        (true, true) => return Err(STATUS_CONFLICTING_ADDRESSES),
        (true, false) => return Err(STATUS_INSUFFICIENT_RESOURCES),
        (false, true) => return Ok(base),
        (false, false) => {}
    }
    let start = start as usize;
    let aligned = start.next_multiple_of(GRANULARITY);
    release(start..aligned);
    release(aligned + length..start + whole);
    Ok(aligned)
}

/// Gives back pages of a mapping that only the caller knows.
fn release(pages: Range<usize>) {
    if !pages.is_empty() {
        // SAFETY: by this function's contract nobody else uses these pages.
        unsafe { libc::munmap(pages.start as *mut c_void, pages.len()) };
    }
}

fn fill(base: usize, contents: &[u8], protection: u32) {
    // SAFETY: `reserve` has just given at least this many writable bytes, which nobody else knows.
    unsafe { std::ptr::copy_nonoverlapping(contents.as_ptr(), base as *mut u8, contents.len()) };
    if protection == PAGE_READONLY {
        // SAFETY: as above; whoever writes there from now on is to fault.
        unsafe { libc::mprotect(base as *mut c_void, contents.len(), libc::PROT_READ) };
    }
}

/// Puts the section's own memory into reserved pages.
fn share(
    base: usize,
    length: usize,
    memory: &File,
    offset: u64,
    protection: u32,
) -> Result<(), NTSTATUS> {
    let access = match protection {
        PAGE_READONLY => libc::PROT_READ,
        _ => libc::PROT_READ | libc::PROT_WRITE,
    };
    let copy = match protection {
        PAGE_WRITECOPY => libc::MAP_PRIVATE,
        _ => libc::MAP_SHARED,
    };
    let flags = copy | libc::MAP_FIXED;
    let place = base as *mut c_void;
    let offset = offset.cast_signed();
    // SAFETY: the pages that are replaced were reserved for this view, and nobody else knows them.
    let start = unsafe { libc::mmap(place, length, access, flags, memory.as_raw_fd(), offset) };
    if start == libc::MAP_FAILED {
        release(base..base + length);
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    Ok(())
}

/// `ZwUnmapViewOfSection` — takes away the view of the current process that has this address in it.
///
/// # Errors
/// STATUS_NOT_MAPPED_VIEW.
pub fn unmap(address: usize) -> Result<(), NTSTATUS> {
    let process = thread::current().process_id();
    let view = views(|views| {
        let (base, _) = views
            .range(..=address)
            .next_back()
            .filter(|(_, view)| view.pages.contains(&address) && view.process == process)?;
        let base = *base;
        views.remove(&base)
    });
    view.ok_or(STATUS_NOT_MAPPED_VIEW)?.end();
    Ok(())
}

impl View {
    fn end(self) {
        if let (Some(before), Backing::File(file)) = (&self.before, &self.section.backing) {
            self.store(before, file);
        }
        release(self.pages.clone());
    }

    /// Puts into the cache what has changed. What cannot be stored is lost, as a delayed write on Windows is.
    fn store(&self, before: &[u8], file: &Arc<dyn KernelObject>) {
        let Some((volume, _)) = file_object::origin(file.body()) else {
            return;
        };
        // SAFETY: the pages are this value's own and readable (invariant), and `before` is as long as they are.
        let now =
            unsafe { std::slice::from_raw_parts(self.pages.start as *const u8, before.len()) };
        let now = now.to_vec();
        let pages = now.chunks(PAGE).zip(before.chunks(PAGE)).enumerate();
        for (index, (now, before)) in pages.filter(|(_, (now, before))| now != before) {
            let differs = |at: &usize| now[*at] != before[*at];
            let first = (0..now.len()).find(differs).unwrap_or(0);
            let end = (0..now.len()).rfind(differs).map_or(0, |last| last + 1);
            let offset = self.offset + (index * PAGE + first) as u64;
            let file = file.body() as *const FILE_OBJECT;
            let _ = volume
                .file_system
                .store_view(file, offset, &now[first..end]);
        }
    }
}

fn take(mine: impl Fn(&View) -> bool) -> Vec<View> {
    views(|views| {
        let bases = views.iter().filter(|(_, view)| mine(view));
        let bases: Vec<usize> = bases.map(|(base, _)| *base).collect();
        bases.iter().filter_map(|base| views.remove(base)).collect()
    })
}

/// A process has ended: its views go.
pub fn process_ended(id: u32) {
    take(|view| view.process == id)
        .into_iter()
        .for_each(View::end);
}

/// Reports the views that calls from `image` mapped and nobody unmapped, each of which is a reference of its section;
/// gives back how many there are.
pub fn report_leaks(image: &Range<usize>) -> u64 {
    let left = take(|view| image.contains(&view.origin.caller));
    for view in &left {
        let (base, bytes) = (view.pages.start, view.pages.len());
        let detail = format!("view {base:#x} of {bytes} bytes of a section is left, mapped");
        view.origin.blame(rule::OBJECT_LEAK, &detail);
    }
    let count = left.len() as u64;
    left.into_iter().for_each(View::end);
    count
}
