//! Drivers written instruction by instruction: enough x64 code to call imports from DriverEntry.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

const TEXT: u32 = 0x1000;
const DATA: u32 = 0x2000;
/// RVA of memory that the driver uses as it likes.
const SCRATCH: u32 = 0x3000;
const SECTION_SIZE: usize = 0x1000;

/// An argument of a call.
#[derive(Clone, Copy)]
pub enum Arg {
    /// A number.
    Is(u64),
    /// Address of scratch memory at an offset.
    At(u32),
    /// What scratch memory holds at an offset.
    Of(u32),
}

/// A driver that grows call by call.
#[derive(Default)]
pub struct DriverFile {
    code: Vec<u8>,
    imports: Vec<&'static str>,
    calls: Vec<(usize, usize)>,
}

impl DriverFile {
    /// A driver with an empty DriverEntry.
    pub fn new() -> Self {
        Self {
            code: vec![0x48, 0x83, 0xec, 0x48],
            ..Self::default()
        } // sub rsp, 48h
    }

    fn rip_relative(&mut self, opcode: &[u8], target: u32) {
        self.code.extend(opcode);
        let next = TEXT + self.code.len() as u32 + 4;
        self.code.extend(target.wrapping_sub(next).to_le_bytes());
    }

    /// Calls the ntoskrnl function `name`.
    pub fn call(mut self, name: &'static str, arguments: &[Arg]) -> Self {
        // mov, lea and load of RCX, RDX, R8, R9.
        const REGISTERS: [([u8; 2], [u8; 3], [u8; 3]); 4] = [
            ([0x48, 0xb9], [0x48, 0x8d, 0x0d], [0x48, 0x8b, 0x0d]),
            ([0x48, 0xba], [0x48, 0x8d, 0x15], [0x48, 0x8b, 0x15]),
            ([0x49, 0xb8], [0x4c, 0x8d, 0x05], [0x4c, 0x8b, 0x05]),
            ([0x49, 0xb9], [0x4c, 0x8d, 0x0d], [0x4c, 0x8b, 0x0d]),
        ];
        for (argument, (number, address, load)) in arguments.iter().zip(REGISTERS) {
            match *argument {
                Arg::Is(value) => {
                    self.code.extend(number);
                    self.code.extend(value.to_le_bytes());
                }
                Arg::At(offset) => self.rip_relative(&address, SCRATCH + offset),
                Arg::Of(offset) => self.rip_relative(&load, SCRATCH + offset),
            }
        }
        let import = self
            .imports
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| {
                self.imports.push(name);
                self.imports.len() - 1
            });
        self.code.extend([0xff, 0x15, 0, 0, 0, 0]); // call [rip + slot]
        self.calls.push((self.code.len() - 4, import));
        self
    }

    /// Stores the result of the last call in scratch memory.
    pub fn keep(mut self, offset: u32) -> Self {
        self.rip_relative(&[0x48, 0x89, 0x05], SCRATCH + offset); // mov [rip + x], rax
        self
    }

    /// Raw instructions.
    pub fn code(mut self, bytes: &[u8]) -> Self {
        self.code.extend(bytes);
        self
    }

    /// Returns `status` from DriverEntry; gives the bytes of the file.
    pub fn build(mut self, status: u32) -> Vec<u8> {
        self.code.push(0xb8); // mov eax, status
        self.code.extend(status.to_le_bytes());
        self.code.extend([0x48, 0x83, 0xc4, 0x48, 0xc3]); // add rsp, 48h; ret
        let slots = DATA + 40;
        for (at, import) in self.calls {
            let target = slots + import as u32 * 8;
            let next = TEXT + at as u32 + 4;
            self.code[at..at + 4].copy_from_slice(&target.wrapping_sub(next).to_le_bytes());
        }
        let mut file = headers();
        put(&mut file, 0x400, &self.code);
        put(
            &mut file,
            0x400 + SECTION_SIZE,
            &import_table(&self.imports),
        );
        file
    }
}

/// The driver `file` with its code in a section called PAGE.
pub fn pageable(mut file: Vec<u8>) -> Vec<u8> {
    put(&mut file, 0x58 + 240, b"PAGE\0");
    file
}

fn put(file: &mut [u8], offset: usize, bytes: &[u8]) {
    file[offset..offset + bytes.len()].copy_from_slice(bytes);
}

