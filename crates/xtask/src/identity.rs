//! Identity — the GUID that ties a .sys to its PDB, and the time stamps, made from the image's own bytes.
//!
//! The linker makes both from the PDB, which holds paths and a random name of this build. Then the same
//! sources never give the same .sys. Here they are replaced by a hash of the image, in both files.

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

const GUID: usize = 16;

/// Replaces the identity in an image and its PDB.
pub fn settle(image: &mut [u8], pdb: &mut [u8]) -> Result<()> {
    let record = only(image, b"RSDS").context("image: not exactly one CodeView record")?;
    let guid: [u8; GUID] = *image[record + 4..]
        .first_chunk()
        .context("image: the CodeView record is cut off")?;
    let nt = u32::from_le_bytes(
        *image
            .get(0x3c..)
            .and_then(|rest| rest.first_chunk())
            .context("image: no DOS header")?,
    );
    let stamp = nt as usize + 8;
    let old: [u8; 4] = *image
        .get(stamp..)
        .and_then(|rest| rest.first_chunk())
        .context("image: no NT headers")?;
    // The linker writes one stamp everywhere: into the file header and each debug directory entry.
    let stamps = all(image, &old);
    fill(image, &stamps, &[0; 4]);
    fill(image, &[record + 4], &[0; GUID]);
    // The checksum covers the old identity; `image::finish` writes the right one afterwards.
    ensure!(
        image.len() >= stamp + 84,
        "image: the NT headers are cut off"
    );
    fill(image, &[stamp + 80], &[0; 4]);
    let hash = Sha256::digest(&*image);
    fill(image, &stamps, &hash[GUID..GUID + 4]);
    fill(image, &[record + 4], &hash[..GUID]);
    let places = all(pdb, &guid);
    ensure!(!places.is_empty(), "PDB: does not belong to the image");
    fill(pdb, &places, &hash[..GUID]);
    Ok(())
}

fn all(bytes: &[u8], part: &[u8]) -> Vec<usize> {
    bytes
        .windows(part.len())
        .enumerate()
        .filter(|(_, window)| *window == part)
        .map(|(at, _)| at)
        .collect()
}

fn only(bytes: &[u8], part: &[u8]) -> Option<usize> {
    match all(bytes, part)[..] {
        [at] => Some(at),
        _ => None,
    }
}

fn fill(bytes: &mut [u8], places: &[usize], with: &[u8]) {
    for place in places {
        bytes[*place..*place + with.len()].copy_from_slice(with);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The identity's places in an otherwise empty image and PDB.
    fn linked(stamp: u8, guid: u8) -> (Vec<u8>, Vec<u8>) {
        let mut image = vec![0xcc; 0x100];
        fill(&mut image, &[0x3c], &0x40_u32.to_le_bytes());
        fill(&mut image, &[0x48, 0xc0], &[stamp; 4]);
        fill(&mut image, &[0x98], &[stamp ^ guid; 4]); // the checksum
        fill(&mut image, &[0xa0], b"RSDS");
        fill(&mut image, &[0xa4], &[guid; GUID]);
        let mut pdb = vec![0xee; 0x40];
        fill(&mut pdb, &[8], &[guid; GUID]);
        (image, pdb)
    }

    #[test]
    fn two_links_of_one_image_become_equal() {
        let (mut first, mut first_pdb) = linked(1, 2);
        let (mut second, mut second_pdb) = linked(3, 4);
        settle(&mut first, &mut first_pdb).unwrap();
        settle(&mut second, &mut second_pdb).unwrap();
        assert_eq!((&first, &first_pdb), (&second, &second_pdb));
        assert_eq!(first[0xa4..0xa4 + GUID], first_pdb[8..8 + GUID]);
        assert_eq!(first[0x48..0x4c], first[0xc0..0xc4]);
    }

    #[test]
    fn another_image_gets_another_identity() {
        let ((mut first, mut first_pdb), (mut second, mut second_pdb)) =
            (linked(1, 2), linked(1, 2));
        second[0xf0] ^= 1;
        settle(&mut first, &mut first_pdb).unwrap();
        settle(&mut second, &mut second_pdb).unwrap();
        assert_ne!(first_pdb, second_pdb);
    }

    #[test]
    fn a_foreign_pdb_is_refused() {
        let ((mut image, _), (_, mut pdb)) = (linked(1, 2), linked(1, 5));
        assert!(settle(&mut image, &mut pdb).is_err());
    }
}
