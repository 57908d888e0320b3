//! Keys and values, and the way from a path to a key.

use std::collections::BTreeMap;

use minifilter_sys::{
    NTSTATUS, STATUS_CANNOT_DELETE, STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_OBJECT_PATH_SYNTAX_BAD,
};

use crate::model::{time, unicode};

/// STATUS_KEY_DELETED.
pub const STATUS_KEY_DELETED: NTSTATUS = 0xC000_017C_u32 as NTSTATUS;
/// STATUS_CHILD_MUST_BE_VOLATILE.
pub const STATUS_CHILD_MUST_BE_VOLATILE: NTSTATUS = 0xC000_0181_u32 as NTSTATUS;

/// The most units of a key's name.
const MAX_NAME: usize = 255;
const SEPARATOR: u16 = b'\\' as u16;

/// KeyId — a key, for as long as the registry is there: ids of deleted keys are not given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyId(usize);

/// Value — one value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its name; empty for the default value.
    pub name: Vec<u16>,
    /// REG_SZ and its like.
    pub kind: u32,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// Key — one key.
pub struct Key {
    /// Its name as it was created.
    pub name: Vec<u16>,
    /// Values in the order in which they were first set.
    pub values: Vec<Value>,
    /// When it was last changed, as a system time.
    pub written: i64,
    parent: Option<KeyId>,
    /// By upper-cased name, hence in the order in which they are enumerated.
    children: BTreeMap<Vec<u16>, KeyId>,
    link: Option<KeyId>,
    volatile: bool,
    deleted: bool,
}

/// Tree — all keys.
pub struct Tree {
    keys: Vec<Key>,
}

fn folded(name: &[u16]) -> Vec<u16> {
    name.iter().map(|unit| unicode::upcase(*unit)).collect()
}

impl Key {
    fn new(name: &[u16], parent: Option<KeyId>, volatile: bool) -> Self {
        Self {
            name: name.to_vec(),
            values: Vec::new(),
            written: time::system_time(),
            parent,
            children: BTreeMap::new(),
            link: None,
            volatile,
            deleted: false,
        }
    }

    /// A value by its name, without regard to case.
    #[must_use]
    pub fn value(&self, name: &[u16]) -> Option<&Value> {
        let name = folded(name);
        self.values.iter().find(|value| folded(&value.name) == name)
    }

    /// The subkeys in the order of enumeration.
    #[must_use]
    pub fn subkeys(&self) -> Vec<KeyId> {
        self.children.values().copied().collect()
    }
}

impl Tree {
    /// A registry with its root alone.
    #[must_use]
    pub fn new() -> Self {
        let root: Vec<u16> = "REGISTRY".encode_utf16().collect();
        Self {
            keys: vec![Key::new(&root, None, false)],
        }
    }

    /// The key.
    ///
    /// # Errors
    /// STATUS_KEY_DELETED.
    pub fn key(&self, id: KeyId) -> Result<&Key, NTSTATUS> {
        let key = &self.keys[id.0];
        if key.deleted {
            Err(STATUS_KEY_DELETED)
        } else {
            Ok(key)
        }
    }

    fn key_mut(&mut self, id: KeyId) -> Result<&mut Key, NTSTATUS> {
        self.key(id)?;
        Ok(&mut self.keys[id.0])
    }

    fn child(&self, id: KeyId, name: &[u16]) -> Option<KeyId> {
        let child = *self.keys[id.0].children.get(&folded(name))?;
        Some(self.keys[child.0].link.unwrap_or(child))
    }

    /// `ZwOpenKey` — the key at a path below `root`, or at a full one.
    ///
    /// # Errors
    /// STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_KEY_DELETED.
    pub fn open(&self, root: Option<KeyId>, path: &[u16]) -> Result<KeyId, NTSTATUS> {
        let (mut at, parts) = self.start(root, path)?;
        for part in parts {
            at = self.child(at, part).ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
        }
        Ok(at)
    }

    /// `ZwCreateKey` — opens the key, or makes it if only its last part is missing; tells whether it is new.
    ///
    /// # Errors
    /// As [`Tree::open`], STATUS_CHILD_MUST_BE_VOLATILE, STATUS_OBJECT_NAME_INVALID.
    pub fn create(
        &mut self,
        root: Option<KeyId>,
        path: &[u16],
        volatile: bool,
    ) -> Result<(KeyId, bool), NTSTATUS> {
        let (mut at, parts) = self.start(root, path)?;
        for (index, part) in parts.iter().enumerate() {
            at = match self.child(at, part) {
                Some(child) => child,
                None if index + 1 == parts.len() => {
                    return Ok((self.add(at, part, volatile)?, true));
                }
                None => return Err(STATUS_OBJECT_NAME_NOT_FOUND),
            };
        }
        Ok((at, false))
    }

