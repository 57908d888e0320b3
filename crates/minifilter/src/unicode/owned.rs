//! [`UnicodeString`]: an owned string.

use super::UnicodeStr;
use crate::irql::{Apc, ApcState, AtMost, Irql, WaitState};
use crate::pool::{NonPaged, Paged, PoolKind, PoolTag, Vec};
use crate::status::{Result, Status};

/// `UNICODE_STRING` — owns its units in pool memory of kind `P`; at most 32,767 of them, as a `UNICODE_STRING` counts bytes in
/// 16 bits.
///
/// # Drop
/// As for [`Vec`].
pub struct UnicodeString<P: PoolKind = NonPaged> {
    units: Vec<u16, P>,
}

/// The most units that a `UNICODE_STRING` can describe.
const MAX_UNITS: usize = u16::MAX as usize / 2;

impl<P: PoolKind> UnicodeString<P> {
    /// An empty string, which owns no memory yet. Any IRQL.
    pub const fn new(tag: PoolTag) -> Self {
        Self {
            units: Vec::new(tag),
        }
    }

    /// `ExAllocatePool2` — a copy of `text`. IRQL ≤ DISPATCH_LEVEL for nonpaged, ≤ APC_LEVEL for paged pool.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`, `STATUS_NAME_TOO_LONG`.
    pub fn try_from_str(
        text: UnicodeStr<'_>,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<P::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        let mut string = Self::new(tag);
        string.try_push_str(text, irql)?;
        Ok(string)
    }

    /// `ExAllocatePool2` — appends `text`. IRQL as for [`UnicodeString::try_from_str`].
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`, `STATUS_NAME_TOO_LONG`; nothing is appended then.
    pub fn try_push_str(
        &mut self,
        text: UnicodeStr<'_>,
        irql: &Irql<'_, impl AtMost<P::MaxIrql>, impl ApcState, impl WaitState>,
    ) -> Result<()> {
        if self.units.len().saturating_add(text.len()) > MAX_UNITS {
            return Err(Status::NAME_TOO_LONG);
        }
        self.units.try_extend_from_slice(text.as_units(), irql)
    }

    /// How many units it has. Any IRQL.
    pub const fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether it has none. Any IRQL.
    pub const fn is_empty(&self) -> bool {
        self.units.is_empty()
    }
}

impl UnicodeString<NonPaged> {
    /// The string, borrowed. Any IRQL.
    pub fn as_str(&self) -> UnicodeStr<'_> {
        UnicodeStr::new(&self.units)
    }
}

impl UnicodeString<Paged> {
    /// Reads the string. IRQL ≤ APC_LEVEL; `f` is `Send`, so no token gets in that could raise the level inside.
    pub fn with<R>(
        &self,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: impl FnOnce(UnicodeStr<'_>) -> R + Send,
    ) -> R {
        self.units.with(irql, |units| f(UnicodeStr::new(units)))
    }
}
