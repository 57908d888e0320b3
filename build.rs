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
    #[cfg(all(feature = "wdk", windows))]
    set_up_wdk()?;
    // After wdk-build's flags: of two that contradict each other the linker takes the last.
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

/// The oldest headers that declare what `minifilter-sys/src/wdk.rs` takes over, KfRaiseIrql for one.
#[cfg(all(feature = "wdk", windows))]
const OLDEST_WDK: u32 = 26100;

/// wdk-build runs on Windows only.
#[cfg(all(feature = "wdk", windows))]
fn set_up_wdk() -> Result<(), Box<dyn Error>> {
    let found = wdk_build::detect_wdk_build_number().map_err(|error| {
        format!("no WDK: {error}; install the Windows 11 WDK 10.0.{OLDEST_WDK} (docs/windows.md)")
    })?;
    if found < OLDEST_WDK {
        return Err(format!(
            "the WDK is 10.0.{found}; 10.0.{OLDEST_WDK} or later is needed (docs/windows.md)"
        )
        .into());
    }
    wdk_build::configure_wdk_binary_build()?;
    // Where wdk-build's makefile and cargo-wdk look for it.
    fs::copy("inf/ringfence.inx", "ringfence.inx")?;
    Ok(())
}
