//! One context: its memory, its reference count and what it is attached to; and the ledger that finds it by address.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::Kind;
use super::table::Key;
use crate::model::filter::Filter;
use crate::model::origin::Origin;
use crate::model::pool::PoolKind;

/// Where a context is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Allocated, never set on an object.
    Never,
    /// Set on an object, which holds one reference.
    Attached(Key),
    /// Was set once and is off its object.
    Detached,
}

/// The part of a context that changes.
#[derive(Debug)]
pub struct State {
    /// References: allocate, get, reference, attachment.
    pub references: u32,
    /// Where it is attached.
    pub link: Link,
    /// The memory is back in the lookaside list or the pool.
    pub freed: bool,
    /// Who took the latest reference.
    pub last_taker: Origin,
}

/// One context.
///
/// # Invariants
/// `memory` is `size` bytes long and belongs to this context until `state.freed`.
pub struct Context {
    /// Contexts made before it.
    pub serial: u64,
    /// What the driver got.
    pub memory: usize,
    /// Bytes asked for.
    pub size: usize,
    /// Its kind.
    pub kind: Kind,
    /// Its pool.
    pub pool: PoolKind,
    /// Whose it is.
    pub filter: Arc<Filter>,
    /// Which of the filter's definitions made it.
    pub definition: usize,
    /// Who allocated it.
    pub allocated_by: Origin,
    state: Mutex<State>,
}

impl Context {
    /// A fresh context with the allocate reference.
    pub fn new(
        filter: &Arc<Filter>,
        definition: usize,
        kind: Kind,
        pool: PoolKind,
        memory: usize,
        size: usize,
    ) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let taker = Origin::of_call();
        Self {
            serial: MADE.fetch_add(1, Ordering::Relaxed),
            memory,
            size,
            kind,
            pool,
            filter: Arc::clone(filter),
            definition,
            allocated_by: taker,
            state: Mutex::new(State {
                references: 1,
                link: Link::Never,
                freed: false,
                last_taker: taker,
            }),
        }
    }

    /// The part that changes.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the driver got.
    pub fn pointer(&self) -> *mut c_void {
        self.memory as *mut c_void
    }
}

const SHARDS: usize = 64;

type Shard = RwLock<Option<HashMap<usize, Arc<Context>>>>;

static LEDGER: [Shard; SHARDS] = [const { RwLock::new(None) }; SHARDS];

fn shard(address: usize) -> &'static Shard {
    &LEDGER[(address >> 4) % SHARDS]
}

/// Finds the context at an address, freed ones included until their memory is used again.
pub fn find(memory: *const c_void) -> Option<Arc<Context>> {
    let shard = shard(memory as usize)
        .read()
        .unwrap_or_else(PoisonError::into_inner);
    shard.as_ref()?.get(&(memory as usize)).cloned()
}

/// Enters a context under its address.
pub fn enter(context: &Arc<Context>) {
    let mut shard = shard(context.memory)
        .write()
        .unwrap_or_else(PoisonError::into_inner);
    shard
        .get_or_insert_default()
        .insert(context.memory, Arc::clone(context));
}

/// Forgets an address whose memory goes back to the pool.
pub fn forget(memory: usize) {
    let mut shard = shard(memory)
        .write()
        .unwrap_or_else(PoisonError::into_inner);
    shard.get_or_insert_default().remove(&memory);
}

/// Every context of a filter that is not freed, the oldest first.
pub fn live_of(filter: &Filter) -> Vec<Arc<Context>> {
    let mut found = Vec::new();
    for shard in &LEDGER {
        let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
        let all = shard.iter().flat_map(HashMap::values);
        let mine = all.filter(|context| {
            std::ptr::eq(Arc::as_ptr(&context.filter), filter) && !context.state().freed
        });
        found.extend(mine.cloned());
    }
    found.sort_by_key(|context| context.serial);
    found
}

/// What happened to the contexts of one kind.
#[derive(Default)]
pub struct Counts {
    /// FltAllocateContext that succeeded.
    pub allocated: AtomicU64,
    /// Set that attached.
    pub set: AtomicU64,
    /// References handed out: by a get that found one, or as OldContext.
    pub got: AtomicU64,
    /// References dropped by the driver.
    pub released: AtomicU64,
    /// Cleaned up and freed.
    pub freed: AtomicU64,
}

impl Counts {
    /// Counts one.
    pub fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

static COUNTS: [Counts; 7] = [const {
    Counts {
        allocated: AtomicU64::new(0),
        set: AtomicU64::new(0),
        got: AtomicU64::new(0),
        released: AtomicU64::new(0),
        freed: AtomicU64::new(0),
    }
}; 7];

/// What happened to the contexts of one kind.
pub fn counts(kind: Kind) -> &'static Counts {
    &COUNTS[kind.index()]
}

impl std::fmt::Debug for Context {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&super::cleanup::describe(self))
    }
}
