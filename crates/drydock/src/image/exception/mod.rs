//! Structured exceptions — faults and raised statuses look for a handler in the driver, by its .pdata and .xdata.

pub mod context;
pub mod dispatch;
mod epilogue;
pub mod function_table;
mod restore;
mod scope_table;
pub mod stack_memory;
pub mod trap;
mod unwind;
mod walk;

pub use scope_table::c_specific_handler;
