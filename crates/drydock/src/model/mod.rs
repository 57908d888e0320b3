//! State and rules of the simulated kernel; nothing here knows the Windows calling convention.

pub mod activity;
pub mod address_map;
pub mod altitude;
pub mod attach;
pub mod bounds;
pub mod callback;
pub mod context;
pub mod file_system;
pub mod filter;
pub mod flt_handle;
pub mod flt_object;
pub mod flt_volume;
pub mod held;
pub mod instance;
pub mod kpcr;
pub mod modules;
pub mod name;
pub mod objects;
pub mod operation;
pub mod pool;
pub mod registration;
pub mod related;
pub mod resource;
pub mod rundown;
pub mod stack;
pub mod thread;

pub mod wait;
pub mod work_item;
pub mod work_queue;
