//! `docs/irql.md`: the laws, the holes, how to read an error, and every public call with its bound and source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::check::Table;
use super::operation::Operation;
use super::wrapper::Bound;
use super::{Level, Row, Wrapper};

const INTRODUCTION: &str = include_str!("irql_introduction.md");

/// The whole page.
pub fn page(wrappers: &[Wrapper], operations: &[Operation], rows: &[Row], table: &Table) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str(
        "\n## What a callback knows\n\n\
         Level and normal kernel APCs before and after each operation, and whether its file is open: the worst case \
         documented.\n\n\
         | Operation | Before | After |\n|---|---|---|\n",
    );
    for operation in operations {
        let phase = |phase: &super::operation::Phase| {
            let apcs = if phase.apcs_on { ", APCs on" } else { "" };
            let open = if phase.opened { ", file open" } else { "" };
            format!("{}{apcs}{open}", level(phase.level))
        };
        let (pre, post) = (phase(&operation.pre), phase(&operation.post));
        let _ = writeln!(text, "| `{}` | {pre} | {post} |", operation.name);
    }
    text.push_str(
        "\n## Every call\n\n\
         Bound and APC state that a call's signature demands, the kernel functions behind it, and the pages of the driver \
         documentation (`wdk-ddi-src/content`) that they are from. \"By its type\": the call takes no token; it belongs to a \
         guard that cannot leave its level.\n\n",
    );
    let mut by_file = BTreeMap::<&str, Vec<&Wrapper>>::new();
    for wrapper in wrappers {
        by_file.entry(&wrapper.file).or_default().push(wrapper);
    }
    for (file, wrappers) in by_file {
        let _ = writeln!(
            text,
            "### {file}\n\n| Call | Bound | APCs | Kernel functions |\n|---|---|---|---|"
        );
        for wrapper in wrappers {
            let functions = functions(wrapper, rows, table);
            let apcs = wrapper.apcs.unwrap_or("");
            let waits = if wrapper.waits {
                ", no guard alive"
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "| `{}` | {}{waits} | {apcs} | {functions} |",
                wrapper.name,
                bound(wrapper.bound)
            );
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Passive => "PASSIVE_LEVEL",
        Level::Apc => "≤ APC_LEVEL",
        Level::Dispatch => "≤ DISPATCH_LEVEL",
        Level::Any => "any",
    }
}

fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::Level(bound) => level(bound),
        Bound::Pool => "≤ DISPATCH_LEVEL nonpaged, ≤ APC_LEVEL paged",
        Bound::None => "by its type",
    }
}

/// The functions that a call reaches, each once, with its page; where it reaches them through another call, their name.
fn functions(wrapper: &Wrapper, rows: &[Row], table: &Table) -> String {
    if wrapper.rows.is_empty() {
        return wrapper.kernel_name().map(str::to_owned).unwrap_or_default();
    }
    let reached = rows.iter().filter(|row| wrapper.rows.contains(&row.name));
    let names: BTreeSet<&str> = reached.map(|row| row.function.as_str()).collect();
    let cells = names.into_iter().map(|name| {
        let header = table[name]["header"].trim_end_matches(".h");
        let page = format!("{header}/nf-{header}-{}.md", name.to_lowercase());
        match table[name]["doc_max_irql"].as_str() {
            "UNKNOWN" => format!("{name} (page gives no level)"),
            _ => format!("{name} (`{page}`)"),
        }
    });
    cells.collect::<Vec<_>>().join(", ")
}
