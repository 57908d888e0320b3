//! Fault injection — allocations that the driver asks for fail, one place at a time or at random.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::exports::gate::Call;
use crate::model::modules;

/// `--faults` — which allocations fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Faults {
    /// None.
    None,
    /// The first one of each place in the driver, one run for each place.
    Sweep,
    /// Each with this probability.
    Random(f64),
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => out.write_str("none"),
            Self::Sweep => out.write_str("sweep"),
            Self::Random(probability) => write!(out, "random:{probability}"),
        }
    }
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let probability = text
            .strip_prefix("random:")
            .and_then(|number| number.parse().ok());
        match (text, probability) {
            ("none", _) => Ok(Self::None),
            ("sweep", _) => Ok(Self::Sweep),
            (_, Some(number)) if (0.0..=1.0).contains(&number) => Ok(Self::Random(number)),
            _ => Err("not none, sweep or random:P with P from 0 to 1".to_owned()),
        }
    }
}

enum Plan {
    /// Fails the first allocation of the place with this number, in order of appearance.
    Site(usize),
    /// Fails where the generator gives less than the bound.
    Random { bound: u64, seed: u64 },
}

static ON: AtomicBool = AtomicBool::new(false);
static PLAN: Mutex<Option<Plan>> = Mutex::new(None);
static SITES: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static STRUCK: AtomicU64 = AtomicU64::new(0);

/// Starts injecting in this process; `site` is the place that fails in this run of a sweep.
pub fn start(faults: Faults, site: usize, seed: u64) {
    let plan = match faults {
        Faults::None => return,
        Faults::Sweep => Plan::Site(site),
        Faults::Random(probability) => Plan::Random {
            bound: (probability * u64::MAX as f64) as u64,
            seed,
        },
    };
    *PLAN.lock().unwrap_or_else(PoisonError::into_inner) = Some(plan);
    ON.store(true, Ordering::Relaxed);
}

/// Whether the allocation that the driver asks for in this call has to fail.
#[inline]
#[must_use]
pub fn strikes() -> bool {
    ON.load(Ordering::Relaxed) && decide(Call::current().caller)
}

#[cold]
fn decide(caller: usize) -> bool {
    if modules::find(caller).is_none() {
        return false;
    }
    let place = {
        let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
        let new = !sites.contains(&caller);
        if new {
            sites.push(caller);
        }
        new.then(|| sites.len() - 1)
    };
    let strikes = match *PLAN.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(Plan::Site(site)) => place == Some(site),
        Some(Plan::Random { bound, seed }) => next_random(seed) < bound,
        None => false,
    };
    if strikes {
        STRUCK.fetch_add(1, Ordering::Relaxed);
        super::trace::line(|| format!("allocation at {} fails by plan", modules::describe(caller)));
    }
    strikes
}

/// The next number of the run (SplitMix64 over a counter).
fn next_random(seed: u64) -> u64 {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed);
    let mut value = seed.wrapping_add((turn + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// Places that asked for memory, and allocations that were made to fail.
#[must_use]
pub fn counts() -> (u64, u64) {
    (
        SITES.lock().unwrap_or_else(PoisonError::into_inner).len() as u64,
        STRUCK.load(Ordering::Relaxed),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_takes_three_forms() {
        assert_eq!("none".parse(), Ok(Faults::None));
        assert_eq!("random:0.25".parse(), Ok(Faults::Random(0.25)));
        assert!("random:2".parse::<Faults>().is_err() && "often".parse::<Faults>().is_err());
    }
}
