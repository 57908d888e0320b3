//! RtlXxxGenericTable — shims over the splay tree; the driver compares, allocates and frees.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{GenericGreaterThan, GenericLessThan};

use super::table_routine;
use crate::export;
use crate::model::avl_tree::Side;
use crate::model::driver_word::word;
use crate::model::splay_tree;

/// `RTL_GENERIC_TABLE`.
#[repr(C)]
struct GenericTable {
    root: usize,
    /// List of all elements in the order of their insertion.
    list: [usize; 2],
    ordered: usize,
    which: u32,
    count: u32,
    compare: usize,
    allocate: usize,
    free: usize,
    context: Data,
}

const _: () = assert!(size_of::<GenericTable>() == 72);

type Table = *mut GenericTable;
type Data = *mut c_void;

/// Where the link of the list is in a node, and how long a node is before the element.
const LINK: usize = 24;
const HEADER: usize = 40;
const BLINK: usize = 8;

/// What a driver's routine says of two elements.
const LESS: i32 = GenericLessThan;
const GREATER: i32 = GenericGreaterThan;

/// How a search ended, as TABLE_SEARCH_RESULT tells it.
const EMPTY: i32 = 0;
const FOUND: i32 = 1;
const LEFT_OF: i32 = 2;
const RIGHT_OF: i32 = 3;

fn fields<'a>(table: Table) -> &'a mut GenericTable {
    // SAFETY: the driver passes a table of its own, calls on which it serialises.
    unsafe { &mut *table }
}

fn data(node: usize) -> Data {
    if node == 0 {
        std::ptr::null_mut()
    } else {
        (node + HEADER) as Data
    }
}

fn read(at: usize) -> usize {
    word(at).load(std::sync::atomic::Ordering::Relaxed)
}

fn write(at: usize, value: usize) {
    word(at).store(value, std::sync::atomic::Ordering::Relaxed);
}

/// Looks for an element that compares equal: how it ended, and the node or the parent to be.
fn find(table: Table, wanted: Data) -> (i32, usize) {
    let (mut next, mut above, mut result) = (fields(table).root, 0, EMPTY);
    while next != 0 {
        above = next;
        let order =
            table_routine::compare(fields(table).compare, table.cast(), wanted, data(above));
        let side = match order {
            LESS => (Side::Left, LEFT_OF),
            GREATER => (Side::Right, RIGHT_OF),
            _ => return (FOUND, above),
        };
        result = side.1;
        next = splay_tree::child(above, side.0);
    }
    (result, above)
}

/// What a look-up gives, which makes the node it came to the root.
fn look_up(table: Table, wanted: Data) -> (i32, usize) {
    let found = find(table, wanted);
    if found.1 != 0 {
        fields(table).root = splay_tree::splay(found.1);
    }
    found
}

fn set<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not null; the driver passes a variable of its own to be written.
        unsafe { out.write(value) };
    }
}

/// Adds a copy of an element at the place that a search has found.
fn insert_at(table: Table, element: Data, size: u32, new: *mut u8, found: (i32, usize)) -> Data {
    let (result, place) = found;
    set(new, 0);
    let node = if result == FOUND {
        place
    } else {
        let code = fields(table).allocate;
        let node = table_routine::allocate(code, table.cast(), size + HEADER as u32) as usize;
        if node == 0 {
            return std::ptr::null_mut();
        }
        // SAFETY: the routine has made room for header and element; the driver passes `size` bytes.
        unsafe {
            data(node)
                .cast::<u8>()
                .copy_from(element.cast(), size as usize)
        };
        let side = if result == LEFT_OF {
            Side::Left
        } else {
            Side::Right
        };
        splay_tree::insert(if result == EMPTY { 0 } else { place }, side, node);
        append(table, node + LINK);
        fields(table).count += 1;
        set(new, 1);
        node
    };
    fields(table).root = splay_tree::splay(node);
    data(node)
}

/// Puts a link at the end of the list.
fn append(table: Table, link: usize) {
    let head = (&raw const fields(table).list) as usize;
    let last = read(head + BLINK);
    write(link, head);
    write(link + BLINK, last);
    write(last, link);
    write(head + BLINK, link);
}

fn delete(table: Table, wanted: Data) -> bool {
    let (FOUND, node) = find(table, wanted) else {
        return false;
    };
    let link = node + LINK;
    let (next, last) = (read(link), read(link + BLINK));
    write(last, next);
    write(next + BLINK, last);
    let fields = fields(table);
    fields.root = splay_tree::remove(node);
    fields.count -= 1;
    (fields.which, fields.ordered) = (0, (&raw const fields.list) as usize);
    table_routine::free(fields.free, table.cast(), node as Data);
    true
}

