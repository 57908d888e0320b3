//! Processor faults as exceptions: the handler of the signal sends the thread on to the dispatcher.
#![allow(unsafe_code)] // writes below what an interrupted thread uses of its stack

use super::context::{Context, ExceptionRecord};
use super::dispatch::{self, Outcome};
use crate::exports::{self, gate::Call};
use crate::image::fault::Fault;
use crate::image::fault_stop;
use crate::image::switch::CallFrame;
use crate::model::thread;

/// What lies below the stack pointer may be in use this far: the System V convention's red zone, with room to spare.
const RED_ZONE: u64 = 256;
const DIRECTION_AND_TRAP: i64 = 0x500;

/// General registers of a signal context, in the order of their numbers in code.
pub const ORDER: [libc::c_int; 16] = [
    libc::REG_RAX,
    libc::REG_RCX,
    libc::REG_RDX,
    libc::REG_RBX,
    libc::REG_RSP,
    libc::REG_RBP,
    libc::REG_RSI,
    libc::REG_RDI,
    libc::REG_R8,
    libc::REG_R9,
    libc::REG_R10,
    libc::REG_R11,
    libc::REG_R12,
    libc::REG_R13,
    libc::REG_R14,
    libc::REG_R15,
];

/// An exception on its way from the signal handler to the dispatcher.
struct Pending {
    record: ExceptionRecord,
    /// Where the walk starts: in the driver.
    context: Context,
    /// Where the fault was: in the driver or in an import.
    machine: Context,
    fault: Fault,
    call: Call,
    /// In place of a call: what handlers call goes on below the driver's stack pointer.
    frame: CallFrame,
}

/// Sends the interrupted thread to the dispatcher if a frame of the driver may handle `record`; false when nobody can.
pub fn redirect(fault: &Fault, record: ExceptionRecord, signal: &mut libc::mcontext_t) -> bool {
    let machine = registers(signal);
    let call = Call::current();
    let chains = thread::current().chains();
    let context = if fault.in_driver() {
        Some(machine.clone())
    } else if call.export.is_some_and(exports::raises) {
        chains.context_of_call()
    } else {
        None
    };
    let Some(context) = context.filter(dispatch::has_handler) else {
        return false;
    };
    // The dispatcher runs on the host's stack: on a kernel stack it would need more than Windows' own does.
    let host = chains.host_below(machine.rsp() as usize);
    let end = host.map_or(machine.rsp() - RED_ZONE, |end| end as u64);
    let place = ((end - size_of::<Pending>() as u64) & !15) as *mut Pending;
    let pending = Pending {
        frame: CallFrame::of_exception(chains.frame(), machine.rsp()),
        record,
        context,
        machine,
        fault: fault.clone(),
        call,
    };
    // SAFETY: `place` is aligned and on the interrupted thread's stack, below everything in use; a stack without that
    // much room faults here, on the alternate stack, and is reported.
    unsafe { place.write(pending) };
    if host.is_some() {
        // SAFETY: `place` was just written; only the address of a field is taken.
        chains.set_frame(unsafe { &raw const (*place).frame });
    }
    let enter: unsafe extern "win64" fn(*mut Pending) -> ! = deliver;
    let general = &mut signal.gregs;
    general[libc::REG_RIP as usize] = enter as usize as i64;
    general[libc::REG_RCX as usize] = place as i64;
    general[libc::REG_RSP as usize] = place as i64 - 0x28;
    general[libc::REG_EFL as usize] &= !DIRECTION_AND_TRAP;
    true
}

fn registers(signal: &libc::mcontext_t) -> Context {
    let integer = ORDER.map(|register| signal.gregs[register as usize] as u64);
    // SAFETY: the kernel saves the floating point state of every signal on x86-64.
    let float = unsafe { &*signal.fpregs };
    let xmm = float._xmm.map(|register| {
        let words = register.element.map(u128::from);
        words[0] | words[1] << 32 | words[2] << 64 | words[3] << 96
    });
    let mut context = Context::new(signal.gregs[libc::REG_RIP as usize] as u64, integer, xmm);
    context.eflags = signal.gregs[libc::REG_EFL as usize] as u32;
    context
}

/// Runs on the thread's stack after the signal handler has returned.
///
/// # Safety
/// `pending` was written by [`redirect`] for this thread.
unsafe extern "win64" fn deliver(pending: *mut Pending) -> ! {
    // SAFETY: written by `redirect` at this address of this thread's stack, and used by nobody else.
    let pending = unsafe { &mut *pending };
    match dispatch::dispatch(&mut pending.record, &pending.context, &mut pending.machine) {
        Outcome::Continue => dispatch::resume(&pending.machine),
        Outcome::Unhandled => {
            pending.call.restore();
            fault_stop::judge(&pending.fault)
        }
    }
}
