//! Link set-up of ringfence.sys: its flags and its version resource.

#[path = "driver/link_flags.rs"]
mod link_flags;
#[path = "driver/version_resource.rs"]
mod version_resource;

use std::error::Error;
use std::path::Path;
use std::{env, fs};
use version_resource::Version;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=driver/link_flags.rs");
    println!("cargo::rerun-if-changed=driver/version_resource.rs");
    let is = |name, value| env::var(name).is_ok_and(|found| found == value);
    if !is("CARGO_CFG_TARGET_OS", "windows") || !is("CARGO_CFG_TARGET_ENV", "msvc") {
        return Ok(());
    }
    // wdk-build runs on Windows only. Its flags come first: of two that contradict each other the linker takes the last.
    #[cfg(all(feature = "wdk", windows))]
    {
        wdk_build::configure_wdk_binary_build()?;
        // Where wdk-build's makefile and cargo-wdk look for it.
        fs::copy("inf/ringfence.inx", "ringfence.inx")?;
    }
    for flag in link_flags::flags(&env::var("CARGO_CFG_TARGET_ARCH")?) {
        println!("cargo::rustc-link-arg-cdylib={flag}");
    }
    let resource = Path::new(&env::var("OUT_DIR")?).join("version.res");
    let version = Version {
        number: env!("CARGO_PKG_VERSION"),
        description: env!("CARGO_PKG_DESCRIPTION"),
        company: "The Ringfence authors",
        file: "ringfence.sys",
    };
    fs::write(&resource, version_resource::res_file(&version))?;
    println!("cargo::rustc-link-arg-cdylib={}", resource.display());
    Ok(())
}
