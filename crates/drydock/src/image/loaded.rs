//! A driver in memory: mapped anywhere, relocated, bound to the exports, its sections protected.
#![allow(unsafe_code)] // maps memory and makes code of it

use std::ffi::c_void;

use super::error::Problem;
use super::exception::function_table;
use super::headers::{DIRECTORY_EXCEPTION, Section};
use super::imports::Import;
use super::thunk::{self, Target, Unmodelled};
use super::{Image, LoadError, control_flow_guard, load_config, relocate};
use crate::exports::variables::is_unmodelled;
use crate::exports::{self, Binding, Dll};
use crate::model::modules::{self, Module};
use crate::model::{objects, pageable};

const PAGE: usize = 0x1000;

/// `DriverEntry` — what the entry point of every driver looks like.
pub type DriverEntry = extern "win64" fn(driver: *mut c_void, registry_path: *mut c_void) -> i32;

/// A loaded driver.
///
/// # Invariants
/// `base..base + size` is a mapping of its own that lives as long as the process, accessible or not.
pub struct Loaded {
    /// File name.
    pub name: String,
    /// First address.
    pub base: usize,
    /// Bytes of address space.
    pub size: usize,
    /// Address of DriverEntry.
    pub entry: usize,
    sections: Vec<Section>,
}

impl Image {
    /// Maps the image, relocates it, binds its imports and protects its sections.
    ///
    /// # Errors
    /// The system has no memory for it.
    pub fn load(mut self) -> Result<Loaded, LoadError> {
        let name = self.name.clone();
        self.map().map_err(|problem| problem.in_file(&name))
    }

    fn map(&mut self) -> Result<Loaded, Problem> {
        exports::variables::prepare();
        if let Some(import) = self
            .imports
            .iter()
            .find(|import| is_unmodelled(&import.name))
        {
            let field = format!("import of {}", import.name);
            return Err(Problem::new(field, "is of a variable that is not modelled"));
        }
        self.view.resize(self.view.len().next_multiple_of(PAGE), 0);
        let size = self.view.len();
        let base = reserve(size).map_err(|error| Problem::new("SizeOfImage", error.to_string()))?;
        relocate::apply(&self.headers, &mut self.view, &self.fixups, base as u64);
        load_config::initialise(&self.headers, &mut self.view, base as u64);
        control_flow_guard::arm(&self.headers, &mut self.view, base as u64)
            .map_err(|error| Problem::new("control flow guard", error.to_string()))?;
        for import in &self.imports {
            let address =
                bind(import).map_err(|error| Problem::new("import thunks", error.to_string()))?;
            self.view[import.slot..import.slot + 8].copy_from_slice(&address.to_le_bytes());
        }
        // SAFETY: `reserve` mapped `size` writable bytes at `base`, which is as long as the view.
        unsafe { (base as *mut u8).copy_from_nonoverlapping(self.view.as_ptr(), size) };
        modules::add(Module {
            name: self.name.clone(),
            base,
            size,
            unloaded: false,
            dll_characteristics: self.headers.dll_characteristics,
        });
        if let Some(directory) = self.headers.directory(DIRECTORY_EXCEPTION) {
            function_table::add(base, std::mem::take(&mut self.view), directory);
        }
        let loaded = Loaded {
            name: self.name.clone(),
            base,
            size,
            entry: base + self.headers.entry,
            sections: self.sections_of_pages(),
        };
        self.protect_whole(base)
            .and_then(|()| {
                loaded
                    .sections
                    .iter()
                    .try_for_each(|section| loaded.protect(section))
            })
            .map_err(|error| Problem::new("section protection", error.to_string()))?;
        self.note_pageable(base);
        Ok(loaded)
    }
}

impl Image {
    /// The sections that have pages of their own.
    fn sections_of_pages(&self) -> Vec<Section> {
        if self.headers.shares_pages() {
            Vec::new()
        } else {
            self.headers.sections.clone()
        }
    }

