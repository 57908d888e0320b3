//! `cargo xtask package` — the driver package, signed for tests, without Windows.
//!
//! The catalog is missing: only inf2cat of the WDK makes one, and a system that installs the package wants it. What is here can
//! be checked, loaded by drydock, and completed on Windows (`cargo make` makes all of it there).

use crate::workspace::{self, Arch};
use crate::{build, inf, packages, progress, targets};
use anyhow::{Context, Result, bail};
use inf_file::{Inf, check};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask package                  target/package/x64: .sys, .inf, .pdb and the test certificate
  cargo xtask package --arch arm64     the same for ARM64

The key of the test certificate is in target/package/test-signing; it is made once and trusted by nobody.")]
pub struct Args {
    /// The processor to package for
    #[arg(long, value_enum, default_value = "x64")]
    arch: Arch,
}

const NAME: &str = "ringfence";

pub fn run(args: &Args) -> Result<ExitCode> {
    let folder = make(args.arch)?;
    let shown = folder.strip_prefix(workspace::root()?).unwrap_or(&folder);
    println!("{}", shown.display());
    let mut files: Vec<_> = fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        let name = file.file_name();
        println!(
            "  {:<16} {:>9} bytes",
            name.to_string_lossy(),
            file.metadata()?.len()
        );
    }
    println!("  no {NAME}.cat: only inf2cat of the WDK makes a catalog; see docs/windows.md");
    Ok(ExitCode::SUCCESS)
}

/// Makes the package beside its place, and moves it there when it is whole.
pub fn make(arch: Arch) -> Result<PathBuf> {
    tools()?;
    let built = build::sys_files(arch, &[targets::driver()?])?;
    let sys = built.first().context("the driver was not built")?;
    let all = workspace::root()?.join("target/package");
    let key = test_key(&all.join("test-signing"))?;
    let place = tempfile::Builder::new()
        .prefix(".unfinished-")
        .tempdir_in(&all)
        .context("cannot make a folder in target/package")?;
    fill(place.path(), arch, sys, &key)?;
    let folder = all.join(arch.folder());
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::rename(place.keep(), &folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// openssl makes certificates, osslsigncode signs as Windows wants it.
fn tools() -> Result<()> {
    let missing: Vec<&str> = ["openssl", "osslsigncode"]
        .into_iter()
        .filter(|tool| which::which(tool).is_err())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if packages::privilege().is_none() {
        bail!(
            "install {}: the package is signed with them",
            missing.join(" and ")
        );
    }
    packages::install_anew(&missing)
}

struct Key {
    key: PathBuf,
    certificate: PathBuf,
}

/// A key and a certificate for signing code, made once.
fn test_key(folder: &Path) -> Result<Key> {
    let found = Key {
        key: folder.join("key.pem"),
        certificate: folder.join("certificate.pem"),
    };
    if found.key.exists() && found.certificate.exists() {
        return Ok(found);
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut command = Command::new("openssl");
    command
        .args([
            "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-sha256", "-days", "3650",
        ])
        .args(["-subj", "/CN=Ringfence test signing"])
        .args(["-addext", "keyUsage=critical,digitalSignature"])
        .args(["-addext", "extendedKeyUsage=codeSigning"])
        .arg("-keyout")
        .arg(&found.key)
        .arg("-out")
        .arg(&found.certificate);
    progress::quiet("making a certificate for test signing", &mut command)?;
    Ok(found)
}

fn fill(folder: &Path, arch: Arch, sys: &Path, key: &Key) -> Result<()> {
    let in_package = |extension: &str| folder.join(NAME).with_extension(extension);
    let copy = |from: &Path, to: &Path| {
        fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))
    };
    copy(&sys.with_extension("pdb"), &in_package("pdb"))?;
    let text = inf::stamped(arch, NAME)?;
    checked(&text)?;
    fs::write(in_package("inf"), text).context("cannot write the INF")?;
    sign(sys, &in_package("sys"), key)?;
    let mut command = Command::new("openssl");
    command
        .args(["x509", "-outform", "DER", "-in"])
        .arg(&key.certificate);
    command.arg("-out").arg(in_package("cer"));
    progress::quiet("writing the certificate as Windows reads it", &mut command)?;
    Ok(())
}

/// An INF that set-up would refuse is not packaged.
fn checked(text: &str) -> Result<()> {
    let inf = Inf::decode(text.as_bytes())
        .map_err(|reason| anyhow::anyhow!("inf/{NAME}.inx: {reason}"))?;
    let problems: Vec<String> = check::problems(&inf)
        .iter()
        .map(ToString::to_string)
        .collect();
    if !problems.is_empty() {
        bail!("inf/{NAME}.inx:\n  {}", problems.join("\n  "));
    }
    Ok(())
}

fn sign(from: &Path, to: &Path, key: &Key) -> Result<()> {
    let mut command = Command::new("osslsigncode");
    command
        .args([
            "sign",
            "-h",
            "sha256",
            "-n",
            "Ringfence file activity recorder",
            "-certs",
        ])
        .arg(&key.certificate)
        .arg("-key")
        .arg(&key.key)
        .arg("-in")
        .arg(from)
        .arg("-out")
        .arg(to);
    progress::quiet("signing ringfence.sys for tests", &mut command)?;
    Ok(())
}
