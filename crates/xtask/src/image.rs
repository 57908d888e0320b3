//! Image — the last touches on a linked driver: it is no DLL, and its checksum is right.
//!
//! rustc links a cdylib with /DLL and no linker argument takes that back. The linker then sets
//! IMAGE_FILE_DLL and writes an export table. Windows starts a driver by its entry point and needs
//! neither; a .sys made by the WDK's own link.exe without /DLL has neither. Both are taken out here,
//! after the link: the flag, the directory entry and the table's bytes. The other way, a `bin` crate,
//! would need a `main` or `no_main` split in every driver source and differs from wdk-build's cdylib.

use anyhow::{Context, Result, ensure};

const IMAGE_FILE_DLL: u16 = 0x2000;
const PE32_PLUS: u16 = 0x20b;

/// Offsets from the start of the optional header of a PE32+ image.
const CHECKSUM: usize = 64;
const EXPORT_DIRECTORY: usize = 112;

/// Clears the DLL flag and the export table, and writes the header checksum.
pub fn finish(mut image: Vec<u8>) -> Result<Vec<u8>> {
    let file_header = signature_offset(&image)? + 4;
    let optional = file_header + 20;
    ensure!(
        read_u16(&image, optional)? == PE32_PLUS,
        "optional header: not PE32+"
    );
    let flags = read_u16(&image, file_header + 18)? & !IMAGE_FILE_DLL;
    write(&mut image, file_header + 18, &flags.to_le_bytes())?;
    remove_exports(&mut image, file_header, optional)?;
    write(&mut image, optional + CHECKSUM, &[0; 4])?;
    let sum = checksum(&image)?;
    write(&mut image, optional + CHECKSUM, &sum.to_le_bytes())?;
    Ok(image)
}

/// The checksum of an image whose checksum field is zero: ones' complement sum of its words, plus its size.
pub fn checksum(image: &[u8]) -> Result<u32> {
    let words = image
        .chunks(2)
        .map(|pair| u32::from(pair[0]) | u32::from(*pair.get(1).unwrap_or(&0)) << 8);
    let fold = |sum: u32| (sum & 0xffff) + (sum >> 16);
    let sum = words.fold(0, |sum, word| fold(sum + word));
    let size = u32::try_from(image.len()).context("larger than a PE file can be")?;
    Ok(fold(sum) + size)
}

fn remove_exports(image: &mut [u8], file_header: usize, optional: usize) -> Result<()> {
    let (rva, size) = (
        read_u32(image, optional + EXPORT_DIRECTORY)?,
        read_u32(image, optional + EXPORT_DIRECTORY + 4)?,
    );
    if rva != 0 {
        let start = file_offset(image, file_header, rva)?;
        write(image, start, &vec![0; size as usize])?;
    }
    write(image, optional + EXPORT_DIRECTORY, &[0; 8])
}

/// Where the bytes of an address are in the file.
fn file_offset(image: &[u8], file_header: usize, rva: u32) -> Result<usize> {
    let sections = usize::from(read_u16(image, file_header + 2)?);
    let table = file_header + 20 + usize::from(read_u16(image, file_header + 16)?);
    for header in (0..sections).map(|index| table + index * 40) {
        let (address, raw_size) = (read_u32(image, header + 12)?, read_u32(image, header + 16)?);
        if let Some(inside) = rva.checked_sub(address).filter(|inside| *inside < raw_size) {
            return Ok((read_u32(image, header + 20)? + inside) as usize);
        }
    }
    anyhow::bail!("address {rva:#x} is in no section")
}

fn signature_offset(image: &[u8]) -> Result<usize> {
    let offset = read_u32(image, 0x3c)? as usize;
    ensure!(image.starts_with(b"MZ"), "DOS header: no MZ");
    ensure!(
        image.get(offset..offset + 4) == Some(b"PE\0\0"),
        "NT headers: no PE signature"
    );
    Ok(offset)
}

fn read_u16(image: &[u8], offset: usize) -> Result<u16> {
    Ok(u16::from_le_bytes(read(image, offset)?))
}

fn read_u32(image: &[u8], offset: usize) -> Result<u32> {
    Ok(u32::from_le_bytes(read(image, offset)?))
}

fn read<const N: usize>(image: &[u8], offset: usize) -> Result<[u8; N]> {
    let bytes = image.get(offset..).and_then(|rest| rest.first_chunk());
    bytes
        .copied()
        .with_context(|| format!("the file ends before offset {offset:#x}"))
}

fn write(image: &mut [u8], offset: usize, bytes: &[u8]) -> Result<()> {
    let place = image
        .get_mut(offset..)
        .and_then(|rest| rest.get_mut(..bytes.len()));
    place
        .with_context(|| format!("the file ends before offset {offset:#x}"))?
        .copy_from_slice(bytes);
    Ok(())
}

#[cfg(test)]
#[path = "image_tests.rs"]
mod tests;
