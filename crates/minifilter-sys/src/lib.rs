//! Windows FltMgr and NT kernel declarations, as C spells them.
//!
//! Types, constants and imports only, flat at the root, no logic. Beside each structure stands the
//! assertion of its layout (see `layout.rs`); the tests compare these numbers with the fact tables.
#![no_std]
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)] // C spelling is the point

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("minifilter-sys knows the layouts of x86_64 and aarch64 only");

#[cfg(all(feature = "wdk", not(windows)))]
compile_error!("feature `wdk` takes types from wdk-sys, which exists for Windows targets only");

#[macro_use]
mod layout;
mod flt;
mod nt;
#[cfg(all(feature = "wdk", windows))]
#[macro_use]
mod wdk;

pub use flt::*;
pub use nt::*;
#[cfg(all(feature = "wdk", windows))]
shared!(take);
