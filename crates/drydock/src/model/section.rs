//! Sections — files and memory of the paging file that can be mapped: what `ZwCreateSection` makes.
#![allow(unsafe_code)] // takes the host's memory

pub mod conflict;
pub mod data_scan;
pub mod view;

use std::fs::File;
use std::os::fd::FromRawFd;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use minifilter_sys::{
    NTSTATUS, PAGE_EXECUTE_READWRITE, PAGE_READWRITE, STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_FILE_FOR_SECTION, STATUS_MAPPED_FILE_SIZE_ZERO, STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SECTION_TOO_BIG,
};

use super::kernel_object::{self, KernelObject};
use super::object_type::ObjectType;
use crate::io::Handle;
use crate::io::kernel_file::KernelFile;

const PAGE: u64 = 0x1000;

/// Backing — where the contents of a section come from.
enum Backing {
    /// An open file, which has a reference for as long as the section lives.
    File(Arc<dyn KernelObject>),
    /// Memory of the host, which all views share.
    PagingFile(File),
}

/// Section — a section object; its views keep it alive.
pub struct Section {
    body: [AtomicU64; 8],
    name: Option<String>,
    backing: Backing,
    size: u64,
    protection: u32,
}

impl Section {
    fn new(backing: Backing, size: u64, protection: u32, name: Option<String>) -> Arc<Self> {
        Arc::new(Self {
            body: [const { AtomicU64::new(0) }; 8],
            name,
            backing,
            size,
            protection,
        })
    }

    /// A section of an open file; `maximum` is its size, or zero for that of the file. The file system's filters are
    /// asked for the file first, and may refuse.
    ///
    /// # Errors
    /// STATUS_INVALID_FILE_FOR_SECTION for a directory, STATUS_MAPPED_FILE_SIZE_ZERO, STATUS_SECTION_TOO_BIG, and what
    /// a filter or the file system answers.
    pub fn of_file(
        file: Arc<dyn KernelObject>,
        maximum: u64,
        protection: u32,
        name: Option<String>,
    ) -> Result<Arc<Self>, NTSTATUS> {
        let kernel_file =
            kernel_object::downcast::<KernelFile>(&file).ok_or(STATUS_OBJECT_TYPE_MISMATCH)?;
        let size = kernel_file.with(|handle| acquire(handle, maximum, protection))??;
        Ok(Self::new(Backing::File(file), size, protection, name))
    }

    /// A section of the paging file, as long as whole pages are.
    ///
    /// # Errors
    /// STATUS_SECTION_TOO_BIG, STATUS_INSUFFICIENT_RESOURCES.
    pub fn of_paging_file(
        size: u64,
        protection: u32,
        name: Option<String>,
    ) -> Result<Arc<Self>, NTSTATUS> {
        let size = size
            .checked_next_multiple_of(PAGE)
            .filter(|size| i64::try_from(*size).is_ok())
            .ok_or(STATUS_SECTION_TOO_BIG)?;
        // SAFETY: the name is a C string.
        let descriptor = unsafe { libc::memfd_create(c"section".as_ptr(), libc::MFD_CLOEXEC) };
        if descriptor < 0 {
            return Err(STATUS_INSUFFICIENT_RESOURCES);
        }
        // SAFETY: the descriptor was just made, and nobody else knows it.
        let memory = unsafe { File::from_raw_fd(descriptor) };
        memory
            .set_len(size)
            .map_err(|_| STATUS_INSUFFICIENT_RESOURCES)?;
        Ok(Self::new(
            Backing::PagingFile(memory),
            size,
            protection,
            name,
        ))
    }

    /// Bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// Whether stores into pages of this protection reach what is behind the section.
fn is_writable(protection: u32) -> bool {
    matches!(protection, PAGE_READWRITE | PAGE_EXECUTE_READWRITE)
}

/// Takes hold of the file; gives the size of the section.
fn acquire(file: &Handle<'_>, maximum: u64, protection: u32) -> Result<u64, NTSTATUS> {
    let standard = file.standard()?;
    if standard.directory {
        return Err(STATUS_INVALID_FILE_FOR_SECTION);
    }
    let size = if maximum == 0 { standard.size } else { maximum };
    if size == 0 {
        return Err(STATUS_MAPPED_FILE_SIZE_ZERO);
    }
    if size > standard.size {
        if !is_writable(protection) {
            return Err(STATUS_SECTION_TOO_BIG);
        }
        file.set_size(size)?;
    }
    file.create_section(protection)?;
    Ok(size)
}

impl KernelObject for Section {
    fn kind(&self) -> ObjectType {
        ObjectType::Section
    }

    fn body(&self) -> usize {
        self.body.as_ptr() as usize
    }

    fn name(&self) -> Option<String> {
        self.name.clone()
    }
}
