//! `cargo xtask build` — makes the .sys files, in the portable way: no WDK, no Windows.

use crate::faulty;
use crate::targets::{self, SysTarget};
use crate::toolchain::{Core, Toolchain};
use crate::workspace::{self, Arch};
use crate::{identity, image, inf, link_flags, progress, setup};
use anyhow::{Context, Result};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask build                    target/driver/x64/ringfence.sys, .pdb and .inf
  cargo xtask build --arch arm64       the same for ARM64
  cargo xtask build --example null     target/driver/x64/null.sys
  cargo xtask build --all              the driver, all examples and the faulty drivers of the tests")]
pub struct Args {
    /// The processor to build for
    #[arg(long, value_enum, default_value = "x64")]
    arch: Arch,
    /// Build one example instead of the driver
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    example: Option<String>,
    /// Build the driver, every example and the faulty drivers of the tests
    #[arg(long)]
    all: bool,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let wanted = match &args.example {
        Some(name) => vec![targets::example(name)?],
        None if args.all => targets::all()?,
        None => vec![targets::driver()?],
    };
    for path in sys_files(args.arch, &wanted)? {
        let shown = path
            .strip_prefix(workspace::root()?)
            .unwrap_or(&path)
            .display()
            .to_string();
        println!("{shown}  {} bytes", fs::metadata(&path)?.len());
    }
    if args.all && args.arch == Arch::X64 {
        faulty::sys_files()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds targets for one architecture and returns the paths of the .sys files.
pub fn sys_files(arch: Arch, wanted: &[SysTarget]) -> Result<Vec<PathBuf>> {
    let toolchain = setup::toolchain(arch)?;
    wanted
        .iter()
        .map(|target| sys_file(&toolchain, arch, target))
        .collect()
}

fn sys_file(toolchain: &Toolchain, arch: Arch, target: &SysTarget) -> Result<PathBuf> {
    let mut command = compile(toolchain, arch, "rustc")?;
    command.args(["--profile", "driver", "--package", &target.package]);
    match target.example {
        true => command.args(["--example", &target.name]),
        false => command.arg("--lib"),
    };
    for feature in &target.features {
        command.args(["--features", feature]);
    }
    // Cargo adds a hash to an example's file name; the debugger shall look for NAME.pdb.
    command
        .arg("--")
        .arg(format!("-Clink-arg=/PDBALTPATH:{}.pdb", target.name));
    // The whole program is compiled at its link, so that its last crate's setting is everybody's.
    command.arg("-Ccontrol-flow-guard=yes");
    if target.example {
        // The driver gets them from its build script, which cannot reach an example.
        command.args(link_flags::flags(arch.cpu()).map(|flag| format!("-Clink-arg={flag}")));
    }
    progress::quiet(
        &format!("building {}.sys for {}", target.name, arch.folder()),
        &mut command,
    )?;
    deliver(arch, target)
}

/// A cargo command that compiles for Windows with the toolchain found.
pub fn compile(toolchain: &Toolchain, arch: Arch, subcommand: &str) -> Result<Command> {
    let mut command = workspace::cargo()?;
    // A directory of its own: another compiler makes it, and cargo would otherwise rebuild in turns.
    command
        .arg(subcommand)
        .args(["--target", arch.target()])
        .arg("--target-dir")
        .arg(windows_dir()?);
    command
        .env("RUSTC", &toolchain.rustc)
        .env_remove("RUSTFLAGS");
    if let Core::Sources(_) = toolchain.core {
        command.env("RUSTC_BOOTSTRAP", "1");
        command.args([
            "-Zbuild-std=core,alloc",
            "-Zbuild-std-features=compiler-builtins-mem",
        ]);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", rust_flags(toolchain, arch)?);
    Ok(command)
}

/// What depends on this machine: the linker, and the paths that must not be found in the .sys.
/// What is the same everywhere is in driver/link_flags.rs.
fn rust_flags(toolchain: &Toolchain, arch: Arch) -> Result<OsString> {
    let mut flags: Vec<OsString> = vec![
        "-Clinker-flavor=lld-link".into(),
        joined("-Clinker=", &toolchain.linker),
    ];
    for (path, name) in machine_paths(toolchain)? {
        let mut flag = joined("--remap-path-prefix=", &path);
        flag.push(format!("={name}"));
        flags.push(flag);
    }
    if toolchain.core == Core::Installed {
        flags.push(joined("-Clink-arg=", &memory_functions(toolchain, arch)?));
    }
    Ok(flags.join(OsStr::new("\u{1f}")))
}

fn machine_paths(toolchain: &Toolchain) -> Result<Vec<(PathBuf, &'static str)>> {
    let mut paths = vec![(workspace::root()?, "ringfence")];
    let home = env::home_dir().unwrap_or_default();
    paths.push((
        env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from),
        "cargo",
    ));
    if let Core::Sources(library) = &toolchain.core {
        paths.push((library.clone(), "library"));
        paths.push((library.canonicalize()?, "library")); // a link into /usr/src on Debian
    }
    Ok(paths)
}

/// An import library with the kernel's own memcpy and its kin.
///
/// The compiler calls them everywhere. A core library compiled with the driver brings them; a precompiled
/// one for this target leaves them to the C runtime, of which a driver has only what ntoskrnl.exe exports.
fn memory_functions(toolchain: &Toolchain, arch: Arch) -> Result<PathBuf> {
    let dir = windows_dir()?.join(arch.target());
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let (definition, library) = (dir.join("memory.def"), dir.join("memory.lib"));
    fs::write(
        &definition,
        "LIBRARY ntoskrnl.exe\nEXPORTS\nmemcmp\nmemcpy\nmemmove\nmemset\n",
    )?;
    let mut command = Command::new(&toolchain.linker);
    if toolchain.linker.ends_with("rust-lld") {
        command.args(["-flavor", "link"]);
    }
    command
        .arg("/lib")
        .arg(format!("/machine:{}", arch.machine()));
    command
        .arg(joined("/def:", &definition))
        .arg(joined("/out:", &library));
    progress::quiet(
        "making the import library of the kernel's memory functions",
        &mut command,
    )?;
    Ok(library)
}

/// Puts the linked image and its symbols where users look for them.
fn deliver(arch: Arch, target: &SysTarget) -> Result<PathBuf> {
    let mut built = windows_dir()?.join(arch.target()).join("driver");
    if target.example {
        built.push("examples");
    }
    let stem = if target.example {
        target.name.clone()
    } else {
        target.name.replace('-', "_")
    };
    let (dll, pdb) = (
        built.join(format!("{stem}.dll")),
        built.join(format!("{stem}.pdb")),
    );
    let mut image = fs::read(&dll).with_context(|| format!("cannot read {}", dll.display()))?;
    let mut symbols = fs::read(&pdb).with_context(|| format!("cannot read {}", pdb.display()))?;
    identity::settle(&mut image, &mut symbols)?;
    let dir = workspace::driver_dir(arch)?;
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let sys = dir.join(format!("{}.sys", target.name));
    let finished =
        image::finish(image).with_context(|| format!("{} is not a driver image", dll.display()))?;
    fs::write(&sys, finished).with_context(|| format!("cannot write {}", sys.display()))?;
    inf::write(arch, &target.name, &sys)?;
    let beside = sys.with_extension("pdb");
    fs::write(&beside, symbols).with_context(|| format!("cannot write {}", beside.display()))?;
    Ok(sys)
}

pub fn windows_dir() -> Result<PathBuf> {
    Ok(workspace::root()?.join("target/windows"))
}

fn joined(prefix: &str, path: &Path) -> OsString {
    let mut text = OsString::from(prefix);
    text.push(path);
    text
}
