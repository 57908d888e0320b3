//! Whether a package is worth a copy into the machine: complete, signed, and of one processor.

use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;

/// What must be there, and who makes it.
const NEEDED: [(&str, &str); 4] = [
    ("ringfence.sys", "cargo xtask package"),
    ("ringfence.inf", "cargo xtask package"),
    ("ringfence.pdb", "cargo xtask package"),
    ("ringfence.cat", "cargo make"), // on Windows, which has inf2cat
];

/// Processors by their number in an image, with their name in an INF.
const MACHINES: [(u16, &str); 2] = [(0x8664, "NTamd64"), (0xAA64, "NTarm64")];

pub fn check(package: &Path, certificate: &str) -> Result<()> {
    let certificate = (certificate, "cargo xtask package");
    for (file, made_by) in NEEDED.into_iter().chain([certificate]) {
        let path = package.join(file);
        ensure!(
            path.exists(),
            "{} is missing: run `{made_by}`",
            path.display()
        );
    }
    let path = package.join("ringfence.sys");
    let image = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let Some((machine, signature)) = read(&image) else {
        bail!("{} is no driver image", path.display());
    };
    ensure!(
        signature > 0,
        "{} is not signed: run `cargo make` or `cargo xtask package`",
        path.display()
    );
    let Some((_, name)) = MACHINES.iter().find(|(number, _)| *number == machine) else {
        bail!(
            "{} is for a processor with the number {machine:#x}",
            path.display()
        );
    };
    let inf = package.join("ringfence.inf");
    let text =
        fs::read_to_string(&inf).with_context(|| format!("cannot read {}", inf.display()))?;
    ensure!(
        text.contains(&format!("[DefaultInstall.{name}")),
        "{} has no section for {name}, which ringfence.sys is for",
        inf.display()
    );
    Ok(())
}

/// The processor, and the length of the signature, of a 64-bit image.
fn read(image: &[u8]) -> Option<(u16, u32)> {
    let word = |at: usize| Some(u32::from_le_bytes(*image.get(at..)?.first_chunk()?));
    let headers = word(0x3C)? as usize;
    (word(headers)? == u32::from_le_bytes(*b"PE\0\0")).then_some(())?;
    let machine = word(headers + 4)? as u16;
    // Optional header, its directories, and of these the fifth: address and length.
    let length = word(headers + 24 + 112 + 4 * 8 + 4)?;
    Some((machine, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A package whose image has this processor and signature.
    fn package(machine: u16, signature: u32) -> tempfile::TempDir {
        let place = tempfile::tempdir().expect("a folder");
        let mut image = vec![0; 512];
        image[0x3C] = 0x40;
        image[0x40..0x44].copy_from_slice(b"PE\0\0");
        image[0x44..0x46].copy_from_slice(&machine.to_le_bytes());
        image[0x40 + 172..0x40 + 176].copy_from_slice(&signature.to_le_bytes());
        for (file, _) in NEEDED {
            fs::write(place.path().join(file), "[DefaultInstall.NTamd64]").expect("a file");
        }
        fs::write(place.path().join("ringfence.sys"), image).expect("a file");
        fs::write(place.path().join("x.cer"), "").expect("a file");
        place
    }

    fn refusal(place: &tempfile::TempDir) -> String {
        let error = check(place.path(), "x.cer").expect_err("something is wrong with it");
        error.to_string()
    }

    #[test]
    fn a_whole_package_is_taken() {
        let place = package(0x8664, 2000);
        assert!(check(place.path(), "x.cer").is_ok());
    }

    #[test]
    fn a_file_that_is_missing_is_named_with_its_maker() {
        let place = package(0x8664, 2000);
        fs::remove_file(place.path().join("ringfence.cat")).expect("it was there");
        assert!(refusal(&place).ends_with("ringfence.cat is missing: run `cargo make`"));
    }

    #[test]
    fn an_unsigned_image_is_refused() {
        assert!(refusal(&package(0x8664, 0)).contains("is not signed"));
    }

    #[test]
    fn an_image_for_another_processor_than_its_inf_is_refused() {
        assert!(refusal(&package(0xAA64, 2000)).contains("NTarm64"));
        assert!(refusal(&package(0x14C, 2000)).contains("0x14c"));
    }

    #[test]
    fn what_is_no_image_is_refused() {
        let place = package(0x8664, 2000);
        fs::write(place.path().join("ringfence.sys"), "MZ").expect("a file");
        assert!(refusal(&place).contains("no driver image"));
    }
}
