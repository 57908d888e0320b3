#![allow(unsafe_code)] // symbols with the linker's and the compiler's names

//! Control flow guard: the load configuration that tells Windows which functions may be called through a pointer.
//!
//! `cargo xtask build` has the compiler look up each such call in it. The C runtime defines these symbols for others.

use core::arch::naked_asm;

/// `IMAGE_LOAD_CONFIG_DIRECTORY64` — the part up to what the guard flags announce, which is what its first field says.
#[repr(C)]
struct LoadConfig {
    size: u32,
    /// Time stamp to lock prefix table, heap and processor defaults, /GS cookie: zero is "none" or "as Windows has it".
    unused: [u32; 27],
    check: *const Slot,
    dispatch: *const Slot,
    functions: *const u8,
    /// A number, which the linker gives as a symbol's address. So are the other count and the flags.
    function_count: *const u8,
    /// `GuardFlags` in the lower half. The upper half begins `CodeIntegrity`, of which there is none.
    flags: *const u8,
    code_integrity: u64,
    address_taken_imports: *const u8,
    address_taken_import_count: *const u8,
    long_jump_targets: *const u8,
    long_jump_target_count: *const u8,
}

// SAFETY: a constant; the pointers in it are for the loader.
unsafe impl Sync for LoadConfig {}

/// Where the compiler finds the routine for its calls; the loader puts the kernel's own there if kernel CFG is on.
#[repr(transparent)]
struct Slot(unsafe extern "C" fn());

unsafe extern "C" {
    // Names of the linker: the tables begin there; the others are numbers.
    static __guard_fids_table: u8;
    static __guard_fids_count: u8;
    static __guard_flags: u8;
    static __guard_iat_table: u8;
    static __guard_iat_count: u8;
    static __guard_longjmp_table: u8;
    static __guard_longjmp_count: u8;
}

/// `_load_config_used` — the linker puts a data directory entry to it.
// SAFETY: no other item has this name, and the linker finds in it the size and the fields that it expects.
#[unsafe(no_mangle)]
#[used]
#[allow(non_upper_case_globals, reason = "the linker's name")]
static _load_config_used: LoadConfig = LoadConfig {
    size: size_of::<LoadConfig>() as u32,
    unused: [0; 27],
    check: &raw const __guard_check_icall_fptr,
    dispatch: DISPATCH,
    functions: &raw const __guard_fids_table,
    function_count: &raw const __guard_fids_count,
    flags: &raw const __guard_flags,
    code_integrity: 0,
    address_taken_imports: &raw const __guard_iat_table,
    address_taken_import_count: &raw const __guard_iat_count,
    long_jump_targets: &raw const __guard_longjmp_table,
    long_jump_target_count: &raw const __guard_longjmp_count,
};

#[cfg(target_arch = "x86_64")]
const DISPATCH: *const Slot = &raw const __guard_dispatch_icall_fptr;
/// LLVM checks on ARM64 and leaves the call where it is.
#[cfg(not(target_arch = "x86_64"))]
const DISPATCH: *const Slot = core::ptr::null();

/// `__guard_check_icall_fptr` — the routine that looks at a target and comes back. The compiler uses it for ARM64.
// SAFETY: no other item has this name, and the routine is what the compiler expects: it changes no register.
#[unsafe(no_mangle)]
#[unsafe(link_section = ".00cfg")]
#[allow(non_upper_case_globals, reason = "the compiler's name")]
static __guard_check_icall_fptr: Slot = Slot(allow);

/// `__guard_dispatch_icall_fptr` — the routine that looks at a target and goes there. The compiler uses it for x64.
// SAFETY: no other item has this name, and the routine is what the compiler expects: it jumps to RAX and changes no register.
#[cfg(target_arch = "x86_64")]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".00cfg")]
#[allow(non_upper_case_globals, reason = "the compiler's name")]
static __guard_dispatch_icall_fptr: Slot = Slot(go);

/// Kernel CFG is off: every target passes.
#[unsafe(naked)]
unsafe extern "C" fn allow() {
    naked_asm!("ret")
}

/// Kernel CFG is off: every target is called.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "C" fn go() {
    naked_asm!("jmp rax")
}
