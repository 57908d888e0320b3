//! Leaks — nothing in the .sys tells where it was built.

use super::{Findings, Image};
use std::env;

/// No absolute path of a build machine is in the file.
pub fn machine_paths(image: &Image) -> Findings {
    let mut marks: Vec<String> = ["/home/", "/root/", "/usr/", "/tmp/", "/Users/", "\\Users\\"]
        .map(str::to_owned)
        .into();
    marks.push(concat!(env!("CARGO_MANIFEST_DIR"), "/").to_owned());
    marks.extend(env::var("CARGO_HOME"));
    let found = marks
        .into_iter()
        .filter(|mark| contains(&image.bytes, mark.as_bytes()));
    found.map(|mark| format!("file: contains {mark}")).collect()
}

fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}
