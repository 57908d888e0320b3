//! What happened when, of bounded size: counts over time, and the first and the last events.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Most steps of time.
const STEPS: usize = 120;

/// Most events that are kept from the beginning, and as many from the end.
const EVENTS: usize = 250;

/// Shortest step.
const FIRST_STEP_US: u64 = 250;

/// Timeline — of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Length of a step.
    pub step_us: u64,
    /// For each kind of event how many began in each step.
    pub counts: BTreeMap<String, Vec<u64>>,
    /// The first events.
    pub first: Vec<Event>,
    /// The last ones.
    pub last: VecDeque<Event>,
    /// How many there were between them.
    pub between: u64,
}

/// Event — an operation, a callback, or something that was told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it began.
    pub at_us: u64,
    /// How long it took.
    pub took_us: u64,
    /// The thread.
    pub thread: u32,
    /// The thread's process.
    pub process: u32,
    /// `IRP_MJ_CREATE`, `pre-operation IRP_MJ_CREATE`, `DbgPrint` …
    pub what: String,
    /// The file, or the text.
    pub about: String,
    /// How it ended.
    pub result: String,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            step_us: FIRST_STEP_US,
            counts: BTreeMap::new(),
            first: Vec::new(),
            last: VecDeque::new(),
            between: 0,
        }
    }
}

impl Timeline {
    /// Notes an event under its kind.
    pub fn note(&mut self, kind: &str, event: Event) {
        while event.at_us / self.step_us >= STEPS as u64 {
            self.lengthen_steps();
        }
        let step = (event.at_us / self.step_us) as usize;
        if !self.counts.contains_key(kind) {
            self.counts.insert(kind.to_owned(), Vec::new());
        }
        if let Some(counts) = self.counts.get_mut(kind) {
            counts.resize(counts.len().max(step + 1), 0);
            counts[step] += 1;
        }
        if self.first.len() < EVENTS {
            self.first.push(event);
            return;
        }
        self.last.push_back(event);
        if self.last.len() > EVENTS {
            self.last.pop_front();
            self.between += 1;
        }
    }

    fn lengthen_steps(&mut self) {
        self.step_us *= 2;
        for counts in self.counts.values_mut() {
            *counts = counts.chunks(2).map(|pair| pair.iter().sum()).collect();
        }
    }

    /// Steps until the last event.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.counts.values().map(Vec::len).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at_us: u64) -> Event {
        Event {
            at_us,
            ..Event::default()
        }
    }

    #[test]
    fn a_long_run_has_longer_steps_and_no_more_of_them() {
        let mut timeline = Timeline::default();
        for at_us in (0..10_000_000).step_by(1000) {
            timeline.note("x", at(at_us));
        }
        assert!(timeline.steps() <= STEPS && timeline.steps() > STEPS / 2);
        assert_eq!(timeline.counts["x"].iter().sum::<u64>(), 10_000);
    }

    #[test]
    fn the_first_and_the_last_events_are_kept() {
        let mut timeline = Timeline::default();
        for at_us in 0..1000 {
            timeline.note("x", at(at_us));
        }
        assert_eq!(
            (timeline.first.len(), timeline.last.len()),
            (EVENTS, EVENTS)
        );
        assert_eq!(timeline.between, 1000 - 2 * EVENTS as u64);
        assert_eq!(
            (timeline.first[0].at_us, timeline.last[EVENTS - 1].at_us),
            (0, 999)
        );
    }
}
