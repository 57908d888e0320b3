//! The package of `cargo xtask package`: complete, signed, and what it holds is what was built.

use inf_file::{Inf, check};
use object::pe::IMAGE_DIRECTORY_ENTRY_SECURITY;
use ringfence_tests::command;
use ringfence_tests::drydock::{self, root};
use ringfence_tests::pe::{Image, assert_clean, headers};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const FOLDERS: [&str; 2] = ["x64", "arm64"];

fn file(folder: &str, name: &str) -> PathBuf {
    root().join("target/package").join(folder).join(name)
}

fn certificate() -> PathBuf {
    root().join("target/package/test-signing/certificate.pem")
}

fn signed(folder: &str) -> Image {
    let path = file(folder, "ringfence.sys");
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Image { bytes, path }
}

/// Whether osslsigncode, which is not who made the file's bytes, finds the signature good.
fn is_verified(sys: &Path) -> bool {
    let mut verify = Command::new("osslsigncode");
    verify
        .args(["verify", "-CAfile"])
        .arg(certificate())
        .arg("-in")
        .arg(sys);
    command::within(Duration::from_mins(1), &mut verify)
        .status
        .success()
}

#[test]
fn it_has_what_can_be_made_without_windows() {
    for folder in FOLDERS {
        for name in [
            "ringfence.sys",
            "ringfence.inf",
            "ringfence.pdb",
            "ringfence.cer",
        ] {
            let path = file(folder, name);
            let length = fs::metadata(&path).map_or(0, |data| data.len());
            assert!(length > 100, "{}: {length} bytes", path.display());
        }
        assert!(
            !file(folder, "ringfence.cat").exists(),
            "nobody here makes catalogs"
        );
    }
}

#[test]
fn the_signature_is_good_and_covers_the_image() {
    for folder in FOLDERS {
        let sys = file(folder, "ringfence.sys");
        assert!(is_verified(&sys), "{}", sys.display());
        let mut spoiled = signed(folder);
        let code = spoiled.offset_of(0x1000) + 8;
        spoiled.bytes[code] ^= 1;
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("spoiled.sys");
        fs::write(&path, &spoiled.bytes).expect("the file can be written");
        assert!(
            !is_verified(&path),
            "one bit of {folder} is another and nobody saw it"
        );
    }
}

#[test]
fn the_signed_image_is_the_built_one() {
    for folder in FOLDERS {
        let (built, signed) = (Image::built(&format!("{folder}/ringfence")), signed(folder));
        assert_clean(headers::checksum(&signed));
        let checksum = signed.optional_header_offset() + 64;
        let directory = signed.optional_header_offset() + 112 + IMAGE_DIRECTORY_ENTRY_SECURITY * 8;
        let differs: Vec<usize> = (0..built.bytes.len())
            .filter(|at| built.bytes[*at] != signed.bytes[*at])
            .filter(|at| {
                !(checksum..checksum + 4).contains(at) && !(directory..directory + 8).contains(at)
            })
            .collect();
        assert!(differs.is_empty(), "{folder}: {differs:?}");
        let (start, length) = signed.directory(IMAGE_DIRECTORY_ENTRY_SECURITY);
        assert!(
            start as usize >= built.bytes.len(),
            "the signature lies inside the image"
        );
        assert_eq!(
            (start + length) as usize,
            signed.bytes.len(),
            "it ends where the file does"
        );
    }
}

#[test]
fn its_inf_is_stamped_with_version_and_processor() {
    let versions = env!("CARGO_PKG_VERSION").to_owned() + ".0";
    for (folder, decoration) in [("x64", "NTamd64"), ("arm64", "NTarm64")] {
        let bytes = fs::read(file(folder, "ringfence.inf")).expect("an INF");
        let inf = Inf::decode(&bytes).expect("an INF");
        assert_eq!(check::problems(&inf), [], "{folder}");
        let version = inf.value("Version", "DriverVer").expect("a version");
        assert_eq!(version.get(1), Some(&versions), "{folder}");
        let names: Vec<&str> = inf
            .section_names()
            .filter(|name| name.contains(".NT"))
            .collect();
        assert!(
            names.iter().all(|name| name.contains(decoration)),
            "{names:?}"
        );
    }
}

#[test]
fn its_signed_driver_runs_clean_with_its_own_inf() {
    let (sys, inf) = (file("x64", "ringfence.sys"), file("x64", "ringfence.inf"));
    let inf = inf.to_str().expect("a path in UTF-8");
    let run = drydock::run(&sys, &["--inf", inf]).assert_clean();
    assert_eq!(run.report.attached[0].altitude, "385000");
}
