//! What C minifilters import is modelled, and each model has a test.

use ringfence_tests::drydock::root;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Row {
    function: String,
    published_samples: u32,
    other_minifilters: u32,
}

/// Functions that published samples import, or at least three other minifilters.
fn wanted() -> BTreeSet<String> {
    let path = root().join("tests/facts/imports-of-c-minifilters.csv");
    let rows = csv::Reader::from_path(&path)
        .expect("the table can be read")
        .into_deserialize();
    let rows = rows.map(|row: Result<Row, _>| row.expect("a row"));
    rows.filter(|row| row.published_samples > 0 || row.other_minifilters >= 3)
        .map(|row| row.function)
        .collect()
}

#[test]
fn what_others_import_is_modelled() {
    let modelled: BTreeSet<String> = drydock::exports::all()
        .map(|export| export.name.to_owned())
        .collect();
    let missing: Vec<String> = wanted().difference(&modelled).cloned().collect();
    assert!(missing.is_empty(), "not modelled: {missing:?}");
}

#[test]
fn what_others_import_is_tested() {
    let tests = test_code();
    let untested: Vec<String> = wanted()
        .into_iter()
        .filter(|name| !tests.contains_key(name))
        .collect();
    assert!(untested.is_empty(), "no test names {untested:?}");
}

/// Every word of the bench's tests: what stands behind `mod tests`, in files of tests, and in drivers made for tests.
fn test_code() -> BTreeMap<String, PathBuf> {
    let mut words = BTreeMap::new();
    for folder in ["crates/drydock", "tests/faulty", "tests/probe"] {
        for file in files(&root().join(folder)) {
            let text = fs::read_to_string(&file).expect("a source can be read");
            for word in of_tests(&file, &text).split(|c: char| !c.is_alphanumeric() && c != '_') {
                words.entry(word.to_owned()).or_insert_with(|| file.clone());
            }
        }
    }
    words
}

/// The part of a source that is test code.
fn of_tests<'a>(file: &Path, text: &'a str) -> &'a str {
    let path = file.to_string_lossy();
    let whole = !path.contains("crates/drydock/src") || path.contains("tests");
    if whole {
        return text;
    }
    text.split_once("#[cfg(test)]")
        .map_or("", |(_, tests)| tests)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path
            .extension()
            .is_some_and(|ending| ending == "rs" || ending == "c")
        {
            found.push(path);
        }
    }
    found
}
