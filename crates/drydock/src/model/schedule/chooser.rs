//! Who gets the turn: PCT, or priorities that are drawn again at random.

use std::collections::VecDeque;
use std::fmt;

/// How a schedule chooses; the seed decides that too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// PCT: the thread with the highest priority runs; at `depth` - 1 points among the first `horizon` the running one
    /// becomes the lowest. Finds a race that needs `depth` orderings with a known probability.
    Pct {
        /// Orderings that have to come together.
        depth: u32,
        /// Points among which the changes lie.
        horizon: u64,
    },
    /// At one point in `turns` the running thread draws a new priority.
    Random {
        /// Points between two draws, on average.
        turns: u32,
    },
}

impl fmt::Display for Strategy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pct { depth, horizon } => {
                write!(out, "PCT of depth {depth} over {horizon} points")
            }
            Self::Random { turns } => write!(out, "a new priority every {turns} points"),
        }
    }
}

/// A thread that keeps the turn for so many points, while others could run, waits for one of them by asking again and
/// again: it becomes the lowest.
const MOST_POINTS: u32 = 5000;

/// Chooser — the priorities of the threads, by index.
pub struct Chooser {
    strategy: Strategy,
    random: fastrand::Rng,
    priorities: Vec<i64>,
    /// Points at which the running thread becomes the lowest, in order.
    changes: VecDeque<u64>,
    points: u64,
    lowest: i64,
    in_a_row: u32,
}

impl Chooser {
    /// Even seeds choose by PCT, odd ones at random.
    pub fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let strategy = if seed.is_multiple_of(2) {
            Strategy::Pct {
                depth: random.u32(2..=5),
                horizon: 1 << random.u32(5..=14),
            }
        } else {
            Strategy::Random {
                turns: 1 << random.u32(0..=6),
            }
        };
        let mut changes: Vec<u64> = match strategy {
            Strategy::Pct { depth, horizon } => (1..depth).map(|_| random.u64(..horizon)).collect(),
            Strategy::Random { .. } => Vec::new(),
        };
        changes.sort_unstable();
        Self {
            strategy,
            random,
            priorities: Vec::new(),
            changes: changes.into(),
            points: 0,
            lowest: 0,
            in_a_row: 0,
        }
    }

    /// How it chooses.
    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// One more thread.
    pub fn born(&mut self) {
        let priority = self.draw();
        self.priorities.push(priority);
    }

    fn draw(&mut self) -> i64 {
        self.random.i64(1..i64::MAX)
    }

    /// One more point, at which `running` had the turn and `ready` can have it: gives who gets it.
    pub fn choose(
        &mut self,
        running: usize,
        ready: impl Iterator<Item = usize> + Clone,
    ) -> Option<usize> {
        self.points += 1;
        self.change(running);
        let highest = |ready: &mut dyn Iterator<Item = usize>| {
            ready.max_by_key(|index| (self.priorities[*index], *index))
        };
        let chosen = highest(&mut ready.clone())?;
        let alone = ready.clone().nth(1).is_none();
        if chosen != running || alone {
            self.in_a_row = 0;
            return Some(chosen);
        }
        self.in_a_row += 1;
        if self.in_a_row < MOST_POINTS {
            return Some(chosen);
        }
        self.in_a_row = 0;
        self.demote(running);
        ready.max_by_key(|index| (self.priorities[*index], *index))
    }

    fn change(&mut self, running: usize) {
        match self.strategy {
            Strategy::Pct { .. } => {
                while self.changes.front().is_some_and(|at| *at < self.points) {
                    self.changes.pop_front();
                    self.demote(running);
                }
            }
            Strategy::Random { turns } => {
                if self.random.u32(..turns) == 0 {
                    self.priorities[running] = self.draw();
                }
            }
        }
    }

    fn demote(&mut self, index: usize) {
        self.lowest -= 1;
        self.priorities[index] = self.lowest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u64, points: usize) -> Vec<usize> {
        let mut chooser = Chooser::new(seed);
        (0..3).for_each(|_| chooser.born());
        let mut running = 0;
        let turns = (0..points).map(|_| {
            running = chooser.choose(running, 0..3).expect("somebody is ready");
            running
        });
        turns.collect()
    }

    #[test]
    fn the_seed_alone_decides() {
        for seed in 0..20 {
            assert_eq!(run(seed, 500), run(seed, 500));
        }
        assert_ne!(run(1, 500), run(3, 500));
    }

    #[test]
    fn pct_changes_the_thread_less_often_than_its_depth() {
        for seed in (0..200).step_by(2) {
            let Strategy::Pct { depth, .. } = Chooser::new(seed).strategy() else {
                panic!("even seeds choose by PCT");
            };
            let turns = run(seed, 4000);
            let switches = turns.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert!(switches < depth as usize, "{switches} of depth {depth}");
        }
    }

    #[test]
    fn a_thread_that_asks_for_ever_lets_the_others_run() {
        for seed in 0..20 {
            let turns = run(seed, 4 * MOST_POINTS as usize);
            assert!((0..3).all(|thread| turns.contains(&thread)), "seed {seed}");
        }
    }

    #[test]
    fn nobody_ready_is_nobody_chosen() {
        let mut chooser = Chooser::new(0);
        chooser.born();
        assert_eq!(chooser.choose(0, 0..0), None);
    }
}
