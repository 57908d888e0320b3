//! The name cache, and the ledger of what drivers hold.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use minifilter_sys::{FILE_OBJECT, PFLT_FILE_NAME_INFORMATION};

use super::information::Block;
use crate::verify::{self, rule};

#[derive(Default)]
struct Names {
    blocks: HashMap<usize, Block>,
    cached: HashMap<Key, usize>,
    /// Name providers that ever had a name here.
    providers: BTreeSet<usize>,
}

/// Under what a name is cached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The file object.
    pub file: usize,
    /// FLT_FILE_NAME_NORMALIZED and its like.
    pub format: u32,
    /// The instance that gave the name; 0 for the file system.
    pub provider: usize,
}

static NAMES: Mutex<Option<Names>> = Mutex::new(None);
static LEAKED: AtomicU64 = AtomicU64::new(0);

fn names<R>(look: impl FnOnce(&mut Names) -> R) -> R {
    look(
        NAMES
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_default(),
    )
}

impl Names {
    fn uncache(&mut self, key: Key) {
        let Some(address) = self.cached.remove(&key) else {
            return;
        };
        if let Some(block) = self.blocks.get_mut(&address) {
            block.cached = false;
        }
        self.free_unused(address);
    }

    fn free_unused(&mut self, address: usize) {
        let unused = self
            .blocks
            .get(&address)
            .is_some_and(|block| block.references == 0 && !block.cached);
        if unused && let Some(block) = self.blocks.remove(&address) {
            block.free();
        }
    }
}

/// The cached name of a file object, with a reference.
pub fn look_up(key: Key) -> Option<usize> {
    names(|names| {
        let address = *names.cached.get(&key)?;
        names.blocks.get_mut(&address)?.take();
        Some(address)
    })
}

/// Enters a new name with a reference, in the cache too if a key is given.
pub fn enter(mut block: Block, key: Option<Key>) -> usize {
    block.take();
    let address = block.address();
    names(|names| {
        if let Some(key) = key {
            names.uncache(key);
            block.cached = true;
            names.providers.insert(key.provider);
            names.cached.insert(key, address);
        }
        names.blocks.insert(address, block);
    });
    address
}

/// Does something with the block of a name; a pointer that is none is reported.
pub fn with_block<R>(
    information: PFLT_FILE_NAME_INFORMATION,
    look: impl FnOnce(&mut Block) -> R,
) -> Option<R> {
    let address = information as usize;
    let found = names(|names| {
        names
            .blocks
            .get_mut(&address)
            .filter(|block| block.references != 0)
            .map(look)
    });
    if found.is_none() {
        verify::violation(
            rule::NAME_OVER_RELEASED,
            format!("{information:p} is no name information that is held"),
        );
    }
    found
}

/// FltReferenceFileNameInformation.
pub fn reference(information: PFLT_FILE_NAME_INFORMATION) {
    with_block(information, Block::take);
}

/// FltReleaseFileNameInformation.
pub fn release(information: PFLT_FILE_NAME_INFORMATION) {
    let untouched = with_block(information, |block| {
        block.references -= 1;
        block
            .is_untouched()
            .then_some(())
            .ok_or_else(|| block.text())
    });
    if let Some(Err(name)) = untouched {
        verify::violation(
            rule::NAME_CHANGED,
            format!("the name information of {name} was written to"),
        );
    }
    names(|names| names.free_unused(information as usize));
}

/// A file object is about to be freed: its cached names go.
pub fn file_object_closed(file: *const FILE_OBJECT) {
    names(|names| {
        let providers: Vec<_> = names.providers.iter().copied().collect();
        for (provider, format) in providers
            .into_iter()
            .flat_map(|provider| (1..=3).map(move |format| (provider, format)))
        {
            let file = file as usize;
            names.uncache(Key {
                file,
                format,
                provider,
            });
        }
    });
}

/// FltPurgeFileNameInformationCache — names that a provider gave go, those of one file or all.
pub fn purge(provider: usize, file: Option<usize>) {
    names(|names| {
        let of_file = |key: &Key| file.is_none_or(|file| key.file == file);
        let keys = names.cached.keys().copied();
        let keys: Vec<_> = keys
            .filter(|key| key.provider == provider && of_file(key))
            .collect();
        for key in keys {
            names.uncache(key);
        }
    });
}

/// An instance is torn down: what it gave is no name any more.
pub fn provider_gone(provider: usize) {
    purge(provider, None);
    names(|names| names.providers.remove(&provider));
}

/// A rename or link changed names: the cache starts anew.
pub fn names_changed() {
    names(|names| {
        let keys: Vec<_> = names.cached.keys().copied().collect();
        for key in keys {
            names.uncache(key);
        }
    });
}

/// Reports every name the driver still holds, and lets the cache go.
pub fn report_leaks() {
    names_changed();
    let left = names(|names| std::mem::take(&mut names.blocks));
    for (address, block) in left {
        LEAKED.fetch_add(u64::from(block.references), Ordering::Relaxed);
        let detail = format!(
            "name information {address:#x} of {} has {} references left, the latest taken",
            block.text(),
            block.references
        );
        block.taker.blame(rule::F15, &detail);
    }
}

/// References to names that were never dropped.
pub fn leaked() -> u64 {
    LEAKED.load(Ordering::Relaxed)
}
