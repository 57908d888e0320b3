//! Windows minifilter drivers in safe Rust.
#![no_std]
