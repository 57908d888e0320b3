//! Loads an unmodified Windows x64 minifilter driver in a Linux process and judges it.

pub mod inf;
