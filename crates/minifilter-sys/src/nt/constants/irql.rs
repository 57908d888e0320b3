//! Interrupt request levels.

use crate::*;

pub const APC_LEVEL: KIRQL = 0x1;
pub const CLOCK_LEVEL: KIRQL = 0xD;
pub const DISPATCH_LEVEL: KIRQL = 0x2;
pub const HIGH_LEVEL: KIRQL = 0xF;
pub const IPI_LEVEL: KIRQL = 0xE;
pub const LOW_LEVEL: KIRQL = 0x0;
pub const PASSIVE_LEVEL: KIRQL = 0x0;
pub const PROFILE_LEVEL: KIRQL = 0xF;
