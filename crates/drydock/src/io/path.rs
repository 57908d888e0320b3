//! Names of the object manager's namespace — which volume a full name is on, and where on it.

use std::sync::Arc;

use crate::model::flt_volume::{self, FltVolume};

/// The volume that a full name leads to, and the name on that volume.
pub fn locate(name: &[u16]) -> Option<(Arc<FltVolume>, Vec<u16>)> {
    let name = String::from_utf16_lossy(name);
    let mut volumes = flt_volume::mounted();
    volumes.sort_by(|one, other| one.name.cmp(&other.name));
    volumes.iter().enumerate().find_map(|(index, volume)| {
        let mut names = names_of(volume, index).into_iter();
        let path = names.find_map(|device| below(&name, &device))?;
        Some((Arc::clone(volume), path.encode_utf16().collect()))
    })
}

/// Whatever a volume can be called by: device name, drive letter (the first volume is C:) and GUID name.
fn names_of(volume: &FltVolume, index: usize) -> Vec<String> {
    let mut names = vec![volume.name.clone()];
    let letter = (b'C'..=b'Z').nth(index).map(char::from);
    for root in ["\\??\\", "\\DosDevices\\", "\\GLOBAL??\\"] {
        names.extend(letter.map(|letter| format!("{root}{letter}:")));
    }
    names.push(flt_volume::guid_name(&volume.name));
    names
}

/// What follows `device` in `name`, which says the device in any case.
fn below<'n>(name: &'n str, device: &str) -> Option<&'n str> {
    let (head, path) = name.split_at_checked(device.len())?;
    let is_path = path.is_empty() || path.starts_with('\\');
    (is_path && head.eq_ignore_ascii_case(device)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_the_volume_or_nowhere() {
        let device = "\\Device\\HarddiskVolume1";
        assert_eq!(below("\\Device\\HarddiskVolume1\\a", device), Some("\\a"));
        assert_eq!(below("\\device\\harddiskvolume1", device), Some(""));
        assert_eq!(below("\\Device\\HarddiskVolume10\\a", device), None);
        assert_eq!(below("\\a", device), None);
    }
}