/// The import directory with its slots behind it and the names behind those.
fn import_table(imports: &[&str]) -> Vec<u8> {
    let slots = 40;
    let names = slots + (imports.len() + 1) * 8;
    let mut table = vec![0; names];
    let module = DATA + names as u32;
    table.extend(b"ntoskrnl.exe\0\0");
    for (index, name) in imports.iter().enumerate() {
        let hint = u64::from(DATA) + table.len() as u64;
        put(&mut table, slots + index * 8, &hint.to_le_bytes());
        table.extend([0, 0]);
        table.extend(name.as_bytes());
        table.push(0);
    }
    put(&mut table, 12, &module.to_le_bytes());
    put(&mut table, 16, &(DATA + slots as u32).to_le_bytes());
    table
}

fn headers() -> Vec<u8> {
    let mut file = vec![0; 0x400 + 2 * SECTION_SIZE];
    let mut field = |offset: usize, bytes: &[u8]| put(&mut file, offset, bytes);
    field(0, b"MZ");
    field(0x3c, &0x40_u32.to_le_bytes());
    field(0x40, b"PE\0\0");
    field(0x44, &0x8664_u16.to_le_bytes());
    field(0x46, &2_u16.to_le_bytes());
    field(0x54, &240_u16.to_le_bytes());
    field(0x56, &0x22_u16.to_le_bytes());
    field(0x58, &0x20b_u16.to_le_bytes());
    field(0x58 + 16, &TEXT.to_le_bytes());
    field(0x58 + 24, &0x1_4000_0000_u64.to_le_bytes());
    field(0x58 + 32, &0x1000_u32.to_le_bytes());
    field(0x58 + 56, &0x4000_u32.to_le_bytes());
    field(0x58 + 60, &0x400_u32.to_le_bytes());
    field(0x58 + 68, &1_u16.to_le_bytes());
    field(0x58 + 108, &16_u32.to_le_bytes());
    field(0x58 + 112 + 8, &DATA.to_le_bytes());
    field(0x58 + 112 + 12, &40_u32.to_le_bytes());
    let sections = [
        (&b".text"[..], TEXT, 0x1000_u32, 0x400_u32, 0x6000_0020_u32),
        (b".data", DATA, 0x2000, 0x1400, 0xC000_0040),
    ];
    for (index, (name, address, size, raw, flags)) in sections.into_iter().enumerate() {
        let at = 0x58 + 240 + index * 40;
        field(at, name);
        field(at + 8, &size.to_le_bytes());
        field(at + 12, &address.to_le_bytes());
        field(at + 16, &0x1000_u32.to_le_bytes());
        field(at + 20, &raw.to_le_bytes());
        field(at + 36, &flags.to_le_bytes());
    }
    file
}

/// What a run of drydock came to.
pub struct Ran {
    /// Exit status.
    pub code: Option<i32>,
    /// The JSON report; null when there is none.
    pub report: Value,
    /// Standard output.
    pub text: String,
    /// Standard error.
    pub errors: String,
}

impl Ran {
    /// The names of the broken rules.
    pub fn rules(&self) -> Vec<&str> {
        let violations = self.report["violations"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        violations
            .iter()
            .filter_map(|violation| violation["rule"].as_str())
            .collect()
    }

    /// Stop code and first parameter.
    pub fn stop(&self) -> (&str, &str) {
        let stop = &self.report["bugcheck"];
        (
            stop["code"].as_str().unwrap_or(""),
            stop["parameters"][0].as_str().unwrap_or(""),
        )
    }
}

/// A directory of its own for one test.
pub fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// `drydock` with `arguments`.
pub fn drydock(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_drydock");
    Command::new(program)
        .args(arguments)
        .output()
        .expect("drydock starts")
}

/// Runs the driver `file` without further ado.
pub fn run(file: &[u8]) -> Ran {
    run_with(file, &[])
}

/// Runs the driver `file` with more arguments.
pub fn run_with(file: &[u8], more: &[&str]) -> Ran {
    subcommand_with("run", file, more)
}

/// Gives the driver `file` to a subcommand that reports as `run` does.
pub fn subcommand_with(name: &str, file: &[u8], more: &[&str]) -> Ran {
    let place = directory();
    let (driver, json): (PathBuf, PathBuf) = (
        place.path().join("test.sys"),
        place.path().join("report.json"),
    );
    std::fs::write(&driver, file).expect("the driver is written");
    let (driver, json) = (driver.display().to_string(), json.display().to_string());
    let mut arguments = vec![name, &driver, "--json", &json];
    arguments.extend(more);
    let output = drydock(&arguments);
    let report = std::fs::read_to_string(&json).unwrap_or_default();
    Ran {
        code: output.status.code(),
        report: serde_json::from_str(&report).unwrap_or(Value::Null),
        text: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
