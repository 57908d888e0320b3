//! Link flags of a .sys: those that are the same on every machine.
//!
//! The root build.rs passes them for the driver. xtask passes the same list to the cdylib examples of other packages, which
//! cargo lets no build script do, and adds what depends on the machine: the linker, and the paths to hide.

/// For a linker that takes link.exe's options.
pub const FLAGS: [&str; 7] = [
    "/DRIVER",           // a driver: keeps relocations
    "/SUBSYSTEM:NATIVE", // runs without the Windows API
    "/ENTRY:DriverEntry",
    "/NODEFAULTLIB", // imports come from raw-dylib, there is no C runtime
    "/RELEASE",      // writes the header checksum, which Windows compares for drivers
    "/Brepro",       // no clock in the time stamps; xtask makes the GUID repeatable too
    "/OPT:NOICF", // identical callbacks keep addresses of their own, for debuggers and Driver Verifier
];
