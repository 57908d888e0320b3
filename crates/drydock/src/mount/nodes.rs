//! The nodes that the kernel knows: files by the host's inode number, and the names they were found under.
//!
//! A node lives from its first lookup until the kernel forgets it, which it does not while the file is open. Its number
//! is the host's inode number, unless a node that has lost its file still has that.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::io::StatLx;

/// The volume's root directory.
pub const ROOT: u64 = fuser::INodeNo::ROOT.0;

/// Numbers of nodes whose inode number is taken.
const SUBSTITUTES: u64 = 1 << 63;

/// Nodes — the table.
pub struct Nodes {
    table: Mutex<Table>,
    /// Changes when a name does, before and after.
    version: AtomicU64,
    /// Names that are about to change.
    changing: AtomicU64,
}

#[derive(Default)]
struct Table {
    nodes: HashMap<u64, Node>,
    by_id: HashMap<u64, u64>,
    by_name: HashMap<(u64, String), u64>,
    substitutes: u64,
}

struct Node {
    id: u64,
    creation: i64,
    lookups: u64,
    names: Vec<(u64, String)>,
}

/// Snapshot — when a path was taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Snapshot(u64);

/// Change — a name is about to change, until this is dropped.
pub struct Change<'n>(&'n Nodes);

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.0.version.fetch_add(1, Ordering::SeqCst);
        self.0.changing.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Nodes {
    /// With nothing but the root, whose inode number is `id`.
    pub fn new(root: &StatLx) -> Self {
        let node = Node {
            id: root.id,
            creation: root.creation,
            lookups: 1,
            names: Vec::new(),
        };
        let table = Table {
            nodes: HashMap::from([(ROOT, node)]),
            by_id: HashMap::from([(root.id, ROOT)]),
            ..Table::default()
        };
        Self {
            table: Mutex::new(table),
            version: AtomicU64::new(0),
            changing: AtomicU64::new(0),
        }
    }

    /// Announces that a name changes.
    pub fn change(&self) -> Change<'_> {
        self.changing.fetch_add(1, Ordering::SeqCst);
        self.version.fetch_add(1, Ordering::SeqCst);
        Change(self)
    }

    /// When it is now.
    pub fn now(&self) -> Snapshot {
        Snapshot(self.version.load(Ordering::SeqCst))
    }

    /// Whether paths of that time may be wrong by now.
    pub fn outdated(&self, snapshot: Snapshot) -> bool {
        self.changing.load(Ordering::SeqCst) != 0 || self.now() != snapshot
    }

    /// The path of a node on the volume; `None` once it has lost its names.
    pub fn path(&self, node: u64) -> Option<String> {
        let path = self.table.lock().path(node)?;
        Some(if path.is_empty() {
            "\\".to_owned()
        } else {
            path
        })
    }

    /// The path of a name in a directory.
    pub fn child_path(&self, parent: u64, name: &str) -> Option<String> {
        let path = self.table.lock().path(parent)?;
        Some(format!("{path}\\{name}"))
    }

    /// A lookup found this file under this name; gives its node, which has one lookup more.
    pub fn found(&self, parent: u64, name: &str, stat: &StatLx) -> u64 {
        let mut table = self.table.lock();
        let number = table.node_of(stat);
        table.name(parent, name, number);
        if let Some(node) = table.nodes.get_mut(&number) {
            node.lookups += 1;
        }
        number
    }

    /// The kernel forgets so many lookups.
    pub fn forget(&self, node: u64, lookups: u64) {
        let mut table = self.table.lock();
        let Some(known) = table.nodes.get_mut(&node) else {
            return;
        };
        known.lookups = known.lookups.saturating_sub(lookups);
        if known.lookups > 0 || node == ROOT {
            return;
        }
        let Some(gone) = table.nodes.remove(&node) else {
            return;
        };
        if table.by_id.get(&gone.id) == Some(&node) {
            table.by_id.remove(&gone.id);
        }
        for key in gone.names {
            table.by_name.remove(&key);
        }
    }

    /// A name was taken away.
    pub fn removed(&self, parent: u64, name: &str) {
        self.table.lock().unname(&(parent, name.to_owned()));
    }

    /// A name went to another place.
    pub fn renamed(&self, from: (u64, &str), to: (u64, &str)) {
        let mut table = self.table.lock();
        if let Some(node) = table.unname(&(from.0, from.1.to_owned())) {
            table.name(to.0, to.1, node);
        }
    }
}

