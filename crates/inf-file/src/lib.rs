//! INF files of minifilter drivers: [`Inf`] reads one, [`check::problems`] checks it by InfVerif's rules.

pub mod check;
mod text;

pub use text::{Inf, Line, Section};
