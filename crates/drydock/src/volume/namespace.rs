//! Namespace — the names under which files are open, as a tree, so that a rename above an open file renames it too.
//!
//! A link is one name of a file in one directory; a file with hard links has several. Links exist while something
//! is open through them or below them, and while the host's file is still counted as open.

use std::collections::HashMap;

use super::host_directory::join;
use super::name::fold;

/// LinkId — identifies a link for as long as it is referenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinkId(u64);

/// The volume's root directory.
pub const ROOT: LinkId = LinkId(0);

/// Link — one name of a file or directory.
#[derive(Debug)]
pub struct Link {
    parent: LinkId,
    name: String,
    references: u32,
    removed: bool,
    /// Handles to the file through this name that have had no cleanup yet.
    pub handles: u32,
    /// The name goes when the last of them has.
    pub delete_pending: bool,
}

/// Namespace — all links in use.
///
/// # Invariants
/// Every `parent` and every value of `children` is a key of `links`; a link counts one reference for each child.
#[derive(Debug)]
pub struct Namespace {
    links: HashMap<LinkId, Link>,
    children: HashMap<(LinkId, String), LinkId>,
    next: u64,
    case_sensitive: bool,
}

impl Default for Namespace {
    fn default() -> Self {
        let root = Link {
            parent: ROOT,
            name: String::new(),
            references: 1,
            removed: false,
            handles: 0,
            delete_pending: false,
        };
        Self {
            links: HashMap::from([(ROOT, root)]),
            children: HashMap::new(),
            next: 1,
            case_sensitive: false,
        }
    }
}

impl Namespace {
    /// Names that differ in case only are different names.
    pub fn case_sensitive() -> Self {
        Self {
            case_sensitive: true,
            ..Self::default()
        }
    }

    fn key(&self, parent: LinkId, name: &str) -> (LinkId, String) {
        let name = if self.case_sensitive {
            name.to_owned()
        } else {
            fold(name)
        };
        (parent, name)
    }

    /// The link of that name, made if there is none, with one more reference.
    pub fn child(&mut self, parent: LinkId, name: &str) -> LinkId {
        let key = self.key(parent, name);
        if let Some(found) = self.children.get(&key).copied() {
            self.reference(found);
            return found;
        }
        let id = LinkId(self.next);
        self.next += 1;
        self.reference(parent);
        let link = Link {
            parent,
            name: name.into(),
            references: 1,
            removed: false,
            handles: 0,
            delete_pending: false,
        };
        self.links.insert(id, link);
        self.children.insert(key, id);
        id
    }

    /// The link of that name if anything is open through it or below it.
    pub fn find(&self, parent: LinkId, name: &str) -> Option<LinkId> {
        self.children.get(&self.key(parent, name)).copied()
    }

    /// The link itself.
    pub fn get(&mut self, link: LinkId) -> &mut Link {
        self.links
            .get_mut(&link)
            .expect("a link id is used only while it is referenced")
    }

    /// Adds a reference.
    pub fn reference(&mut self, link: LinkId) {
        self.get(link).references += 1;
    }

    /// Drops a reference; a link without any is forgotten, and so on upwards.
    pub fn release(&mut self, mut link: LinkId) {
        loop {
            let entry = self.get(link);
            entry.references -= 1;
            if entry.references > 0 {
                return;
            }
            let (parent, name) = (entry.parent, entry.name.clone());
            let key = self.key(parent, &name);
            if self.children.get(&key) == Some(&link) {
                self.children.remove(&key);
            }
            self.links.remove(&link);
            link = parent;
        }
    }

    /// The directory a link is in.
    pub fn parent(&self, link: LinkId) -> LinkId {
        self.links[&link].parent
    }

    /// Path on the host; `None` once the link or one above it was removed.
    pub fn host_path(&self, link: LinkId) -> Option<String> {
        if link == ROOT {
            return Some(String::new());
        }
        let entry = self.links.get(&link).filter(|entry| !entry.removed)?;
        Some(join(&self.host_path(entry.parent)?, &entry.name))
    }

