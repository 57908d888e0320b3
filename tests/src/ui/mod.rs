//! Programs that must not compile, each beside one that does.
//!
//! They are checked by the compiler directly, side by side, against the library as cargo checks it: hundreds of programs in
//! seconds, where a cargo project a program would take minutes.

pub mod message;
pub mod pair;
pub mod program;

pub use pair::{Pair, pairs};
pub use program::{Compiler, Outcome};
