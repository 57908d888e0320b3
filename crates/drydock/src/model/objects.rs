//! Kernel objects inside driver memory, by address, so that freeing memory under a live one is caught.

use std::collections::BTreeMap;
use std::sync::RwLock;

use super::{lock_order, modules};
use crate::verify::{self, Rule, rule};

/// What was initialised at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ERESOURCE.
    Resource,
    /// EX_RUNDOWN_REF.
    Rundown,
    /// A lookaside list of any form.
    Lookaside,
    /// KTIMER that is set.
    Timer,
    /// KDPC that is queued.
    Dpc,
    /// WORK_QUEUE_ITEM that is queued.
    WorkItem,
}

static LIVE: RwLock<BTreeMap<usize, (Kind, usize)>> = RwLock::new(BTreeMap::new());

/// Notes an object initialised at `address` by a call from `caller`; gives back what was there.
pub fn initialised(address: usize, kind: Kind, caller: usize) -> Option<Kind> {
    lock_order::forget(address, 1);
    let mut live = LIVE
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    live.insert(address, (kind, caller)).map(|(old, _)| old)
}

/// Notes that the object at `address` is gone.
pub fn deleted(address: usize) -> Option<Kind> {
    let mut live = LIVE
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    live.remove(&address).map(|(old, _)| old)
}

/// What is initialised at `address`.
#[must_use]
pub fn at(address: usize) -> Option<Kind> {
    let live = LIVE
        .read()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    live.get(&address).map(|(kind, _)| *kind)
}

/// Memory of `size` bytes at `start` goes away (pool or context freed): objects in it had to be deleted before.
pub fn memory_freed(start: usize, size: usize) {
    lock_order::forget(start, size);
    for (address, kind, caller) in take_range(start, size) {
        let detail = format!(
            "{kind:?} {address:#x} initialised at {} is in memory being freed",
            modules::describe(caller)
        );
        match kind {
            Kind::Resource => {
                super::resource::forget(address);
                verify::violation(rule::POOL_FREED_WITH_RESOURCE, detail);
            }
            Kind::Lookaside => verify::violation(rule::POOL_FREED_WITH_LOOKASIDE, detail),
            Kind::Rundown => super::rundown::storage_gone(address, "freed"),
            Kind::Timer => {
                super::timer::forget(address);
                verify::violation(rule::POOL_FREED_WITH_TIMER, detail);
            }
            Kind::Dpc => {
                super::dpc::remove(address);
                verify::violation(rule::DPC_LEFT, detail);
            }
            Kind::WorkItem => {
                super::work_queue_item::forget(address);
                verify::violation(rule::POOL_FREED_WITH_WORK_ITEM, detail);
            }
        }
    }
}

/// The image at `start` is unloaded: what is still initialised in it is reported.
pub fn image_unloaded(start: usize, size: usize) {
    lock_order::forget(start, size);
    for (address, kind, caller) in take_range(start, size) {
        let name = modules::describe(address);
        let detail = format!(
            "{kind:?} at {name}, initialised at {}, outlives the driver",
            modules::describe(caller)
        );
        let rule: Rule = match kind {
            Kind::Resource => rule::RESOURCE_LEFT_INITIALISED,
            Kind::Lookaside => rule::LOOKASIDE_LEFT_ACTIVE,
            Kind::Timer => {
                super::timer::forget(address);
                rule::TIMER_LEFT
            }
            Kind::Dpc => {
                super::dpc::remove(address);
                rule::DPC_LEFT
            }
            Kind::WorkItem => {
                super::work_queue_item::forget(address);
                rule::WORK_ITEM_LEFT
            }
            Kind::Rundown => {
                super::rundown::storage_gone(address, "unloaded");
                continue;
            }
        };
        verify::violation_from(rule, "unload", caller, detail);
    }
}

fn take_range(start: usize, size: usize) -> Vec<(usize, Kind, usize)> {
    let range = start..start.saturating_add(size);
    {
        let live = LIVE
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if live.range(range.clone()).next().is_none() {
            return Vec::new();
        }
    }
    let mut live = LIVE
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let found: Vec<_> = live
        .range(range)
        .map(|(address, (kind, caller))| (*address, *kind, *caller))
        .collect();
    for (address, ..) in &found {
        live.remove(address);
    }
    found
}
