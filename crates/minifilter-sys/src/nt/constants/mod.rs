//! The constants of `ntifs.h`, `wdm.h` and `ntstatus.h`, by topic.

mod access;
mod device;
mod file;
mod file_attribute;
mod file_create;
mod file_notify;
mod file_object;
mod fsctl;
mod fsrtl;
mod function;
mod io;
mod irp;
mod irql;
mod lock;
mod memory;
mod object;
mod reparse;
mod status;

pub use access::*;
pub use device::*;
pub use file::*;
pub use file_attribute::*;
pub use file_create::*;
pub use file_notify::*;
pub use file_object::*;
pub use fsctl::*;
pub use fsrtl::*;
pub use function::*;
pub use io::*;
pub use irp::*;
pub use irql::*;
pub use lock::*;
pub use memory::*;
pub use object::*;
pub use reparse::*;
pub use status::*;
