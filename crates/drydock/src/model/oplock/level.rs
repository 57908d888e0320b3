//! What an oplock lets its holder cache.

use minifilter_sys::*;

/// Kind — how an oplock was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// FSCTL_REQUEST_OPLOCK_LEVEL_1.
    Level1,
    /// FSCTL_REQUEST_OPLOCK_LEVEL_2.
    Level2,
    /// FSCTL_REQUEST_BATCH_OPLOCK.
    Batch,
    /// FSCTL_REQUEST_FILTER_OPLOCK.
    Filter,
    /// FSCTL_REQUEST_OPLOCK.
    Cache,
}

/// Level — a kind and OPLOCK_LEVEL_CACHE_* flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// How it was asked for.
    pub kind: Kind,
    /// What may be cached.
    pub cache: u32,
}

/// OPLOCK_LEVEL_CACHE_READ.
pub const READ: u32 = OPLOCK_LEVEL_CACHE_READ;
/// OPLOCK_LEVEL_CACHE_HANDLE.
pub const HANDLE: u32 = OPLOCK_LEVEL_CACHE_HANDLE;
/// OPLOCK_LEVEL_CACHE_WRITE.
pub const WRITE: u32 = OPLOCK_LEVEL_CACHE_WRITE;

impl Level {
    /// One of the older kinds, in terms of what it lets its holder cache.
    #[must_use]
    pub const fn old(kind: Kind) -> Self {
        let cache = match kind {
            Kind::Level1 => READ | WRITE,
            Kind::Batch => READ | WRITE | HANDLE,
            Kind::Filter => READ | HANDLE,
            Kind::Level2 | Kind::Cache => READ,
        };
        Self { kind, cache }
    }

    /// One of FSCTL_REQUEST_OPLOCK, if there is such a one.
    #[must_use]
    pub fn cache(cache: u32) -> Option<Self> {
        let known = [READ, READ | HANDLE, READ | WRITE, READ | WRITE | HANDLE];
        let kind = Kind::Cache;
        known.contains(&cache).then_some(Self { kind, cache })
    }

    /// Whether nobody else may have an oplock beside it.
    #[must_use]
    pub fn is_exclusive(self) -> bool {
        self.cache & WRITE != 0 || self.kind == Kind::Filter
    }

    /// Whether its holder has to acknowledge its break: only those who cache no more than data need not.
    #[must_use]
    pub fn wants_acknowledgment(self) -> bool {
        self.cache != READ
    }
}
