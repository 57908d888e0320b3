//! Places inside the checkout, and cargo started in it.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The processor architectures that a .sys is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Arch {
    X64,
    Arm64,
}

impl Arch {
    /// The folder name under target/driver/, as Windows tools spell it.
    pub fn folder(self) -> &'static str {
        match self {
            Self::X64 => "x64",
            Self::Arm64 => "arm64",
        }
    }

    /// rustc's name of the Windows target.
    pub fn target(self) -> &'static str {
        match self {
            Self::X64 => "x86_64-pc-windows-msvc",
            Self::Arm64 => "aarch64-pc-windows-msvc",
        }
    }

    /// rustc's name of the processor.
    pub fn cpu(self) -> &'static str {
        match self {
            Self::X64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    /// The architecture as /MACHINE of a Microsoft linker spells it.
    pub fn machine(self) -> &'static str {
        match self {
            Self::X64 => "x64",
            Self::Arm64 => "arm64",
        }
    }
}

/// The checkout's root directory.
pub fn root() -> Result<PathBuf> {
    let own = env::var_os("CARGO_MANIFEST_DIR").context("start this as `cargo xtask`")?;
    let root = Path::new(&own)
        .ancestors()
        .nth(2)
        .context("CARGO_MANIFEST_DIR is not crates/xtask")?;
    Ok(root.to_path_buf())
}

/// Where the finished .sys files of one architecture are put.
pub fn driver_dir(arch: Arch) -> Result<PathBuf> {
    Ok(root()?.join("target/driver").join(arch.folder()))
}

/// The cargo that started this program, in the checkout's root.
pub fn cargo() -> Result<Command> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()?);
    // Set for this program by `cargo run`; a cargo below must not take them for its own package's.
    for (name, _) in
        env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_"))
    {
        command.env_remove(name);
    }
    command
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_MANIFEST_PATH");
    Ok(command)
}
