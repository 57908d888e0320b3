//! RtlDispatchException and RtlUnwindEx — first ask each frame's handler, then unwind to the one that wants it.
#![allow(unsafe_code)] // calls handlers of the driver and leaves frames behind

use super::context::{
    Context, DispatcherContext, ExceptionRecord, NONCONTINUABLE, TARGET_UNWIND, UNWINDING,
};
use super::raise::unhandled;
use super::restore::{call_out, restore};
use super::unwind::{EXCEPTION_HANDLER, UNWIND_HANDLER};
use super::walk::{Active, Step, Walk};
use crate::model::{modules, passage, thread};
use crate::verify::{self, trace};

const CONTINUE_EXECUTION: i32 = 0;
const CONTINUE_SEARCH: i32 = 1;
/// The scope an exception of the first dispatch starts with.
static FIRST_SCOPE: u32 = 0;

/// What came of asking the handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A filter said EXCEPTION_CONTINUE_EXECUTION.
    Continue,
    /// Nobody wants it.
    Unhandled,
}

/// Whether any frame outwards from `context` has an exception handler.
#[must_use]
pub fn has_handler(context: &Context) -> bool {
    let Some(mut walk) = Walk::new(context.clone(), 0, Active::innermost()) else {
        return false;
    };
    std::iter::from_fn(|| walk.next(EXCEPTION_HANDLER)).any(|step| step.handler.is_some())
}

/// Offers the exception to the handlers of the frames outwards from `context`; a handler that takes it does not return here.
///
/// `machine` are the registers that filters see.
pub fn dispatch(record: &mut ExceptionRecord, context: &Context, machine: &mut Context) -> Outcome {
    trace::line(|| {
        let place = modules::describe(context.rip as usize);
        format!("exception {:#x} at {place}", record.code)
    });
    let outer = Active::innermost();
    let Some(mut walk) = Walk::new(context.clone(), 0, outer) else {
        return Outcome::Unhandled;
    };
    let active = Active::new(outer, context, &raw const FIRST_SCOPE);
    active.enter();
    let mut outcome = Outcome::Unhandled;
    while let Some(step) = walk.next(EXCEPTION_HANDLER) {
        match ask(&step, record, machine, &mut DispatcherContext::new(0)) {
            Some(CONTINUE_EXECUTION) if record.flags & NONCONTINUABLE == 0 => {
                outcome = Outcome::Continue;
                break;
            }
            None | Some(CONTINUE_SEARCH) => {}
            Some(_) => break,
        }
    }
    Active::leave_to(outer);
    outcome
}

/// Calls the handler of a frame, if it has one.
fn ask(
    step: &Step,
    record: &mut ExceptionRecord,
    context: &mut Context,
    dispatcher: &mut DispatcherContext,
) -> Option<i32> {
    let (handler, data) = step.handler?;
    let base = step.table.base;
    dispatcher.control_pc = step.context.rip;
    dispatcher.image_base = base;
    dispatcher.function_entry = base + u64::from(step.entry);
    dispatcher.establisher_frame = step.establisher;
    dispatcher.context = context;
    dispatcher.language_handler = base + u64::from(handler);
    dispatcher.handler_data = base + u64::from(data);
    dispatcher.scope_index = step.scope;
    let arguments = [
        std::ptr::from_mut(record) as u64,
        step.establisher,
        std::ptr::from_mut(context) as u64,
        std::ptr::from_mut(dispatcher) as u64,
    ];
    let [a, b, c, d] = arguments;
    // SAFETY: the image names this routine as the language handler of the function, whose arguments these four are.
    let disposition = unsafe { call_out(a, b, c, d, dispatcher.language_handler) };
    Some(disposition as i32)
}

/// Where an unwind goes on, and with what in RAX.
#[derive(Clone, Copy)]
pub struct Target {
    /// The frame of the function.
    pub frame: u64,
    /// The address in it.
    pub ip: u64,
    /// RAX.
    pub value: u64,
}

/// `RtlUnwindEx` for a language handler during [`dispatch`] of `record`: from the frames of that dispatch on.
pub fn unwind_to(frame: u64, ip: u64, record: &mut ExceptionRecord) -> ! {
    // SAFETY: the innermost dispatch is the one whose handler calls this.
    let opened = unsafe { Active::open(Active::innermost()) };
    let walk = opened.and_then(|(start, scope, outer)| Walk::new(start, scope, outer));
    let value = u64::from(record.code);
    unwind(walk, Target { frame, ip, value }, record)
}

/// `RtlUnwindEx` for driver code that has called it: from its own frame on.
pub fn unwind_from_call(target: Target, record: &mut ExceptionRecord) -> ! {
    let context = thread::current().chains().context_of_call();
    let walk = context.and_then(|context| Walk::new(context, 0, Active::innermost()));
    unwind(walk, target, record)
}

/// Runs the termination handlers of the frames up to the target's, which goes on.
fn unwind(walk: Option<Walk>, target: Target, record: &mut ExceptionRecord) -> ! {
    let Some(mut walk) = walk else {
        lost(target.frame, record)
    };
    let mut context = walk.context().clone();
    let mut dispatcher = DispatcherContext::new(target.ip);
    let place = &raw mut dispatcher;
    let active = Active::new(walk.around(), &raw const context, scope_of(place));
    active.enter();
    record.flags |= UNWINDING;
    while let Some(step) = walk.next(UNWIND_HANDLER) {
        active.set_outer(walk.around());
        let arrived = step.establisher == target.frame;
        if !arrived && walk.is_past(target.frame) {
            break;
        }
        if arrived {
            record.flags |= TARGET_UNWIND;
        }
        context = step.context.clone();
        // SAFETY: `dispatcher` is a local that only this reference and, between calls, the chain's pointer reach.
        let dispatcher = unsafe { &mut *place };
        ask(&step, record, &mut context, dispatcher);
        if arrived {
            land(step.context, target, record)
        }
    }
    lost(target.frame, record)
}

fn scope_of(dispatcher: *mut DispatcherContext) -> *const u32 {
    // SAFETY: the pointer is to a live local; only the address of a field is taken.
    unsafe { &raw const (*dispatcher).scope_index }
}

fn land(mut context: Context, target: Target, record: &ExceptionRecord) -> ! {
    trace::line(|| {
        let place = modules::describe(target.ip as usize);
        format!("exception {:#x} handled at {place}", record.code)
    });
    context.land(target.ip, target.value);
    leave_for(&context);
    // SAFETY: the walk has found this frame on this thread's stack, and what lies below are frames of the dispatcher and of import
    // shims that may raise, which own nothing, and frames around callbacks, which hold no lock of the host and whose
    // passages have been left.
    unsafe { restore(&raw const context) }
}

/// Goes on where `machine` says: a filter asked for it, or RtlRestoreContext.
pub fn resume(machine: &Context) -> ! {
    leave_for(machine);
    // SAFETY: this is the state in which the exception interrupted this thread; all its frames are still there.
    unsafe { restore(machine) }
}

/// Forgets the calls and dispatches further in than `context`.
fn leave_for(context: &Context) {
    let chains = thread::current().chains();
    let place = chains.settle(context.rsp() as usize);
    Active::cut(place);
    passage::leave_below(place);
}

/// The frame that wanted the exception is not on the way outwards.
fn lost(target_frame: u64, record: &ExceptionRecord) -> ! {
    let detail = format!("unwinding to the frame at {target_frame:#x}, which is not on the stack");
    let parameters = [u64::from(record.code), record.address, target_frame, 0];
    verify::bugcheck(unhandled(), parameters, detail)
}
