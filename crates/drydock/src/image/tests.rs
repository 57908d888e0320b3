//! A hand-made driver file, damaged in every way.

use proptest::prelude::*;

use super::Image;
use super::headers::Headers;

const FILE: usize = 0xA00;

fn put(file: &mut [u8], offset: usize, bytes: &[u8]) {
    file[offset..offset + bytes.len()].copy_from_slice(bytes);
}

fn put32(file: &mut [u8], offset: usize, value: u32) {
    put(file, offset, &value.to_le_bytes());
}

fn section(file: &mut [u8], index: usize, name: &[u8], address: u32, raw: u32, flags: u32) {
    let at = 0x40 + 24 + 240 + index * 40;
    put(file, at, name);
    put32(file, at + 8, 0x200);
    put32(file, at + 12, address);
    put32(file, at + 16, 0x200);
    put32(file, at + 20, raw);
    put32(file, at + 36, flags);
}

/// A driver whose entry returns STATUS_UNSUCCESSFUL, with one import and one relocation.
pub fn small_driver() -> Vec<u8> {
    let mut file = vec![0; FILE];
    put(&mut file, 0, b"MZ");
    put32(&mut file, 0x3c, 0x40);
    put(&mut file, 0x40, b"PE\0\0");
    put(&mut file, 0x44, &0x8664_u16.to_le_bytes());
    put(&mut file, 0x46, &3_u16.to_le_bytes());
    put(&mut file, 0x54, &240_u16.to_le_bytes());
    put(&mut file, 0x56, &0x22_u16.to_le_bytes());
    let optional = 0x58;
    put(&mut file, optional, &0x20b_u16.to_le_bytes());
    put32(&mut file, optional + 16, 0x1000);
    put(&mut file, optional + 24, &0x1_4000_0000_u64.to_le_bytes());
    put32(&mut file, optional + 32, 0x1000);
    put32(&mut file, optional + 36, 0x200);
    put32(&mut file, optional + 56, 0x4000);
    put32(&mut file, optional + 60, 0x400);
    put(&mut file, optional + 68, &1_u16.to_le_bytes());
    put(&mut file, optional + 70, &0x160_u16.to_le_bytes());
    put32(&mut file, optional + 108, 16);
    put32(&mut file, optional + 112 + 8, 0x2000);
    put32(&mut file, optional + 112 + 12, 40);
    put32(&mut file, optional + 112 + 40, 0x3000);
    put32(&mut file, optional + 112 + 44, 12);
    section(&mut file, 0, b".text", 0x1000, 0x400, 0x6000_0020);
    section(&mut file, 1, b".rdata", 0x2000, 0x600, 0xC000_0040);
    section(&mut file, 2, b".reloc", 0x3000, 0x800, 0x4200_0040);
    put(&mut file, 0x400, &[0xb8, 0x01, 0x00, 0x00, 0xc0, 0xc3]); // mov eax, 0xC0000001; ret
    put32(&mut file, 0x600, 0x2080); // names
    put32(&mut file, 0x60c, 0x2040); // module
    put32(&mut file, 0x610, 0x20c0); // slots
    put(&mut file, 0x640, b"ntoskrnl.exe\0");
    put32(&mut file, 0x680, 0x2100);
    put32(&mut file, 0x6c0, 0x2100);
    put(&mut file, 0x702, b"KeGetCurrentIrql\0");
    put(&mut file, 0x720, &0x1_4000_1000_u64.to_le_bytes());
    put32(&mut file, 0x800, 0x2000);
    put32(&mut file, 0x804, 12);
    put(&mut file, 0x808, &0xA120_u16.to_le_bytes());
    file
}

