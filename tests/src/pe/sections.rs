//! Sections — what hypervisor-protected code integrity demands of them.

use super::{Findings, Image};
use object::LittleEndian as LE;
use object::pe::{
    IMAGE_DIRECTORY_ENTRY_IAT, IMAGE_SCN_MEM_EXECUTE, IMAGE_SCN_MEM_WRITE, ImageSectionHeader,
};

const PAGE: u32 = 0x1000;

/// Every section starts at a page of its own.
pub fn alignment(image: &Image) -> Findings {
    let alignment = image.nt().optional_header.section_alignment.get(LE);
    let mut found = Findings::new();
    if alignment == 0 || !alignment.is_multiple_of(PAGE) {
        found.push(format!(
            "optional header: section alignment {alignment:#x} is no multiple of {PAGE:#x}"
        ));
    }
    let unaligned = all(image)
        .into_iter()
        .filter(|section| section.virtual_address.get(LE) % PAGE != 0);
    found.extend(unaligned.map(|section| format!("section {}: not at a page", name(&section))));
    found
}

/// No section is both writable and executable.
pub fn protection(image: &Image) -> Findings {
    let both = IMAGE_SCN_MEM_WRITE | IMAGE_SCN_MEM_EXECUTE;
    let wrong = all(image)
        .into_iter()
        .filter(|section| section.characteristics.get(LE) & both == both);
    wrong
        .map(|section| format!("section {}: writable and executable", name(&section)))
        .collect()
}

/// The import address table is in no executable section.
pub fn import_table(image: &Image) -> Findings {
    let (table, _) = image.directory(IMAGE_DIRECTORY_ENTRY_IAT);
    in_code(image, table)
        .map(|name| format!("section {name}: executable and holds the import table"))
        .into_iter()
        .collect()
}

/// The entry point is in an executable section.
pub fn entry_point(image: &Image) -> Findings {
    let entry = image.nt().optional_header.address_of_entry_point.get(LE);
    if in_code(image, entry).is_some() {
        return Findings::new();
    }
    vec![format!(
        "optional header: entry point {entry:#x} is in no executable section"
    )]
}

/// The section headers.
pub fn all(image: &Image) -> Vec<ImageSectionHeader> {
    image.parsed().section_table().iter().copied().collect()
}

/// Whether the section can be executed.
pub fn is_code(section: &ImageSectionHeader) -> bool {
    section
        .characteristics
        .get(LE)
        .contains(IMAGE_SCN_MEM_EXECUTE)
}

fn in_code(image: &Image, rva: u32) -> Option<String> {
    let inside = |section: &ImageSectionHeader| {
        rva.checked_sub(section.virtual_address.get(LE))
            .is_some_and(|offset| offset < section.virtual_size.get(LE))
    };
    all(image)
        .into_iter()
        .filter(is_code)
        .find(inside)
        .map(|section| name(&section))
}

fn name(section: &ImageSectionHeader) -> String {
    String::from_utf8_lossy(section.raw_name()).into_owned()
}
