//! The version resource of the .sys, as a .res file that every linker takes: what Explorer, `sigcheck` and WinDbg's `lmvm` show.

/// What the resource says.
pub struct Version<'v> {
    /// `1.2.3`
    pub number: &'v str,
    pub description: &'v str,
    pub company: &'v str,
    /// `ringfence.sys`
    pub file: &'v str,
}

const RT_VERSION: u16 = 16;
const ENGLISH: u16 = 0x0409;
const UTF_16: u16 = 1200;
const VFT_DRV: u32 = 3;
const VFT2_DRV_SYSTEM: u32 = 7;
const VOS_NT_WINDOWS32: u32 = 0x0004_0004;

/// The bytes of a .res file with this one resource.
pub fn res_file(version: &Version<'_>) -> Vec<u8> {
    let data = info(version);
    let mut file = header(0, 0, 0, 0); // an empty entry says that names and types follow as numbers of 32 bits
    file.extend(header(data.len() as u32, RT_VERSION, 1, ENGLISH));
    file.extend(&data);
    pad(&mut file);
    file
}

fn header(size: u32, kind: u16, name: u16, language: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(size.to_le_bytes());
    bytes.extend(32_u32.to_le_bytes());
    for number in [0xFFFF, kind, 0xFFFF, name] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend([0x30, 0]); // moveable, pure
    bytes.extend(language.to_le_bytes());
    bytes.extend([0; 8]);
    bytes
}

/// VS_VERSIONINFO
fn info(version: &Version<'_>) -> Vec<u8> {
    let strings: Vec<u8> = [
        ("CompanyName", version.company),
        ("FileDescription", version.description),
        ("FileVersion", version.number),
        ("InternalName", version.file),
        ("LegalCopyright", "MIT OR Apache-2.0"),
        ("OriginalFilename", version.file),
        ("ProductName", "Ringfence"),
        ("ProductVersion", version.number),
    ]
    .into_iter()
    .flat_map(|(name, text)| block(name, 1, &wide(text), &[]))
    .collect();
    let table = block(&format!("{ENGLISH:04x}{UTF_16:04x}"), 1, &[], &strings);
    let mut translation = ENGLISH.to_le_bytes().to_vec();
    translation.extend(UTF_16.to_le_bytes());
    let variables = block("Translation", 0, &translation, &[]);
    let mut children = block("StringFileInfo", 1, &[], &table);
    children.extend(block("VarFileInfo", 1, &[], &variables));
    block("VS_VERSION_INFO", 0, &fixed(version.number), &children)
}

/// VS_FIXEDFILEINFO
fn fixed(number: &str) -> Vec<u8> {
    let mut parts = number
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let high = next() << 16 | next();
    let low = next() << 16;
    [
        0xFEEF_04BD, // signature
        0x0001_0000, // of the structure itself
        high,
        low,
        high,
        low,
        0x3F, // which flags are valid
        0,
        VOS_NT_WINDOWS32,
        VFT_DRV,
        VFT2_DRV_SYSTEM,
        0, // no date
        0,
    ]
    .into_iter()
    .flat_map(u32::to_le_bytes)
    .collect()
}

/// One block: lengths, kind (1 is text), name, value, and the blocks in it; each part begins at a multiple of four.
fn block(name: &str, kind: u16, value: &[u8], children: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 2];
    let length = if kind == 1 {
        value.len() / 2
    } else {
        value.len()
    };
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    bytes.extend(wide(name));
    pad(&mut bytes);
    bytes.extend(value);
    if !children.is_empty() {
        pad(&mut bytes);
        bytes.extend(children);
    }
    let length = bytes.len() as u16;
    bytes[..2].copy_from_slice(&length.to_le_bytes());
    pad(&mut bytes);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect()
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}
