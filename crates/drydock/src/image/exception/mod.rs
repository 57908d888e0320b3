//! Structured exceptions — faults and raised statuses look for a handler in the driver, by its .pdata and .xdata.
//!
//! A signal handler or a raising import starts `dispatch`, which walks the driver's frames (`walk`, `unwind`, `function_table`) and asks
//! each language handler; `__C_specific_handler` (`scope_table`) runs filters and unwinds to the one that takes the exception.
//!
//! A callback's exception may be taken by the code that called the import which led to the callback: the walk goes on there, and the
//! bench's frames in between are left behind, with what `model::passage` puts right. An import raises (`raise`) only where it owns
//! nothing; a bad address faults in one only if `exports::raises` lists it, for the same reason.

pub mod context;
pub mod dispatch;
mod epilogue;
pub mod function_table;
pub mod raise;
mod restore;
mod scope_table;
pub mod stack_memory;
pub mod trap;
mod unwind;
pub mod walk;

pub use scope_table::c_specific_handler;

use context::Context;

/// Undoes the frame of the function whose RUNTIME_FUNCTION is at `entry` in the image at `base`, in which `context` is.
pub fn unwind_frame(
    base: u64,
    entry: u64,
    context: &mut Context,
    kind: u8,
) -> Option<unwind::Frame> {
    let table = function_table::of(base)?;
    let function = table.function_at(u32::try_from(entry.checked_sub(base)?).ok()?)?;
    let memory = stack_memory::StackMemory::above(context.rsp())?;
    unwind::unwind(&table, function, context, kind, &|address| {
        memory.read(address)
    })
}
