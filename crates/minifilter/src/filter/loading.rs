#![allow(unsafe_code)] // DriverEntry's arguments

//! [`Loading`]: what `DriverEntry` was given.

use core::marker::PhantomData;

use minifilter_sys::UNICODE_STRING;

use crate::irql::{ApcState, AtMost, Irql, Passive, ViewOfThisCallback, WaitState};
use crate::pool::{NonPaged, PoolTag};
use crate::status::Result;
use crate::unicode::{UnicodeStr, UnicodeString};

/// `DriverEntry`'s arguments, while the driver loads.
pub struct Loading<'l> {
    registry_path: &'l UNICODE_STRING,
    _driver_entry: PhantomData<*mut ViewOfThisCallback>,
}

impl<'l> Loading<'l> {
    /// # Safety
    /// `registry_path` is `DriverEntry`'s, alive for `'l`.
    pub(super) const unsafe fn new(registry_path: &'l UNICODE_STRING) -> Self {
        Self {
            registry_path,
            _driver_entry: PhantomData,
        }
    }

    /// `RegistryPath` — a copy of the path of the driver's service key. PASSIVE_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn registry_path(
        &self,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Passive>, impl ApcState, impl WaitState>,
    ) -> Result<UnicodeString<NonPaged>> {
        // SAFETY: the I/O manager's string lives until DriverEntry returns, and may be read at PASSIVE_LEVEL.
        let path = unsafe { UnicodeStr::from_raw(self.registry_path) };
        UnicodeString::try_from_str(path, tag, irql.weaken::<Passive>())
    }
}
