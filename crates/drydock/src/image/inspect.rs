//! `drydock inspect` — what is in a driver file, and the checks that Windows, HVCI or the HLK make on it.

use std::fmt::Write;

use serde::Serialize;

use super::Image;
use super::headers::{DIRECTORY_IAT, Section};
use crate::exports::{self, Dll};

/// What `inspect` shows.
#[derive(Debug, Serialize)]
pub struct Inspection {
    /// File name.
    pub name: String,
    /// Bytes of the file.
    pub size: usize,
    /// The sections in order.
    pub sections: Vec<SectionRow>,
    /// The imports in order.
    pub imports: Vec<ImportRow>,
    /// The checks with their outcome.
    pub checks: Vec<Check>,
}

/// One section.
#[derive(Debug, Serialize)]
pub struct SectionRow {
    /// Its name.
    pub name: String,
    /// RVA.
    pub address: usize,
    /// Bytes in memory.
    pub size: usize,
    /// `r`, `w`, `x`, `d` (discardable).
    pub access: String,
}

/// One import.
#[derive(Debug, Serialize)]
pub struct ImportRow {
    /// Module.
    pub module: String,
    /// Function or variable.
    pub name: String,
    /// Whether drydock models it.
    pub modelled: bool,
}

/// One check.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What is demanded.
    pub demand: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// What was found.
    pub found: String,
}

const FILE_DLL: u16 = 0x2000;
const DYNAMIC_BASE: u16 = 0x40;
const NX_COMPAT: u16 = 0x100;

/// Looks at a checked image.
#[must_use]
pub fn inspect(image: &Image) -> Inspection {
    let sections = image.headers.sections.iter().map(section_row).collect();
    let imports = image
        .imports
        .iter()
        .map(|import| ImportRow {
            module: import.module.clone(),
            name: import.name.clone(),
            modelled: [Dll::FltMgr, Dll::Ntoskrnl, Dll::Cng]
                .iter()
                .any(|dll| exports::find(*dll, &import.name).is_some()),
        })
        .collect();
    Inspection {
        name: image.name.clone(),
        size: image.file_size,
        sections,
        imports,
        checks: checks(image),
    }
}

fn section_row(section: &Section) -> SectionRow {
    let mut access = String::from("r");
    access.extend(section.writable().then_some('w'));
    access.extend(section.executable().then_some('x'));
    access.extend(section.discarded_after_init().then_some('d'));
    SectionRow {
        name: section.name.clone(),
        address: section.address,
        size: section.size,
        access,
    }
}

fn checks(image: &Image) -> Vec<Check> {
    let headers = &image.headers;
    let both: Vec<_> = headers
        .sections
        .iter()
        .filter(|section| section.writable() && section.executable())
        .collect();
    let iat_home = headers.directory(DIRECTORY_IAT).and_then(|(iat, _)| {
        headers
            .sections
            .iter()
            .find(|section| (section.address..section.address + section.size).contains(&iat))
    });
    let flag = |mask: u16| headers.dll_characteristics & mask != 0;
    let (stated, computed) = (headers.checksum.0, image.computed_checksum);
    let check = |demand, holds, found: String| Check {
        demand,
        holds,
        found,
    };
    vec![
        check(
            "valid header checksum",
            stated == computed,
            format!("{stated:#x}, computed {computed:#x}"),
        ),
        check(
            "not marked as a DLL",
            headers.characteristics & FILE_DLL == 0,
            format!("{:#x}", headers.characteristics),
        ),
        check(
            "no section both writable and executable",
            both.is_empty(),
            both.iter()
                .map(|section| section.name.clone())
                .collect::<Vec<_>>()
                .join(" "),
        ),
        check(
            "sections aligned to pages",
            headers.section_alignment.is_multiple_of(0x1000),
            format!("{:#x}", headers.section_alignment),
        ),
        check(
            "no-execute compatible",
            flag(NX_COMPAT),
            format!("{:#x}", headers.dll_characteristics),
        ),
        check(
            "dynamic base",
            flag(DYNAMIC_BASE),
            format!("{:#x}", headers.dll_characteristics),
        ),
        check(
            "import table outside executable sections",
            !iat_home.is_some_and(Section::executable),
            iat_home.map_or_else(|| "none".to_owned(), |section| section.name.clone()),
        ),
    ]
}

/// The PE checksum of `file`, whose own field at `field` counts as zero.
#[must_use]
pub fn checksum(file: &[u8], field: usize) -> u32 {
    let mut sum: u64 = 0;
    for (index, pair) in file.chunks(2).enumerate() {
        if (field..field + 4).contains(&(index * 2)) {
            continue;
        }
        sum += u64::from(pair[0]) | pair.get(1).map_or(0, |high| u64::from(*high) << 8);
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (sum as u32).wrapping_add(file.len() as u32)
}

impl Inspection {
    /// The inspection for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "{} ({} bytes)\n\nsections", self.name, self.size)?;
        for section in &self.sections {
            writeln!(
                out,
                "  {:<8} {:#8x} {:#8x}  {}",
                section.name, section.address, section.size, section.access
            )?;
        }
        writeln!(out, "\nimports")?;
        for import in &self.imports {
            let mark = if import.modelled {
                ""
            } else {
                "   not modelled"
            };
            writeln!(out, "  {:<14} {}{mark}", import.module, import.name)?;
        }
        writeln!(out, "\nchecks")?;
        for check in &self.checks {
            let mark = if check.holds { "ok  " } else { "FAIL" };
            writeln!(out, "  {mark} {} ({})", check.demand, check.found)?;
        }
        Ok(())
    }
}
