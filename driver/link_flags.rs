//! Link flags of a .sys: those that are the same on every machine.
//!
//! The root build.rs passes them for the driver. xtask passes the same list to the cdylib examples of other packages, which
//! cargo lets no build script do, and adds what depends on the machine: the linker, and the paths to hide.

/// For a linker that takes link.exe's options.
const FLAGS: [&str; 7] = [
    "/DRIVER",           // a driver: keeps relocations
    "/SUBSYSTEM:NATIVE", // runs without the Windows API
    "/ENTRY:DriverEntry",
    "/NODEFAULTLIB", // imports come from raw-dylib, there is no C runtime
    "/RELEASE",      // writes the header checksum, which Windows compares for drivers
    "/Brepro",       // no clock in the time stamps; xtask makes the GUID repeatable too
    "/OPT:NOICF", // identical callbacks keep addresses of their own, for debuggers and Driver Verifier
];

/// Those for one processor, as rustc spells it.
pub fn flags(architecture: &str) -> impl Iterator<Item = &'static str> {
    // Shadow stacks: nothing here changes a return address. Only x64 has the mark.
    let shadow_stacks = (architecture == "x86_64").then_some("/CETCOMPAT");
    FLAGS.into_iter().chain(shadow_stacks)
}
