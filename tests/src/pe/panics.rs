//! Panics — the panic sites left in a .sys, found by the source positions that they carry.
//!
//! A panic's `core::panic::Location` starts with a relocated pointer to the name of its source file, then
//! the name's length, the line and the column. Every relocated pointer is looked at that way.

use super::Image;
use object::pe::IMAGE_REL_BASED_DIR64;

const LONGEST_NAME: usize = 300;

/// Where a panic can come from: file, line and column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    pub file: String,
    pub line: u32,
    pub column: u32,
}

/// All of them, sorted.
pub fn sites(image: &Image) -> Vec<Site> {
    let mut found: Vec<_> = pointers(image)
        .into_iter()
        .filter_map(|rva| site(image, rva))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The addresses of all relocated pointers.
pub fn pointers(image: &Image) -> Vec<u32> {
    let file = image.parsed();
    let directories = file.data_directories();
    let blocks = directories
        .relocation_blocks(&*image.bytes, &file.section_table())
        .expect("relocations");
    let mut found = Vec::new();
    let Some(mut blocks) = blocks else {
        return found;
    };
    while let Some(block) = blocks.next().expect("a relocation block") {
        found.extend(
            block
                .filter(|entry| entry.typ == IMAGE_REL_BASED_DIR64)
                .map(|entry| entry.virtual_address),
        );
    }
    found
}

fn site(image: &Image, rva: u32) -> Option<Site> {
    let name = u32::try_from(image.u64_at(rva)?.checked_sub(image.base())?).ok()?;
    let length = usize::try_from(image.u64_at(rva + 8)?)
        .ok()
        .filter(|length| *length <= LONGEST_NAME)?;
    let file = std::str::from_utf8(image.at(name)?.get(..length)?).ok()?;
    let position = image.u64_at(rva + 16)?;
    let (line, column) = (position as u32, (position >> 32) as u32);
    let site = Site {
        file: file.to_owned(),
        line,
        column,
    };
    (file.ends_with(".rs") && line > 0 && column > 0).then_some(site)
}

/// The source files below `folder` whose names are in the image.
///
/// The compiler may take a lone `Location` apart and keep only the name, so [`sites`] can miss it.
pub fn source_names(image: &Image, folder: &str) -> Vec<String> {
    let starts = image
        .bytes
        .windows(folder.len())
        .enumerate()
        .filter(|(_, window)| *window == folder.as_bytes());
    let mut found: Vec<_> = starts
        .filter_map(|(start, _)| source_name(&image.bytes[start..]))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn source_name(bytes: &[u8]) -> Option<String> {
    let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/_-.".contains(byte);
    let length = bytes.iter().take(LONGEST_NAME).take_while(in_name).count();
    let text = str::from_utf8(&bytes[..length]).ok()?;
    text.find(".rs").map(|end| text[..end + 3].to_owned())
}
