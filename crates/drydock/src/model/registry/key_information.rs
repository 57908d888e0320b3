//! KEY_XXX_INFORMATION — a key in the forms in which it is asked for.

use minifilter_sys::{NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_NO_MORE_ENTRIES};

use super::tree::{Key, KeyId, Tree};
use super::value_information::{Information, put, put_text};

/// KeyBasicInformation.
pub const BASIC: i32 = 0;
/// KeyNodeInformation.
pub const NODE: i32 = 1;
/// KeyFullInformation.
pub const FULL: i32 = 2;
/// KeyNameInformation.
pub const NAME: i32 = 3;
/// KeyCachedInformation.
pub const CACHED: i32 = 4;

/// No class name: its offset.
const NONE: u32 = u32::MAX;

/// `ZwQueryKey` — the key as `class` has it.
///
/// # Errors
/// STATUS_KEY_DELETED, STATUS_INVALID_PARAMETER for a class that is not modelled or that there is not.
pub fn of(tree: &Tree, id: KeyId, class: i32) -> Result<Information, NTSTATUS> {
    let key = tree.key(id)?;
    let name = (key.name.len() * 2) as u32;
    let mut bytes = key.written.to_le_bytes().to_vec();
    match class {
        BASIC => put(&mut bytes, &[0, name]),
        NODE => put(&mut bytes, &[0, NONE, 0, name]),
        FULL => {
            let [subkeys, longest_subkey, values, longest_name, longest_data] = counts(tree, key);
            put(
                &mut bytes,
                &[
                    0,
                    NONE,
                    0,
                    subkeys,
                    longest_subkey,
                    0,
                    values,
                    longest_name,
                    longest_data,
                ],
            );
            // The structure ends with room for one unit of the class name, to a multiple of eight.
            let fixed = bytes.len();
            bytes.resize(48, 0);
            return Ok(Information { bytes, fixed });
        }
        NAME => {
            let path: Vec<u16> = tree.path(id).encode_utf16().collect();
            bytes = ((path.len() * 2) as u32).to_le_bytes().to_vec();
            put_text(&mut bytes, &path);
            return Ok(Information { bytes, fixed: 4 });
        }
        CACHED => {
            let [subkeys, longest_subkey, values, longest_name, longest_data] = counts(tree, key);
            put(
                &mut bytes,
                &[
                    0,
                    subkeys,
                    longest_subkey,
                    values,
                    longest_name,
                    longest_data,
                    name,
                ],
            );
            bytes.resize(40, 0);
            return Ok(Information { bytes, fixed: 40 });
        }
        _ => return Err(STATUS_INVALID_PARAMETER),
    }
    let fixed = bytes.len();
    put_text(&mut bytes, &key.name);
    Ok(Information { bytes, fixed })
}

/// Subkeys, their longest name, values, their longest name and their longest data; lengths in bytes.
fn counts(tree: &Tree, key: &Key) -> [u32; 5] {
    let subkeys = key.subkeys();
    let names = subkeys
        .iter()
        .filter_map(|id| tree.key(*id).ok())
        .map(|key| key.name.len() * 2);
    let longest = names.max().unwrap_or(0);
    let value_names = key
        .values
        .iter()
        .map(|value| value.name.len() * 2)
        .max()
        .unwrap_or(0);
    let data = key
        .values
        .iter()
        .map(|value| value.data.len())
        .max()
        .unwrap_or(0);
    [subkeys.len(), longest, key.values.len(), value_names, data].map(|count| count as u32)
}

/// `ZwEnumerateKey` — the subkey at `index` as `class` has it.
///
/// # Errors
/// STATUS_NO_MORE_ENTRIES; STATUS_INVALID_PARAMETER for a class that only a key itself is asked for.
pub fn of_subkey(tree: &Tree, id: KeyId, index: u32, class: i32) -> Result<Information, NTSTATUS> {
    if !matches!(class, BASIC | NODE | FULL) {
        return Err(STATUS_INVALID_PARAMETER);
    }
    let subkeys = tree.key(id)?.subkeys();
    let subkey = subkeys.get(index as usize).ok_or(STATUS_NO_MORE_ENTRIES)?;
    of(tree, *subkey, class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::registry::tree::Value;

    #[test]
    fn a_key_answers_in_every_class_and_its_subkeys_in_order() {
        let mut tree = Tree::new();
        let top = tree.create_all(r"\Registry\Top").expect("a good path");
        for name in ["beta", "Alpha"] {
            tree.create(Some(top), &name.encode_utf16().collect::<Vec<_>>(), false)
                .expect("a good name");
        }
        tree.set_value(
            top,
            Value {
                name: vec![65],
                kind: 3,
                data: vec![0; 7],
            },
        )
        .expect("the key is there");
        let first = of_subkey(&tree, top, 0, BASIC).expect("there are two");
        assert_eq!(
            (first.fixed, &first.bytes[12..18]),
            (16, &[10, 0, 0, 0, b'A', 0][..])
        );
        assert_eq!(
            of_subkey(&tree, top, 2, BASIC).err(),
            Some(STATUS_NO_MORE_ENTRIES)
        );
        assert_eq!(
            of_subkey(&tree, top, 0, NAME).err(),
            Some(STATUS_INVALID_PARAMETER)
        );
        let full = of(&tree, top, FULL).expect("a class");
        let number = |at: usize| full.bytes[at];
        assert_eq!(
            [number(20), number(24), number(32), number(36), number(40)],
            [2, 10, 1, 2, 7]
        );
        let name = of(&tree, top, NAME).expect("a class");
        assert_eq!(name.bytes.len(), 4 + 2 * r"\REGISTRY\Top".len());
        assert_eq!(of(&tree, top, 99).err(), Some(STATUS_INVALID_PARAMETER));
    }
}
