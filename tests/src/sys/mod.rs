//! Checks minifilter-sys against the fact tables: its sources are parsed, its numbers compared row by row.

pub mod constants;
pub mod declarations;
pub mod facts;
pub mod functions;
pub mod layouts;

pub use declarations::Declarations;

/// The processors that minifilter-sys is declared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arch {
    X64,
    Arm64,
}

impl Arch {
    /// Both.
    pub const ALL: [Arch; 2] = [Arch::X64, Arch::Arm64];

    /// Its name in the fact tables.
    pub fn name(self) -> &'static str {
        match self {
            Arch::X64 => "x64",
            Arch::Arm64 => "arm64",
        }
    }

    /// Its name in `cfg(target_arch = …)`.
    pub fn rust_name(self) -> &'static str {
        match self {
            Arch::X64 => "x86_64",
            Arch::Arm64 => "aarch64",
        }
    }
}

/// Panics with every fault on a line of its own.
pub fn assert_no_faults(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
