//! Headers — what the kernel's loader reads before it maps anything.

use super::{Findings, Image};
use object::LittleEndian as LE;
use object::pe::{
    IMAGE_DIRECTORY_ENTRY_BASERELOC, IMAGE_DIRECTORY_ENTRY_DEBUG, IMAGE_DIRECTORY_ENTRY_EXPORT,
    IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA,
    IMAGE_DLLCHARACTERISTICS_NX_COMPAT, IMAGE_FILE_DLL, IMAGE_FILE_EXECUTABLE_IMAGE,
    IMAGE_FILE_RELOCS_STRIPPED, IMAGE_SUBSYSTEM_NATIVE, Machine,
};

/// IMAGE_DEBUG_TYPE_EX_DLLCHARACTERISTICS
const EX_DLL_CHARACTERISTICS: u32 = 20;
/// IMAGE_DLLCHARACTERISTICS_EX_CET_COMPAT
const CET_COMPATIBLE: u8 = 1;
/// The largest .sys that is still small.
pub const MAX_SIZE: usize = 64 * 1024;
const CHECKSUM_OFFSET: usize = 64;

/// The machine is the wanted one.
pub fn machine(image: &Image, wanted: Machine) -> Findings {
    let found = image.nt().file_header.machine.get(LE);
    finding(found != wanted, || {
        format!("file header: machine {found:#x}, not {wanted:#x}")
    })
}

/// The subsystem is NATIVE.
pub fn subsystem(image: &Image) -> Findings {
    let found = image.nt().optional_header.subsystem.get(LE);
    finding(found != IMAGE_SUBSYSTEM_NATIVE, || {
        format!("optional header: subsystem {found}, not NATIVE")
    })
}

/// The stored checksum is that of the file.
pub fn checksum(image: &Image) -> Findings {
    let stored = image.nt().optional_header.check_sum.get(LE);
    let field = image.optional_header_offset() + CHECKSUM_OFFSET;
    // The kernel adds the file's words with end-around carry, the field itself left out, and then the length.
    let mut sum = 0_u64;
    for (index, byte) in image.bytes.iter().enumerate() {
        if !(field..field + 4).contains(&index) {
            sum += u64::from(*byte) << (8 * (index % 2));
        }
    }
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    let right = sum + image.bytes.len() as u64;
    finding(u64::from(stored) != right, || {
        format!("optional header: checksum {stored:#x}, not {right:#x}")
    })
}

/// An executable image, not a DLL, without an export table.
pub fn kind(image: &Image) -> Findings {
    let flags = image.nt().file_header.characteristics.get(LE);
    let mut found = finding(flags.contains(IMAGE_FILE_DLL), || {
        "file header: IMAGE_FILE_DLL is set".into()
    });
    found.extend(finding(
        !flags.contains(IMAGE_FILE_EXECUTABLE_IMAGE),
        || "file header: not executable".into(),
    ));
    let (exports, _) = image.directory(IMAGE_DIRECTORY_ENTRY_EXPORT);
    found.extend(finding(exports != 0, || {
        "optional header: there is an export table".into()
    }));
    found
}

/// Dynamic base over the whole address space, no execution of data, relocations kept.
pub fn mitigations(image: &Image) -> Findings {
    let flags = image.nt().optional_header.dll_characteristics.get(LE);
    let wanted = [
        (IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, "DYNAMIC_BASE"),
        (IMAGE_DLLCHARACTERISTICS_NX_COMPAT, "NX_COMPAT"),
        (IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA, "HIGH_ENTROPY_VA"),
    ];
    let missing = wanted.iter().filter(|(bit, _)| !flags.contains(*bit));
    let mut found: Findings = missing
        .map(|(_, name)| format!("optional header: {name} is not set"))
        .collect();
    let stripped = image
        .nt()
        .file_header
        .characteristics
        .get(LE)
        .contains(IMAGE_FILE_RELOCS_STRIPPED);
    found.extend(finding(stripped, || {
        "file header: relocations are stripped".into()
    }));
    let (_, size) = image.directory(IMAGE_DIRECTORY_ENTRY_BASERELOC);
    found.extend(finding(size == 0, || {
        "optional header: no relocation directory".into()
    }));
    found
}

/// x64 only: the image says that it keeps its return addresses as calls left them.
pub fn shadow_stacks(image: &Image) -> Findings {
    let (start, size) = image.directory(IMAGE_DIRECTORY_ENTRY_DEBUG);
    let entries = image.at(start).and_then(|bytes| bytes.get(..size as usize));
    let word = |entry: &[u8], at: usize| {
        entry[at..]
            .first_chunk()
            .map_or(0, |b| u32::from_le_bytes(*b))
    };
    let marked = entries
        .unwrap_or_default()
        .chunks_exact(28)
        .filter(|entry| word(entry, 12) == EX_DLL_CHARACTERISTICS)
        .filter_map(|entry| image.at(word(entry, 20)))
        .any(|flags| {
            flags
                .first()
                .is_some_and(|flags| flags & CET_COMPATIBLE != 0)
        });
    finding(!marked, || {
        "debug directory: not marked as compatible with shadow stacks".into()
    })
}

/// The whole file is below 64 KiB.
pub fn size(image: &Image) -> Findings {
    let size = image.bytes.len();
    finding(size >= MAX_SIZE, || {
        format!("file: {size} bytes, not below {MAX_SIZE}")
    })
}

fn finding(wrong: bool, text: impl FnOnce() -> String) -> Findings {
    wrong.then(text).into_iter().collect()
}
