//! FcbTable — the streams in use, and some that were in use lately.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::fcb::{Fcb, FcbKey, FileSlot, Kind};
use super::name::fold;

/// How many closed streams keep their FCB: their stream contexts live on until it goes.
const KEPT: usize = 32;

/// FcbTable — every FCB by its key, and the closed ones from oldest to youngest.
#[derive(Default)]
pub struct FcbTable {
    by_key: HashMap<FcbKey, Arc<Fcb>>,
    slots: HashMap<u64, Arc<FileSlot>>,
    closed: VecDeque<FcbKey>,
}

impl FcbTable {
    /// The FCB of a stream, made if there is none.
    pub fn get(&mut self, id: u64, kind: Kind, stream: &str, size: u64) -> Arc<Fcb> {
        let key = FcbKey {
            id,
            stream: fold(stream),
        };
        if let Some(fcb) = self.by_key.get(&key) {
            self.closed.retain(|k| *k != key);
            return Arc::clone(fcb);
        }
        let slot = Arc::clone(self.slots.entry(id).or_default());
        let fcb = Fcb::new(key.clone(), kind, stream, size, slot);
        self.by_key.insert(key, Arc::clone(&fcb));
        fcb
    }

    /// The FCB of a stream if there is one.
    pub fn find(&self, id: u64, stream: &str) -> Option<Arc<Fcb>> {
        self.by_key
            .get(&FcbKey {
                id,
                stream: fold(stream),
            })
            .cloned()
    }

    /// Keeps an FCB that was closed for the last time; gives back those that have to go now.
    pub fn keep_closed(&mut self, fcb: &Arc<Fcb>) -> Vec<Arc<Fcb>> {
        if fcb.usage.lock().orphan {
            return vec![Arc::clone(fcb)];
        }
        self.closed.push_back(fcb.key.clone());
        let surplus = self.closed.len().saturating_sub(KEPT);
        let gone: Vec<FcbKey> = self.closed.drain(..surplus).collect();
        gone.iter().filter_map(|key| self.take(key)).collect()
    }

    /// Takes out every closed FCB.
    pub fn drain(&mut self) -> Vec<Arc<Fcb>> {
        let gone = std::mem::take(&mut self.closed);
        gone.iter().filter_map(|key| self.take(key)).collect()
    }

    /// Takes out the streams of a file that is no more: the open ones become orphans, the closed ones are given back.
    pub fn remove_file(&mut self, id: u64) -> Vec<Arc<Fcb>> {
        let mut keys: Vec<FcbKey> = self
            .by_key
            .keys()
            .filter(|key| key.id == id)
            .cloned()
            .collect();
        keys.sort_by(|a, b| a.stream.cmp(&b.stream));
        keys.iter()
            .filter_map(|key| self.remove_stream(key))
            .collect()
    }

    /// Takes out one stream that is no more; gives it back if it is closed, else makes it an orphan.
    pub fn remove_stream(&mut self, key: &FcbKey) -> Option<Arc<Fcb>> {
        self.closed.retain(|k| k != key);
        let fcb = self.take(key)?;
        let mut usage = fcb.usage.lock();
        usage.orphan = true;
        let open = usage.opens > 0;
        drop(usage);
        (!open).then_some(fcb)
    }

    /// The open and lately closed streams of a file.
    pub fn of_file(&self, id: u64) -> impl Iterator<Item = &Arc<Fcb>> {
        self.by_key.values().filter(move |fcb| fcb.key.id == id)
    }

    /// The FCB with these section object pointers.
    pub fn with_section(&self, pointers: usize) -> Option<Arc<Fcb>> {
        let mut all = self.by_key.values();
        all.find(|fcb| fcb.section_object_pointers() as usize == pointers)
            .cloned()
    }

    /// Every FCB with cached data to be written, the oldest first.
    pub fn dirty(&self) -> Vec<Arc<Fcb>> {
        let mut dirty: Vec<Arc<Fcb>> = self
            .by_key
            .values()
            .filter(|fcb| fcb.cache.lock().is_dirty())
            .cloned()
            .collect();
        dirty.sort_by_key(|fcb| fcb.serial);
        dirty
    }

    fn take(&mut self, key: &FcbKey) -> Option<Arc<Fcb>> {
        let fcb = self.by_key.remove(key)?;
        if self.of_file(key.id).next().is_none() {
            self.slots.remove(&key.id);
        }
        Some(fcb)
    }
}