fn refusal(damage: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut file = small_driver();
    damage(&mut file);
    match Image::parse("x.sys", &file) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_good_file_is_read_and_its_entry_runs() {
    let image = Image::parse("small.sys", &small_driver()).expect("the file is good");
    assert_eq!(image.imports[0].name, "KeGetCurrentIrql");
    assert_eq!(image.fixups, [0x2120]);
    let loaded = image.load().expect("there is memory");
    let entry = loaded.driver_entry();
    let site = crate::model::thread::Site {
        name: "DriverEntry",
        code: loaded.entry,
    };
    let status = crate::model::thread::call_driver(site, 0, || {
        entry(std::ptr::null_mut(), std::ptr::null_mut())
    });
    assert_eq!(status as u32, 0xC000_0001);
}

#[test]
fn each_refusal_names_file_and_field() {
    type Damage = fn(&mut Vec<u8>);
    let table: &[(Damage, &str)] = &[
        (|file| file.truncate(10), "x.sys: e_lfanew: lies outside"),
        (|file| file[0] = 0, "x.sys: e_magic: is not MZ"),
        (|file| file[0x40] = 0, "x.sys: Signature: is not PE"),
        (
            |file| put(file, 0x44, &[0x4c, 0x01]),
            "x.sys: Machine: is 0x14c: a 32-bit",
        ),
        (
            |file| put(file, 0x58, &[0x0b, 0x01]),
            "x.sys: Magic: is 0x10b: a 32-bit",
        ),
        (
            |file| put(file, 0x58 + 68, &[3, 0]),
            "x.sys: Subsystem: is a user-mode",
        ),
        (
            |file| file.truncate(0x7ff),
            "x.sys: section .rdata: SizeOfRawData: ends behind",
        ),
        (
            |file| put32(file, 0x40 + 24 + 240 + 40 + 12, 0x1000),
            "x.sys: section .rdata: VirtualAddress: 0x1000 overlaps",
        ),
        (
            |file| put32(file, 0x40 + 24 + 240 + 40 + 20, 0x500),
            "x.sys: section .rdata: PointerToRawData: overlaps",
        ),
        (
            |file| put32(file, 0x58 + 16, 0x2000),
            "x.sys: AddressOfEntryPoint: lies in section .rdata",
        ),
        (
            |file| put(file, 0x640, b"kernel32.dll\0"),
            "x.sys: import directory: imports from kernel32.dll",
        ),
        (
            |file| put(file, 0x687, &[0x80]),
            "x.sys: imports of ntoskrnl.exe: by ordinal",
        ),
        (
            |file| put32(file, 0x804, 7),
            "x.sys: relocation block at 0x3000: has a size of 7",
        ),
        (
            |file| put(file, 0x809, &[0x31]),
            "x.sys: relocation block at 0x3000: has an entry of type 3",
        ),
        (
            |file| put(file, 0x56, &[0x23]),
            "x.sys: Characteristics: relocations are stripped",
        ),
        (
            |file| put(file, 0x58 + 112 + 72, &[0, 0x20, 0, 0, 40]),
            "x.sys: DataDirectory[9]: is thread-local storage",
        ),
        (
            |file| put32(file, 0x58 + 32, 0x100),
            "x.sys: SectionAlignment: is 0x100, and FileAlignment 0x200",
        ),
    ];
    for (damage, expected) in table {
        let text = refusal(damage);
        assert!(
            text.starts_with(expected) && !text.contains('\n'),
            "{text}\nexpected {expected}"
        );
    }
}

#[test]
fn sections_that_share_pages_run_from_one_mapping() {
    let mut file = small_driver();
    put32(&mut file, 0x58 + 32, 0x200);
    let image = Image::parse("close.sys", &file).expect("the alignments are one");
    let loaded = image.load().expect("there is memory");
    loaded.discard_init();
    let entry = loaded.driver_entry();
    let site = crate::model::thread::Site {
        name: "DriverEntry",
        code: loaded.entry,
    };
    let run = || entry(std::ptr::null_mut(), std::ptr::null_mut());
    assert_eq!(
        crate::model::thread::call_driver(site, 0, run) as u32,
        0xC000_0001
    );
}

#[test]
fn a_signature_behind_the_sections_is_not_mapped() {
    let mut file = small_driver();
    put32(&mut file, 0x58 + 112 + 32, FILE as u32);
    put32(&mut file, 0x58 + 112 + 36, 0x5000);
    file.resize(FILE + 0x5000, 0xAB);
    let image = Image::parse("signed.sys", &file).expect("the file is good");
    assert_eq!((image.file_size, image.view.len()), (FILE + 0x5000, 0x4000));
    assert!(!image.view.contains(&0xAB));
}

#[test]
fn the_checksum_is_the_one_windows_computes() {
    // Sum of 16-bit words with the field itself as zero, folded, plus the length.
    assert_eq!(
        super::inspect::checksum(&[1, 0, 2, 0, 9, 9, 9, 9, 0xff, 0xff], 4),
        1 + 2 + 10
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_damage_crashes_the_reader(
        damage in prop::collection::vec((0..FILE, any::<u8>()), 1..12),
        length in 0..=FILE,
        cut in any::<bool>(),
    ) {
        let mut file = small_driver();
        for (offset, byte) in damage {
            file[offset] = byte;
        }
        if cut {
            file.truncate(length);
        }
        if let Err(error) = Image::parse("x.sys", &file) {
            prop_assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn no_damaged_header_field_crashes_the_reader(offset in 0_usize..0x180, value in any::<u32>()) {
        let mut file = small_driver();
        put32(&mut file, offset & !3, value);
        let read = Headers::parse(&file);
        prop_assert!(read.is_ok() || read.is_err_and(|problem| !problem.in_file("x").problem.is_empty()));
    }
}
