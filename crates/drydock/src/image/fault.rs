//! Processor faults in driver code: played (`kernel_access`), an exception for the driver's handlers, or a stop (`fault_stop`).
#![allow(unsafe_code)] // signal handlers

use std::ffi::c_void;

use super::emulate;
use super::exception::context::ExceptionRecord;
use super::exception::trap;
use super::{fault_stop, kernel_access, kernel_stack};
use crate::model::bounds::DISPATCH;
use crate::model::{modules, paged, pool, thread};

/// STATUS_ACCESS_VIOLATION.
pub const STATUS_ACCESS_VIOLATION: u32 = 0xC000_0005;
/// STATUS_BREAKPOINT.
pub const STATUS_BREAKPOINT: u64 = 0x8000_0003;
/// STATUS_ILLEGAL_INSTRUCTION.
pub const STATUS_ILLEGAL_INSTRUCTION: u64 = 0xC000_001D;
/// STATUS_ASSERTION_FAILURE.
pub const STATUS_ASSERTION_FAILURE: u64 = 0xC000_0420;
/// STATUS_INTEGER_DIVIDE_BY_ZERO.
pub const STATUS_INTEGER_DIVIDE_BY_ZERO: u64 = 0xC000_0094;

const ALT_STACK: usize = 512 * 1024;
/// A report that cannot be written in this time ends with the process.
const LAST_WORDS_S: u32 = 10;
/// Number of the trap.
const GENERAL_PROTECTION: i64 = 13;
/// The kernel's half of the address space starts here.
const SYSTEM_HALF: usize = 0xFFFF_8000_0000_0000;

/// Gives the calling thread a stack on which a fault can be reported even when its own has run out.
pub fn prepare_thread() {
    let memory = Box::leak(vec![0_u8; ALT_STACK].into_boxed_slice());
    let stack = libc::stack_t {
        ss_sp: memory.as_mut_ptr().cast(),
        ss_flags: 0,
        ss_size: ALT_STACK,
    };
    // SAFETY: the memory is leaked, so the stack outlives the thread.
    let outcome = unsafe { libc::sigaltstack(&raw const stack, std::ptr::null_mut()) };
    assert_eq!(
        outcome, 0,
        "an alternate stack of {ALT_STACK} bytes is more than the least allowed"
    );
}

/// Installs the handlers for this process.
pub fn install() {
    for signal in [
        libc::SIGSEGV,
        libc::SIGBUS,
        libc::SIGILL,
        libc::SIGFPE,
        libc::SIGTRAP,
    ] {
        // SAFETY: all-zero is a valid sigaction (no flags, empty mask, default handler).
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = on_fault as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
        // SAFETY: `on_fault` has the signature that SA_SIGINFO asks for.
        let outcome = unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
        assert_eq!(outcome, 0, "these signals may be handled");
    }
}

/// What the processor said.
#[derive(Clone)]
pub struct Fault {
    pub(super) signal: libc::c_int,
    pub(super) address: usize,
    pub(super) instruction: usize,
    /// The page is there, but not for this.
    pub(super) present: bool,
    pub(super) write: bool,
    pub(super) fetch: bool,
    pub(super) stack: usize,
    pub(super) first_argument: u64,
    /// General protection: the address, if there is one, is not told.
    pub(super) protection: bool,
}

impl Fault {
    /// The address is below the kernel stack, or where the host's stack would grow next.
    pub(super) fn stack_overflow(&self) -> bool {
        const NEAR: usize = 0x1000;
        let limits = thread::current().chains().limits();
        if limits.is_some_and(|limits| kernel_stack::in_guard(&limits, self.address)) {
            return true;
        }
        !self.fetch && self.signal == libc::SIGSEGV && self.address.abs_diff(self.stack) < NEAR
    }
}

impl Fault {
    /// Whether the instruction is a driver's.
    #[must_use]
    pub fn in_driver(&self) -> bool {
        in_live_driver(self.instruction)
    }

