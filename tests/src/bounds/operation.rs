//! [`Operation`]: levels, APC states and objects of one operation's callbacks, as the library's table states them.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Token};

use super::{Level, Source};
use crate::sys::facts;

/// What holds in one callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    pub level: Level,
    pub apcs_on: bool,
    pub opened: bool,
}

/// One line of the table in `operation/kind.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub name: String,
    pub major: String,
    pub pre: Phase,
    pub post: Phase,
}

impl Parse for Phase {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.parse::<Ident>()?;
        let level: Ident = input.parse()?;
        let apcs: Ident = input.parse()?;
        let objects: Ident = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok(Self {
            level: Level::of_type(&level.to_string())
                .ok_or_else(|| syn::Error::new(level.span(), "not a level"))?,
            apcs_on: apcs == "ApcsOn",
            opened: objects == "Opened",
        })
    }
}

impl Parse for Operation {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let major: Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let (pre, post) = (input.parse()?, input.parse()?);
        input.parse::<Ident>()?;
        Ok(Self {
            name: name.to_string(),
            major: major.to_string(),
            pre,
            post,
        })
    }
}

/// Every operation of the library.
pub fn operations(sources: &[Source]) -> Vec<Operation> {
    let kinds = sources
        .iter()
        .find(|source| source.path == "operation/kind.rs")
        .expect("the table of operations");
    let tables = kinds.file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.is_ident("operations") => Some(&item.mac),
        _ => None,
    });
    tables
        .flat_map(|table| {
            table
                .parse_body_with(Punctuated::<Operation, Token![;]>::parse_terminated)
                .expect("a table of operations")
        })
        .collect()
}

/// Offered as fast I/O or to file system filters only, so that no completion at DISPATCH_LEVEL exists.
const NEVER_IRP: [&str; 6] = [
    "IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE",
    "IRP_MJ_NETWORK_QUERY_OPEN",
    "IRP_MJ_MDL_READ",
    "IRP_MJ_MDL_READ_COMPLETE",
    "IRP_MJ_PREPARE_MDL_WRITE",
    "IRP_MJ_MDL_WRITE_COMPLETE",
];
/// Opens of another name, which the rows of create are for.
const CREATES: [&str; 2] = ["IRP_MJ_CREATE_NAMED_PIPE", "IRP_MJ_CREATE_MAILSLOT"];
/// Where there is no open file: before it, after it, or never.
const NO_FILE_BEFORE: [&str; 8] = [
    "IRP_MJ_CREATE",
    "IRP_MJ_CREATE_NAMED_PIPE",
    "IRP_MJ_CREATE_MAILSLOT",
    "IRP_MJ_SHUTDOWN",
    "IRP_MJ_PNP",
    "IRP_MJ_NETWORK_QUERY_OPEN",
    "IRP_MJ_VOLUME_MOUNT",
    "IRP_MJ_VOLUME_DISMOUNT",
];

/// The worst case that `callback-irql.csv` documents: level, and whether the thread is the requestor's throughout.
fn documented(rows: &[facts::Row], phase: &str, major: &str) -> Option<(Level, bool)> {
    let major = if CREATES.contains(&major) {
        "IRP_MJ_CREATE"
    } else {
        major
    };
    let of = |name: &str, path: Option<&str>| {
        let rows = rows.iter().filter(|row| {
            row["phase"] == phase
                && row["major_function"] == name
                && path.is_none_or(|path| row["path"] == path)
        });
        let cases = rows.filter_map(|row| {
            let own = ["nonarbitrary", "originating"].contains(&row["thread_context"].as_str());
            Some((Level::of_table(&row["max_irql"])?, own))
        });
        cases.reduce(|one, other| (one.0.max(other.0), one.1 && other.1))
    };
    let general = match (phase, NEVER_IRP.contains(&major)) {
        ("pre", true) | ("post", true) => Some("fast I/O"),
        ("post", false) => Some("default"),
        _ => None,
    };
    of(major, None).or_else(|| of("*", Some(general?)))
}

/// What is wrong with an operation's line.
pub fn faults(operation: &Operation) -> Vec<String> {
    let rows = facts::rows("callback-irql.csv");
    let mut faults = Vec::new();
    for (name, phase) in [("pre", &operation.pre), ("post", &operation.post)] {
        let mut fault = |what: String| faults.push(format!("{} {name}: {what}", operation.name));
        let case = documented(&rows, name, &operation.major);
        if let Some((level, _)) = case
            && phase.level < level
        {
            fault(format!("at {:?}, documented {level:?}", phase.level));
        }
        let own_thread = case.is_some_and(|(level, own)| own && level == Level::Passive);
        if phase.apcs_on && !own_thread {
            fault("APCs on, which no row grants".to_owned());
        }
    }
    let major = operation.major.as_str();
    let no_file_after = NO_FILE_BEFORE.contains(&major) || major == "IRP_MJ_CLOSE";
    if operation.pre.opened && NO_FILE_BEFORE.contains(&major) {
        faults.push(format!("{} pre: no file is open", operation.name));
    }
    if operation.post.opened && no_file_after {
        faults.push(format!("{} post: no file may be open", operation.name));
    }
    faults
}
