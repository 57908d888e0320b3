//! The journal: what the driver has to tell, in a bounded ring that forgets the oldest first.
//!
//! Writers hold run-down protection, one count an event, so that closing the journal waits for the last of them. What takes
//! the events out of the ring, a port to a client, has its place here.

use core::ffi::CStr;
use core::num::NonZeroU32;

use minifilter::irql::{Apc, ApcState, AtMost, WaitState};
use minifilter::prelude::*;
use minifilter::print;
use minifilter::rundown::Rundown;
use minifilter::spin_lock::SpinLock;

use crate::TAG;
use crate::counters::Counter;

/// How many events the ring holds.
const CAPACITY: usize = 64;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A handle was opened; the amount is the access that was wanted.
    Opened,
    /// A handle read so many bytes.
    Read,
    /// A handle wrote so many bytes.
    Wrote,
    /// A handle was closed; the amount is how many writers the stream has left.
    Closed,
}

/// One thing that happened to one stream.
#[derive(Clone, Copy)]
pub struct Event {
    /// Which stream, by the number it got when it was first opened.
    pub stream: u64,
    /// Which process.
    pub process: u32,
    /// What happened.
    pub kind: EventKind,
    /// How much of it.
    pub amount: u64,
}

/// The journal.
pub struct Journal {
    open: Rundown,
    ring: SpinLock<Ring>,
    refused: Counter,
}

/// # Invariants
/// The last `CAPACITY` of `recorded` events are in `events`, event `n` at `n % CAPACITY`.
struct Ring {
    events: [Option<Event>; CAPACITY],
    recorded: u64,
}

impl Journal {
    /// An empty journal that takes events. IRQL ≤ APC_LEVEL.
    pub fn try_new(
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        let ring = Ring {
            events: [None; CAPACITY],
            recorded: 0,
        };
        Ok(Self {
            open: Rundown::try_new(TAG, irql)?,
            ring: SpinLock::new(ring),
            refused: Counter::default(),
        })
    }

    /// Records a batch; once the journal is closed, counts it as refused instead. IRQL ≤ APC_LEVEL.
    pub fn record(
        &self,
        events: &[Event],
        irql: &mut Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) {
        let Some(count) = u32::try_from(events.len()).ok().and_then(NonZeroU32::new) else {
            return;
        };
        let Some((_batch, irql)) = self.open.acquire_many(count, irql) else {
            self.refused.add(u64::from(count.get()));
            return;
        };
        self.ring.with(irql.weaken::<Apc>(), |ring, _| {
            for event in events {
                ring.push(*event);
            }
        });
    }

    /// Takes no event any more, and waits for those being recorded. IRQL ≤ APC_LEVEL.
    pub fn close(&self, irql: &mut Irql<'_, Passive>) {
        // Only unload closes, and FltMgr asks once at a time: there is no other waiter to be told of.
        let _over = self.open.wait(irql);
    }

    /// Prints how much was recorded, and the last event. PASSIVE_LEVEL.
    pub fn print(&self, irql: &Irql<'_, Passive>) {
        let (recorded, last) = self.ring.with(irql, |ring, _| (ring.recorded, ring.last()));
        print::number(c"ringfence: events", recorded, irql);
        print::number(c"ringfence: events refused", self.refused.get(), irql);
        if let Some(last) = last {
            print::number(c"ringfence: last event's stream", last.stream, irql);
            print::number(
                c"ringfence: last event's process",
                u64::from(last.process),
                irql,
            );
            print::number(last.kind.label(), last.amount, irql);
        }
    }
}

impl EventKind {
    /// What the amount of the last event is.
    const fn label(self) -> &'static CStr {
        match self {
            Self::Opened => c"ringfence: last event opened with access",
            Self::Read => c"ringfence: last event read bytes",
            Self::Wrote => c"ringfence: last event wrote bytes",
            Self::Closed => c"ringfence: last event closed, writers left",
        }
    }
}

impl Ring {
    fn last(&self) -> Option<Event> {
        let last = self.recorded.checked_sub(1)?;
        *self
            .events
            .get(usize::try_from(last % CAPACITY as u64).ok()?)?
    }

    fn push(&mut self, event: Event) {
        let place = usize::try_from(self.recorded % CAPACITY as u64).unwrap_or(0);
        if let Some(slot) = self.events.get_mut(place) {
            *slot = Some(event);
        }
        self.recorded = self.recorded.wrapping_add(1);
    }
}
