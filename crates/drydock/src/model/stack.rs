//! Looking around among the instances of volumes and filters.

use std::sync::{Arc, PoisonError};

use super::filter::Filter;
use super::flt_volume::FltVolume;
use super::instance::Instance;

/// The instance with this name on a volume (the highest when no name is given), of one filter if that is given.
pub fn named(
    volume: &Arc<FltVolume>,
    filter: Option<&Arc<Filter>>,
    name: Option<&str>,
) -> Option<Arc<Instance>> {
    let stack = volume.stack();
    let mut all = stack
        .iter()
        .filter(|instance| filter.is_none_or(|filter| Arc::ptr_eq(filter, &instance.filter)));
    all.find(|instance| name.is_none_or(|name| instance.name.eq_ignore_ascii_case(name)))
        .cloned()
}

fn position(instance: &Arc<Instance>, stack: &[Arc<Instance>]) -> Option<usize> {
    stack.iter().position(|other| Arc::ptr_eq(other, instance))
}

/// The next higher instance.
pub fn upper(instance: &Arc<Instance>) -> Option<Arc<Instance>> {
    let stack = instance.volume.stack();
    stack
        .get(position(instance, &stack)?.checked_sub(1)?)
        .cloned()
}

/// The next lower instance.
pub fn lower(instance: &Arc<Instance>) -> Option<Arc<Instance>> {
    let stack = instance.volume.stack();
    stack.get(position(instance, &stack)? + 1).cloned()
}

/// The instances of a volume, of a filter, or of both.
pub fn of(volume: Option<&Arc<FltVolume>>, filter: Option<&Arc<Filter>>) -> Vec<Arc<Instance>> {
    let all = match (volume, filter) {
        (Some(volume), _) => volume.stack().to_vec(),
        (None, Some(filter)) => filter
            .instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone(),
        (None, None) => Vec::new(),
    };
    let mine = |instance: &Arc<Instance>| {
        filter.is_none_or(|filter| Arc::ptr_eq(filter, &instance.filter))
    };
    all.into_iter().filter(mine).collect()
}
