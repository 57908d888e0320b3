//! Link flags of the faulty drivers: those of the driver itself.
//!
//! For everything that is linked here: cargo counts a cdylib example neither as an example nor as a cdylib.

#[path = "../../driver/link_flags.rs"]
mod link_flags;

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../driver/link_flags.rs");
    if env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "msvc") {
        for flag in link_flags::flags(&env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default()) {
            println!("cargo::rustc-link-arg={flag}");
        }
    }
}
