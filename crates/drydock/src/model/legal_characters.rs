//! FsRtlLegalAnsiCharacterArray — in what names each ASCII character may be, and which ones are wild.

/// FSRTL_FAT_LEGAL.
const FAT: u8 = 0x01;
/// FSRTL_HPFS_LEGAL.
const HPFS: u8 = 0x02;
/// FSRTL_NTFS_LEGAL.
const NTFS: u8 = 0x04;
/// FSRTL_WILD_CHARACTER.
const WILD: u8 = 0x08;
/// FSRTL_OLE_LEGAL: in the name of a stream.
const OLE: u8 = 0x10;

/// A variable that holds the address of the table.
#[repr(transparent)]
pub struct Variable(&'static [u8; 128]);

static TABLE: [u8; 128] = table();
/// The variable.
pub static VARIABLE: Variable = Variable(&TABLE);

const fn flags(character: u8) -> u8 {
    match character {
        0 | b'/' | b'\\' => 0,
        1..=0x1F | b'|' => OLE,
        b'"' | b'*' | b'<' | b'>' | b'?' => WILD | OLE,
        b':' => NTFS,
        b'+' | b',' | b';' | b'=' | b'[' | b']' => HPFS | NTFS | OLE,
        _ => FAT | HPFS | NTFS | OLE,
    }
}

const fn table() -> [u8; 128] {
    let mut table = [0; 128];
    let mut character = 0;
    while character < 128 {
        table[character] = flags(character as u8);
        character += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wild_characters_are_in_no_name_of_a_file() {
        for character in *b"*?<>\"" {
            assert_eq!(VARIABLE.0[usize::from(character)], WILD | OLE);
        }
        assert_eq!(VARIABLE.0[usize::from(b'a')], FAT | HPFS | NTFS | OLE);
        assert_eq!(VARIABLE.0[usize::from(b'+')] & FAT, 0);
    }
}
