//! What `fltKernel.h` and `fltUserStructures.h` declare.

mod callback_data;
mod constants;
mod context;
mod control_parameters;
mod fast_io_parameters;
mod function;
mod handle;
mod information;
mod name;
mod parameters;
mod port;
mod queue;
mod registration;

pub use callback_data::*;
pub use constants::*;
pub use context::*;
pub use control_parameters::*;
pub use fast_io_parameters::*;
pub use function::*;
pub use handle::*;
pub use information::*;
pub use name::*;
pub use parameters::*;
pub use port::*;
pub use queue::*;
pub use registration::*;
