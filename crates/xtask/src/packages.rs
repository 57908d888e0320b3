//! Packages — what the distribution's apt offers, and installing it.

use crate::progress;
use crate::toolchain::{Offer, Privilege, Version};
use anyhow::{Result, bail};
use std::process::Command;

/// Package pairs that may bring a compiler that is new enough, best first: Debian keeps a current
/// compiler in its stable releases as `rustc-web`.
const PAIRS: [(&str, &str); 2] = [("rustc-web", "rust-web-src"), ("rustc", "rust-src")];
const LINKERS: [&str; 5] = ["lld-22", "lld-21", "lld-20", "lld-19", "lld"];

/// Whether and how this user can install packages without being asked anything.
pub fn privilege() -> Option<Privilege> {
    which::which("apt-get").ok()?;
    if succeeds(Command::new("id").arg("-u"), |text| text.trim() == "0") {
        return Some(Privilege::Root);
    }
    let sudo = succeeds(Command::new("sudo").args(["-n", "true"]), |_| true);
    Some(if sudo {
        Privilege::Sudo
    } else {
        Privilege::None
    })
}

/// What apt would install now.
pub fn offers() -> Vec<Offer> {
    let offer = |(compiler, sources)| Offer {
        compiler,
        sources,
        version: candidate(compiler),
    };
    PAIRS.into_iter().map(offer).collect()
}

/// The newest linker package that apt knows.
pub fn linker() -> Option<&'static str> {
    LINKERS.into_iter().find(|name| candidate(name).is_some())
}

/// Runs `apt-get update`. One list that cannot be fetched is a failure; apt itself would only warn.
pub fn update() -> Result<()> {
    let mut command = apt_get();
    command.args(["update", "-o", "APT::Update::Error-Mode=any"]);
    carry_out("updating the package lists", &mut command)
}

/// Runs `apt-get install` for some packages.
pub fn install(names: &[&str]) -> Result<()> {
    let title = format!("installing the Debian packages {}", names.join(", "));
    let mut command = apt_get();
    command
        .args(["install", "-y", "--no-install-recommends"])
        .args(names);
    carry_out(&title, &mut command)
}

/// Installs packages, a second time with new lists if the first attempt fails: old lists name what servers no longer have.
pub fn install_anew(names: &[&str]) -> Result<()> {
    let Err(error) = install(names) else {
        return Ok(());
    };
    progress::say(&format!(
        "that did not work ({error:#}); the package lists may be old"
    ));
    update()?;
    install(names)
}

/// Runs apt; of its pages of output only the first complaint is passed on.
fn carry_out(title: &str, command: &mut Command) -> Result<()> {
    let output = progress::captured(title, command)?;
    if !output.status.success() {
        bail!("apt-get: {}", complaint(&output.stderr));
    }
    Ok(())
}

/// The first error in apt's output.
fn complaint(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let first = text.lines().find_map(|line| line.strip_prefix("E: "));
    first.unwrap_or("no reason given").trim().to_owned()
}

fn apt_get() -> Command {
    let mut command = match privilege() {
        Some(Privilege::Sudo) => {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            sudo
        }
        _ => Command::new("apt-get"),
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn candidate(package: &str) -> Option<Version> {
    let output = Command::new("apt-cache")
        .args(["policy", package])
        .env("LC_ALL", "C")
        .output()
        .ok()?;
    candidate_version(&String::from_utf8_lossy(&output.stdout))
}

/// Reads the candidate's version from the output of `apt-cache policy`.
fn candidate_version(policy: &str) -> Option<Version> {
    let line = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate:"))?
        .trim();
    let upstream = line.split_once(':').map_or(line, |(_epoch, rest)| rest);
    let mut numbers = upstream
        .split(|c: char| !c.is_ascii_digit())
        .map(str::parse);
    Some(Version(numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn succeeds(command: &mut Command, accept: impl Fn(&str) -> bool) -> bool {
    command
        .output()
        .is_ok_and(|out| out.status.success() && accept(&String::from_utf8_lossy(&out.stdout)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_read_without_epoch_and_revision() {
        let text = "lld:\n  Installed: (none)\n  Candidate: 1:19.1.7-3~deb12u1\n  Version table:\n";
        assert_eq!(candidate_version(text), Some(Version(19, 1)));
    }

    #[test]
    fn the_first_complaint_of_apt_is_passed_on() {
        let text = b"W: old\nE: Failed to fetch http://x  Could not connect\nE: Some more\n";
        assert_eq!(
            complaint(text),
            "Failed to fetch http://x  Could not connect"
        );
        assert_eq!(complaint(b""), "no reason given");
    }

    #[test]
    fn an_unknown_package_has_no_candidate() {
        assert_eq!(
            candidate_version("x:\n  Installed: (none)\n  Candidate: (none)\n"),
            None
        );
        assert_eq!(candidate_version(""), None);
    }
}
