//! What the driver keeps on instances, streams and handles.

mod handle;
mod instance;
mod stream;

pub use handle::HandleState;
pub use instance::InstanceState;
pub use stream::StreamState;
