//! drydock — loads an unmodified Windows x64 minifilter driver in a Linux process and judges it.
//!
//! One child process holds one simulated kernel, so its state is process-global on purpose.
#![cfg(target_os = "linux")]

pub mod cli;
pub mod exports;
pub mod image;
pub mod inf;
pub mod io;
pub mod model;
pub mod mount;
pub mod port_socket;
pub mod report;
pub mod scenario;
pub mod verify;
pub mod volume;
pub mod workload;
