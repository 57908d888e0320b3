//! Control flow guard — that Windows can hold the calls through pointers to the functions meant for them.

use super::{Findings, Image, code, panics, sections};
use object::LittleEndian as LE;
use object::pe::{
    IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG, IMAGE_DLLCHARACTERISTICS_GUARD_CF,
    IMAGE_GUARD_CF_FUNCTION_TABLE_SIZE_SHIFT,
};
use std::collections::BTreeSet;

/// Offsets in IMAGE_LOAD_CONFIG_DIRECTORY64, the last of a field of four bytes.
const CHECK: u32 = 0x70;
const DISPATCH: u32 = 0x78;
const TABLE: u32 = 0x80;
const COUNT: u32 = 0x88;
const FLAGS: u32 = 0x90;

/// IMAGE_GUARD_CF_INSTRUMENTED and IMAGE_GUARD_CF_FUNCTION_TABLE_PRESENT.
const GUARDED: u32 = 0x100 | 0x400;

/// The header says that the image is guarded, and its load configuration has what that takes.
pub fn marked(image: &Image) -> Findings {
    let flags = image.nt().optional_header.dll_characteristics.get(LE);
    let mut found = Findings::new();
    if !flags.contains(IMAGE_DLLCHARACTERISTICS_GUARD_CF) {
        found.push("optional header: GUARD_CF is not set".into());
    }
    let (config, size) = image.directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    let own = low_half(image, config).unwrap_or_default();
    if config == 0 || size < FLAGS + 4 || own < FLAGS + 4 {
        found.push(format!(
            "load configuration: {size} bytes in the header, {own} in itself, {} are needed",
            FLAGS + 4
        ));
        return found;
    }
    let flags = guard_flags(image);
    if flags & GUARDED != GUARDED {
        found.push(format!("load configuration: guard flags {flags:#x}"));
    }
    found
}

/// The routine that the image brings for one of the guard's calls is code; `slot_field` is where its slot is told.
fn default_routine(image: &Image, slot_field: u32) -> Option<u32> {
    let slot = rva(image, field(image, slot_field))?;
    rva(image, image.u64_at(slot)?).filter(|routine| is_code(image, *routine))
}

/// There is a routine for the calls of this processor's code until Windows puts its own there.
pub fn routines(image: &Image) -> Findings {
    let mut found = Findings::new();
    if default_routine(image, CHECK).is_none() {
        found.push("load configuration: no check routine".into());
    }
    if is_x64(image) && default_routine(image, DISPATCH).is_none() {
        found.push("load configuration: no dispatch routine".into());
    }
    found
}

/// The functions that may be called through a pointer; none where the table is not all there.
pub fn targets(image: &Image) -> BTreeSet<u32> {
    let stride = 4 + (guard_flags(image) >> IMAGE_GUARD_CF_FUNCTION_TABLE_SIZE_SHIFT) as usize;
    let table = rva(image, field(image, TABLE)).and_then(|table| image.at(table));
    let bytes = usize::try_from(field(image, COUNT))
        .ok()
        .and_then(|count| count.checked_mul(stride));
    let entries = bytes.and_then(|bytes| table?.get(..bytes));
    entries
        .unwrap_or_default()
        .chunks_exact(stride)
        .filter_map(|entry| entry.first_chunk().map(|rva| u32::from_le_bytes(*rva)))
        .collect()
}

/// Every pointer to code in the image's data is one to a function of the table: the registration's callbacks are among them.
pub fn pointers(image: &Image) -> Findings {
    let targets = targets(image);
    let pointers = panics::pointers(image);
    let to_code = pointers
        .into_iter()
        .filter_map(|place| rva(image, image.u64_at(place)?).map(|to| (place, to)))
        .filter(|(_, to)| is_code(image, *to));
    to_code
        .filter(|(_, to)| !targets.contains(to))
        .map(|(place, to)| {
            format!("pointer at {place:#x}: to {to:#x}, which the guard table has not")
        })
        .collect()
}

/// x64 only: some code makes its calls through the dispatch routine, so the compiler had the guard on.
pub fn instrumented(image: &Image) -> Findings {
    let slot = rva(image, field(image, DISPATCH)).map(u64::from);
    let uses = |instruction: &iced_x86::Instruction| {
        instruction.is_ip_rel_memory_operand() && Some(instruction.ip_rel_memory_address()) == slot
    };
    if code::instructions(image).iter().any(uses) {
        return Findings::new();
    }
    vec!["code: no call goes through the guard's dispatch routine".into()]
}

fn is_x64(image: &Image) -> bool {
    image.nt().file_header.machine.get(LE) == object::pe::IMAGE_FILE_MACHINE_AMD64
}

fn is_code(image: &Image, rva: u32) -> bool {
    sections::all(image).iter().any(|section| {
        let start = section.virtual_address.get(LE);
        sections::is_code(section) && (start..start + section.virtual_size.get(LE)).contains(&rva)
    })
}

fn field(image: &Image, offset: u32) -> u64 {
    let (config, _) = image.directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    image.u64_at(config + offset).unwrap_or_default()
}

fn guard_flags(image: &Image) -> u32 {
    let (config, _) = image.directory(IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    low_half(image, config + FLAGS).unwrap_or_default()
}

fn low_half(image: &Image, rva: u32) -> Option<u32> {
    let bytes = image.at(rva)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

fn rva(image: &Image, address: u64) -> Option<u32> {
    u32::try_from(address.checked_sub(image.base())?).ok()
}
