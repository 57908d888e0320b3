//! The finishing step on an image made by hand: one section that holds an export table.

use super::*;

const FILE_HEADER: usize = 0x44;
const OPTIONAL: usize = FILE_HEADER + 20;
const SECTION: usize = OPTIONAL + 240;

fn linked() -> Vec<u8> {
    let mut image = vec![0; 0x400];
    let mut put =
        |offset: usize, bytes: &[u8]| image[offset..offset + bytes.len()].copy_from_slice(bytes);
    put(0, b"MZ");
    put(0x3c, &0x40_u32.to_le_bytes());
    put(0x40, b"PE\0\0");
    put(FILE_HEADER + 2, &1_u16.to_le_bytes());
    put(FILE_HEADER + 16, &240_u16.to_le_bytes());
    put(FILE_HEADER + 18, &0x2022_u16.to_le_bytes());
    put(OPTIONAL, &PE32_PLUS.to_le_bytes());
    put(OPTIONAL + EXPORT_DIRECTORY, &0x1010_u32.to_le_bytes());
    put(OPTIONAL + EXPORT_DIRECTORY + 4, &0x20_u32.to_le_bytes());
    put(SECTION + 12, &0x1000_u32.to_le_bytes());
    put(SECTION + 16, &0x200_u32.to_le_bytes());
    put(SECTION + 20, &0x200_u32.to_le_bytes());
    put(0x200, &[0x55; 0x200]);
    image
}

#[test]
fn the_dll_flag_is_cleared_and_the_others_kept() {
    let image = finish(linked()).unwrap();
    assert_eq!(read_u16(&image, FILE_HEADER + 18).unwrap(), 0x22);
}

#[test]
fn the_export_table_is_gone_and_nothing_else() {
    let image = finish(linked()).unwrap();
    assert_eq!(image[OPTIONAL + EXPORT_DIRECTORY..][..8], [0; 8]);
    assert_eq!(image[0x210..0x230], [0; 0x20]);
    assert_eq!((image[0x20f], image[0x230]), (0x55, 0x55));
}

#[test]
fn finishing_twice_changes_nothing() {
    let once = finish(linked()).unwrap();
    assert_eq!(finish(once.clone()).unwrap(), once);
}

#[test]
fn the_checksum_is_a_folded_sum_plus_the_size() {
    assert_eq!(checksum(&[0xff, 0xff, 0x02, 0x00]).unwrap(), 2 + 4);
    assert_eq!(checksum(&[0x01, 0x02, 0x03]).unwrap(), 0x0204 + 3);
}

#[test]
fn any_changed_byte_shows_in_the_checksum() {
    let image = finish(linked()).unwrap();
    let stored = read_u32(&image, OPTIONAL + CHECKSUM).unwrap();
    let mut changed = image.clone();
    changed[0x300] ^= 1;
    changed[OPTIONAL + CHECKSUM..][..4].fill(0);
    assert_ne!(checksum(&changed).unwrap(), stored);
}

#[test]
fn a_file_that_is_no_image_is_refused() {
    for bytes in [&b""[..], b"MZ", &[0; 0x400]] {
        assert!(finish(bytes.to_vec()).is_err());
    }
}

#[test]
fn every_truncation_is_refused_or_finished_without_a_panic() {
    let image = linked();
    for length in 0..image.len() {
        let _outcome = finish(image[..length].to_vec());
    }
}
