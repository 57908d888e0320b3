//! State and rules of the simulated kernel; nothing here knows the Windows calling convention.

pub mod address_map;
pub mod bounds;
pub mod held;
pub mod kpcr;
pub mod modules;
pub mod objects;
pub mod pool;
pub mod resource;
pub mod rundown;
pub mod thread;
pub mod wait;
