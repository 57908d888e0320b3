//! `docs/irql.md` says what the sources say; `cargo xtask bless` rewrites it.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use ringfence_tests::bounds::check::table;
use ringfence_tests::bounds::operation::operations;
use ringfence_tests::bounds::page::page;
use ringfence_tests::bounds::row::rows;
use ringfence_tests::bounds::wrapper::wrappers;
use ringfence_tests::bounds::{Row, Source};
use ringfence_tests::ui::pairs;

fn generated() -> String {
    let sources = Source::of_library();
    let (tables, rest): (Vec<_>, Vec<_>) = sources.iter().partition(|source| source.is_table());
    let rows: Vec<Row> = tables
        .iter()
        .flat_map(|source| rows(&source.file))
        .collect();
    let names: BTreeSet<String> = rows.iter().map(|row| row.name.clone()).collect();
    let wrappers: Vec<_> = rest
        .iter()
        .flat_map(|source| wrappers(source, &names))
        .collect();
    page(&wrappers, &operations(&sources), &rows, &table())
}

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/irql.md");
    let generated = generated();
    if env::var_os("BLESS").is_some() {
        fs::write(&path, generated).expect("the page is written");
        return;
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == generated,
        "docs/irql.md differs from the sources: cargo xtask bless --test irql_page"
    );
}

#[test]
fn the_programs_it_names_exist() {
    let names: BTreeSet<String> = pairs().into_iter().map(|pair| pair.name).collect();
    for hole in [
        "forgotten_resource_guard",
        "forgotten_push_lock_guard",
        "forgotten_rundown_guard",
    ] {
        assert!(generated().contains(hole) && names.contains(hole), "{hole}");
    }
}
