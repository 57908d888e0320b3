//! The IRQL and APC bounds of every kernel function, read from the fact table `ddi.csv`.

use std::collections::HashMap;
use std::sync::OnceLock;

/// `PASSIVE_LEVEL` — ordinary thread level.
pub const PASSIVE: u8 = 0;
/// `APC_LEVEL` — asynchronous procedure calls are held back.
pub const APC: u8 = 1;
/// `DISPATCH_LEVEL` — no thread switch on this processor.
pub const DISPATCH: u8 = 2;
/// `HIGH_LEVEL` — everything is held back.
pub const HIGH: u8 = 15;

/// What a function wants of the APC state of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApcState {
    /// The table names no precondition.
    Any,
    /// `normal-apcs-disabled`: critical or guarded region, or APC_LEVEL.
    NormalDisabled,
    /// The same for threads of programs; system threads need not.
    NormalDisabledOfPrograms,
    /// `all-apcs-disabled`: guarded region or APC_LEVEL.
    AllDisabled,
    /// `special-apcs-enabled`: PASSIVE_LEVEL and no guarded region.
    SpecialEnabled,
    /// `apcs-enabled`: PASSIVE_LEVEL and no region at all.
    AllEnabled,
}

/// The levels at which a function may be called when its condition (pool, argument) holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Lowest level.
    pub min: u8,
    /// Highest level whatever the arguments are.
    pub safe_max: u8,
    /// Highest level when the documented condition holds.
    pub max: u8,
    /// APC precondition.
    pub apc: ApcState,
}

impl Bounds {
    /// No bound is known: the table has no row or the row is silent.
    pub const UNKNOWN: Self = Self {
        min: PASSIVE,
        safe_max: HIGH,
        max: HIGH,
        apc: ApcState::Any,
    };
}

const TABLE: &str = include_str!("../../../../tests/facts/ddi.csv");

/// The bounds of the function `name`.
#[must_use]
pub fn of(name: &str) -> Bounds {
    static ROWS: OnceLock<HashMap<String, Bounds>> = OnceLock::new();
    ROWS.get_or_init(read)
        .get(name)
        .copied()
        .unwrap_or_else(|| beyond_the_table(name))
}

/// The bounds that a function without a row has on its own page.
fn beyond_the_table(name: &str) -> Bounds {
    let highest = match name {
        "IoBuildAsynchronousFsdRequest" => APC,
        name if name.starts_with("IoCsq") => DISPATCH,
        _ => return Bounds::UNKNOWN,
    };
    Bounds {
        safe_max: highest,
        max: highest,
        ..Bounds::UNKNOWN
    }
}

fn read() -> HashMap<String, Bounds> {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header == name)
            .unwrap_or(usize::MAX)
    };
    let (function, apc, safe, cond) = (
        column("function"),
        column("apc_requirement"),
        column("safe_max"),
        column("cond_max"),
    );
    let mut rows = HashMap::new();
    for record in reader.records().flatten() {
        let field = |index: usize| record.get(index).unwrap_or("");
        let (min, safe_max) = level(field(safe));
        let (min_cond, max) = level(field(cond));
        let bounds = Bounds {
            min: min.min(min_cond),
            safe_max,
            max: max.max(conditional(field(function))),
            apc: exception(field(function)).unwrap_or_else(|| apc_state(field(apc))),
        };
        rows.insert(field(function).to_owned(), bounds);
    }
    rows
}

/// Lowest and highest level of one cell of the table.
fn level(cell: &str) -> (u8, u8) {
    match cell {
        "PASSIVE" => (PASSIVE, PASSIVE),
        "APC" => (PASSIVE, APC),
        "DISPATCH" => (PASSIVE, DISPATCH),
        "EXACT_APC" => (APC, APC),
        "EXACT_DISPATCH" => (DISPATCH, DISPATCH),
        "MIN_DISPATCH" => (DISPATCH, HIGH),
        _ => (PASSIVE, HIGH),
    }
}

/// The level that a function may be called at under a condition that the table's note has: paging I/O at APC_LEVEL.
fn conditional(function: &str) -> u8 {
    match function {
        "FltReadFile" | "FltReadFileEx" | "FltWriteFile" | "FltWriteFileEx" => APC,
        _ => PASSIVE,
    }
}

/// What the table says in its notes rather than in its APC column.
fn exception(function: &str) -> Option<ApcState> {
    match function {
        // Name queries are legal in any APC state: with all APCs off they refuse with STATUS_FLT_INVALID_NAME_REQUEST.
        "FltGetFileNameInformation" | "FltGetFileNameInformationUnsafe" => Some(ApcState::Any),
        "ExReleaseResourceForThreadLite" => Some(ApcState::NormalDisabledOfPrograms),
        _ => None,
    }
}

fn apc_state(cell: &str) -> ApcState {
    match cell {
        "normal-apcs-disabled" => ApcState::NormalDisabled,
        "all-apcs-disabled" => ApcState::AllDisabled,
        "special-apcs-enabled" => ApcState::SpecialEnabled,
        "apcs-enabled" => ApcState::AllEnabled,
        _ => ApcState::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_come_from_the_table() {
        let release = of("ExReleaseRundownProtectionEx");
        assert_eq!((release.safe_max, release.max), (APC, DISPATCH));
        assert_eq!(
            of("ExAcquireResourceExclusiveLite").apc,
            ApcState::NormalDisabled
        );
        assert_eq!(of("KeReleaseSpinLock").min, DISPATCH);
        assert_eq!(of("ExWaitForRundownProtectionRelease").max, APC);
    }

    #[test]
    fn an_unlisted_function_has_no_bound() {
        assert_eq!(of("NoSuchFunction"), Bounds::UNKNOWN);
    }

    #[test]
    fn the_whole_table_is_read() {
        assert_eq!(read().len(), TABLE.lines().count() - 1);
    }
}
