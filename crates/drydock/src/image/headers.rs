//! PE32+ headers and section table, held to what the Windows loader demands of an x64 driver.

use super::bytes::Bytes;
use super::error::{Problem, refuse};

/// IMAGE_SCN_MEM_DISCARDABLE.
const DISCARDABLE: u32 = 0x0200_0000;
const EXECUTE: u32 = 0x2000_0000;
const WRITE: u32 = 0x8000_0000;
const PAGE: usize = 0x1000;
/// No driver is larger; the limit keeps a damaged size from exhausting memory.
const LARGEST_IMAGE: usize = 256 << 20;

/// Data directories used here.
pub const DIRECTORY_IMPORT: usize = 1;
/// Index of the exception directory.
pub const DIRECTORY_EXCEPTION: usize = 3;
/// Index of the base relocation directory.
pub const DIRECTORY_RELOCATION: usize = 5;
/// Index of the directory of thread-local storage.
const DIRECTORY_TLS: usize = 9;
/// Index of the load configuration directory.
pub const DIRECTORY_LOAD_CONFIG: usize = 10;
/// Index of the import address table.
pub const DIRECTORY_IAT: usize = 12;

/// One section.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its name, without padding.
    pub name: String,
    /// RVA.
    pub address: usize,
    /// Bytes in memory.
    pub size: usize,
    /// Offset in the file.
    pub raw_offset: usize,
    /// Bytes in the file, padding included.
    pub raw_size: usize,
    /// IMAGE_SCN_ flags.
    pub flags: u32,
}

impl Section {
    /// Whether it holds code to run.
    #[must_use]
    pub const fn executable(&self) -> bool {
        self.flags & EXECUTE != 0
    }

    /// Whether it may be written.
    #[must_use]
    pub const fn writable(&self) -> bool {
        self.flags & WRITE != 0
    }

    /// Whether it may be paged out: Windows goes by the first four letters of the name.
    #[must_use]
    pub fn pageable(&self) -> bool {
        self.name.starts_with("PAGE") && !self.discarded_after_init()
    }

    /// Whether it is thrown away after DriverEntry: by its flag, or by the name that linkers merge such code under.
    #[must_use]
    pub fn discarded_after_init(&self) -> bool {
        self.name == "INIT" || self.flags & DISCARDABLE != 0 && self.name != ".reloc"
    }
}

/// What the loader needs of the headers.
#[derive(Clone, Debug)]
pub struct Headers {
    /// Preferred base address.
    pub image_base: u64,
    /// Bytes of address space.
    pub image_size: usize,
    /// Bytes of headers that are mapped.
    pub header_size: usize,
    /// RVA of DriverEntry (or of the cookie set-up before it).
    pub entry: usize,
    /// Checksum field and its file offset.
    pub checksum: (u32, usize),
    /// COFF characteristics.
    pub characteristics: u16,
    /// DllCharacteristics.
    pub dll_characteristics: u16,
    /// Section alignment.
    pub section_alignment: usize,
    /// RVA and size of each data directory.
    pub directories: Vec<(usize, usize)>,
    /// The sections in order.
    pub sections: Vec<Section>,
}

impl Headers {
    /// Reads and checks the headers of `file`.
    pub fn parse(file: &[u8]) -> Result<Self, Problem> {
        let bytes = Bytes(file);
        if bytes.slice(0, 2, "e_magic")? != b"MZ" {
            return refuse("e_magic", "is not MZ: this is no PE file");
        }
        let nt = bytes.size(0x3c, "e_lfanew")?;
        if bytes.slice(nt, 4, "e_lfanew")? != b"PE\0\0" {
            return refuse("Signature", "is not PE: this is no PE file");
        }
        check_machine(bytes.u16(nt + 4, "Machine")?)?;
        let optional = nt + 24;
        let optional_size = usize::from(bytes.u16(nt + 20, "SizeOfOptionalHeader")?);
        check_optional(bytes, optional, optional_size)?;
        let mut headers = Self {
            image_base: bytes.u64(optional + 24, "ImageBase")?,
            image_size: bytes.size(optional + 56, "SizeOfImage")?,
            header_size: bytes.size(optional + 60, "SizeOfHeaders")?,
            entry: bytes.size(optional + 16, "AddressOfEntryPoint")?,
            checksum: (bytes.u32(optional + 64, "CheckSum")?, optional + 64),
            characteristics: bytes.u16(nt + 22, "Characteristics")?,
            dll_characteristics: bytes.u16(optional + 70, "DllCharacteristics")?,
            section_alignment: bytes.size(optional + 32, "SectionAlignment")?,
            directories: Vec::new(),
            sections: Vec::new(),
        };
        headers.check_alignment(bytes.size(optional + 36, "FileAlignment")?)?;
        headers.check_sizes(file.len())?;
        headers.read_directories(bytes, optional, optional_size)?;
        let count = usize::from(bytes.u16(nt + 6, "NumberOfSections")?);
        headers.read_sections(bytes, optional + optional_size, count)?;
        if headers.directory(DIRECTORY_TLS).is_some() {
            return refuse(
                "DataDirectory[9]",
                "is thread-local storage, which the kernel sets up for nobody",
            );
        }
        headers.check_entry()?;
        Ok(headers)
    }

