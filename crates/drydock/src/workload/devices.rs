//! The control devices of a driver — opened, asked what no driver knows with buffers of hostile sizes, and closed.

use minifilter_sys::METHOD_NEITHER;

use crate::io::control_device::{ControlDevice, RawBuffers};
use crate::model::device_object;

/// A control code that no driver has: FILE_DEVICE_UNKNOWN, function 0xFFF, FILE_ANY_ACCESS.
const UNKNOWN: u32 = 0x22 << 16 | 0xFFF << 2;
/// The same of FILE_DEVICE_FILE_SYSTEM.
const UNKNOWN_FSCTL: u32 = 0x9 << 16 | 0xFFF << 2;
/// Lengths of input and output.
const LENGTHS: [(usize, usize); 6] = [(0, 0), (1, 0), (0, 1), (4, 4), (4096, 1), (1, 4096)];
/// An address of no page.
const NOWHERE: usize = 0x10;

/// Opens every device that the driver has named; gives the number of requests sent. What is answered is the driver's
/// business, how it is answered is the verifier's.
pub fn run() -> u64 {
    device_object::names().iter().map(|name| one(name)).sum()
}

fn one(name: &str) -> u64 {
    // A driver may keep programs out.
    let Ok(open) = ControlDevice::open(name) else {
        return 1;
    };
    let mut sent = 1;
    for method in 0..4 {
        for (input, output) in LENGTHS {
            open.control(UNKNOWN | method, &vec![0xA5; input], output);
            open.fs_control(UNKNOWN_FSCTL | method, &vec![0xA5; input], output);
            sent += 2;
        }
    }
    let nowhere = RawBuffers {
        input: (NOWHERE, 16),
        output: (NOWHERE, 16),
    };
    open.control_raw(UNKNOWN | METHOD_NEITHER, nowhere);
    sent + 1
}