impl Table {
    fn path(&self, node: u64) -> Option<String> {
        if node == ROOT {
            return Some(String::new());
        }
        let (parent, name) = self.nodes.get(&node)?.names.last()?;
        Some(format!("{}\\{name}", self.path(*parent)?))
    }

    fn node_of(&mut self, stat: &StatLx) -> u64 {
        if let Some(number) = self.by_id.get(&stat.id)
            && let Some(node) = self.nodes.get(number)
            // The host gives an inode number again when a file is gone, though the kernel may not have forgotten it.
            && (node.creation == stat.creation || !node.names.is_empty() || *number == ROOT)
        {
            return *number;
        }
        let taken = stat.id == ROOT || self.nodes.contains_key(&stat.id);
        let number = if taken {
            self.substitutes += 1;
            SUBSTITUTES | self.substitutes
        } else {
            stat.id
        };
        let node = Node {
            id: stat.id,
            creation: stat.creation,
            lookups: 0,
            names: Vec::new(),
        };
        self.nodes.insert(number, node);
        self.by_id.insert(stat.id, number);
        number
    }

    fn name(&mut self, parent: u64, name: &str, node: u64) {
        let key = (parent, name.to_owned());
        if self.by_name.get(&key) == Some(&node) {
            return;
        }
        self.unname(&key);
        if let Some(known) = self.nodes.get_mut(&node) {
            known.names.push(key.clone());
            self.by_name.insert(key, node);
        }
    }

    fn unname(&mut self, key: &(u64, String)) -> Option<u64> {
        let node = self.by_name.remove(key)?;
        if let Some(known) = self.nodes.get_mut(&node) {
            known.names.retain(|name| name != key);
        }
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(id: u64, creation: i64) -> StatLx {
        StatLx {
            id,
            creation,
            last_access: 0,
            last_write: 0,
            change: 0,
            allocation: 0,
            size: 0,
            links: 1,
            uid: 0,
            gid: 0,
            mode: 0,
        }
    }

    #[test]
    fn a_renamed_directory_renames_what_is_below() {
        let nodes = Nodes::new(&stat(100, 0));
        let directory = nodes.found(ROOT, "d", &stat(5, 0));
        let file = nodes.found(directory, "f", &stat(6, 0));
        let before = nodes.now();
        assert!(!nodes.outdated(before));
        let change = nodes.change();
        assert!(nodes.outdated(nodes.now()));
        nodes.renamed((ROOT, "d"), (ROOT, "e"));
        drop(change);
        assert!(nodes.outdated(before) && !nodes.outdated(nodes.now()));
        assert_eq!(nodes.path(file).as_deref(), Some("\\e\\f"));
        assert_eq!((file, nodes.path(ROOT).as_deref()), (6, Some("\\")));
    }

    #[test]
    fn a_hard_link_is_the_same_node_and_outlives_one_of_its_names() {
        let nodes = Nodes::new(&stat(100, 0));
        let one = nodes.found(ROOT, "a", &stat(5, 1));
        assert_eq!(nodes.found(ROOT, "b", &stat(5, 1)), one);
        nodes.removed(ROOT, "b");
        assert_eq!(nodes.path(one).as_deref(), Some("\\a"));
        nodes.removed(ROOT, "a");
        assert_eq!(nodes.path(one), None);
    }

    #[test]
    fn an_inode_number_that_comes_again_is_another_node() {
        let nodes = Nodes::new(&stat(100, 0));
        let old = nodes.found(ROOT, "a", &stat(5, 1));
        nodes.removed(ROOT, "a");
        let new = nodes.found(ROOT, "a", &stat(5, 2));
        assert_ne!(old, new);
        nodes.forget(old, 1);
        assert_eq!(nodes.path(new).as_deref(), Some("\\a"));
        nodes.forget(new, 1);
        assert_eq!(nodes.found(ROOT, "a", &stat(5, 2)), 5);
    }

    #[test]
    fn a_name_that_was_replaced_is_no_longer_the_old_files() {
        let nodes = Nodes::new(&stat(100, 0));
        let old = nodes.found(ROOT, "to", &stat(5, 1));
        let new = nodes.found(ROOT, "from", &stat(6, 1));
        nodes.renamed((ROOT, "from"), (ROOT, "to"));
        assert_eq!(
            (nodes.path(old), nodes.path(new).as_deref()),
            (None, Some("\\to"))
        );
    }
}
