//! The stop that Windows would make of a processor fault which nobody handles.
#![allow(unsafe_code)] // reads the stack of the interrupted code

use super::emulate;
use super::exception::raise::unhandled;
use super::fault::{
    ASSERTION, FAST_FAIL, Fault, STATUS_ACCESS_VIOLATION, STATUS_ASSERTION_FAILURE,
    STATUS_BREAKPOINT, STATUS_ILLEGAL_INSTRUCTION, STATUS_INTEGER_DIVIDE_BY_ZERO, is_interrupt,
};
use crate::exports::gate::Call;
use crate::model::bounds::DISPATCH;
use crate::model::pool::special::{self, Place};
use crate::model::{modules, paged, pool, thread};
use crate::report::{self, Verdict};
use crate::verify;

/// Who jumped to an address that cannot be fetched: the word on top of the stack, if the stack pointer is plausible.
fn return_address(fault: &Fault) -> usize {
    let stack = fault.stack;
    if !fault.fetch || !stack.is_multiple_of(8) || stack == 0 {
        return fault.instruction;
    }
    // SAFETY: a call has just pushed its return address there; an aligned RSP of a thread that was executing calls.
    unsafe { (stack as *const usize).read() }
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