    /// What holds for the headers, or for everything where sections share pages.
    fn protect_whole(&self, base: usize) -> std::io::Result<()> {
        if self.headers.shares_pages() {
            let all = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
            protect(base, self.headers.image_size, all)
        } else {
            protect(base, self.headers.header_size, libc::PROT_READ)
        }
    }

    /// A driver that can lock its sections in memory is believed to do so.
    fn note_pageable(&self, base: usize) {
        let locks = |import: &Import| import.name.starts_with("MmLockPagable");
        if self.imports.iter().any(locks) {
            return;
        }
        for section in &self.sections_of_pages() {
            if section.pageable() {
                let start = base + section.address;
                pageable::add(start..start + section.size, protection_of(section));
            }
        }
    }
}

/// The address that goes into the slot of `import`.
fn bind(import: &Import) -> std::io::Result<usize> {
    let dll = match import.module.to_ascii_lowercase().as_str() {
        "fltmgr.sys" => Some(Dll::FltMgr),
        "ntoskrnl.exe" | "hal.dll" => Some(Dll::Ntoskrnl),
        "cng.sys" | "ksecdd.sys" => Some(Dll::Cng),
        _ => None,
    };
    match dll.and_then(|dll| exports::find(dll, &import.name)) {
        Some(export) if export.binding == Binding::Function => {
            thunk::make(Target::Shim(export.address()))
        }
        Some(export) => Ok(export.address()),
        None => {
            let unmodelled = Box::leak(Box::new(Unmodelled {
                name: import.name.clone(),
            }));
            thunk::make(Target::Unmodelled(unmodelled))
        }
    }
}

impl Loaded {
    /// The entry point.
    #[must_use]
    pub fn driver_entry(&self) -> DriverEntry {
        // SAFETY: the headers were checked to have their entry in an executable section, now mapped at `base`; that the
        // code there follows the x64 convention is what makes the file a driver.
        unsafe { std::mem::transmute::<usize, DriverEntry>(self.entry) }
    }

    fn protect(&self, section: &Section) -> std::io::Result<()> {
        protect(
            self.base + section.address,
            section.size,
            protection_of(section),
        )
    }

    /// After DriverEntry: the discardable sections are gone.
    pub fn discard_init(&self) {
        for section in self
            .sections
            .iter()
            .filter(|section| section.discarded_after_init())
        {
            let outcome = protect(self.base + section.address, section.size, libc::PROT_NONE);
            debug_assert!(outcome.is_ok(), "a mapped range can be made inaccessible");
        }
    }

    /// After unload: the whole range stays reserved and inaccessible, so that a late call is caught.
    pub fn unload(&self) {
        objects::image_unloaded(self.base, self.size);
        modules::unload(self.base);
        pageable::remove(&(self.base..self.base + self.size));
        let outcome = protect(self.base, self.size, libc::PROT_NONE);
        debug_assert!(outcome.is_ok(), "a mapped range can be made inaccessible");
    }
}

fn protection_of(section: &Section) -> libc::c_int {
    let mut protection = libc::PROT_READ;
    if section.writable() {
        protection |= libc::PROT_WRITE;
    }
    if section.executable() {
        protection |= libc::PROT_EXEC;
    }
    protection
}

fn reserve(size: usize) -> std::io::Result<usize> {
    let anywhere: *mut c_void = std::ptr::null_mut();
    let (protection, flags) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
    );
    // SAFETY: a new mapping at an address of the system's choice touches no existing memory.
    let address = unsafe { libc::mmap(anywhere, size, protection, flags, -1, 0) };
    if address == libc::MAP_FAILED {
        Err(std::io::Error::last_os_error())
    } else {
        Ok(address as usize)
    }
}

fn protect(start: usize, size: usize, protection: libc::c_int) -> std::io::Result<()> {
    let size = size.next_multiple_of(0x1000);
    // SAFETY: callers pass page-aligned ranges of a driver's mapping, in which no Rust object lives.
    let outcome = unsafe { libc::mprotect(start as *mut c_void, size, protection) };
    if outcome == 0 {
        Ok(())
    } else {
        Err(std::io::Error::last_os_error())
    }
}
