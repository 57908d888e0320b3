//! The scaffold of the faulty drivers: what each needs around the one rule it breaks.
//!
//! Raw minifilter-sys on purpose: the safe library refuses most of these programs. Each driver is one file in `faults/`
//! and has a corrected twin, built from the same file with the feature `corrected`; they differ in what
//! [`CORRECTED`] decides. What drydock must say about each stands in `faults.toml`.
#![no_std]

mod assert;
mod copy;
mod csq;
mod device;
mod entry;
mod global;
mod irp;
mod level;
mod mdl;
mod name;
mod operation;
mod port;
mod queue;
mod registration;
mod signal;
mod work;

pub use assert::assert_failed;
pub use copy::{RtlCopyMemory, RtlMoveMemory};
pub use csq::{IoCsqInitialize, IoCsqInsertIrp, IoCsqRemoveNextIrp};
pub use device::{BELOW, DEVICE, delete_devices, make_devices, with_string};
pub use entry::{enter, filter, leave, register};
pub use global::{Global, first};
pub use irp::{
    CONTROL, IoBuildDeviceIoControlRequest, IoReuseIrp, copy_to_next, finish, location,
    mark_pending, next_location, on_completion, own_control, pend, set_cancel, set_next, skip,
};
pub use level::{at_level, wait};
pub use mdl::{describe, system_address};
pub use minifilter_sys::*;
pub use name::copy_name;
pub use operation::{ask_for_post, is_irp, is_paging, open_again};
pub use port::{CLIENT, close_port, disconnect, open_port, tell};
pub use queue::Queue;
pub use registration::{CONTEXTS_END, Control, OPERATIONS_END, Parts, context, on};
pub use signal::Signal;
pub use work::{Routine, later};

/// Whether this is the corrected twin.
pub const CORRECTED: bool = cfg!(feature = "corrected");

/// Pool tag of the drivers: `Flty` in memory.
pub const TAG: ULONG = u32::from_le_bytes(*b"Flty");

/// Makes a driver of its [`Parts`]: those not named are empty.
#[macro_export]
macro_rules! driver {
    ($($part:ident: $value:expr),* $(,)?) => {
        static PARTS: $crate::Parts = $crate::Parts { $($part: $value,)* ..$crate::Parts::NONE };

        /// `DriverEntry` — registers the parts and starts filtering.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn DriverEntry(driver: $crate::PDRIVER_OBJECT, _path: $crate::PUNICODE_STRING) -> $crate::NTSTATUS {
            $crate::enter(driver, &PARTS)
        }
    };
}

#[cfg(not(test))] // a test has the handler of std
#[panic_handler]
fn panic(_info: &core::panic::PanicInfo<'_>) -> ! {
    level::stop()
}

/// `_fltused` — the C runtime defines it; a driver without one has to.
#[cfg(target_os = "windows")]
#[allow(unsafe_code)] // a symbol the linker asks for by name
// SAFETY: no other definition of the symbol is linked in.
#[unsafe(no_mangle)]
static _fltused: i32 = 0;
