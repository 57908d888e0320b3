//! FLT_CONTEXT — the memory a filter attaches to volumes, instances, files, streams, opens and transactions.

mod cleanup;
mod leak;
mod lookaside;
mod node;
mod object;
mod set;
mod table;
#[cfg(test)]
mod tests;

pub use cleanup::{reference, release};
pub use leak::{filter_gone, leaked, report_leaks};
pub use lookaside::{Lookaside, allocate};
pub use node::{Context, counts, find};
pub use object::{Target, supports_file, supports_stream, supports_stream_handle};
pub use set::{close_section, delete, delete_from, get, set};
pub use table::{
    file_closed, file_object_closed, instance_gone, stream_closed, transaction_ended, volume_gone,
};

/// The seven kinds with the bit that names each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum Kind {
    /// FLT_VOLUME_CONTEXT.
    Volume = 0x01,
    /// FLT_INSTANCE_CONTEXT.
    Instance = 0x02,
    /// FLT_FILE_CONTEXT.
    File = 0x04,
    /// FLT_STREAM_CONTEXT.
    Stream = 0x08,
    /// FLT_STREAMHANDLE_CONTEXT.
    StreamHandle = 0x10,
    /// FLT_TRANSACTION_CONTEXT.
    Transaction = 0x20,
    /// FLT_SECTION_CONTEXT.
    Section = 0x40,
}

impl Kind {
    /// All kinds, in the order of their bits.
    pub const ALL: [Self; 7] = [
        Self::Volume,
        Self::Instance,
        Self::File,
        Self::Stream,
        Self::StreamHandle,
        Self::Transaction,
        Self::Section,
    ];

    /// The kind a context type names.
    pub fn of(bit: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u16 == bit)
    }

    /// Position among [`Self::ALL`].
    pub fn index(self) -> usize {
        (self as u16).trailing_zeros() as usize
    }

    /// The word reports use.
    pub fn label(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Instance => "instance",
            Self::File => "file",
            Self::Stream => "stream",
            Self::StreamHandle => "stream handle",
            Self::Transaction => "transaction",
            Self::Section => "section",
        }
    }
}
