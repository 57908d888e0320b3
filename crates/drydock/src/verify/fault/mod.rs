//! Fault injection — calls that may fail do fail: once for each distinct call stack, or at random.
//!
//! Which functions may fail, and how, stands in [`answers`]; the shims know nothing of it: [`crate::export!`] asks here
//! first and hands the failure to the driver without running the shim.

pub mod answers;
mod call;
mod option;
mod stacks;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use call::{failed, word};
pub use option::{Faults, Strike};
pub use stacks::FallibleStack;

use crate::exports::Export;
use crate::exports::gate::Call;
use crate::model::{backtrace, modules, thread};
use answers::Answer;

enum Plan {
    /// Only finds the stacks.
    Look,
    /// Fails the first call of one stack.
    Once(Strike),
    /// Fails where the generator gives less than the bound.
    Random { bound: u64, seed: u64 },
}

static ON: AtomicBool = AtomicBool::new(false);
static PLAN: OnceLock<Plan> = OnceLock::new();
static STRUCK: AtomicU64 = AtomicU64::new(0);

/// Starts injecting in this process.
pub fn start(faults: Faults, seed: u64) {
    let plan = match faults {
        Faults::None => return,
        Faults::Sweep => Plan::Look,
        Faults::Stack(strike) => Plan::Once(strike),
        Faults::Random(probability) => Plan::Random {
            bound: (probability * u64::MAX as f64) as u64,
            seed,
        },
    };
    ON.store(PLAN.set(plan).is_ok(), Ordering::Relaxed);
}

/// Whether calls may be made to fail in this run.
#[inline]
#[must_use]
pub fn on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// The answer that the call in progress has to give instead of doing its work.
///
/// `words` are its arguments; what the documentation promises of them on failure is written.
#[cold]
#[must_use]
pub fn answer(export: &'static Export, words: &[u64]) -> Option<i32> {
    let fallible = answers::of(export.name)?;
    let caller = Call::current().caller;
    if modules::find(caller).is_none() || !fallible.may_fail(words, thread::current().irql()) {
        return None;
    }
    let frames = backtrace::of_call();
    let hash = backtrace::hash(export.name, &frames);
    let first = stacks::note(hash, fallible, &frames);
    let chosen = match PLAN.get()? {
        Plan::Look => None,
        Plan::Once(strike) => (first && strike.stack == hash)
            .then(|| fallible.answers.get(strike.answer))
            .flatten(),
        Plan::Random { bound, seed } => random_answer(fallible.answers, *bound, *seed),
    }?;
    STRUCK.fetch_add(1, Ordering::Relaxed);
    super::trace::line(|| {
        let stack = backtrace::describe(&frames);
        format!("{} answers {} by plan: {stack}", export.name, chosen.name)
    });
    fallible.clear_outputs(words);
    Some(chosen.value)
}

fn random_answer(answers: &'static [Answer], bound: u64, seed: u64) -> Option<&'static Answer> {
    if next_random(seed) >= bound {
        return None;
    }
    let choice = next_random(seed) % answers.len() as u64;
    answers.get(usize::try_from(choice).ok()?)
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

/// What the report says of the faults of this run.
#[must_use]
pub fn outcome() -> FaultCounts {
    FaultCounts {
        stacks: stacks::all(),
        injected: STRUCK.load(Ordering::Relaxed),
    }
}

/// The calls that could fail, and how many were made to.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct FaultCounts {
    /// Distinct call stacks of calls that may fail, in the order they appeared; none unless faults are asked for.
    pub stacks: Vec<FallibleStack>,
    /// Calls that were made to fail.
    pub injected: u64,
}
