//! The documents: what they link to exists, and the example that the README shows is the one that is built.

use ringfence_tests::{drydock, pinned};
use std::fs;
use std::path::{Path, PathBuf};

fn documents() -> Vec<PathBuf> {
    let root = drydock::root();
    let docs = fs::read_dir(root.join("docs")).expect("docs can be read");
    let docs = docs.map(|entry| entry.expect("an entry").path());
    let mut all = vec![root.join("README.md"), root.join("CHANGELOG.md")];
    all.extend(docs.filter(|path| path.extension().is_some_and(|end| end == "md")));
    all
}

/// The targets of `[text](target)` that are files of the project.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1);
    targets
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

/// Links of a document that lead nowhere.
fn broken(document: &Path) -> Vec<String> {
    let text = fs::read_to_string(document).expect("a document can be read");
    let folder = document.parent().expect("a document is in a folder");
    let missing = links(&text).filter(|target| !folder.join(target).exists());
    missing
        .map(|target| format!("{}: {target}", document.display()))
        .collect()
}

#[test]
fn every_link_to_a_file_leads_to_one() {
    let all = documents();
    assert!(all.len() > 3, "{all:?}");
    let broken: Vec<_> = all.iter().flat_map(|document| broken(document)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let place = tempfile::tempdir().expect("a temporary directory");
    let document = place.path().join("page.md");
    fs::write(&document, "[a](page.md#part) [b](https://x.y) [c](gone.md)").expect("written");
    let found = broken(&document);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("gone.md"), "{found:?}");
}

#[test]
fn the_readme_shows_the_smallest_example_whole() {
    let path = drydock::root().join("crates/minifilter/examples/null.rs");
    let example = fs::read_to_string(path).expect("the example can be read");
    pinned::assert_section("README.md", "null.rs", &format!("```rust\n{example}```\n"));
}
