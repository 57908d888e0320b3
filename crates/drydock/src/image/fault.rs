//! Processor faults in driver code: `mov cr8` is emulated, everything else is the bug check Windows would make of it.
#![allow(unsafe_code)] // signal handlers

use std::ffi::c_void;

use super::emulate;
use super::exception::context::ExceptionRecord;
use super::exception::raise::unhandled;
use super::exception::trap;
use super::kernel_stack;
use crate::exports::gate::Call;
use crate::model::bounds::DISPATCH;
use crate::model::pool::special::{self, Place};
use crate::model::{modules, pageable, paged, pool, shared_user_data, thread};
use crate::report::{self, Verdict};
use crate::verify;

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
    signal: libc::c_int,
    address: usize,
    instruction: usize,
    /// The page is there, but not for this.
    present: bool,
    write: bool,
    fetch: bool,
    stack: usize,
    first_argument: u64,
    /// General protection: the address, if there is one, is not told.
    protection: bool,
}

impl Fault {
    /// The address is below the kernel stack, or where the host's stack would grow next.
    fn stack_overflow(&self) -> bool {
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
        && (emulate_cr8(instruction, registers)
            || read_shared_data(address, registers)
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
    judge(&fault)
}

/// A read of KUSER_SHARED_DATA.
fn read_shared_data(address: usize, registers: &mut [libc::greg_t; 23]) -> bool {
    let address = address as u64;
    let written = registers[libc::REG_ERR as usize] & 2 != 0;
    !written
        && shared_user_data::read(address, 1).is_some()
        && emulate::load(registers, |size| shared_user_data::read(address, size))
}

fn in_live_driver(address: usize) -> bool {
    modules::find(address).is_some_and(|module| !module.unloaded)
}

/// Who jumped to an address that cannot be fetched: the word on top of the stack, if the stack pointer is plausible.
fn return_address(fault: &Fault) -> usize {
    let stack = fault.stack;
    if !fault.fetch || !stack.is_multiple_of(8) || stack == 0 {
        return fault.instruction;
    }
    // SAFETY: a call has just pushed its return address there; an aligned RSP of a thread that was executing calls.
    unsafe { (stack as *const usize).read() }
}

/// `mov r64, cr8` and `mov cr8, r64` — the inline forms of KeGetCurrentIrql, KfRaiseIrql and KeLowerIrql.
fn emulate_cr8(instruction: usize, registers: &mut [libc::greg_t; 23]) -> bool {
    // SAFETY: the processor has fetched the instruction there, for the fault is not one of fetching, and sections end with whole pages.
    let code = unsafe { (instruction as *const [u8; 4]).read_unaligned() };
    let [
        rex @ (0x44 | 0x45),
        0x0f,
        operation @ (0x20 | 0x22),
        operands,
    ] = code
    else {
        return false;
    };
    if operands & 0xf8 != 0xc0 {
        return false;
    }
    let register = trap::ORDER[usize::from(operands & 7) + usize::from(rex & 1) * 8] as usize;
    let thread = thread::current();
    pageable::check(instruction, thread.irql(), "mov cr8");
    if operation == 0x20 {
        registers[register] = libc::greg_t::from(thread.irql());
    } else {
        thread.set_irql(registers[register] as u8 & 0xf);
    }
    registers[libc::REG_RIP as usize] += 4;
    true
}

/// Ends the run with the stop code of a fault that nobody handles.
pub fn judge(fault: &Fault) -> ! {
    let return_address = return_address(fault);
    let call = Call::current();
    let place = [fault.instruction, return_address, call.caller]
        .into_iter()
        .find(|address| modules::find(*address).is_some());
    let Some(caller) = place else {
        report::with(|report| {
            let text = format!(
                "the bench itself faulted at {:#x} (signal {})",
                fault.instruction, fault.signal
            );
            report.error = Some(text);
        });
        report::end(Some(Verdict::Error))
    };
    let in_driver = modules::find(fault.instruction).is_some();
    let function = if in_driver || fault.fetch {
        "driver code"
    } else {
        call.function()
    };
    let (code, parameters, detail) = stop_of(fault, in_driver);
    verify::bugcheck_at(code, parameters, function, caller, detail)
}

const STATUS_ACCESS_VIOLATION: u32 = 0xC000_0005;
const STATUS_BREAKPOINT: u64 = 0x8000_0003;
const STATUS_ILLEGAL_INSTRUCTION: u64 = 0xC000_001D;
const STATUS_ASSERTION_FAILURE: u64 = 0xC000_0420;
const STATUS_INTEGER_DIVIDE_BY_ZERO: u64 = 0xC000_0094;

/// Stop code, parameters and words for a fault.
fn stop_of(fault: &Fault, in_driver: bool) -> (u32, [u64; 4], String) {
    let at = fault.instruction as u64;
    let address = fault.address as u64;
    let exception = |status: u64, what: &str| (unhandled(), [status, at, 0, 0], what.to_owned());
    match fault.signal {
        libc::SIGTRAP => return exception(STATUS_BREAKPOINT, "breakpoint"),
        libc::SIGILL => {
            return exception(
                STATUS_ILLEGAL_INSTRUCTION,
                "illegal instruction (ud2: a Rust abort?)",
            );
        }
        libc::SIGFPE => {
            return exception(
                STATUS_INTEGER_DIVIDE_BY_ZERO,
                "division by zero or overflow",
            );
        }
        _ => {}
    }
    if in_driver && !fault.fetch && is_interrupt(fault.instruction, ASSERTION) {
        return exception(
            STATUS_ASSERTION_FAILURE,
            "an assertion of the driver failed",
        );
    }
    if in_driver && !fault.fetch && is_interrupt(fault.instruction, FAST_FAIL) {
        return (
            0x139,
            [fault.first_argument, 0, 0, 0],
            format!("fast fail {}", fault.first_argument),
        );
    }
    if fault.stack_overflow() {
        let text = format!("the stack ran out at {address:#x}");
        return (0x7F, [8, address, 0, at], text);
    }
    if fault.protection {
        let own = in_driver.then(|| emulate::privileged(at)).flatten();
        return match own {
            Some(name) => not_played(&name, fault.instruction),
            None => exception(
                u64::from(STATUS_ACCESS_VIOLATION),
                "general protection: an address that cannot exist",
            ),
        };
    }
    let access = if fault.fetch {
        8
    } else {
        u64::from(fault.write)
    };
    let verb = if fault.fetch {
        "execution"
    } else if fault.write {
        "write"
    } else {
        "read"
    };
    let target = modules::find(fault.address);
    let place = target
        .as_ref()
        .map(|_| format!(" ({})", modules::describe(fault.address)));
    let text = format!("{verb} of {address:#x}{}", place.unwrap_or_default());
    if let Some(stop) = pool_stop(fault, in_driver, [address, access, at, 0], &text) {
        return stop;
    }
    match target {
        Some(module) if module.unloaded => (
            0xCE,
            [address, access, at, 0],
            format!("{text}: the driver is unloaded"),
        ),
        Some(_) if fault.fetch && fault.present => (0xFC, [address, 0, at, 2], text),
        Some(_) if fault.write && fault.present => (0xBE, [address, 0, at, 0xA], text),
        _ if thread::current().irql() >= DISPATCH => (
            0xD1,
            [address, u64::from(thread::current().irql()), access, at],
            text,
        ),
        _ => (0x50, [address, access, at, 2], text),
    }
}

/// The stop for a fault on pool: in special pool after the free or beyond the end, or paged and out of reach.
fn pool_stop(
    fault: &Fault,
    in_driver: bool,
    parameters: [u64; 4],
    text: &str,
) -> Option<(u32, [u64; 4], String)> {
    let by = |driver: u32, other: u32| if in_driver { driver } else { other };
    match special::place_of(fault.address) {
        Place::Freed(start, block, freer) if special::contains(fault.address) => {
            let freer = modules::describe(freer);
            let detail = pool::describe(&format!("{text}, which {freer} freed:"), start, &block);
            return Some((by(0xD5, 0xCC), parameters, detail));
        }
        Place::Beyond(start, block) if special::contains(fault.address) => {
            let detail = pool::describe(&format!("{text}, beyond"), start, &block);
            return Some((by(0xD6, 0xCD), parameters, detail));
        }
        _ => {}
    }
    let irql = thread::current().irql();
    (irql >= DISPATCH && paged::is_paged(fault.address)).then(|| {
        let [address, access, at, _] = parameters;
        let detail = format!("{text}, which is paged, at IRQL {irql}");
        (
            by(0xD1, 0xA),
            [address, u64::from(irql), access, at],
            detail,
        )
    })
}

/// A driver may do on Windows what the bench has no answer to.
fn not_played(name: &str, instruction: usize) -> ! {
    let place = modules::describe(instruction);
    let text = format!("the driver executes {name} at {place}, which drydock does not play");
    report::with(|report| report.error = Some(text));
    report::end(Some(Verdict::Error))
}

/// `int 0x29` — `__fastfail`, code in ECX.
const FAST_FAIL: u8 = 0x29;
/// `int 0x2c` — `DbgRaiseAssertionFailure`, which a failed NT_ASSERT executes.
const ASSERTION: u8 = 0x2c;

/// Whether a driver's instruction is `int number`.
fn is_interrupt(instruction: usize, number: u8) -> bool {
    // SAFETY: the processor has fetched the instruction there, for the fault is not one of fetching, and sections end with whole pages.
    let code = unsafe { (instruction as *const [u8; 2]).read_unaligned() };
    code == [0xcd, number]
}
