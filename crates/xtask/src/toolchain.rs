//! Toolchain — decides from what a machine has which compiler, core library and linker make a .sys.
//!
//! The decision is a pure function over a [`Machine`], so that every path is tested on any machine.
//! What is there already is preferred to what would have to be fetched; `setup.rs` carries steps out.

use crate::workspace::Arch;
use std::path::PathBuf;

/// The oldest compiler that the sources are written for.
pub const MINIMUM: Version = Version(1, 95);

/// A compiler's major and minor version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

/// A rustc that was found, and what its sysroot holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiler {
    pub path: PathBuf,
    pub version: Version,
    /// Windows targets whose core library is installed.
    pub targets: Vec<Arch>,
    /// The standard library's sources, if they are installed.
    pub sources: Option<PathBuf>,
}

/// A pair of distribution packages that bring a compiler and its library sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub compiler: &'static str,
    pub sources: &'static str,
    pub version: Option<Version>,
}

/// How packages can be installed without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    Root,
    Sudo,
    None,
}

/// What was found on this machine.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// rustup's or the ambient compiler first, the distribution's after it.
    pub compilers: Vec<Compiler>,
    pub linker: Option<PathBuf>,
    pub rustup: bool,
    /// `None` where there is no apt-get.
    pub apt: Option<Privilege>,
    pub offers: Vec<Offer>,
    /// The distribution's newest package of LLVM's linker, if apt's lists have one.
    pub lld: Option<&'static str>,
}

/// Something set-up can do to get further; each is tried at most once, packages once more after an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    RustupTarget,
    UpdatePackageLists,
    InstallPackages(Vec<&'static str>),
}

/// Where the core library of the Windows target comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Core {
    /// Precompiled, in the compiler's sysroot.
    Installed,
    /// Compiled with the driver, from the sources in the compiler's sysroot.
    Sources(PathBuf),
}

/// A toolchain that can make a .sys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    pub rustc: PathBuf,
    pub core: Core,
    pub linker: PathBuf,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    Ready(Toolchain),
    Do(Step),
    Impossible(String),
}

/// Decides the next step towards a toolchain for `arch`, given the steps tried so far.
pub fn plan(machine: &Machine, arch: Arch, tried: &[Step]) -> Plan {
    let core = find_core(machine, arch);
    if let (Some((rustc, core)), Some(linker)) = (&core, &machine.linker) {
        return Plan::Ready(Toolchain {
            rustc: rustc.clone(),
            core: core.clone(),
            linker: linker.clone(),
        });
    }
    if core.is_none() && machine.rustup && !tried.contains(&Step::RustupTarget) {
        return Plan::Do(Step::RustupTarget);
    }
    let Some(Privilege::Root | Privilege::Sudo) = machine.apt else {
        return Plan::Impossible(missing(machine, arch, core.is_some()));
    };
    match wanted_packages(machine, core.is_some()) {
        Some(names) if !installed_since_update(tried) => Plan::Do(Step::InstallPackages(names)),
        _ if !tried.contains(&Step::UpdatePackageLists) => Plan::Do(Step::UpdatePackageLists),
        _ => Plan::Impossible(missing(machine, arch, core.is_some())),
    }
}

/// What to install; `None` where apt's lists have nothing that is new enough.
fn wanted_packages(machine: &Machine, core_found: bool) -> Option<Vec<&'static str>> {
    if core_found {
        return Some(vec![machine.lld?]);
    }
    let offer = machine
        .offers
        .iter()
        .find(|offer| offer.version.is_some_and(|version| version >= MINIMUM))?;
    let mut names = vec![offer.compiler, offer.sources];
    if machine.linker.is_none() {
        names.push(machine.lld?);
    }
    Some(names)
}

fn find_core(machine: &Machine, arch: Arch) -> Option<(PathBuf, Core)> {
    let usable = || {
        machine
            .compilers
            .iter()
            .filter(|compiler| compiler.version >= MINIMUM)
    };
    let installed = usable().find(|compiler| compiler.targets.contains(&arch));
    if let Some(compiler) = installed {
        return Some((compiler.path.clone(), Core::Installed));
    }
    usable().find_map(|compiler| {
        Some((
            compiler.path.clone(),
            Core::Sources(compiler.sources.clone()?),
        ))
    })
}

/// Old lists name packages that the servers no longer have, so one more attempt follows their update.
fn installed_since_update(tried: &[Step]) -> bool {
    tried
        .iter()
        .rev()
        .take_while(|step| **step != Step::UpdatePackageLists)
        .any(|step| matches!(step, Step::InstallPackages(_)))
}

fn missing(machine: &Machine, arch: Arch, core_found: bool) -> String {
    let mut lines = vec![format!(
        "this machine cannot build for {} yet; missing:",
        arch.target()
    )];
    if !core_found {
        lines.push(format!(
            "  a core library for that target: `rustup target add {}`,\n  or on Debian (as root) `apt-get update && apt-get install rustc-web rust-web-src`, version {}.{} or later",
            arch.target(),
            MINIMUM.0,
            MINIMUM.1
        ));
    }
    if machine.linker.is_none() {
        lines.push("  a linker for PE files: rust-lld of a rustup toolchain, or lld-link (Debian package lld)".to_owned());
    }
    if machine.apt == Some(Privilege::None) {
        lines.push(
            "  (packages were not installed for you: neither root nor password-less sudo)"
                .to_owned(),
        );
    }
    lines.join("\n")
}

#[cfg(test)]
#[path = "toolchain_tests.rs"]
mod tests;
