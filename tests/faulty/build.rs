//! Link flags of the faulty drivers: those of the driver itself.
//!
//! For everything that is linked here: cargo counts a cdylib example neither as an example nor as a cdylib.

#[path = "../../build.rs"]
#[expect(dead_code, reason = "its main function is the driver's build script")]
mod link;

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../build.rs");
    if env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "msvc") {
        for flag in link::FLAGS {
            println!("cargo::rustc-link-arg={flag}");
        }
    }
}
