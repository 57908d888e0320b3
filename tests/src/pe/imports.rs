//! Imports — from the filter manager and the kernel only, by name only.

use super::{Findings, Image};
use object::LittleEndian as LE;
use object::pe::ImageNtHeaders64;
use object::read::pe::{Import, ImportTable};

/// The modules that an ordinary minifilter imports from.
pub const MODULES: [&str; 2] = ["FLTMGR.SYS", "ntoskrnl.exe"];

/// One slot of the import address table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub module: String,
    /// The function's name, or `#` and its ordinal.
    pub name: String,
    pub rva: u32,
}

/// Every slot of the import address table.
pub fn slots(image: &Image) -> Vec<Slot> {
    let file = image.parsed();
    let Some(table) = file.import_table().expect("a readable import table") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut descriptors = table.descriptors().expect("import descriptors");
    while let Some(descriptor) = descriptors.next().expect("an import descriptor") {
        let name = table.name(descriptor.name.get(LE)).expect("a module name");
        let module = String::from_utf8_lossy(name).into_owned();
        let mut thunks = table
            .thunks(descriptor.original_first_thunk.get(LE))
            .expect("a lookup table");
        let mut rva = descriptor.first_thunk.get(LE);
        while let Some(thunk) = thunks.next::<ImageNtHeaders64>().expect("a lookup entry") {
            found.push(Slot {
                module: module.clone(),
                name: function(&table, thunk),
                rva,
            });
            rva += 8;
        }
    }
    found
}

fn function(table: &ImportTable<'_>, thunk: object::pe::ImageThunkData64) -> String {
    match table.import::<ImageNtHeaders64>(thunk).expect("an import") {
        Import::Ordinal(number) => format!("#{number}"),
        Import::Name(_, name) => String::from_utf8_lossy(name).into_owned(),
    }
}

/// Every import is by name and from one of the two modules.
pub fn modules(image: &Image) -> Findings {
    let slots = slots(image);
    let foreign = slots
        .iter()
        .filter(|slot| !MODULES.contains(&slot.module.as_str()));
    let mut found: Findings = foreign
        .map(|slot| format!("import {}!{}: unknown module", slot.module, slot.name))
        .collect();
    let numbered = slots.iter().filter(|slot| slot.name.starts_with('#'));
    found.extend(numbered.map(|slot| format!("import {}!{}: by ordinal", slot.module, slot.name)));
    found
}

/// No stack probe is imported: the compiler calls one for each frame above a page.
pub fn stack_probe(image: &Image) -> Findings {
    let slots = slots(image);
    let probes = slots.iter().filter(|slot| slot.name == "__chkstk");
    probes
        .map(|slot| format!("import {}: some frame is above a page", slot.name))
        .collect()
}
