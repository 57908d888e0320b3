//! Pinned outputs — files in tests/pinned that a test's output must equal; `cargo xtask bless` rewrites them.

use std::path::Path;
use std::{env, fs};

/// Compares text with a pinned file, or writes the file when BLESS is set. `detail` is shown on a difference.
#[track_caller]
pub fn assert_equal(name: &str, text: &str, detail: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("pinned")
        .join(name);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return;
    }
    let pinned =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(
        pinned == text,
        "tests/pinned/{name} differs; if that is meant: cargo xtask bless\n--- pinned\n{pinned}--- found\n{text}{detail}"
    );
}

/// Compares text with what stands between `<!-- NAME -->` and `<!-- /NAME -->` in a file of the project, or writes it
/// there when BLESS is set.
#[track_caller]
pub fn assert_section(file: &str, name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let whole =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = whole
        .split_once(&open)
        .unwrap_or_else(|| panic!("{file} has no {open}"));
    let (pinned, after) = rest
        .split_once(&close)
        .unwrap_or_else(|| panic!("{file} has no {close}"));
    if env::var_os("BLESS").is_some() {
        fs::write(&path, format!("{before}{open}{text}{close}{after}"))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return;
    }
    assert!(
        pinned == text,
        "{name} in {file} differs; if that is meant: cargo xtask bless\n--- pinned\n{pinned}--- found\n{text}"
    );
}
