//! Frames — how much stack each x64 function takes, from its unwind information.

use super::{Findings, Image};
use object::pe::IMAGE_DIRECTORY_ENTRY_EXCEPTION;

/// One page. A kernel stack has about three to six of them for everybody.
pub const MAX_FRAME: u32 = 0x1000;
const PUSH: u8 = 0;
const ALLOC_LARGE: u8 = 1;
const ALLOC_SMALL: u8 = 2;
const SAVE_NONVOL: u8 = 4;
const SAVE_NONVOL_FAR: u8 = 5;
const SAVE_XMM128: u8 = 8;
const SAVE_XMM128_FAR: u8 = 9;
const CHAINED: u8 = 4;

/// A function with unwind information.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    pub begin: u32,
    pub end: u32,
    pub unwind: u32,
}

/// The functions in the exception directory.
pub fn functions(image: &Image) -> Vec<Function> {
    let (start, size) = image.directory(IMAGE_DIRECTORY_ENTRY_EXCEPTION);
    let bytes = image.at(start).unwrap_or_default();
    let word = |entry: &[u8], index: usize| {
        u32::from_le_bytes([
            entry[index],
            entry[index + 1],
            entry[index + 2],
            entry[index + 3],
        ])
    };
    let table = bytes.chunks_exact(12).take(size as usize / 12);
    table
        .map(|entry| Function {
            begin: word(entry, 0),
            end: word(entry, 4),
            unwind: word(entry, 8),
        })
        .collect()
}

/// No function's own frame is above one page.
pub fn sizes(image: &Image) -> Findings {
    let mut found = Findings::new();
    for function in functions(image) {
        match size(image, function.unwind) {
            Some(bytes) if bytes <= MAX_FRAME => {}
            Some(bytes) => found.push(format!(
                "function at {:#x}: a frame of {bytes} bytes",
                function.begin
            )),
            None => found.push(format!(
                "function at {:#x}: unreadable unwind information",
                function.begin
            )),
        }
    }
    found
}

/// The bytes of stack that the prologue of one function takes.
fn size(image: &Image, unwind: u32) -> Option<u32> {
    let info = image.at(unwind)?;
    let (flags, count) = (info.first()? >> 3, usize::from(*info.get(2)?));
    let codes: Vec<[u8; 2]> = info
        .get(4..4 + 2 * count)?
        .chunks_exact(2)
        .map(|pair| [pair[0], pair[1]])
        .collect();
    let mut total = 0;
    let mut rest = codes.as_slice();
    while let Some(([_, code], tail)) = rest.split_first() {
        let (operation, argument) = (code & 15, code >> 4);
        let (bytes, used) = cost(operation, argument, tail)?;
        total += bytes;
        rest = tail.get(used..)?;
    }
    if flags & CHAINED != 0 {
        // The chained function's entry follows the codes, whose count is padded to an even number.
        let parent = info
            .get(4 + 2 * count.next_multiple_of(2) + 8..)?
            .first_chunk()?;
        total += size(image, u32::from_le_bytes(*parent))?;
    }
    Some(total)
}

/// Stack bytes of one unwind code, and how many further slots it uses.
fn cost(operation: u8, argument: u8, tail: &[[u8; 2]]) -> Option<(u32, usize)> {
    let slot = |index: usize| {
        tail.get(index)
            .map(|pair| u32::from(u16::from_le_bytes(*pair)))
    };
    Some(match (operation, argument) {
        (PUSH, _) => (8, 0),
        (ALLOC_SMALL, units) => (8 * u32::from(units) + 8, 0),
        (ALLOC_LARGE, 0) => (8 * slot(0)?, 1),
        (ALLOC_LARGE, 1) => (slot(0)? | slot(1)? << 16, 2),
        (SAVE_NONVOL | SAVE_XMM128, _) => (0, 1),
        (SAVE_NONVOL_FAR | SAVE_XMM128_FAR, _) => (0, 2),
        (3, _) => (0, 0),
        _ => return None,
    })
}
