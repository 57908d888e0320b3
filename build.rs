//! Link flags of a portable .sys. xtask adds only what depends on the machine: the linker, and paths to hide.
//!
//! The driver is a cdylib; the examples of other packages that name this file as their build script are
//! cdylib examples. Nothing is printed for any other target, so that host builds stay ordinary.

use std::env;

const FLAGS: [&str; 7] = [
    "/DRIVER",           // a driver: keeps relocations
    "/SUBSYSTEM:NATIVE", // runs without the Windows API
    "/ENTRY:DriverEntry",
    "/NODEFAULTLIB", // imports come from raw-dylib, there is no C runtime
    "/RELEASE",      // writes the header checksum, which Windows compares for drivers
    "/Brepro",       // no time stamp: the same sources give the same bytes
    "/OPT:NOICF",    // identical callbacks keep addresses of their own, for debuggers and Driver Verifier
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name, value| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "windows") && is("CARGO_CFG_TARGET_ENV", "msvc") {
        let kind = if is("CARGO_PKG_NAME", "ringfence") { "cdylib" } else { "examples" };
        for flag in FLAGS {
            println!("cargo::rustc-link-arg-{kind}={flag}");
        }
    }
}
