//! Who asks: FUSE names the thread, Windows wants the process.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::model::thread::SYSTEM_PROCESS;

/// Callers — the processes of threads that have asked lately.
#[derive(Default)]
pub struct Callers {
    known: Mutex<HashMap<u32, (u32, Instant)>>,
}

/// How long a thread is taken to be of the same process; ids come again.
const LASTING: Duration = Duration::from_secs(1);

/// More threads than this are not remembered.
const MOST: usize = 1024;

impl Callers {
    /// The process of the thread that a request names. Requests of nobody (0: pages written back) are the system's.
    pub fn process_of(&self, thread: u32) -> u32 {
        if thread == 0 {
            return SYSTEM_PROCESS;
        }
        let now = Instant::now();
        if let Some((process, since)) = self.known.lock().get(&thread)
            && now - *since < LASTING
        {
            return *process;
        }
        let process = leader_of(thread).unwrap_or(thread);
        let mut known = self.known.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(thread, (process, now));
        process
    }
}

/// The thread group that a thread is in.
fn leader_of(thread: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_asks_for_its_process_and_nobody_for_the_system() {
        let callers = Callers::default();
        // A test's thread is not the first of its process; this is its id.
        let link = std::fs::read_link("/proc/thread-self").unwrap();
        let id = link.file_name().and_then(|id| id.to_str()).unwrap();
        let thread = id.parse().unwrap();
        for _ in 0..2 {
            assert_eq!(callers.process_of(thread), std::process::id());
        }
        assert_eq!(callers.process_of(0), SYSTEM_PROCESS);
    }
}
