//! Set-up — looks at the machine and carries out the steps that `toolchain::plan` asks for.

use crate::toolchain::{Compiler, Machine, Plan, Step, Toolchain, Version, plan};
use crate::workspace::{self, Arch};
use crate::{packages, progress};
use anyhow::{Result, bail};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Finds a toolchain that makes a .sys for `arch`, installing what is missing.
pub fn toolchain(arch: Arch) -> Result<Toolchain> {
    let mut tried = Vec::new();
    loop {
        match plan(&look(arch), arch, &tried) {
            Plan::Ready(toolchain) => return Ok(toolchain),
            Plan::Impossible(message) => bail!(message),
            Plan::Do(step) => {
                perform(&step, arch);
                tried.push(step);
            }
        }
    }
}

/// Carries out one step. A failure is said and not fatal: the next plan knows other ways or ends the search.
fn perform(step: &Step, arch: Arch) {
    let outcome = match step {
        Step::RustupTarget => add_target(arch),
        Step::UpdatePackageLists => packages::update(),
        Step::InstallPackages(names) => packages::install(names),
    };
    if let Err(error) = outcome {
        progress::say(&format!("that did not work ({error:#})"));
    }
}

fn add_target(arch: Arch) -> Result<()> {
    let mut command = Command::new("rustup");
    command
        .args(["target", "add", arch.target()])
        .env("RUSTUP_MAX_RETRIES", "0");
    command.current_dir(workspace::root()?);
    progress::say(&format!("asking rustup for the target {}", arch.target()));
    let output = command.output()?;
    if !output.status.success() {
        bail!(
            "rustup: {}",
            complaint(&String::from_utf8_lossy(&output.stderr))
        );
    }
    Ok(())
}

/// What rustup says went wrong, without the chain of causes that it puts on the same line.
fn complaint(stderr: &str) -> &str {
    let line = stderr.lines().find_map(|line| line.strip_prefix("error: "));
    line.and_then(|line| line.split(": ").next())
        .unwrap_or("no reason given")
}

/// What is installed; what could be is asked only when that is not enough, for apt takes its time.
fn look(arch: Arch) -> Machine {
    let compilers = compiler_paths()
        .iter()
        .filter_map(|path| compiler(path))
        .collect();
    let installed = Machine {
        compilers,
        linker: linker(),
        ..Machine::default()
    };
    if matches!(plan(&installed, arch, &[]), Plan::Ready(_)) {
        return installed;
    }
    Machine {
        rustup: which::which("rustup").is_ok(),
        apt: packages::privilege(),
        offers: packages::offers(),
        lld: packages::linker(),
        ..installed
    }
}

/// The compiler of this checkout (RUSTC, else the one rust-toolchain.toml selects), then every other on PATH.
fn compiler_paths() -> Vec<PathBuf> {
    let ambient = env::var_os("RUSTC").map_or_else(|| "rustc".into(), PathBuf::from);
    let mut paths = vec![ambient];
    paths.extend(
        which::which_all("rustc")
            .into_iter()
            .flatten()
            .filter(|path| !is_rustup_proxy(path)),
    );
    paths
}

fn is_rustup_proxy(path: &Path) -> bool {
    path.with_file_name("rustup").exists()
}

fn compiler(path: &Path) -> Option<Compiler> {
    let verbose = text_of(Command::new(path).arg("-vV"))?;
    let sysroot = PathBuf::from(text_of(Command::new(path).args(["--print", "sysroot"]))?.trim());
    let lib = sysroot.join("lib/rustlib");
    let has_core = |arch: &Arch| has_library(&lib.join(arch.target()).join("lib"));
    Some(Compiler {
        path: path.to_path_buf(),
        version: release(&verbose)?,
        targets: [Arch::X64, Arch::Arm64]
            .into_iter()
            .filter(has_core)
            .collect(),
        sources: lib
            .join("src/rust/library")
            .canonicalize()
            .ok()
            .filter(|dir| dir.join("core/Cargo.toml").exists()),
    })
}

fn has_library(dir: &Path) -> bool {
    dir.read_dir()
        .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|e| is_core(&e.file_name()))))
}

fn is_core(name: &OsString) -> bool {
    name.to_string_lossy().starts_with("libcore-")
}

/// Reads `release: 1.95.0` from `rustc -vV`.
fn release(verbose: &str) -> Option<Version> {
    let line = verbose
        .lines()
        .find_map(|line| line.strip_prefix("release: "))?;
    let mut numbers = line.split(['.', '-']).map(str::parse);
    Some(Version(numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// rust-lld of the toolchain in use, else the newest lld-link on PATH; only one that starts.
fn linker() -> Option<PathBuf> {
    let numbered = (14..40).rev().map(|number| format!("lld-link-{number}"));
    let named = numbered
        .chain(["lld-link".to_owned()])
        .filter_map(|name| which::which(name).ok());
    bundled_linker()
        .into_iter()
        .chain(named)
        .find(|path| starts(path))
}

fn bundled_linker() -> Option<PathBuf> {
    let rustc = compiler_paths().into_iter().next()?;
    let libdir = text_of(Command::new(rustc).args(["--print", "target-libdir"]))?;
    Some(Path::new(libdir.trim()).parent()?.join("bin/rust-lld"))
}

fn starts(linker: &Path) -> bool {
    let mut command = Command::new(linker);
    if linker.ends_with("rust-lld") {
        command.args(["-flavor", "link"]);
    }
    command
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn text_of(command: &mut Command) -> Option<String> {
    let root = workspace::root().ok()?;
    let output = command
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rustup_says_is_shortened_to_its_first_clause() {
        let text = "info: downloading\nerror: component download failed: could not: refused\n";
        assert_eq!(complaint(text), "component download failed");
        assert_eq!(complaint(""), "no reason given");
    }

    #[test]
    fn a_release_is_read_from_the_verbose_version() {
        assert_eq!(
            release("rustc 1.95.0\nrelease: 1.95.0\n"),
            Some(Version(1, 95))
        );
        assert_eq!(release("release: 1.97.0-nightly\n"), Some(Version(1, 97)));
        assert_eq!(release("rustc\n"), None);
    }
}
