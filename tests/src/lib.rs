//! Fixtures shared by the integration tests, which run on Linux.
#![cfg(target_os = "linux")]

pub mod bounds;
pub mod command;
pub mod drydock;
pub mod pe;
pub mod pinned;
pub mod sys;
pub mod ui;
pub mod wine;
