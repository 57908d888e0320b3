//! The panic sites left in ringfence.sys: each is a bug check that somebody can reach.

use ringfence_tests::pe::Image;
use ringfence_tests::pe::panics::{self, Site};
use ringfence_tests::pinned;
use std::collections::BTreeMap;

fn x64() -> Image {
    Image::built("x64/ringfence")
}

/// One line a source file with the number of its sites; lines and columns move with every edit.
fn by_file(sites: &[Site]) -> String {
    let mut counts = BTreeMap::new();
    for site in sites {
        *counts.entry(site.file.as_str()).or_insert(0) += 1;
    }
    counts
        .into_iter()
        .map(|(file, count)| format!("{count} {file}\n"))
        .collect()
}

#[test]
fn the_panic_sites_left_are_the_pinned_ones() {
    let sites = panics::sites(&x64());
    pinned::assert_equal("panic_sites.txt", &by_file(&sites), &format!("{sites:#?}"));
}

#[test]
fn the_driver_itself_has_no_panic_site() {
    assert_eq!(
        panics::source_names(&x64(), "driver/"),
        Vec::<String>::new()
    );
}

#[test]
fn a_source_name_is_found() {
    let image = x64();
    let spoiled = image.with_bytes(image.offset_of(0x1000), b"driver/create.rs");
    assert!(panics::source_names(&spoiled, "driver/").contains(&"driver/create.rs".to_owned()));
}

#[test]
fn a_panic_site_is_found() {
    let image = x64();
    let name = 0x1000;
    let place = panics::pointers(&image)[0];
    let fields = [image.base() + u64::from(name), 4, 7 | 3 << 32]
        .map(u64::to_le_bytes)
        .concat();
    let spoiled = image
        .with_bytes(image.offset_of(name), b"x.rs")
        .with_bytes(image.offset_of(place), &fields);
    assert!(panics::sites(&spoiled).contains(&Site {
        file: "x.rs".into(),
        line: 7,
        column: 3
    }));
}
