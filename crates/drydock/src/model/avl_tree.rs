//! RTL_BALANCED_LINKS — the balanced tree of an RTL_AVL_TABLE, in driver memory with the links that Windows has.
//!
//! The table begins with a node that is no element: its right child is the root, and the root's parent is it.
#![allow(unsafe_code)] // reads and writes the balance of nodes

use std::sync::atomic::Ordering::Relaxed;

use super::driver_word::word;

const PARENT: usize = 0;
const LEFT: usize = 8;
const RIGHT: usize = 16;
const BALANCE: usize = 24;

/// Where a child hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Smaller elements.
    Left,
    /// Larger ones.
    Right,
}

impl Side {
    const fn offset(self) -> usize {
        match self {
            Self::Left => LEFT,
            Self::Right => RIGHT,
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }

    /// What one more level on this side adds to the balance.
    const fn weight(self) -> i8 {
        match self {
            Self::Left => -1,
            Self::Right => 1,
        }
    }
}

/// The child of a node; 0 for none.
pub fn child(node: usize, side: Side) -> usize {
    word(node + side.offset()).load(Relaxed)
}

fn parent(node: usize) -> usize {
    word(node + PARENT).load(Relaxed)
}

fn side_of(node: usize) -> Side {
    if child(parent(node), Side::Left) == node {
        Side::Left
    } else {
        Side::Right
    }
}

fn balance(node: usize) -> i8 {
    // SAFETY: a node of the table is at least as long as RTL_BALANCED_LINKS, and the table's user serialises calls.
    unsafe { ((node + BALANCE) as *const i8).read() }
}

fn set_balance(node: usize, balance: i8) {
    // SAFETY: as above.
    unsafe { ((node + BALANCE) as *mut i8).write(balance) };
}

/// Hangs `node`, or nothing, under a parent.
fn hang(above: usize, side: Side, node: usize) {
    word(above + side.offset()).store(node, Relaxed);
    if node != 0 {
        word(node + PARENT).store(above, Relaxed);
    }
}

/// Moves the child of `node` on the other side up, and `node` down to `side`; gives back who is up now.
fn rotate(node: usize, side: Side) -> usize {
    let up = child(node, side.other());
    let (above, place) = (parent(node), side_of(node));
    hang(node, side.other(), child(up, side));
    hang(above, place, up);
    hang(up, side, node);
    up
}

/// Makes a node two levels too deep on `side` even; gives back the new top and whether the subtree is lower by that.
fn even_out(node: usize, side: Side) -> (usize, bool) {
    let weight = side.weight();
    let heavy = child(node, side);
    if balance(heavy) == -weight {
        let middle = child(heavy, side.other());
        let lean = balance(middle);
        rotate(heavy, side);
        rotate(node, side.other());
        set_balance(node, if lean == weight { -weight } else { 0 });
        set_balance(heavy, if lean == -weight { weight } else { 0 });
        set_balance(middle, 0);
        return (middle, true);
    }
    let was_even = balance(heavy) == 0;
    rotate(node, side.other());
    set_balance(node, if was_even { weight } else { 0 });
    set_balance(heavy, if was_even { -weight } else { 0 });
    (heavy, !was_even)
}

/// Hangs a new leaf under `above`; true when the tree has become deeper.
pub fn insert(table: usize, above: usize, side: Side, node: usize) -> bool {
    for link in [LEFT, RIGHT, BALANCE] {
        word(node + link).store(0, Relaxed);
    }
    hang(above, side, node);
    let mut at = node;
    while parent(at) != table {
        let (above, side) = (parent(at), side_of(at));
        let now = balance(above) + side.weight();
        set_balance(above, now);
        if now == 0 {
            return false;
        }
        if now.abs() == 2 {
            even_out(above, side);
            return false;
        }
        at = above;
    }
    true
}

/// Takes a node out; true when the tree has become less deep.
pub fn remove(table: usize, node: usize) -> bool {
    let (left, right) = (child(node, Side::Left), child(node, Side::Right));
    let (above, place) = (parent(node), side_of(node));
    let (mut at, mut side) = (above, place);
    if left == 0 || right == 0 {
        hang(above, place, left | right);
    } else {
        let heir = last(right, Side::Left);
        if heir == right {
            (at, side) = (heir, Side::Right);
        } else {
            (at, side) = (parent(heir), Side::Left);
            hang(at, Side::Left, child(heir, Side::Right));
            hang(heir, Side::Right, right);
        }
        hang(heir, Side::Left, left);
        set_balance(heir, balance(node));
        hang(above, place, heir);
    }
    while at != table {
        let (above, place) = (parent(at), side_of(at));
        let now = balance(at) - side.weight();
        set_balance(at, now);
        let lower = match now.abs() {
            0 => true,
            1 => false,
            _ => even_out(at, side.other()).1,
        };
        if !lower {
            return false;
        }
        (at, side) = (above, place);
    }
    true
}

/// The last node on one side of a subtree.
fn last(mut node: usize, side: Side) -> usize {
    while child(node, side) != 0 {
        node = child(node, side);
    }
    node
}

/// The smallest element; 0 for an empty table.
pub fn first(table: usize) -> usize {
    match child(table, Side::Right) {
        0 => 0,
        root => last(root, Side::Left),
    }
}

/// `RtlRealSuccessor`, `RtlRealPredecessor` — the next node on that side in order; 0 for none.
pub fn neighbour(table: usize, node: usize, side: Side) -> usize {
    match child(node, side) {
        0 => {
            let mut at = node;
            while parent(at) != table && side_of(at) == side {
                at = parent(at);
            }
            if parent(at) == table { 0 } else { parent(at) }
        }
        next => last(next, side.other()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A table and nodes, each of four words; the key of a node is its index.
    struct Tree {
        words: Vec<[usize; 4]>,
    }

    impl Tree {
        fn new(nodes: usize) -> Self {
            Self {
                words: vec![[0; 4]; nodes + 1],
            }
        }

        fn table(&self) -> usize {
            self.words.as_ptr() as usize
        }

        fn node(&self, key: usize) -> usize {
            self.table() + (key + 1) * 32
        }

        fn key(&self, node: usize) -> usize {
            (node - self.table()) / 32 - 1
        }

        fn insert(&self, key: usize) {
            let (mut above, mut side) = (self.table(), Side::Right);
            while child(above, side) != 0 {
                above = child(above, side);
                side = if key < self.key(above) {
                    Side::Left
                } else {
                    Side::Right
                };
            }
            insert(self.table(), above, side, self.node(key));
        }

        fn keys(&self) -> Vec<usize> {
            let table = self.table();
            let next =
                |node: &usize| Some(neighbour(table, *node, Side::Right)).filter(|next| *next != 0);
            std::iter::successors(Some(first(table)).filter(|node| *node != 0), next)
                .map(|node| self.key(node))
                .collect()
        }

        /// The height of a subtree whose balances are right; none for one with a wrong balance.
        fn height(&self, node: usize) -> Option<i32> {
            if node == 0 {
                return Some(0);
            }
            let (left, right) = (
                self.height(child(node, Side::Left))?,
                self.height(child(node, Side::Right))?,
            );
            let lean = right - left;
            (lean == i32::from(balance(node)) && lean.abs() <= 1).then_some(left.max(right) + 1)
        }
    }

    proptest! {
        #[test]
        fn a_tree_stays_ordered_and_balanced(operations in prop::collection::vec((any::<bool>(), 0_usize..64), 1..200)) {
            let tree = Tree::new(64);
            let mut model = std::collections::BTreeSet::new();
            for (add, key) in operations {
                if add && model.insert(key) {
                    tree.insert(key);
                } else if !add && model.remove(&key) {
                    remove(tree.table(), tree.node(key));
                }
                prop_assert_eq!(tree.keys(), model.iter().copied().collect::<Vec<_>>());
                prop_assert!(tree.height(child(tree.table(), Side::Right)).is_some());
            }
        }
    }
}
