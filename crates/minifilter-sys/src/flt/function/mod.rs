//! What `FLTMGR.SYS` exports, by topic.

mod callback_data;
mod context;
mod ecp;
mod file;
mod instance;
mod lock;
mod name;
mod oplock;
mod port;
mod priority;
mod queue;
mod registration;
mod section;
mod transaction;
mod volume;

pub use callback_data::*;
pub use context::*;
pub use ecp::*;
pub use file::*;
pub use instance::*;
pub use lock::*;
pub use name::*;
pub use oplock::*;
pub use port::*;
pub use priority::*;
pub use queue::*;
pub use registration::*;
pub use section::*;
pub use transaction::*;
pub use volume::*;
