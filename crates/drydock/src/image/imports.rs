//! The import directory: which functions of which kernel modules the driver wants, and where the slots are.

use super::bytes::Bytes;
use super::error::{Problem, refuse};
use super::headers::{DIRECTORY_IMPORT, Headers};

/// Modules whose exports a driver may import; drydock models the first five.
const KERNEL_MODULES: &[&str] = &[
    "fltmgr.sys",
    "ntoskrnl.exe",
    "hal.dll",
    "ksecdd.sys",
    "cng.sys",
    "ci.dll",
    "tm.sys",
    "clfs.sys",
    "netio.sys",
    "ndis.sys",
    "fwpkclnt.sys",
    "wdfldr.sys",
    "wpprecorder.sys",
    "msrpc.sys",
    "tbs.sys",
    "storport.sys",
    "bootvid.dll",
    "classpnp.sys",
    "kdcom.dll",
    "mup.sys",
    "pshed.dll",
    "rdbss.sys",
    "tdi.sys",
    "wmilib.sys",
];

const ORDINAL: u64 = 1 << 63;
/// No driver imports more; the limit ends a damaged table.
const MOST: usize = 4096;

/// One imported name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Module as the driver spells it.
    pub module: String,
    /// Function or variable.
    pub name: String,
    /// RVA of the slot that receives the address.
    pub slot: usize,
}

/// Reads the imports of the mapped image `view`.
pub fn read(headers: &Headers, view: &[u8]) -> Result<Vec<Import>, Problem> {
    let mut imports = Vec::new();
    let Some((directory, _)) = headers.directory(DIRECTORY_IMPORT) else {
        return Ok(imports);
    };
    let bytes = Bytes(view);
    for index in 0..MOST {
        let at = directory + index * 20;
        let field = format!("import descriptor {index}");
        let names = bytes.size(at, &field)?;
        let module = bytes.size(at + 12, &field)?;
        let slots = bytes.size(at + 16, &field)?;
        if module == 0 || slots == 0 {
            return Ok(imports);
        }
        let module = bytes.text(module, &format!("{field}: Name"))?;
        check_module(&module)?;
        let names = if names == 0 { slots } else { names };
        read_module(bytes, headers, &module, names, slots, &mut imports)?;
    }
    refuse("import directory", "has no end")
}

fn check_module(module: &str) -> Result<(), Problem> {
    let known = KERNEL_MODULES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(module));
    if known {
        Ok(())
    } else {
        refuse(
            "import directory",
            format!("imports from {module}, which is no kernel module"),
        )
    }
}

fn read_module(
    bytes: Bytes<'_>,
    headers: &Headers,
    module: &str,
    names: usize,
    slots: usize,
    imports: &mut Vec<Import>,
) -> Result<(), Problem> {
    for index in 0..MOST {
        let field = format!("imports of {module}");
        let entry = bytes.u64(names + index * 8, &field)?;
        if entry == 0 {
            return Ok(());
        }
        if entry & ORDINAL != 0 {
            return refuse(
                field,
                format!(
                    "by ordinal {}; a driver must import by name",
                    entry & 0xffff
                ),
            );
        }
        let name = bytes.text((entry & 0x7fff_ffff) as usize + 2, &field)?;
        let slot = slots + index * 8;
        bytes.slice(slot, 8, &field)?;
        if slot < headers.header_size {
            return refuse(field, format!("the slot of {name} lies in the headers"));
        }
        imports.push(Import {
            module: module.to_owned(),
            name,
            slot,
        });
    }
    refuse(format!("imports of {module}"), "have no end")
}
