//! What the filter manager has to tell: operations as filters saw them, contexts, leaks.

use std::sync::atomic::Ordering;

use super::{ContextCounts, Report, Seen};
use crate::model::context::{self, Kind};
use crate::model::name;
use crate::model::operation::statistics;

/// Completes the parts of the report that the filter manager knows.
pub fn complete(report: &mut Report) {
    report.seen = statistics::rows()
        .into_iter()
        .filter(|row| row.pre + row.post != 0)
        .map(seen)
        .collect();
    for kind in Kind::ALL {
        let counts = context_counts(kind);
        if counts.allocated != 0 {
            report.contexts.insert(kind.label().to_owned(), counts);
        }
    }
    let (contexts, references) = context::leaked();
    report.leaks.contexts = contexts;
    report.leaks.references += references + name::leaked();
}

fn seen(row: statistics::Row) -> Seen {
    Seen {
        operation: row.major.to_owned(),
        path: row.path.to_owned(),
        pre: row.pre,
        post: row.post,
        sample: row.names.into_iter().next().unwrap_or_default(),
    }
}

fn context_counts(kind: Kind) -> ContextCounts {
    let counts = context::counts(kind);
    ContextCounts {
        allocated: counts.allocated.load(Ordering::Relaxed),
        set: counts.set.load(Ordering::Relaxed),
        got: counts.got.load(Ordering::Relaxed),
        released: counts.released.load(Ordering::Relaxed),
        freed: counts.freed.load(Ordering::Relaxed),
    }
}
