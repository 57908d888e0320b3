//! One block of name information in driver-visible memory.
#![allow(unsafe_code)] // lays out memory that drivers read

use std::ops::Range;

use minifilter_sys::{
    FLT_FILE_NAME_INFORMATION, FLTFL_FILE_NAME_PARSED_EXTENSION,
    FLTFL_FILE_NAME_PARSED_FINAL_COMPONENT, FLTFL_FILE_NAME_PARSED_PARENT_DIR,
    FLTFL_FILE_NAME_PARSED_STREAM, UNICODE_STRING,
};

use super::parse;
use crate::model::origin::Origin;
use crate::model::pool::{self, PoolKind};

const HEAD: usize = size_of::<FLT_FILE_NAME_INFORMATION>();
const TAG: u32 = u32::from_le_bytes(*b"FMfn");

/// A block: the structure, and the name behind it.
///
/// # Invariants
/// `address` is a pool block of `HEAD` and twice `name.len()` bytes until `free` is called. `structure` is what the
/// structure contains as long as the driver leaves it alone.
pub struct Block {
    address: usize,
    name: Vec<u16>,
    volume: usize,
    structure: FLT_FILE_NAME_INFORMATION,
    /// References of the driver.
    pub references: u32,
    /// The cache holds it too.
    pub cached: bool,
    /// The latest taker.
    pub taker: Origin,
}

// SAFETY: the pointers in `structure` point into the block itself, which any thread may use.
unsafe impl Send for Block {}

fn string(address: usize, range: Range<usize>) -> UNICODE_STRING {
    let bytes = ((range.end - range.start) * 2) as u16;
    let buffer = (address + HEAD + range.start * 2) as *mut u16;
    UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: buffer,
    }
}

impl Block {
    /// Lays out a name; none when memory is out or the name is longer than a UNICODE_STRING can be.
    pub fn new(name: Vec<u16>, volume: usize, format: u32) -> Option<Self> {
        if name.len() * 2 > usize::from(u16::MAX - 1) {
            return None;
        }
        let memory = pool::allocate(PoolKind::Paged, HEAD + name.len() * 2, TAG, 0);
        if memory.is_null() {
            return None;
        }
        let address = memory as usize;
        // SAFETY: integers and pointers, for which zero is a value.
        let mut structure: FLT_FILE_NAME_INFORMATION = unsafe { std::mem::zeroed() };
        structure.Size = HEAD as u16;
        structure.Format = format;
        structure.Name = string(address, 0..name.len());
        structure.Volume = string(address, 0..volume);
        let mut block = Self {
            address,
            name,
            volume,
            structure,
            references: 0,
            cached: false,
            taker: Origin::default(),
        };
        // SAFETY: the pool block is HEAD and the name long (invariant).
        unsafe {
            std::ptr::copy_nonoverlapping(
                block.name.as_ptr(),
                (address + HEAD) as *mut u16,
                block.name.len(),
            )
        };
        block.write_structure();
        Some(block)
    }

    /// The pointer that drivers get.
    pub fn address(&self) -> usize {
        self.address
    }

    /// The name, where its volume ends, and its format.
    pub fn asked(&self) -> (Vec<u16>, usize, u32) {
        (self.name.clone(), self.volume, self.structure.Format)
    }

    /// One more reference of the driver.
    pub fn take(&mut self) {
        self.references += 1;
        self.taker = Origin::of_call();
    }

    fn write_structure(&mut self) {
        // SAFETY: the pool block begins with the structure (invariant).
        unsafe { (self.address as *mut FLT_FILE_NAME_INFORMATION).write(self.structure) };
    }

    /// Fills in the parts.
    pub fn parse(&mut self) {
        let parts = parse::parse(&self.name, self.volume);
        self.structure.ParentDir = string(self.address, parts.parent);
        self.structure.FinalComponent = string(self.address, parts.final_component);
        self.structure.Extension = string(self.address, parts.extension);
        self.structure.Stream = string(self.address, parts.stream);
        self.structure.NamesParsed = FLTFL_FILE_NAME_PARSED_FINAL_COMPONENT
            | FLTFL_FILE_NAME_PARSED_EXTENSION
            | FLTFL_FILE_NAME_PARSED_STREAM
            | FLTFL_FILE_NAME_PARSED_PARENT_DIR;
        self.write_structure();
    }

    /// The driver has left the name as it was.
    pub fn is_untouched(&self) -> bool {
        // SAFETY: the pool block is HEAD and the name long (invariant).
        let name = unsafe {
            std::slice::from_raw_parts((self.address + HEAD) as *const u16, self.name.len())
        };
        // SAFETY: the pool block begins with the structure (invariant).
        let structure = unsafe { (self.address as *const FLT_FILE_NAME_INFORMATION).read() };
        let same = |one: &UNICODE_STRING, other: &UNICODE_STRING| {
            one.Length == other.Length && one.Buffer == other.Buffer
        };
        name == self.name
            && same(&structure.Name, &self.structure.Name)
            && same(&structure.Volume, &self.structure.Volume)
    }

    /// The name as text.
    pub fn text(&self) -> String {
        String::from_utf16_lossy(&self.name)
    }

    /// Gives the memory back.
    pub fn free(self) {
        pool::free(self.address as *mut std::ffi::c_void, TAG);
    }
}