    /// Makes every missing key of a full path.
    ///
    /// # Errors
    /// As [`Tree::create`].
    pub fn create_all(&mut self, path: &str) -> Result<KeyId, NTSTATUS> {
        let path: Vec<u16> = path.encode_utf16().collect();
        let mut at = self.create(None, &path[..path.len().min(9)], false)?.0;
        for part in path[path.len().min(9)..].split(|unit| *unit == SEPARATOR) {
            if !part.is_empty() {
                at = self.create(Some(at), part, false)?.0;
            }
        }
        Ok(at)
    }

    fn add(&mut self, parent: KeyId, name: &[u16], volatile: bool) -> Result<KeyId, NTSTATUS> {
        if name.len() > MAX_NAME {
            return Err(STATUS_OBJECT_NAME_INVALID);
        }
        if self.key(parent)?.volatile && !volatile {
            return Err(STATUS_CHILD_MUST_BE_VOLATILE);
        }
        let id = KeyId(self.keys.len());
        self.keys.push(Key::new(name, Some(parent), volatile));
        let parent = self.key_mut(parent)?;
        parent.children.insert(folded(name), id);
        parent.written = time::system_time();
        Ok(id)
    }

    /// Where a path begins, and its parts; a separator at its end says nothing.
    fn start<'a>(
        &self,
        root: Option<KeyId>,
        path: &'a [u16],
    ) -> Result<(KeyId, Vec<&'a [u16]>), NTSTATUS> {
        let path = path.strip_suffix(&[SEPARATOR]).unwrap_or(path);
        match root {
            Some(root) => {
                self.key(root)?;
                if path.first() == Some(&SEPARATOR) {
                    return Err(STATUS_OBJECT_PATH_SYNTAX_BAD);
                }
                Ok((
                    root,
                    path.split(|unit| *unit == SEPARATOR)
                        .filter(|part| !part.is_empty())
                        .collect(),
                ))
            }
            None => {
                let path = path
                    .strip_prefix(&[SEPARATOR])
                    .ok_or(STATUS_OBJECT_PATH_SYNTAX_BAD)?;
                let mut parts = path.split(|unit| *unit == SEPARATOR);
                let first = parts.next().unwrap_or_default();
                let registry = folded(first) == self.keys[0].name;
                registry
                    .then(|| (KeyId(0), parts.collect()))
                    .ok_or(STATUS_OBJECT_NAME_NOT_FOUND)
            }
        }
    }

    /// Makes `name` below `parent` another name of `target`.
    pub(super) fn link(&mut self, parent: KeyId, name: &str, target: KeyId) {
        let name: Vec<u16> = name.encode_utf16().collect();
        if let Ok(id) = self.add(parent, &name, false) {
            self.keys[id.0].link = Some(target);
        }
    }

    /// `ZwDeleteKey` — takes a key out; handles to it stay, and are good for nothing but closing.
    ///
    /// # Errors
    /// STATUS_CANNOT_DELETE while it has subkeys, STATUS_KEY_DELETED.
    pub fn delete(&mut self, id: KeyId) -> Result<(), NTSTATUS> {
        let key = self.key(id)?;
        let Some(parent) = key.parent.filter(|_| key.children.is_empty()) else {
            return Err(STATUS_CANNOT_DELETE);
        };
        let name = folded(&key.name);
        self.keys[id.0].deleted = true;
        let parent = &mut self.keys[parent.0];
        parent.children.remove(&name);
        parent.written = time::system_time();
        Ok(())
    }

    /// `ZwSetValueKey` — sets a value.
    ///
    /// # Errors
    /// STATUS_KEY_DELETED.
    pub fn set_value(&mut self, id: KeyId, value: Value) -> Result<(), NTSTATUS> {
        let key = self.key_mut(id)?;
        key.written = time::system_time();
        let name = folded(&value.name);
        match key.values.iter_mut().find(|old| folded(&old.name) == name) {
            Some(old) => (old.kind, old.data) = (value.kind, value.data),
            None => key.values.push(value),
        }
        Ok(())
    }

    /// `ZwDeleteValueKey` — takes a value out.
    ///
    /// # Errors
    /// STATUS_OBJECT_NAME_NOT_FOUND, STATUS_KEY_DELETED.
    pub fn delete_value(&mut self, id: KeyId, name: &[u16]) -> Result<(), NTSTATUS> {
        let key = self.key_mut(id)?;
        let name = folded(name);
        let place = key
            .values
            .iter()
            .position(|value| folded(&value.name) == name);
        key.values
            .remove(place.ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?);
        key.written = time::system_time();
        Ok(())
    }

    /// The full name of a key.
    #[must_use]
    pub fn path(&self, id: KeyId) -> String {
        let key = &self.keys[id.0];
        let above = key
            .parent
            .map_or_else(String::new, |parent| self.path(parent));
        format!("{above}\\{}", String::from_utf16_lossy(&key.name))
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    fn small() -> Tree {
        let mut tree = Tree::new();
        tree.create_all(r"\Registry\Machine\System\One")
            .expect("a good path");
        tree
    }

    #[test]
    fn a_key_opens_by_full_and_by_relative_path_whatever_the_case() {
        let tree = small();
        let system = tree
            .open(None, &wide(r"\REGISTRY\machine\SYSTEM\"))
            .expect("it is there");
        assert_eq!(
            tree.open(Some(system), &wide("one")),
            tree.open(None, &wide(r"\Registry\Machine\System\One"))
        );
        assert_eq!(tree.open(Some(system), &[]), Ok(system));
        assert_eq!(
            tree.open(Some(system), &wide(r"One\Two")),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
        assert_eq!(
            tree.open(Some(system), &wide(r"\One")),
            Err(STATUS_OBJECT_PATH_SYNTAX_BAD)
        );
        assert_eq!(
            tree.open(None, &wide("One")),
            Err(STATUS_OBJECT_PATH_SYNTAX_BAD)
        );
        assert_eq!(
            tree.open(None, &wide(r"\Device\One")),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
    }

    #[test]
    fn zwcreatekey_makes_the_last_part_only() {
        let mut tree = small();
        let path = wide(r"\Registry\Machine\System\One\Two");
        assert_eq!(
            tree.create(None, &wide(r"\Registry\Machine\No\Two"), false),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
        let (two, new) = tree.create(None, &path, true).expect("its parent is there");
        assert_eq!(
            (new, tree.create(None, &path, false)),
            (true, Ok((two, false)))
        );
        assert_eq!(
            tree.create(Some(two), &wide("Three"), false),
            Err(STATUS_CHILD_MUST_BE_VOLATILE)
        );
        assert_eq!(tree.path(two), r"\REGISTRY\Machine\System\One\Two");
    }

    #[test]
    fn a_key_with_subkeys_stays_and_a_deleted_one_is_good_for_nothing() {
        let mut tree = small();
        let system = tree
            .open(None, &wide(r"\Registry\Machine\System"))
            .expect("it is there");
        let one = tree.open(Some(system), &wide("One")).expect("it is there");
        assert_eq!(tree.delete(system), Err(STATUS_CANNOT_DELETE));
        assert_eq!(tree.delete(one), Ok(()));
        assert_eq!(
            tree.open(Some(system), &wide("One")),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
        assert_eq!(
            (tree.delete(one), tree.open(Some(one), &[])),
            (Err(STATUS_KEY_DELETED), Err(STATUS_KEY_DELETED))
        );
    }

    #[test]
    fn a_value_is_replaced_under_any_case_and_keeps_its_place() {
        let mut tree = small();
        let one = tree
            .open(None, &wide(r"\Registry\Machine\System\One"))
            .expect("it is there");
        let value = |name: &str, data: u8| Value {
            name: wide(name),
            kind: 3,
            data: vec![data],
        };
        for (name, data) in [("First", 1), ("Second", 2), ("FIRST", 3)] {
            tree.set_value(one, value(name, data))
                .expect("the key is there");
        }
        let key = tree.key(one).expect("the key is there");
        assert_eq!(key.values, [value("First", 3), value("Second", 2)]);
        assert_eq!(tree.delete_value(one, &wide("second")), Ok(()));
        assert_eq!(
            tree.delete_value(one, &wide("second")),
            Err(STATUS_OBJECT_NAME_NOT_FOUND)
        );
    }
}
