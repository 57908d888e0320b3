//! Choreography: a callback is where the fault shows when the driver goes on, whatever the threads do.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use minifilter_sys::*;

use crate::Global;

/// Three seconds from now on: a driver that waits in vain goes on.
const LONGEST: i64 = -30_000_000;

/// An event that is given once and stays given.
pub struct Signal(Global<KEVENT>);

impl Signal {
    /// Not prepared yet.
    pub const fn unset() -> Self {
        Self(Global::zeroed())
    }

    /// `KeInitializeEvent` — from now on it can be given and awaited.
    ///
    /// # Safety
    /// Nobody uses it yet.
    pub unsafe fn prepare(&self) {
        KeInitializeEvent(self.0.at(), NotificationEvent, 0);
    }

    /// `KeSetEvent` — lets everybody go on.
    ///
    /// # Safety
    /// It is prepared.
    pub unsafe fn give(&self) {
        KeSetEvent(self.0.at(), 0, 0);
    }

    /// `KeWaitForSingleObject` — waits until it is given, or long enough.
    ///
    /// # Safety
    /// It is prepared; the thread may wait.
    pub unsafe fn expect(&self) {
        let mut timeout = LARGE_INTEGER { QuadPart: LONGEST };
        let event = self.0.at().cast();
        KeWaitForSingleObject(event, Executive, KernelMode as _, 0, &raw mut timeout);
    }
}
