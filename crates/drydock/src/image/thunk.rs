//! Import thunks — small code that notes the caller in the KPCR and goes on to the shim on the host's stack.
#![allow(unsafe_code)] // writes machine code

use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use super::switch;
use crate::model::kpcr::CALLER_SLOT;

/// Bytes for all thunks of a process.
const ARENA: usize = 256 * 1024;
const THUNK: usize = 64;
/// Where in a thunk the second half of one to an unmodelled import begins.
const STUB: usize = 40;

/// The same pages twice: once to write, once to run.
struct Arena {
    writable: usize,
    executable: usize,
    used: usize,
}

static ARENA_OF_PROCESS: Mutex<Option<Arena>> = Mutex::new(None);

/// An import that drydock does not model.
pub struct Unmodelled {
    /// Its name.
    pub name: String,
}

/// Where a thunk leads.
#[derive(Clone, Copy)]
pub enum Target {
    /// To a shim.
    Shim(usize),
    /// To the common end of what is not modelled.
    Unmodelled(&'static Unmodelled),
}

/// Makes a thunk to `target`. The address is good as long as the process lives.
///
/// # Errors
/// No memory for the thunk.
pub fn make(target: Target) -> std::io::Result<usize> {
    put(|address| encode(target, address))
}

/// Makes position-independent `code` of at most `THUNK` bytes executable, as long as the process lives.
///
/// # Errors
/// No memory for it.
pub fn place(code: &[u8]) -> std::io::Result<usize> {
    put(|_| code.to_vec())
}

fn put(code_at: impl FnOnce(usize) -> Vec<u8>) -> std::io::Result<usize> {
    let mut slot = ARENA_OF_PROCESS
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if slot.is_none() {
        *slot = Some(Arena::map()?);
    }
    let Some(arena) = slot.as_mut().filter(|arena| arena.used + THUNK <= ARENA) else {
        return Err(std::io::ErrorKind::OutOfMemory.into());
    };
    let address = arena.executable + arena.used;
    let code = code_at(address);
    assert!(code.len() <= THUNK, "a thunk's code fits in its place");
    let place = (arena.writable + arena.used) as *mut u8;
    // SAFETY: `place` has THUNK bytes left in the writable mapping of the arena, and `code` is no longer.
    unsafe { place.copy_from_nonoverlapping(code.as_ptr(), code.len()) };
    arena.used += THUNK;
    Ok(address)
}

/// The code of the thunk at `address`; RAX and R10 are volatile and carry no argument in the Windows x64 convention.
fn encode(target: Target, address: usize) -> Vec<u8> {
    let mut code = vec![0x48, 0x8b, 0x04, 0x24]; // mov rax, [rsp]
    code.extend([0x65, 0x48, 0x89, 0x04, 0x25]); // mov gs:[CALLER_SLOT], rax
    code.extend(CALLER_SLOT.to_le_bytes());
    let shim = match target {
        Target::Shim(shim) => shim,
        Target::Unmodelled(_) => address + STUB,
    };
    code.extend([0x49, 0xba]); // mov r10, shim
    code.extend(shim.to_le_bytes());
    code.extend([0x48, 0xb8]); // mov rax, leave_driver
    code.extend((switch::leave_driver as *const () as usize).to_le_bytes());
    code.extend([0xff, 0xe0]); // jmp rax
    if let Target::Unmodelled(import) = target {
        code.resize(STUB, 0xcc);
        code.extend([0x48, 0xb9]); // mov rcx, import
        code.extend((std::ptr::from_ref(import) as usize).to_le_bytes());
        code.extend([0x48, 0xb8]); // mov rax, unmodelled_called
        code.extend((unmodelled_called as *const () as usize).to_le_bytes());
        code.extend([0xff, 0xe0]); // jmp rax
    }
    code
}

impl Arena {
    fn map() -> std::io::Result<Self> {
        // SAFETY: the name is a C string; the flags ask for nothing special.
        let file = unsafe { libc::memfd_create(c"thunks".as_ptr(), libc::MFD_CLOEXEC) };
        if file < 0 {
            return Err(std::io::Error::last_os_error());
        }
        // SAFETY: `file` is the descriptor just made.
        if unsafe { libc::ftruncate(file, ARENA as libc::off_t) } != 0 {
            return Err(std::io::Error::last_os_error());
        }
        let writable = map(file, libc::PROT_READ | libc::PROT_WRITE)?;
        let executable = map(file, libc::PROT_READ | libc::PROT_EXEC)?;
        // SAFETY: `file` is ours; the mappings keep the memory alive without it.
        unsafe { libc::close(file) };
        Ok(Self {
            writable,
            executable,
            used: 0,
        })
    }
}

fn map(file: libc::c_int, protection: libc::c_int) -> std::io::Result<usize> {
    let anywhere: *mut c_void = std::ptr::null_mut();
    // SAFETY: a new mapping at an address of the system's choice touches no existing memory.
    let address = unsafe { libc::mmap(anywhere, ARENA, protection, libc::MAP_SHARED, file, 0) };
    if address == libc::MAP_FAILED {
        Err(std::io::Error::last_os_error())
    } else {
        Ok(address as usize)
    }
}

/// Where every unmodelled import ends: listed in the report, STATUS_NOT_IMPLEMENTED to the driver.
extern "win64" fn unmodelled_called(import: &'static Unmodelled) -> u64 {
    const STATUS_NOT_IMPLEMENTED: u32 = 0xC000_0002;
    crate::report::unimplemented(&import.name);
    crate::verify::trace::line(|| format!("{} is not modelled", import.name));
    u64::from(STATUS_NOT_IMPLEMENTED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::thread;

    extern "win64" fn add(a: u64, b: u64, c: u64, d: u64, e: u64) -> u64 {
        a + b + c + d + e
    }

    #[test]
    fn a_thunk_notes_its_caller_and_keeps_the_arguments() {
        let target: extern "win64" fn(u64, u64, u64, u64, u64) -> u64 = add;
        let address = make(Target::Shim(target as usize)).expect("memory for one thunk");
        let thread = thread::current();
        thread.set_thunk_caller(0);
        // SAFETY: the thunk jumps to a function of exactly this type.
        let call = unsafe {
            std::mem::transmute::<usize, extern "win64" fn(u64, u64, u64, u64, u64) -> u64>(address)
        };
        assert_eq!(call(1, 2, 3, 4, 5), 15);
        assert_ne!(thread.thunk_caller(), 0);
    }

    #[test]
    fn an_unmodelled_import_is_listed_and_fails() {
        let import = Box::leak(Box::new(Unmodelled {
            name: "ZwNeverHeardOf".to_owned(),
        }));
        let address = make(Target::Unmodelled(import)).expect("memory for one thunk");
        let _ = thread::current();
        // SAFETY: the common stub takes no arguments and returns a status.
        let call = unsafe { std::mem::transmute::<usize, extern "win64" fn() -> u32>(address) };
        assert_eq!(call(), 0xC000_0002);
        assert!(crate::report::with(|report| report
            .unimplemented
            .contains(&"ZwNeverHeardOf".to_owned())));
    }
}