export! { Dll::Ntoskrnl;
    /// `RtlInitializeGenericTable`
    fn RtlInitializeGenericTable(table: Table, compare: usize, allocate: usize, free: usize, context: Data) {
        let head = table as usize + std::mem::offset_of!(GenericTable, list);
        let empty = GenericTable {
            root: 0, list: [head; 2], ordered: head, which: 0, count: 0, compare, allocate, free, context,
        };
        // SAFETY: the driver passes storage for a table.
        unsafe { table.write(empty) };
    }
    /// `RtlInsertElementGenericTable` — the element that compares equal, or a new copy; null without memory.
    fn RtlInsertElementGenericTable(table: Table, element: Data, size: u32, new: *mut u8) -> Data {
        insert_at(table, element, size, new, find(table, element))
    }
    /// `RtlInsertElementGenericTableFull`
    fn RtlInsertElementGenericTableFull(
        table: Table, element: Data, size: u32, new: *mut u8, node: usize, result: i32,
    ) -> Data {
        insert_at(table, element, size, new, (result, node))
    }
    /// `RtlDeleteElementGenericTable`
    fn RtlDeleteElementGenericTable(table: Table, element: Data) -> u8 { u8::from(delete(table, element)) }
    /// `RtlLookupElementGenericTable`
    fn RtlLookupElementGenericTable(table: Table, element: Data) -> Data {
        match look_up(table, element) {
            (FOUND, node) => data(node),
            _ => std::ptr::null_mut(),
        }
    }
    /// `RtlLookupElementGenericTableFull`
    fn RtlLookupElementGenericTableFull(table: Table, element: Data, node: *mut usize, result: *mut i32) -> Data {
        let (found, place) = look_up(table, element);
        set(node, place);
        set(result, found);
        if found == FOUND { data(place) } else { std::ptr::null_mut() }
    }
    /// `RtlEnumerateGenericTable` — in order; what it gives becomes the root, by which it goes on.
    fn RtlEnumerateGenericTable(table: Table, restart: u8) -> Data {
        let root = fields(table).root;
        let node = match restart {
            _ if root == 0 => 0,
            0 => splay_tree::neighbour(root, Side::Right),
            _ => splay_tree::first(root),
        };
        if node != 0 {
            fields(table).root = splay_tree::splay(node);
        }
        data(node)
    }
    /// `RtlEnumerateGenericTableWithoutSplaying` — the driver keeps the place.
    fn RtlEnumerateGenericTableWithoutSplaying(table: Table, key: *mut usize) -> Data {
        // SAFETY: the driver passes a pointer of its own.
        let node = match unsafe { key.read() } {
            0 => splay_tree::first(fields(table).root),
            last => splay_tree::neighbour(last, Side::Right),
        };
        if node != 0 {
            set(key, node);
        }
        data(node)
    }
    /// `RtlGetElementGenericTable` — the element that was inserted as the one with that index; null for none.
    fn RtlGetElementGenericTable(table: Table, index: u32) -> Data {
        if index >= fields(table).count {
            return std::ptr::null_mut();
        }
        let first = fields(table).list[0];
        let link = (0..index).fold(first, |link, _| read(link));
        data(link - LINK)
    }
    /// `RtlNumberGenericTableElements`
    fn RtlNumberGenericTableElements(table: Table) -> u32 { fields(table).count }
    /// `RtlIsGenericTableEmpty`
    fn RtlIsGenericTableEmpty(table: Table) -> u8 { u8::from(fields(table).root == 0) }
    /// `RtlSplay`
    fn RtlSplay(node: usize) -> usize { splay_tree::splay(node) }
    /// `RtlDelete`
    fn RtlDelete(node: usize) -> usize { splay_tree::remove(node) }
    /// `RtlSubtreeSuccessor`
    fn RtlSubtreeSuccessor(node: usize) -> usize { splay_tree::neighbour_below(node, Side::Right) }
    /// `RtlSubtreePredecessor`
    fn RtlSubtreePredecessor(node: usize) -> usize { splay_tree::neighbour_below(node, Side::Left) }
    /// `RtlRealSuccessor`
    fn RtlRealSuccessor(node: usize) -> usize { splay_tree::neighbour(node, Side::Right) }
    /// `RtlRealPredecessor`
    fn RtlRealPredecessor(node: usize) -> usize { splay_tree::neighbour(node, Side::Left) }
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "win64" fn compare(_table: Data, left: Data, right: Data) -> i32 {
        // SAFETY: elements of the tests are numbers.
        let [left, right] = [left, right].map(|at| unsafe { at.cast::<u64>().read() });
        match left.cmp(&right) {
            std::cmp::Ordering::Less => LESS,
            std::cmp::Ordering::Greater => GREATER,
            std::cmp::Ordering::Equal => minifilter_sys::GenericEqual,
        }
    }

    extern "win64" fn allocate(table: Table, size: u32) -> Data {
        if !fields(table).context.is_null() {
            return std::ptr::null_mut();
        }
        Box::leak(vec![0_u64; size as usize / 8].into_boxed_slice())
            .as_mut_ptr()
            .cast()
    }

    extern "win64" fn free(_table: Data, _node: Data) {}

    fn table() -> Table {
        let _ = crate::model::thread::current();
        // SAFETY: integers, for which zero is a value.
        let table: Table = Box::leak(Box::new(unsafe { std::mem::zeroed() }));
        let routines = [
            compare as *const () as usize,
            allocate as *const () as usize,
            free as *const () as usize,
        ];
        let [compare, allocate, free] = routines;
        call!(RtlInitializeGenericTable(
            table,
            compare,
            allocate,
            free,
            std::ptr::null_mut()
        ));
        table
    }

    fn key(at: Data) -> Option<u64> {
        // SAFETY: null, or an element of the tests.
        unsafe { at.cast::<u64>().as_ref() }.copied()
    }

    fn insert(table: Table, mut value: u64) -> (Option<u64>, bool) {
        let mut new = 7;
        let element: Data = (&raw mut value).cast();
        let found = call!(RtlInsertElementGenericTable(
            table,
            element,
            8,
            &raw mut new
        ));
        (key(found), new == 1)
    }

    #[test]
    fn elements_come_in_order_and_by_their_insertion() {
        let table = table();
        assert_eq!(call!(RtlIsGenericTableEmpty(table)), 1);
        for value in [30, 10, 20] {
            assert_eq!(insert(table, value), (Some(value), true));
        }
        assert_eq!(insert(table, 10), (Some(10), false));
        let next = |restart: u8| key(call!(RtlEnumerateGenericTable(table, restart)));
        assert_eq!(
            [next(1), next(0), next(0), next(0)],
            [Some(10), Some(20), Some(30), None]
        );
        let at = |index: u32| key(call!(RtlGetElementGenericTable(table, index)));
        assert_eq!(
            [at(0), at(1), at(2), at(3)],
            [Some(30), Some(10), Some(20), None]
        );
        let mut place = 0;
        let mut walk = || {
            key(call!(RtlEnumerateGenericTableWithoutSplaying(
                table,
                &raw mut place
            )))
        };
        assert_eq!(
            [walk(), walk(), walk(), walk()],
            [Some(10), Some(20), Some(30), None]
        );
        assert_eq!(call!(RtlNumberGenericTableElements(table)), 3);
    }

    #[test]
    fn a_deleted_element_is_gone_and_no_memory_is_told_by_null() {
        let table = table();
        for value in [1, 2, 3] {
            insert(table, value);
        }
        let mut wanted = 2_u64;
        let element: Data = (&raw mut wanted).cast();
        assert_eq!(
            key(call!(RtlLookupElementGenericTable(table, element))),
            Some(2)
        );
        assert_eq!(call!(RtlDeleteElementGenericTable(table, element)), 1);
        assert_eq!(call!(RtlDeleteElementGenericTable(table, element)), 0);
        assert!(call!(RtlLookupElementGenericTable(table, element)).is_null());
        assert_eq!(key(call!(RtlGetElementGenericTable(table, 1))), Some(3));
        fields(table).context = 1 as Data;
        assert_eq!(insert(table, 5), (None, false));
        let (mut node, mut result) = (0, 0);
        let found = call!(RtlLookupElementGenericTableFull(
            table,
            element,
            &raw mut node,
            &raw mut result
        ));
        assert!(found.is_null() && node != 0 && [LEFT_OF, RIGHT_OF].contains(&result));
        fields(table).context = std::ptr::null_mut();
        let mut new = 0;
        let inserted = call!(RtlInsertElementGenericTableFull(
            table,
            element,
            8,
            &raw mut new,
            node,
            result
        ));
        assert_eq!((key(inserted), new), (Some(2), 1));
    }

    #[test]
    fn links_of_a_driver_s_own_tree_are_walked_and_taken_out() {
        let _ = crate::model::thread::current();
        let mut nodes = [[0_usize; 3]; 3];
        let base = nodes.as_mut_ptr() as usize;
        let [one, two, three] = [0, 1, 2].map(|index| base + index * 24);
        splay_tree::insert(0, Side::Left, two);
        splay_tree::insert(two, Side::Left, one);
        splay_tree::insert(two, Side::Right, three);
        assert_eq!(call!(RtlRealSuccessor(one)), two);
        assert_eq!(call!(RtlRealPredecessor(three)), two);
        assert_eq!(call!(RtlSubtreeSuccessor(two)), three);
        assert_eq!(call!(RtlSubtreePredecessor(two)), one);
        assert_eq!(call!(RtlSplay(three)), three);
        assert_eq!(call!(RtlDelete(three)), two);
        assert_eq!(call!(RtlRealSuccessor(two)), 0);
    }
}