    /// Sections may lie closer than pages in a file that is laid out as in memory.
    fn check_alignment(&self, of_file: usize) -> Result<(), Problem> {
        let alignment = self.section_alignment;
        if !alignment.is_power_of_two() || alignment < PAGE && alignment != of_file {
            let text = format!("is {alignment:#x}, and FileAlignment {of_file:#x}");
            return refuse("SectionAlignment", text);
        }
        Ok(())
    }

    /// Whether sections share pages, so that all of them can be read, written and executed and none is paged or discarded.
    #[must_use]
    pub const fn shares_pages(&self) -> bool {
        self.section_alignment < PAGE
    }

    fn check_sizes(&self, file_size: usize) -> Result<(), Problem> {
        if self.image_size == 0 || self.image_size > LARGEST_IMAGE {
            return refuse("SizeOfImage", format!("is {:#x}", self.image_size));
        }
        if self.header_size > file_size || self.header_size > self.image_size {
            return refuse(
                "SizeOfHeaders",
                format!("is {:#x}, more than there is: truncated?", self.header_size),
            );
        }
        Ok(())
    }

    fn read_directories(
        &mut self,
        bytes: Bytes<'_>,
        optional: usize,
        size: usize,
    ) -> Result<(), Problem> {
        let count = bytes.size(optional + 108, "NumberOfRvaAndSizes")?;
        if count > 16 || 112 + count * 8 > size {
            return refuse(
                "NumberOfRvaAndSizes",
                format!("is {count}, more than the optional header holds"),
            );
        }
        for index in 0..count {
            let field = format!("DataDirectory[{index}]");
            let at = optional + 112 + index * 8;
            let (address, length) = (bytes.size(at, &field)?, bytes.size(at + 4, &field)?);
            // The certificate table (4) is a file offset and is not mapped.
            if index != 4 && address.saturating_add(length) > self.image_size {
                return refuse(
                    field,
                    format!(
                        "ends at {:#x}, behind SizeOfImage",
                        address.saturating_add(length)
                    ),
                );
            }
            self.directories.push((address, length));
        }
        Ok(())
    }

    fn read_sections(
        &mut self,
        bytes: Bytes<'_>,
        table: usize,
        count: usize,
    ) -> Result<(), Problem> {
        if count == 0 || count > 96 {
            return refuse("NumberOfSections", format!("is {count}"));
        }
        if table + count * 40 > self.header_size {
            return refuse("SizeOfHeaders", "does not cover the section table");
        }
        let mut next = self.header_size.next_multiple_of(self.section_alignment);
        for index in 0..count {
            let section = read_section(bytes, table + index * 40, index)?;
            self.check_section(&section, next, bytes.0.len())?;
            next = (section.address + section.size).next_multiple_of(self.section_alignment);
            self.sections.push(section);
        }
        if next > self.image_size.next_multiple_of(self.section_alignment) {
            return refuse("SizeOfImage", "is less than the sections need");
        }
        self.check_raw_overlap()
    }

    fn check_section(
        &self,
        section: &Section,
        next: usize,
        file_size: usize,
    ) -> Result<(), Problem> {
        let field = |field: &str| format!("section {}: {field}", section.name);
        if !section.address.is_multiple_of(self.section_alignment) {
            return refuse(
                field("VirtualAddress"),
                format!("{:#x} is not aligned", section.address),
            );
        }
        if section.address < next {
            return refuse(
                field("VirtualAddress"),
                format!("{:#x} overlaps what is before it", section.address),
            );
        }
        if section.address.saturating_add(section.size) > self.image_size {
            return refuse(field("VirtualSize"), "ends behind SizeOfImage");
        }
        if section.raw_size > 0 && section.raw_offset.saturating_add(section.raw_size) > file_size {
            return refuse(
                field("SizeOfRawData"),
                "ends behind the end of the file: truncated?",
            );
        }
        if section.raw_size > 0 && section.raw_offset < self.header_size {
            return refuse(field("PointerToRawData"), "overlaps the headers");
        }
        Ok(())
    }

