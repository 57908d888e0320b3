//! The loaded images, so that an address is shown as `module+offset`.

use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One loaded image.
#[derive(Clone, Debug)]
pub struct Module {
    /// File name, for instance `ringfence.sys`.
    pub name: String,
    /// First address.
    pub base: usize,
    /// Bytes of address space.
    pub size: usize,
    /// Whether it was unloaded; its range stays reserved.
    pub unloaded: bool,
    /// IMAGE_DLLCHARACTERISTICS_* of its header.
    pub dll_characteristics: u16,
}

static LOADED: RwLock<Vec<Module>> = RwLock::new(Vec::new());

/// First addresses and ends of the first images, to be read without a lock.
static RANGES: [[AtomicUsize; 2]; 16] = [const { [const { AtomicUsize::new(0) }; 2] }; 16];

/// Makes an image known.
pub fn add(module: Module) {
    if let Ok(mut loaded) = LOADED.write() {
        if let Some([base, end]) = RANGES.get(loaded.len()) {
            base.store(module.base, Ordering::Relaxed);
            end.store(module.base + module.size, Ordering::Release);
        }
        loaded.push(module);
    }
}

/// Marks the image at `base` as gone.
pub fn unload(base: usize) {
    if let Ok(mut loaded) = LOADED.write() {
        loaded
            .iter_mut()
            .filter(|module| module.base == base)
            .for_each(|module| module.unloaded = true);
    }
}

/// Whether an image, loaded or unloaded, covers `address`.
#[inline]
#[must_use]
pub fn covers(address: usize) -> bool {
    for [base, end] in &RANGES {
        let end = end.load(Ordering::Acquire);
        if end == 0 {
            return false;
        }
        if address < end && address >= base.load(Ordering::Relaxed) {
            return true;
        }
    }
    find(address).is_some()
}

/// The image that covers `address`.
#[must_use]
pub fn find(address: usize) -> Option<Module> {
    let loaded = LOADED.read().ok()?;
    loaded
        .iter()
        .find(|module| (module.base..module.base + module.size).contains(&address))
        .cloned()
}

/// The images that are loaded now, in the order of their loading.
#[must_use]
pub fn loaded() -> Vec<Module> {
    let all = LOADED.read().map(|all| all.clone()).unwrap_or_default();
    all.into_iter().filter(|module| !module.unloaded).collect()
}

/// `module+0x1234` for an address inside a driver, `bench` for anything else.
#[must_use]
pub fn describe(address: usize) -> String {
    match find(address) {
        Some(module) => format!("{}+{:#x}", module.name, address - module.base),
        None if address == 0 => "unknown".to_owned(),
        None => "bench".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_relative_to_its_image() {
        add(Module {
            name: "one.sys".to_owned(),
            base: 0xffff_8000_0000_0000,
            size: 0x1000,
            unloaded: false,
            dll_characteristics: 0,
        });
        assert_eq!(describe(0xffff_8000_0000_0123), "one.sys+0x123");
        assert_eq!(describe(1), "bench");
        assert_eq!(describe(0), "unknown");
    }
}
