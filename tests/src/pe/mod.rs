//! PE — what a .sys must be (windows-rules.md section 7), one file per part of the image.
//!
//! Every check takes an [`Image`] and returns what it found wrong, in words; an empty list is a pass.
//! The checks share no code with the build or the bench: they judge both.

pub mod code;
pub mod frames;
pub mod guard;
pub mod headers;
pub mod imports;
pub mod leaks;
pub mod panics;
pub mod sections;
pub mod symbols;

use object::LittleEndian as LE;
use object::pe::ImageNtHeaders64;
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use std::path::PathBuf;
use std::{env, fs};

/// What is wrong, in words.
pub type Findings = Vec<String>;

/// A PE32+ file in memory.
#[derive(Clone)]
pub struct Image {
    pub bytes: Vec<u8>,
    /// Where it was read from; its PDB lies beside it.
    pub path: PathBuf,
}

impl Image {
    /// Reads a built driver: `x64/ringfence`, from `target/driver` or the folder in RINGFENCE_DRIVER_DIR.
    pub fn built(name: &str) -> Self {
        let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/driver"));
        let dir = env::var_os("RINGFENCE_DRIVER_DIR").map_or_else(default, PathBuf::from);
        let path = dir.join(format!("{name}.sys"));
        let bytes = fs::read(&path).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; run `cargo xtask build` first (with --arch arm64 for arm64)",
                path.display()
            )
        });
        Self { bytes, path }
    }

    /// The file through `object`'s eyes.
    pub fn parsed(&self) -> PeFile64<'_> {
        PeFile64::parse(&*self.bytes).expect("a PE32+ file")
    }

    /// The NT headers.
    pub fn nt(&self) -> ImageNtHeaders64 {
        *self.parsed().nt_headers()
    }

    /// The preferred base address.
    pub fn base(&self) -> u64 {
        self.nt().optional_header().image_base()
    }

    /// The bytes from an address relative to the base up to the end of its section, as loaded.
    pub fn at(&self, rva: u32) -> Option<&[u8]> {
        self.parsed().section_table().pe_data_at(&*self.bytes, rva)
    }

    /// A little-endian value at an address relative to the base.
    pub fn u64_at(&self, rva: u32) -> Option<u64> {
        self.at(rva)?
            .first_chunk()
            .map(|bytes| u64::from_le_bytes(*bytes))
    }

    /// File offset of the optional header's first byte.
    pub fn optional_header_offset(&self) -> usize {
        let nt = u32::from_le_bytes(*self.bytes[0x3c..].first_chunk().expect("a DOS header"));
        nt as usize + 24
    }

    /// The file offset of an address relative to the base.
    pub fn offset_of(&self, rva: u32) -> usize {
        let rest = self.at(rva).expect("an address in a section");
        rest.as_ptr().addr() - self.bytes.as_ptr().addr()
    }

    /// The address and size in a data directory.
    pub fn directory(&self, index: usize) -> (u32, u32) {
        let file = self.parsed();
        file.data_directory(index).map_or((0, 0), |dir| {
            (dir.virtual_address.get(LE), dir.size.get(LE))
        })
    }

    /// A copy whose optional header has other bytes at an offset, for tests of the checks.
    pub fn with_optional_header(&self, offset: usize, bytes: &[u8]) -> Self {
        self.with_bytes(self.optional_header_offset() + offset, bytes)
    }

    /// A copy with other bytes at a file offset.
    pub fn with_bytes(&self, offset: usize, bytes: &[u8]) -> Self {
        let mut copy = self.clone();
        copy.bytes[offset..offset + bytes.len()].copy_from_slice(bytes);
        copy
    }
}

/// Fails the test with everything that was found.
#[track_caller]
pub fn assert_clean(findings: Findings) {
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// Fails the test unless a finding contains the text.
#[track_caller]
pub fn assert_found(findings: Findings, text: &str) {
    assert!(
        findings.iter().any(|finding| finding.contains(text)),
        "no `{text}` in {findings:?}"
    );
}
