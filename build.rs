//! Link set-up of ringfence.sys; nothing else.

#[path = "driver/link_flags.rs"]
mod link_flags;

use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=driver/link_flags.rs");
    let is = |name, value| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "windows") && is("CARGO_CFG_TARGET_ENV", "msvc") {
        // wdk-build runs on Windows only. Its flags come first: of two that contradict each other the linker takes the last.
        #[cfg(all(feature = "wdk", windows))]
        {
            wdk_build::configure_wdk_binary_build()?;
            // Where wdk-build's makefile and cargo-wdk look for it.
            std::fs::copy("inf/ringfence.inx", "ringfence.inx")?;
        }
        for flag in link_flags::FLAGS {
            println!("cargo::rustc-link-arg-cdylib={flag}");
        }
    }
    Ok(())
}
