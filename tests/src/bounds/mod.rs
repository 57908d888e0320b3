//! The bounds that the library states, read from its sources: the rows of `ddi!`, the public calls, the operations.

pub mod check;
pub mod level;
pub mod operation;
pub mod page;
pub mod row;
pub mod source;
pub mod wrapper;

pub use level::Level;
pub use row::Row;
pub use source::Source;
pub use wrapper::Wrapper;