    /// The exception that handlers of the driver are asked about; none for what stops Windows at once.
    fn exception(&self) -> Option<ExceptionRecord> {
        let at = self.instruction as u64;
        let simple = |code: u64| Some(ExceptionRecord::new(code as u32, 0, at, &[]));
        match self.signal {
            libc::SIGTRAP => return simple(STATUS_BREAKPOINT),
            libc::SIGILL => return simple(STATUS_ILLEGAL_INSTRUCTION),
            libc::SIGFPE => return simple(STATUS_INTEGER_DIVIDE_BY_ZERO),
            _ => {}
        }
        if self.fetch || self.stack_overflow() || thread::current().irql() >= DISPATCH {
            return None;
        }
        if self.in_driver() && is_interrupt(self.instruction, FAST_FAIL) {
            return None;
        }
        if self.in_driver() && is_interrupt(self.instruction, ASSERTION) {
            return simple(STATUS_ASSERTION_FAILURE);
        }
        // Only the user's half may be missing; a bad address of the system's own is a bug check whatever handlers there are.
        if self.address >= SYSTEM_HALF
            || pool::is_pool(self.address)
            || modules::find(self.address).is_some()
        {
            return None;
        }
        let address = if self.protection {
            u64::MAX
        } else {
            self.address as u64
        };
        let parameters = [u64::from(self.write), address];
        Some(ExceptionRecord::new(
            STATUS_ACCESS_VIOLATION,
            0,
            at,
            &parameters,
        ))
    }
}

extern "C" fn on_fault(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel passes a ucontext_t to SA_SIGINFO handlers, ours alone while the handler runs.
    let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
    // SAFETY: the kernel passes a filled siginfo_t, which lives as long as the handler runs.
    let info = unsafe { &*info };
    // SAFETY: the signals handled here are the ones whose siginfo has the address member.
    let address = unsafe { info.si_addr() } as usize;
    let registers = &mut context.uc_mcontext.gregs;
    let instruction = registers[libc::REG_RIP as usize] as usize;
    let error = registers[libc::REG_ERR as usize];
    let fetch = error & 16 != 0;
    if !fetch
        && in_live_driver(instruction)
        && (kernel_access::cr8(instruction, registers)
            || kernel_access::shared_data(address, registers)
            || signal == libc::SIGSEGV && error == 0 && emulate::skip(registers))
    {
        return;
    }
    if signal == libc::SIGSEGV && paged::serve_fault(address) {
        return;
    }
    let fault = Fault {
        signal,
        address,
        instruction,
        present: error & 1 != 0,
        write: error & 2 != 0,
        fetch,
        stack: registers[libc::REG_RSP as usize] as usize,
        first_argument: registers[libc::REG_RCX as usize] as u64,
        protection: registers[libc::REG_TRAPNO as usize] == GENERAL_PROTECTION,
    };
    if let Some(record) = fault.exception()
        && trap::redirect(&fault, record, &mut context.uc_mcontext)
    {
        return;
    }
    // SAFETY: alarm has no precondition; its signal ends a process whose report got stuck.
    unsafe { libc::alarm(LAST_WORDS_S) };
    fault_stop::judge(&fault)
}

fn in_live_driver(address: usize) -> bool {
    modules::find(address).is_some_and(|module| !module.unloaded)
}

/// `int 0x29` — `__fastfail`, code in ECX.
pub const FAST_FAIL: u8 = 0x29;
/// `int 0x2c` — `DbgRaiseAssertionFailure`, which a failed NT_ASSERT executes.
pub const ASSERTION: u8 = 0x2c;

/// Whether a driver's instruction is `int number`.
pub fn is_interrupt(instruction: usize, number: u8) -> bool {
    // SAFETY: the processor has fetched the instruction there, for the fault is not one of fetching, and sections end with whole pages.
    let code = unsafe { (instruction as *const [u8; 2]).read_unaligned() };
    code == [0xcd, number]
}
