//! Which context is attached to which object, for every instance.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minifilter_sys::FILE_OBJECT;

use super::Kind;
use super::cleanup;
use super::node::{Context, Link};
use crate::model::filter::Filter;
use crate::model::flt_volume::FltVolume;
use crate::model::instance::Instance;

/// The place a context is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Kind of the context.
    pub kind: Kind,
    /// The instance; for volume contexts the filter.
    pub owner: usize,
    /// The object: FsContext, file object, volume …
    pub object: usize,
}

/// The contexts on one object, of all owners.
pub type Attached = Vec<(usize, Arc<Context>)>;

/// The contexts of some objects.
pub type Shard = HashMap<(Kind, usize), Attached>;

const SHARDS: usize = 64;

static TABLE: [Mutex<Option<Shard>>; SHARDS] = [const { Mutex::new(None) }; SHARDS];

/// The lock over the contexts of one object (and of some others).
pub fn lock(object: usize) -> MutexGuard<'static, Option<Shard>> {
    let index = (object >> 4).wrapping_mul(0x9E37_79B9) >> 8;
    TABLE[index % SHARDS]
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Finds the context at a key.
pub fn at(shard: &Option<Shard>, key: Key) -> Option<&Arc<Context>> {
    let attached = shard.as_ref()?.get(&(key.kind, key.object))?;
    attached
        .iter()
        .find(|entry| entry.0 == key.owner)
        .map(|entry| &entry.1)
}

/// Attaches a context to a key that has none.
pub fn insert(shard: &mut Option<Shard>, key: Key, context: Arc<Context>) {
    let attached = shard
        .get_or_insert_default()
        .entry((key.kind, key.object))
        .or_default();
    attached.push((key.owner, context));
}

/// Takes the context at a key off its object; the attachment's reference is now the caller's.
pub fn remove(shard: &mut Option<Shard>, key: Key) -> Option<Arc<Context>> {
    let shard = shard.as_mut()?;
    let attached = shard.get_mut(&(key.kind, key.object))?;
    let index = attached.iter().position(|entry| entry.0 == key.owner)?;
    let context = attached.swap_remove(index).1;
    if attached.is_empty() {
        shard.remove(&(key.kind, key.object));
    }
    context.state().link = Link::Detached;
    Some(context)
}

fn object_gone(kind: Kind, object: usize) {
    let mut shard = lock(object);
    let attached = shard.as_mut().and_then(|s| s.remove(&(kind, object)));
    let attached = attached.unwrap_or_default();
    // Their filters must not go before they are cleaned up. Taken under the lock, so that a filter which goes in this
    // moment finds them either here or in its count.
    let filters: Vec<_> = attached
        .iter()
        .map(|(_, context)| Arc::clone(&context.filter))
        .collect();
    filters.iter().for_each(|filter| filter.work.enter_again());
    drop(shard);
    detach_all(attached);
    filters.iter().for_each(|filter| filter.work.exit());
}

fn detach_all(attached: Attached) {
    for (_, context) in &attached {
        context.state().link = Link::Detached;
    }
    for (_, context) in attached {
        cleanup::release_attachment(&context);
    }
}

fn owner_gone(owner: usize) {
    let mut taken = Attached::new();
    for shard in &TABLE {
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        for attached in shard.iter_mut().flat_map(HashMap::values_mut) {
            taken.extend(attached.extract_if(.., |entry| entry.0 == owner));
        }
        if let Some(shard) = shard.as_mut() {
            shard.retain(|_, attached| !attached.is_empty());
        }
    }
    taken.sort_by_key(|entry| entry.1.serial);
    detach_all(taken);
}

/// The file system tears a stream down (FsRtlTeardownPerStreamContexts), long after the last close perhaps.
pub fn stream_closed(fs_context: *const c_void) {
    let object = fs_context as usize;
    object_gone(Kind::Section, object);
    object_gone(Kind::Stream, object);
    object_gone(Kind::File, object);
}

/// The file object is about to be freed.
pub fn file_object_closed(file: *const FILE_OBJECT) {
    object_gone(Kind::StreamHandle, file as usize);
    crate::model::name::file_object_closed(file);
    crate::model::transaction::file_closed(file);
}

/// The file system tears a file down (FsRtlTeardownPerFileContexts); `key` is its FileContextSupportPointer.
pub fn file_closed(key: *const c_void) {
    object_gone(Kind::File, key as usize);
}

/// A transaction has ended.
pub fn transaction_ended(transaction: *const c_void) {
    object_gone(Kind::Transaction, transaction as usize);
}

/// An instance is torn down: nothing may be attached to it any more.
pub fn instance_gone(instance: &Arc<Instance>) {
    instance.contexts_closed.store(true, Ordering::Release);
    owner_gone(instance.address());
}

/// A volume is dismounted.
pub fn volume_gone(volume: &Arc<FltVolume>) {
    object_gone(Kind::Volume, Arc::as_ptr(volume) as usize);
}

/// A filter is unregistered: its volume contexts go.
pub fn filter_detached(filter: &Filter) {
    owner_gone(filter.address());
}
