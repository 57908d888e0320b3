//! SYSTEM_INFORMATION_CLASS — what the system tells of itself, its modules and its processes.

use super::thread::SYSTEM_PROCESS;
use super::{modules, process, thread, time};

/// A class that is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// SystemBasicInformation.
    Basic,
    /// SystemTimeOfDayInformation.
    TimeOfDay,
    /// SystemProcessInformation.
    Processes,
    /// SystemModuleInformation.
    Modules,
    /// SystemKernelDebuggerInformation.
    Debugger,
    /// SystemCodeIntegrityInformation.
    CodeIntegrity,
}

impl Class {
    /// The class with that number.
    #[must_use]
    pub fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Basic,
            3 => Self::TimeOfDay,
            5 => Self::Processes,
            11 => Self::Modules,
            35 => Self::Debugger,
            103 => Self::CodeIntegrity,
            _ => return None,
        })
    }
}

const PAGE: u32 = 0x1000;
/// Bytes of a RTL_PROCESS_MODULE_INFORMATION, a SYSTEM_PROCESS_INFORMATION and a SYSTEM_THREAD_INFORMATION.
const MODULE: usize = 0x128;
const PROCESS: usize = 0x100;
const THREAD: usize = 0x50;
/// Where the path of a module begins.
const PATH: usize = 0x28;
/// The kernel's own place, which drivers look up and do not read.
const KERNEL_BASE: u64 = 0xFFFF_F800_0000_0000;
const KERNEL_SIZE: u32 = 0x0104_6000;
const MINIMUM_USER: u64 = 0x1_0000;
const MAXIMUM_USER: u64 = 0x7FFF_FFFE_FFFF;
/// CODEINTEGRITY_OPTION_ENABLED.
const INTEGRITY_ENABLED: u32 = 1;
/// One gigabyte of pages.
const PHYSICAL_PAGES: u32 = 0x4_0000;
const TIMER_RESOLUTION: u32 = 156_250;

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

/// SYSTEM_BASIC_INFORMATION.
#[must_use]
pub fn basic(processors: u8) -> Vec<u8> {
    let mut bytes = vec![0; 0x40];
    let words = [
        0,
        TIMER_RESOLUTION,
        PAGE,
        PHYSICAL_PAGES,
        1,
        PHYSICAL_PAGES,
        0x1_0000,
    ];
    for (index, word) in words.iter().enumerate() {
        put(&mut bytes, index * 4, &word.to_le_bytes());
    }
    let affinity = u64::MAX >> (64 - u32::from(processors.clamp(1, 64)));
    for (index, word) in [MINIMUM_USER, MAXIMUM_USER, affinity].iter().enumerate() {
        put(&mut bytes, 0x20 + index * 8, &word.to_le_bytes());
    }
    bytes[0x38] = processors;
    bytes
}

/// SYSTEM_TIMEOFDAY_INFORMATION; the time zone is UTC.
#[must_use]
pub fn time_of_day() -> Vec<u8> {
    let now = time::system_time();
    let boot = now - i64::try_from(time::since_start()).unwrap_or(0);
    let mut bytes = vec![0; 0x30];
    put(&mut bytes, 0, &boot.to_le_bytes());
    put(&mut bytes, 8, &now.to_le_bytes());
    bytes
}