    /// Path on the volume, `\dir\file`; `None` once removed.
    pub fn path(&self, link: LinkId) -> Option<String> {
        Some(format!("\\{}", self.host_path(link)?.replace('/', "\\")))
    }

    /// Takes the name away from its file; what is open through it stays open without a name.
    pub fn remove(&mut self, link: LinkId) {
        let entry = self.get(link);
        entry.removed = true;
        let (parent, name) = (entry.parent, entry.name.clone());
        let key = self.key(parent, &name);
        if self.children.get(&key) == Some(&link) {
            self.children.remove(&key);
        }
    }

    /// Gives the link another place and name.
    pub fn rename(&mut self, link: LinkId, parent: LinkId, name: &str) {
        self.reference(parent);
        let entry = self.get(link);
        let old_parent = std::mem::replace(&mut entry.parent, parent);
        let old_name = std::mem::replace(&mut entry.name, name.to_owned());
        let (old, new) = (self.key(old_parent, &old_name), self.key(parent, name));
        self.children.remove(&old);
        self.children.insert(new, link);
        self.release(old_parent);
    }

    /// Whether `link` is `ancestor` or lies below it.
    pub fn is_within(&self, mut link: LinkId, ancestor: LinkId) -> bool {
        while link != ancestor && link != ROOT {
            link = self.links[&link].parent;
        }
        link == ancestor
    }

    /// Whether a handle is open to something below `directory`.
    pub fn has_handles_below(&self, directory: LinkId) -> bool {
        let below = |(id, link): (&LinkId, &Link)| {
            link.handles > 0 && !link.removed && *id != directory && self.is_within(*id, directory)
        };
        self.links.iter().any(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renaming_a_directory_renames_what_is_open_below() {
        let mut names = Namespace::default();
        let directory = names.child(ROOT, "Dir");
        let file = names.child(directory, "file");
        names.rename(directory, ROOT, "other");
        assert_eq!(names.path(file).as_deref(), Some("\\other\\file"));
        assert_eq!(names.find(ROOT, "DIR"), None);
        assert_eq!(names.find(ROOT, "OTHER"), Some(directory));
    }

    #[test]
    fn names_are_forgotten_with_their_last_reference() {
        let mut names = Namespace::default();
        let directory = names.child(ROOT, "d");
        let file = names.child(directory, "f");
        names.release(directory);
        assert_eq!(names.find(ROOT, "d"), Some(directory));
        names.release(file);
        assert_eq!((names.find(ROOT, "d"), names.links.len()), (None, 1));
    }

    #[test]
    fn a_removed_name_can_be_taken_again() {
        let mut names = Namespace::default();
        let old = names.child(ROOT, "f");
        names.remove(old);
        let new = names.child(ROOT, "F");
        assert_ne!(old, new);
        names.release(old);
        assert_eq!(names.find(ROOT, "f"), Some(new));
        assert_eq!(names.path(new).as_deref(), Some("\\F"));
    }

    #[test]
    fn names_may_differ_in_case_only_where_case_counts() {
        let mut names = Namespace::case_sensitive();
        let (small, large) = (names.child(ROOT, "f"), names.child(ROOT, "F"));
        assert_ne!(small, large);
        names.rename(small, ROOT, "g");
        assert_eq!(names.find(ROOT, "F"), Some(large));
        assert_eq!(names.find(ROOT, "f"), None);
    }

    #[test]
    fn handles_below_are_seen_at_any_depth() {
        let mut names = Namespace::default();
        let directory = names.child(ROOT, "d");
        let inner = names.child(directory, "e");
        let file = names.child(inner, "f");
        assert!(!names.has_handles_below(directory));
        names.get(file).handles = 1;
        assert!(names.has_handles_below(directory));
        assert!(!names.has_handles_below(file));
    }
}
