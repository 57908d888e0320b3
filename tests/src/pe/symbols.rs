//! Symbols — the PDB beside the .sys belongs to it and names its entry point.

use super::{Findings, Image};
use object::LittleEndian as LE;
use object::Object;
use pdb::{FallibleIterator, PDB, SymbolData};
use std::fs::File;

/// The debug directory names the PDB beside the image, without a folder.
pub fn pdb_name(image: &Image) -> Findings {
    let stored = String::from_utf8_lossy(&code_view(image).2).into_owned();
    let wanted = pdb_path(image)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    if Some(&stored) == wanted.as_ref() {
        return Findings::new();
    }
    vec![format!(
        "debug directory: names {stored}, not {}",
        wanted.unwrap_or_default()
    )]
}

/// The PDB has the GUID and age that the debug directory asks for.
pub fn pdb_identity(image: &Image) -> Findings {
    let (guid, age, _) = code_view(image);
    let information = open(image)
        .pdb_information()
        .expect("a PDB information stream");
    // The image stores the GUID's first three fields in little-endian order.
    let mut stored = *information.guid.as_bytes();
    stored[0..4].reverse();
    stored[4..6].reverse();
    stored[6..8].reverse();
    if stored == guid && information.age == age {
        return Findings::new();
    }
    vec![format!(
        "PDB: GUID {stored:02x?} age {}, not {guid:02x?} age {age}",
        information.age
    )]
}

/// The entry point is the function called DriverEntry.
pub fn entry_name(image: &Image) -> Findings {
    let entry = image.nt().optional_header.address_of_entry_point.get(LE);
    let mut pdb = open(image);
    let addresses = pdb.address_map().expect("an address map");
    let globals = pdb.global_symbols().expect("global symbols");
    let mut symbols = globals.iter();
    while let Some(symbol) = symbols.next().expect("a symbol") {
        if let Ok(SymbolData::Public(public)) = symbol.parse()
            && public.name.to_string() == "DriverEntry"
            && public
                .offset
                .to_rva(&addresses)
                .is_some_and(|rva| rva.0 == entry)
        {
            return Findings::new();
        }
    }
    vec![format!(
        "optional header: the entry point {entry:#x} is not DriverEntry"
    )]
}

fn code_view(image: &Image) -> ([u8; 16], u32, Vec<u8>) {
    let file = image.parsed();
    let info = file
        .pdb_info()
        .expect("a readable debug directory")
        .expect("a CodeView record");
    (info.guid(), info.age(), info.path().to_vec())
}

fn pdb_path(image: &Image) -> std::path::PathBuf {
    image.path.with_extension("pdb")
}

fn open(image: &Image) -> PDB<'static, File> {
    let path = pdb_path(image);
    let file = File::open(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; run `cargo xtask build` first", path.display())
    });
    PDB::open(file).expect("a PDB")
}
