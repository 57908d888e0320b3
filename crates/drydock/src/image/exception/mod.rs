//! Structured exceptions — faults and raised statuses look for a handler in the driver, by its .pdata and .xdata.
//!
//! A signal handler or a raising import starts `dispatch`, which walks the driver's frames (`walk`, `unwind`, `function_table`) and asks
//! each language handler; `__C_specific_handler` (`scope_table`) runs filters and unwinds to the one that takes the exception.
//!
//! Deliberately absent: handlers beyond frames of the bench. A callback's exception that the callback itself does not handle is a bug
//! check, though on Windows a __try around the import that led to the callback would still be asked. An import raises (`raise`)
//! only where it owns nothing; a bad address faults in one only if `exports::raises` lists it, for the same reason.

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
