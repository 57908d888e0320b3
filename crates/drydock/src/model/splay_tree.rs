//! RTL_SPLAY_LINKS — a binary tree in driver memory that turns what was looked for into its root.
//!
//! The parent of the root is the root itself, as the macros of the headers expect it.

use std::sync::atomic::Ordering::Relaxed;

use super::avl_tree::Side;
use super::driver_word::word;

const PARENT: usize = 0;
const LEFT: usize = 8;
const RIGHT: usize = 16;

const fn offset(side: Side) -> usize {
    match side {
        Side::Left => LEFT,
        Side::Right => RIGHT,
    }
}

const fn other(side: Side) -> Side {
    match side {
        Side::Left => Side::Right,
        Side::Right => Side::Left,
    }
}

/// The child of a node; 0 for none.
pub fn child(node: usize, side: Side) -> usize {
    word(node + offset(side)).load(Relaxed)
}

/// The parent of a node; the root is its own.
pub fn parent(node: usize) -> usize {
    word(node + PARENT).load(Relaxed)
}

fn is_root(node: usize) -> bool {
    parent(node) == node
}

fn set_parent(node: usize, parent: usize) {
    if node != 0 {
        word(node + PARENT).store(parent, Relaxed);
    }
}

fn hang(above: usize, side: Side, node: usize) {
    word(above + offset(side)).store(node, Relaxed);
    set_parent(node, above);
}

fn side_of(node: usize) -> Side {
    if child(parent(node), Side::Left) == node {
        Side::Left
    } else {
        Side::Right
    }
}

/// Makes `node` a leaf on the `side` of `above`; the root of a tree of its own where `above` is 0.
pub fn insert(above: usize, side: Side, node: usize) {
    for field in [LEFT, RIGHT] {
        word(node + field).store(0, Relaxed);
    }
    match above {
        0 => set_parent(node, node),
        above => hang(above, side, node),
    }
}

/// Turns `node` up into the place of its parent.
fn rotate(node: usize) {
    let (below, side) = (parent(node), side_of(node));
    let (was_root, above, place) = (is_root(below), parent(below), side_of(below));
    hang(below, side, child(node, other(side)));
    hang(node, other(side), below);
    if was_root {
        set_parent(node, node);
    } else {
        hang(above, place, node);
    }
}

/// `RtlSplay` — makes `node` the root; gives the root.
pub fn splay(node: usize) -> usize {
    while !is_root(node) {
        let above = parent(node);
        if !is_root(above) {
            let straight = side_of(above) == side_of(node);
            rotate(if straight { above } else { node });
        }
        rotate(node);
    }
    node
}

/// The outermost node below `node` on one side.
fn end(mut node: usize, side: Side) -> usize {
    while child(node, side) != 0 {
        node = child(node, side);
    }
    node
}

/// The first node of the tree with that root in order; 0 for no tree.
pub fn first(root: usize) -> usize {
    if root == 0 { 0 } else { end(root, Side::Left) }
}

/// `RtlSubtreeSuccessor`, `RtlSubtreePredecessor` — the next node among those below; 0 for none.
pub fn neighbour_below(node: usize, side: Side) -> usize {
    match child(node, side) {
        0 => 0,
        below => end(below, other(side)),
    }
}

/// `RtlRealSuccessor`, `RtlRealPredecessor` — the next node in order; 0 for none.
pub fn neighbour(mut node: usize, side: Side) -> usize {
    if child(node, side) != 0 {
        return neighbour_below(node, side);
    }
    while !is_root(node) {
        let from = side_of(node);
        node = parent(node);
        if from != side {
            return node;
        }
    }
    0
}

/// `RtlDelete` — takes `node` out; gives the new root, 0 for none left.
pub fn remove(node: usize) -> usize {
    let root = splay(node);
    let [left, right] = [Side::Left, Side::Right].map(|side| child(root, side));
    let lone = |node: usize| {
        set_parent(node, node);
        node
    };
    match (left, right) {
        (0, 0) => 0,
        (0, right) => lone(right),
        (left, 0) => lone(left),
        (left, right) => {
            lone(left);
            let top = splay(end(left, Side::Right));
            hang(top, Side::Right, right);
            top
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Node = [u64; 4];

    fn add(root: &mut usize, node: usize) {
        let (mut above, mut side) = (0, Side::Left);
        let mut next = *root;
        while next != 0 {
            above = next;
            side = if node < above {
                Side::Left
            } else {
                Side::Right
            };
            next = child(above, side);
        }
        insert(above, side, node);
        *root = splay(node);
    }

    fn in_order(root: usize) -> Vec<usize> {
        std::iter::successors(Some(first(root)), |node| {
            Some(neighbour(*node, Side::Right)).filter(|next| *next != 0)
        })
        .filter(|node| *node != 0)
        .collect()
    }

    #[test]
    fn nodes_stay_in_order_whatever_is_turned() {
        let mut memory = [Node::default(); 64];
        let base = memory.as_mut_ptr() as usize;
        let node = |index: usize| base + index * size_of::<Node>();
        let mut root = 0;
        for index in 0..64 {
            add(&mut root, node(index * 29 % 64));
        }
        let all: Vec<usize> = (0..64).map(node).collect();
        assert_eq!(in_order(root), all);
        root = splay(node(17));
        assert_eq!((root, in_order(root)), (node(17), all.clone()));
        for index in (0..64).step_by(2) {
            root = remove(node(index));
        }
        let odd: Vec<usize> = (1..64).step_by(2).map(node).collect();
        assert_eq!(in_order(root), odd);
        assert_eq!(neighbour(node(63), Side::Right), 0);
        assert_eq!(neighbour(node(63), Side::Left), node(61));
    }
}