/// RTL_PROCESS_MODULES: the kernel, the filter manager and the drivers that are loaded.
#[must_use]
pub fn loaded_modules() -> Vec<u8> {
    let mut all = vec![
        (
            r"\SystemRoot\system32\ntoskrnl.exe".to_owned(),
            KERNEL_BASE,
            KERNEL_SIZE,
        ),
        (
            r"\SystemRoot\System32\drivers\FLTMGR.SYS".to_owned(),
            KERNEL_BASE + 0x1000_0000,
            0x7_2000,
        ),
    ];
    all.extend(modules::loaded().into_iter().map(|module| {
        let path = format!(r"\SystemRoot\System32\drivers\{}", module.name);
        (path, module.base as u64, module.size as u32)
    }));
    let mut bytes = vec![0; 8 + all.len() * MODULE];
    put(&mut bytes, 0, &(all.len() as u32).to_le_bytes());
    for (index, (path, base, size)) in all.iter().enumerate() {
        let at = 8 + index * MODULE;
        put(&mut bytes, at + 0x10, &base.to_le_bytes());
        put(&mut bytes, at + 0x18, &size.to_le_bytes());
        let order = index as u16;
        put(&mut bytes, at + 0x20, &order.to_le_bytes());
        put(&mut bytes, at + 0x22, &order.to_le_bytes());
        put(&mut bytes, at + 0x24, &1_u16.to_le_bytes());
        let name = path.rfind('\\').map_or(0, |last| last + 1) as u16;
        put(&mut bytes, at + 0x26, &name.to_le_bytes());
        let path = &path.as_bytes()[..path.len().min(255)];
        put(&mut bytes, at + PATH, path);
    }
    bytes
}

/// SYSTEM_PROCESS_INFORMATION of every process with its threads, for a buffer at `place`.
#[must_use]
pub fn processes(place: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let ids = std::iter::once(0).chain(process::alive());
    let mut last = 0;
    for id in ids {
        last = bytes.len();
        let one = one_process(id, place + last);
        bytes.extend(one);
        let next = (bytes.len() - last) as u32;
        put(&mut bytes, last, &next.to_le_bytes());
    }
    put(&mut bytes, last, &0_u32.to_le_bytes());
    bytes
}

/// One process, which will lie at `place`; the idle process has the id 0 and no name.
fn one_process(id: u32, place: usize) -> Vec<u8> {
    let threads: Vec<u32> = thread::all()
        .iter()
        .filter(|thread| thread.process_id() == id)
        .map(|thread| thread.id)
        .collect();
    let known = process::of(id);
    let name: Vec<u16> = match (&known, id) {
        (_, SYSTEM_PROCESS) => "System".encode_utf16().collect(),
        (Some(process), _) => process
            .image
            .rsplit('\\')
            .next()
            .unwrap_or("")
            .encode_utf16()
            .collect(),
        (None, _) => Vec::new(),
    };
    let text = PROCESS + threads.len() * THREAD;
    let mut bytes = vec![0; (text + name.len() * 2 + 2).next_multiple_of(8)];
    put(&mut bytes, 4, &(threads.len() as u32).to_le_bytes());
    let created = known.as_ref().map_or(0, |process| process.created);
    put(&mut bytes, 0x20, &created.to_le_bytes());
    if !name.is_empty() {
        put(&mut bytes, 0x38, &(name.len() as u16 * 2).to_le_bytes());
        put(&mut bytes, 0x3A, &(name.len() as u16 * 2 + 2).to_le_bytes());
        put(&mut bytes, 0x40, &((place + text) as u64).to_le_bytes());
    }
    put(&mut bytes, 0x48, &8_u32.to_le_bytes());
    put(&mut bytes, 0x50, &u64::from(id).to_le_bytes());
    let parent = known.map_or(0, |process| process.parent);
    put(&mut bytes, 0x58, &u64::from(parent).to_le_bytes());
    for (index, thread) in threads.iter().enumerate() {
        let at = PROCESS + index * THREAD;
        put(&mut bytes, at + 0x28, &u64::from(id).to_le_bytes());
        put(&mut bytes, at + 0x30, &u64::from(*thread).to_le_bytes());
    }
    for (index, unit) in name.iter().enumerate() {
        put(&mut bytes, text + index * 2, &unit.to_le_bytes());
    }
    bytes
}

/// SYSTEM_KERNEL_DEBUGGER_INFORMATION: none is there.
#[must_use]
pub fn debugger() -> Vec<u8> {
    vec![0, 1]
}

/// SYSTEM_CODEINTEGRITY_INFORMATION.
#[must_use]
pub fn code_integrity() -> Vec<u8> {
    [8, INTEGRITY_ENABLED].map(u32::to_le_bytes).concat()
}
