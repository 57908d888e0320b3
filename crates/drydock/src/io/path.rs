//! Names of the object manager's namespace — which volume a full name is on, and where on it.

use std::sync::Arc;

use crate::model::flt_volume::{self, FltVolume};
use crate::model::namespace;

/// The volume that a full name leads to, and the name on that volume, which may be text or a file id.
pub fn locate(name: &[u16]) -> Option<(Arc<FltVolume>, Vec<u16>)> {
    let followed = namespace::follow_units(name);
    let name = followed.as_slice();
    let volumes = flt_volume::in_order();
    volumes.iter().enumerate().find_map(|(index, volume)| {
        let mut names = names_of(volume, index).into_iter();
        let path = names.find_map(|device| below(name, &device))?;
        Some((Arc::clone(volume), path.to_vec()))
    })
}

/// The volume of a name as people and drivers write it, e.g. `\Device\HarddiskVolume1`, `\??\C:` or `C:`.
pub fn volume_named(name: &str) -> Option<Arc<FltVolume>> {
    let rooted = match name.starts_with('\\') {
        true => name.to_owned(),
        false => format!(r"\??\{name}"),
    };
    let units: Vec<u16> = rooted.encode_utf16().collect();
    let (volume, rest) = locate(&units)?;
    (rest.is_empty() || rest == [u16::from(b'\\')]).then_some(volume)
}

/// Whatever a volume can be called by: device name, drive letter (the first volume is C:) and GUID name.
fn names_of(volume: &FltVolume, index: usize) -> Vec<String> {
    let mut names = vec![volume.name.clone()];
    let letter = (b'C'..=b'Z').nth(index).map(char::from);
    for root in [r"\??\", r"\DosDevices\", r"\GLOBAL??\"] {
        names.extend(letter.map(|letter| format!("{root}{letter}:")));
    }
    names.push(flt_volume::guid_name(&volume.name));
    names
}

/// What follows `device` in `name`, which says the device in any case.
fn below<'n>(name: &'n [u16], device: &str) -> Option<&'n [u16]> {
    let device: Vec<u16> = device.encode_utf16().collect();
    let (head, path) = name.split_at_checked(device.len())?;
    let is_path = path.first().is_none_or(|unit| *unit == u16::from(b'\\'));
    let same = head
        .iter()
        .zip(&device)
        .all(|(a, b)| lower(*a) == lower(*b));
    (is_path && same).then_some(path)
}

fn lower(unit: u16) -> u16 {
    u8::try_from(unit).map_or(unit, |byte| byte.to_ascii_lowercase().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_the_volume_or_nowhere() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let device = r"\Device\HarddiskVolume1";
        let path = |name: &str| below(&units(name), device).map(<[u16]>::to_vec);
        assert_eq!(path(r"\Device\HarddiskVolume1\a"), Some(units(r"\a")));
        assert_eq!(path(r"\device\harddiskvolume1"), Some(Vec::new()));
        assert_eq!(path(r"\Device\HarddiskVolume10\a"), None);
        assert_eq!(path(r"\a"), None);
    }
}
