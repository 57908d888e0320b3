//! The house stands as docs/architecture.md says: who may depend on whom, and where unsafe code may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};

/// Every dependency between packages of the workspace that is allowed.
const ALLOWED: [(&str, &str); 4] = [
    ("minifilter", "minifilter-sys"),
    ("ringfence", "minifilter"),
    ("drydock", "minifilter-sys"),
    ("drydock", "inf-file"),
];
/// Packages that only check or build the others, and may look at all of them but through their own front doors.
const TOOLS: [&str; 5] = [
    "xtask",
    "ringfence-tests",
    "ringfence-faulty",
    "ringfence-probe",
    "ringfence-wdk-bindings",
];

#[test]
fn dependencies_run_one_way() {
    let wrong: Vec<_> = inner_dependencies()
        .into_iter()
        .filter(|(from, _)| !TOOLS.contains(&from.as_str()))
        .filter(|(from, to)| !ALLOWED.contains(&(from.as_str(), to.as_str())))
        .collect();
    assert!(wrong.is_empty(), "not allowed: {wrong:?}");
}

#[test]
fn the_bench_does_not_share_the_library_s_mistakes() {
    let reached = reachable("drydock");
    assert!(
        !reached.contains("minifilter"),
        "drydock reaches {reached:?}"
    );
}

#[test]
fn the_driver_forbids_unsafe_code_and_has_none() {
    let root = root().join("driver");
    let lib = fs::read_to_string(root.join("lib.rs")).unwrap();
    assert!(lib.contains("#![forbid(unsafe_code)]"));
    for file in rust_files(&root) {
        let text = fs::read_to_string(&file).unwrap();
        let found = text
            .lines()
            .find(|line| !line.contains("unsafe_code") && line.contains("unsafe"));
        assert_eq!(found, None, "in {}", file.display());
    }
}

#[test]
fn every_package_inherits_the_workspace_s_lints() {
    for package in metadata().workspace_packages() {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        let inherits = manifest.contains("[lints]\nworkspace = true");
        assert!(inherits, "{} does not", package.manifest_path);
    }
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .no_deps()
        .manifest_path(root().join("Cargo.toml"))
        .exec()
        .unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .into()
}

/// All (from, to) pairs inside the workspace, whatever the kind of dependency.
fn inner_dependencies() -> BTreeSet<(String, String)> {
    let metadata = metadata();
    let members: BTreeSet<_> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let mut pairs = BTreeSet::new();
    for package in metadata.workspace_packages() {
        for dependency in &package.dependencies {
            if members.contains(&dependency.name) {
                pairs.insert((package.name.to_string(), dependency.name.clone()));
            }
        }
    }
    pairs
}

/// Everything inside the workspace that `from` depends on, directly or not.
fn reachable(from: &str) -> BTreeSet<String> {
    let pairs = inner_dependencies();
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(name) = open.pop() {
        for (_, to) in pairs.iter().filter(|(from, _)| *from == name) {
            if reached.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    reached
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
