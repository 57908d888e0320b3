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
