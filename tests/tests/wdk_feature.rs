//! Feature `wdk`: where it differs from the portable build, and that its table names all that the library uses.
//!
//! That the table is true to wdk-sys is checked where it is compiled (`cargo xtask wdk`).

use ringfence_tests::bounds::Source;
use ringfence_tests::drydock::root;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The files that may ask for the feature, and how often. The differences themselves are in `minifilter-sys/src/wdk.rs` and
/// `minifilter/src/runtime/`.
const SITES: [(&str, usize); 3] = [
    ("build.rs", 3),
    ("crates/minifilter-sys/src/lib.rs", 3),
    ("crates/minifilter/src/lib.rs", 2),
];

/// What the library uses of `nt` and does not take from wdk-sys, and why.
const OURS: [(&str, &str); 5] = [
    ("DEVICE_TYPE", "a macro in the WDK"),
    ("EX_PUSH_LOCK", "only FltMgr's functions take one"),
    ("KTRANSACTION", "only FltMgr's functions take one"),
    (
        "IRP_MJ_",
        "these numbers of FltMgr's own are in fltKernel.h",
    ),
    ("KeBugCheckEx", "the portable panic handler"),
];

#[test]
fn nothing_asks_for_the_feature_but_the_files_named_for_it() {
    let mut found = vec![("build.rs".to_owned(), sites(&root().join("build.rs")))];
    for folder in ["driver", "crates"] {
        for file in rust_files(&root().join(folder)) {
            let shown = file.strip_prefix(root()).expect("inside the project");
            found.push((shown.to_string_lossy().into_owned(), sites(&file)));
        }
    }
    found.retain(|(_, sites)| *sites > 0);
    found.sort();
    assert_eq!(
        found,
        SITES.map(|(path, sites)| (path.to_owned(), sites)),
        "a difference that docs/windows.md does not name"
    );
}

fn sites(file: &Path) -> usize {
    let text = fs::read_to_string(file).expect("a source can be read");
    text.matches(r#"feature = "wdk""#).count()
}

#[test]
fn what_the_library_takes_from_the_kernel_s_headers_comes_from_wdk_sys() {
    let table = words(&root().join("crates/minifilter-sys/src/wdk.rs"));
    let nt = declared(&root().join("crates/minifilter-sys/src/nt"));
    let used: BTreeSet<String> = Source::of_library()
        .into_iter()
        .flat_map(|source| source.tokens)
        .filter(|word| nt.contains(word))
        .collect();
    assert!(used.len() > 150, "only {} names are used", used.len());
    let is_ours = |name: &String| {
        OURS.iter().any(|(ours, _)| {
            name == ours
                || (ours.ends_with('_') && name.starts_with(ours))
                || *name == format!("P{ours}")
        })
    };
    let left: Vec<_> = used
        .difference(&table)
        .filter(|name| !is_ours(name))
        .collect();
    assert!(left.is_empty(), "not in wdk.rs: {left:?}");
}

fn words(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).expect("a source can be read");
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .map(str::to_owned)
        .collect()
}

/// The names of all types, constants and functions below `folder`.
fn declared(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in rust_files(folder) {
        let text = fs::read_to_string(&file).expect("a source can be read");
        for item in syn::parse_file(&text).expect("Rust").items {
            match item {
                syn::Item::Const(item) => drop(names.insert(item.ident.to_string())),
                syn::Item::Struct(item) => drop(names.insert(item.ident.to_string())),
                syn::Item::Type(item) => drop(names.insert(item.ident.to_string())),
                syn::Item::Union(item) => drop(names.insert(item.ident.to_string())),
                syn::Item::ForeignMod(block) => {
                    names.extend(block.items.iter().filter_map(function))
                }
                _ => {}
            }
        }
    }
    names
}

fn function(item: &syn::ForeignItem) -> Option<String> {
    match item {
        syn::ForeignItem::Fn(item) => Some(item.sig.ident.to_string()),
        _ => None,
    }
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
