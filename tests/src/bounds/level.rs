//! [`Level`]: a bound, as the fact tables, the library's types and its documentation spell it.

/// The highest level at which something may be done. Ordered: a looser bound is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Passive,
    Apc,
    Dispatch,
    Any,
}

impl Level {
    /// As `safe_max` and `cond_max` of ddi.csv spell it; `None` if the table says nothing.
    pub fn of_table(cell: &str) -> Option<Self> {
        let maximum = cell.strip_prefix("EXACT_").unwrap_or(cell);
        Some(match maximum {
            "PASSIVE" => Self::Passive,
            "APC" => Self::Apc,
            "DISPATCH" => Self::Dispatch,
            "DIRQL" | "HIGH" => Self::Any,
            _ => return None,
        })
    }

    /// As the library's types are named.
    pub fn of_type(name: &str) -> Option<Self> {
        Some(match name {
            "Passive" => Self::Passive,
            "Apc" => Self::Apc,
            "Dispatch" => Self::Dispatch,
            "Any" => Self::Any,
            _ => return None,
        })
    }

    /// As the documentation states it.
    pub fn stated(self) -> &'static str {
        match self {
            Self::Passive => "PASSIVE_LEVEL",
            Self::Apc => "IRQL ≤ APC_LEVEL",
            Self::Dispatch => "IRQL ≤ DISPATCH_LEVEL",
            Self::Any => "Any IRQL",
        }
    }
}
