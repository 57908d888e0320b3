//! Base relocations: the image is moved from its preferred base to where it was mapped.

use super::bytes::Bytes;
use super::error::{Problem, refuse};
use super::headers::{DIRECTORY_RELOCATION, Headers};

const ABSOLUTE: u16 = 0;
const DIR64: u16 = 10;
const RELOCS_STRIPPED: u16 = 1;

/// The RVAs of the 64-bit addresses that move with the image.
pub fn read(headers: &Headers, view: &[u8]) -> Result<Vec<usize>, Problem> {
    if headers.characteristics & RELOCS_STRIPPED != 0 {
        return refuse(
            "Characteristics",
            "relocations are stripped; a driver must be relocatable",
        );
    }
    let mut fixups = Vec::new();
    let Some((start, size)) = headers.directory(DIRECTORY_RELOCATION) else {
        return Ok(fixups);
    };
    let bytes = Bytes(view);
    let mut at = start;
    while at + 8 <= start + size {
        let field = format!("relocation block at {at:#x}");
        let page = bytes.size(at, &field)?;
        let block_size = bytes.size(at + 4, &field)?;
        if block_size < 8 || !block_size.is_multiple_of(2) || at + block_size > start + size {
            return refuse(field, format!("has a size of {block_size}"));
        }
        for entry in (at + 8..at + block_size).step_by(2) {
            let entry = bytes.u16(entry, &field)?;
            match entry >> 12 {
                ABSOLUTE => {}
                DIR64 => {
                    let target = page.saturating_add(usize::from(entry & 0xfff));
                    bytes.slice(target, 8, &field)?;
                    fixups.push(target);
                }
                other => {
                    return refuse(
                        field,
                        format!("has an entry of type {other}; x64 knows 0 and 10"),
                    );
                }
            }
        }
        at += block_size;
    }
    Ok(fixups)
}

/// Adds the distance from the preferred base to `base` to every address listed.
pub fn apply(headers: &Headers, view: &mut [u8], fixups: &[usize], base: u64) {
    let distance = base.wrapping_sub(headers.image_base);
    for target in fixups {
        let Some(slot) = view.get_mut(*target..target + 8) else {
            continue;
        };
        let mut address = [0; 8];
        address.copy_from_slice(slot);
        slot.copy_from_slice(
            &u64::from_le_bytes(address)
                .wrapping_add(distance)
                .to_le_bytes(),
        );
    }
}