    fn check_raw_overlap(&self) -> Result<(), Problem> {
        let mut raw: Vec<_> = self
            .sections
            .iter()
            .filter(|section| section.raw_size > 0)
            .collect();
        raw.sort_by_key(|section| section.raw_offset);
        for pair in raw.windows(2) {
            if pair[0].raw_offset + pair[0].raw_size > pair[1].raw_offset {
                let field = format!("section {}: PointerToRawData", pair[1].name);
                return refuse(
                    field,
                    format!("overlaps section {} in the file", pair[0].name),
                );
            }
        }
        Ok(())
    }

    fn check_entry(&self) -> Result<(), Problem> {
        let home = self.sections.iter().find(|section| {
            (section.address..section.address + section.size).contains(&self.entry)
        });
        match home {
            Some(section) if section.executable() => Ok(()),
            Some(section) => refuse(
                "AddressOfEntryPoint",
                format!("lies in section {}, which holds no code", section.name),
            ),
            None => refuse(
                "AddressOfEntryPoint",
                format!("{:#x} lies in no section", self.entry),
            ),
        }
    }

    /// RVA and size of a data directory; none when it is absent or empty.
    #[must_use]
    pub fn directory(&self, index: usize) -> Option<(usize, usize)> {
        self.directories
            .get(index)
            .copied()
            .filter(|(address, size)| *address != 0 && *size != 0)
    }
}

fn check_machine(machine: u16) -> Result<(), Problem> {
    match machine {
        0x8664 => Ok(()),
        0x014c => refuse(
            "Machine",
            "is 0x14c: a 32-bit x86 file; drydock runs x64 drivers",
        ),
        0xaa64 => refuse(
            "Machine",
            "is 0xaa64: an ARM64 file; drydock runs x64 drivers",
        ),
        other => refuse(
            "Machine",
            format!("is {other:#x}; drydock runs x64 drivers (0x8664)"),
        ),
    }
}

fn check_optional(bytes: Bytes<'_>, optional: usize, size: usize) -> Result<(), Problem> {
    if size < 112 {
        return refuse(
            "SizeOfOptionalHeader",
            format!("is {size}, too small for PE32+"),
        );
    }
    bytes.slice(optional, size, "SizeOfOptionalHeader")?;
    match bytes.u16(optional, "Magic")? {
        0x20b => {}
        0x10b => {
            return refuse(
                "Magic",
                "is 0x10b: a 32-bit PE32 file; x64 drivers are PE32+",
            );
        }
        other => return refuse("Magic", format!("is {other:#x}, not PE32+ (0x20b)")),
    }
    match bytes.u16(optional + 68, "Subsystem")? {
        1 => Ok(()),
        2 | 3 => refuse(
            "Subsystem",
            "is a user-mode program or DLL; drivers are NATIVE (1)",
        ),
        other => refuse("Subsystem", format!("is {other}; drivers are NATIVE (1)")),
    }
}

fn read_section(bytes: Bytes<'_>, at: usize, index: usize) -> Result<Section, Problem> {
    let field = |name: &str| format!("section {index}: {name}");
    let raw_name = bytes.slice(at, 8, &field("Name"))?;
    let name: String = raw_name
        .iter()
        .take_while(|byte| **byte != 0)
        .map(|byte| char::from(*byte))
        .collect();
    let virtual_size = bytes.size(at + 8, &field("VirtualSize"))?;
    let raw_size = bytes.size(at + 16, &field("SizeOfRawData"))?;
    let size = if virtual_size == 0 {
        raw_size
    } else {
        virtual_size
    };
    Ok(Section {
        name: name.escape_default().to_string(),
        address: bytes.size(at + 12, &field("VirtualAddress"))?,
        size,
        raw_offset: bytes.size(at + 20, &field("PointerToRawData"))?,
        raw_size,
        flags: bytes.u32(at + 36, &field("Characteristics"))?,
    })
}
