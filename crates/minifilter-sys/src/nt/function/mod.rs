//! What `ntoskrnl.exe` exports, by topic.

mod debug;
mod ex_lock;
mod ex_pool;
mod ex_resource;
mod ex_rundown;
mod fsrtl;
mod io;
mod irql;
mod ke_event;
mod mm;
mod ob;
mod ps;
mod rtl;
mod rtl_string;
mod se;
mod spin_lock;
mod work_item;
mod zw;

pub use debug::*;
pub use ex_lock::*;
pub use ex_pool::*;
pub use ex_resource::*;
pub use ex_rundown::*;
pub use fsrtl::*;
pub use io::*;
pub use irql::*;
pub use ke_event::*;
pub use mm::*;
pub use ob::*;
pub use ps::*;
pub use rtl::*;
pub use rtl_string::*;
pub use se::*;
pub use spin_lock::*;
pub use work_item::*;
pub use zw::*;
