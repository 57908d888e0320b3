//! What is wrong with a bound: rows against `ddi.csv`, sources against rows, documentation against signatures.

use std::collections::{BTreeMap, BTreeSet};

use super::wrapper::Bound;
use super::{Level, Row, Source, Wrapper};
use crate::sys::facts;

/// The rows of `ddi.csv` by function.
pub type Table = BTreeMap<String, facts::Row>;

/// The table that the tests keep.
pub fn table() -> Table {
    let rows = facts::rows("ddi.csv").into_iter();
    rows.map(|row| (row["function"].clone(), row)).collect()
}

/// Fails with a status where APCs are off, and is legal there all the same.
const FAILS_WITHOUT_APCS: &str = "FltGetFileNameInformation";

/// Called without a row: a panic has no token, and the printing call takes a variable number of arguments.
const DIRECT: [(&str, &str); 2] = [
    ("runtime/portable.rs", "KeBugCheckEx"),
    ("runtime/portable.rs", "DbgPrintEx"),
];

/// The bound of a function. Some cache-aware rundown routines have none on their page; they do what their plain twins do, so
/// theirs counts.
pub fn bound_of(table: &Table, function: &str, column: &str) -> Option<Level> {
    let of = |function: &str| Level::of_table(&table.get(function)?[column]);
    of(function).or_else(|| of(&function.replace("CacheAware", "")))
}

/// What is wrong with a row.
pub fn row_fault(row: &Row, table: &Table) -> Option<String> {
    let Some(facts) = table.get(&row.function) else {
        return Some(format!("{} is in no row of the table", row.function));
    };
    let Some(safe) = bound_of(table, &row.function, "safe_max") else {
        return Some(format!("{} has no bound in the table", row.function));
    };
    let conditional = bound_of(table, &row.function, "cond_max").unwrap_or(safe);
    let allowed = match &row.condition {
        Some(condition) if condition.trim().is_empty() => {
            return Some(format!("{} states an empty condition", row.name));
        }
        Some(_) => conditional,
        None => safe,
    };
    if row.level > allowed {
        return Some(format!(
            "{} is bound to {:?}, the table to {allowed:?}",
            row.name, row.level
        ));
    }
    let wanted = match facts["apc_requirement"].as_str() {
        "apcs-enabled" => Some("ApcsEnabled"),
        "special-apcs-enabled" if row.function != FAILS_WITHOUT_APCS => Some("ApcsEnabled"),
        "normal-apcs-disabled" | "all-apcs-disabled" => Some("ApcsDisabled"),
        _ => None,
    };
    (row.apcs.as_deref() != wanted).then(|| {
        format!(
            "{} states APCs {:?}, the table wants {wanted:?}",
            row.name, row.apcs
        )
    })
}

/// Kernel functions that a source names without a row, and rows that none names.
pub fn use_faults(sources: &[Source], rows: &[Row], table: &Table) -> Vec<String> {
    let names: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let mut unused = names.clone();
    let mut faults = Vec::new();
    for source in sources.iter().filter(|source| !source.is_table()) {
        // A macro may put `ddi::` before names that it is given.
        let through_macro = source
            .tokens
            .windows(4)
            .any(|four| four == ["ddi", ":", ":", "$"]);
        for at in 0..source.tokens.len() {
            let name = source.tokens[at].as_str();
            let by_row = at >= 3 && source.tokens[at - 3..at] == ["ddi", ":", ":"];
            if names.contains(name) && (by_row || through_macro) {
                unused.remove(name);
            } else if table.get(name).is_some_and(|row| row["kind"] == "function")
                && !DIRECT.contains(&(source.path.as_str(), name))
            {
                faults.push(format!("{} names {name} without a row", source.path));
            }
        }
    }
    faults.extend(unused.iter().map(|name| format!("nobody calls {name}")));
    faults
}

/// What is wrong with the documentation of a public call.
pub fn wrapper_fault(wrapper: &Wrapper, rows: &[Row], table: &Table) -> Option<String> {
    let place = format!("{} {}", wrapper.file, wrapper.name);
    let fault = |what: &str| Some(format!("{place}: {what}"));
    if wrapper.kernel_name().is_none() && !wrapper.rows.is_empty() {
        return fault("the first line does not name a kernel function before a dash");
    }
    let states = |level: Level| wrapper.doc.contains(level.stated());
    match wrapper.bound {
        Bound::Level(level) if !states(level) => {
            return fault(&format!("does not state {:?}", level.stated()));
        }
        Bound::Pool
            if !(wrapper.doc.contains("for paged") || wrapper.doc.contains("IRQL as for")) =>
        {
            return fault("does not state the levels of both pools");
        }
        Bound::None
            if ![Level::Passive, Level::Apc, Level::Dispatch, Level::Any]
                .iter()
                .any(|l| states(*l)) =>
        {
            return fault("states no level");
        }
        _ => {}
    }
    let level = match wrapper.bound {
        Bound::Level(level) => level,
        Bound::Pool | Bound::None => return None,
    };
    // What the call reaches takes its token, so that only what makes evidence of its own could be looser.
    let reached = rows.iter().filter(|row| wrapper.rows.contains(&row.name));
    let strictest = reached
        .filter_map(|row| {
            bound_of(table, &row.function, "cond_max").max(bound_of(
                table,
                &row.function,
                "safe_max",
            ))
        })
        .min()?;
    (level > strictest).then(|| format!("{place}: bound to {level:?}, the table to {strictest:?}"))
}
