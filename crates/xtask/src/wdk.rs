//! `cargo xtask wdk` — compiles the driver with feature `wdk`, without Windows.
//!
//! Microsoft's crates have build scripts that run on Windows with the WDK only. Here their own sources are compiled, over
//! bindings that `tests/wdk` makes from the headers of mingw-w64 with wdk-build's options. So names, spellings, types and
//! layouts of everything that feature `wdk` takes over are checked; what only the WDK's headers can show is not.

use crate::toolchain::Toolchain;
use crate::workspace::{self, Arch};
use crate::{build, packages, progress, setup};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
#[command(after_help = "Example:
  cargo xtask wdk      compile the driver with feature `wdk`, over stand-ins for the WDK's bindings")]
pub struct Args {}

/// Microsoft's crates, and what each needs of the others and of the registry.
const CRATES: [(&str, &[&str]); 4] = [
    ("wdk-sys", &["rustversion", "wdk-macros"]),
    ("wdk", &["cfg-if", "wdk-sys"]),
    ("wdk-alloc", &["wdk-sys"]),
    ("wdk-panic", &["wdk"]),
];

const HEADERS: &str = "/usr/share/mingw-w64/include";

pub fn run(_args: &Args) -> Result<ExitCode> {
    check()?;
    println!("ringfence compiles with feature `wdk`, over bindings from the headers of mingw-w64");
    Ok(ExitCode::SUCCESS)
}

/// Compiles the driver with feature `wdk` over the stand-ins.
pub fn check() -> Result<()> {
    let toolchain = setup::toolchain(Arch::X64)?;
    let clang = clang()?;
    let dir = workspace::root()?.join("target/wdk");
    bindings(&clang, &dir.join("bindings"))?;
    for (name, needs) in CRATES {
        stand_in(&dir, name, needs)?;
    }
    compile(&toolchain, &dir)
}

/// The folder of LLVM with libclang and clang's own headers; these, and mingw-w64's headers, are installed where missing.
fn clang() -> Result<PathBuf> {
    let ready = || installed().filter(|_| Path::new(HEADERS).join("ddk/ntifs.h").exists());
    if let Some(found) = ready() {
        return Ok(found);
    }
    let names = ["libclang1-19", "libclang-common-19-dev", "mingw-w64-common"];
    packages::install_anew(&names)?;
    ready().with_context(|| format!("{} did not bring libclang and {HEADERS}", names.join(", ")))
}

/// The newest LLVM with both the library and the headers.
fn installed() -> Option<PathBuf> {
    let folders = (15..40)
        .rev()
        .map(|version| PathBuf::from(format!("/usr/lib/llvm-{version}")));
    folders
        .into_iter()
        .find(|folder| resources(folder).is_some() && library(folder))
}

fn library(folder: &Path) -> bool {
    let Ok(mut files) = folder.join("lib").read_dir() else {
        return false;
    };
    files.any(|file| {
        file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libclang-"))
    })
}

fn resources(folder: &Path) -> Option<PathBuf> {
    let versions = folder.join("lib/clang").read_dir().ok()?;
    let folders = versions.flatten().map(|version| version.path());
    folders
        .into_iter()
        .find(|folder| folder.join("include/stddef.h").exists())
}

fn bindings(clang: &Path, out: &Path) -> Result<()> {
    let resources = resources(clang).context("clang's headers are gone")?;
    let mut command = workspace::cargo()?;
    command.args([
        "run",
        "--quiet",
        "--package",
        "ringfence-wdk-bindings",
        "--",
    ]);
    command
        .args(["--headers", HEADERS, "--resources"])
        .arg(resources)
        .arg(out);
    command.env("LIBCLANG_PATH", clang.join("lib"));
    progress::quiet(
        "making bindings like wdk-sys's from the headers of mingw-w64",
        &mut command,
    )?;
    Ok(())
}

/// One of Microsoft's crates as it is in the registry, with another build script.
fn stand_in(dir: &Path, name: &str, needs: &[&str]) -> Result<()> {
    let (source, version) = published(name)?;
    let folder = dir.join(name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let needs: String = needs
        .iter()
        .map(|need| format!("{need} = \"*\"\n"))
        .collect();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [lib]\npath = {source:?}\n\n[features]\ntest-stubs = []\n\n[dependencies]\n{needs}"
    );
    write(&folder.join("Cargo.toml"), &manifest)?;
    write(&folder.join("build.rs"), BUILD_SCRIPT)
}

const BUILD_SCRIPT: &str = r#"use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rustc-check-cfg=cfg(driver_model__driver_type, values(any()))");
    println!("cargo::rustc-cfg=driver_model__driver_type=\"WDM\"");
    println!("cargo::rerun-if-changed=../bindings");
    let out = env::var("OUT_DIR").unwrap();
    for file in ["types.rs", "constants.rs", "ntddk.rs"] {
        fs::copy(Path::new("../bindings").join(file), Path::new(&out).join(file)).unwrap();
    }
}
"#;

/// The crate's root file and version in the registry.
fn published(name: &str) -> Result<(PathBuf, String)> {
    let mut command = cargo_metadata::MetadataCommand::new();
    command
        .manifest_path(workspace::root()?.join("Cargo.toml"))
        .other_options(["--features".to_owned(), "wdk".to_owned()]);
    let metadata = command
        .exec()
        .context("cannot read the workspace's metadata")?;
    let package = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == name);
    let package = package.with_context(|| format!("feature `wdk` does not depend on {name}"))?;
    let library = package.targets.iter().find(|target| target.is_lib());
    let library = library.with_context(|| format!("{name} is no library"))?;
    Ok((library.src_path.clone().into(), package.version.to_string()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(()); // cargo looks at the time of a file
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn compile(toolchain: &Toolchain, dir: &Path) -> Result<()> {
    let mut command = build::compile(toolchain, Arch::X64, "check")?;
    command.args(["--package", "ringfence", "--lib", "--features", "wdk"]);
    for (name, _) in CRATES {
        let path = dir.join(name);
        command
            .arg("--config")
            .arg(format!("patch.crates-io.{name}.path={path:?}"));
    }
    keep_lock_file(|| {
        progress::quiet("compiling ringfence with feature `wdk`", &mut command)?;
        Ok(())
    })
}

/// A patch changes Cargo.lock; afterwards it is as it was.
fn keep_lock_file(work: impl FnOnce() -> Result<()>) -> Result<()> {
    let path = workspace::root()?.join("Cargo.lock");
    let before = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let outcome = work();
    if fs::read(&path).is_ok_and(|after| after != before) {
        fs::write(&path, before).with_context(|| format!("cannot write {}", path.display()))?;
    }
    outcome
}
