//! RtlXxxGenericTableAvl — shims over the balanced tree; the driver compares, allocates and frees.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{GenericGreaterThan, GenericLessThan, RTL_AVL_TABLE};

use super::table_routine;
use crate::export;
use crate::model::avl_tree::{self, Side};

type Table = *mut RTL_AVL_TABLE;
type Data = *mut c_void;

/// Bytes of a node before the element.
const HEADER: usize = 32;

/// What a driver's routine says of two elements.
const LESS: i32 = GenericLessThan;
const GREATER: i32 = GenericGreaterThan;

/// How a search ended, as TABLE_SEARCH_RESULT tells it.
const EMPTY: i32 = 0;
const FOUND: i32 = 1;
const LEFT_OF: i32 = 2;
const RIGHT_OF: i32 = 3;

fn fields<'a>(table: Table) -> &'a mut RTL_AVL_TABLE {
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

/// Looks for an element that compares equal: how it ended, and the node or the parent to be.
fn find(table: Table, wanted: Data) -> (i32, usize) {
    let Some(compare) = fields(table).CompareRoutine.map(|code| code as usize) else {
        return (EMPTY, table as usize);
    };
    let (mut above, mut side, mut result) = (table as usize, Side::Right, EMPTY);
    while avl_tree::child(above, side) != 0 {
        above = avl_tree::child(above, side);
        let order = table_routine::compare(compare, table.cast(), wanted, data(above));
        (side, result) = match order {
            LESS => (Side::Left, LEFT_OF),
            GREATER => (Side::Right, RIGHT_OF),
            _ => return (FOUND, above),
        };
    }
    (result, above)
}

fn set(flag: *mut u8, value: bool) {
    if !flag.is_null() {
        // SAFETY: not null; the driver passes a BOOLEAN of its own to be written.
        unsafe { flag.write(u8::from(value)) };
    }
}

/// Adds a copy of an element at the place that a search has found.
fn insert_at(
    table: Table,
    element: Data,
    size: u32,
    new: *mut u8,
    (result, place): (i32, usize),
) -> Data {
    set(new, false);
    if result == FOUND {
        return data(place);
    }
    let Some(allocate) = fields(table).AllocateRoutine.map(|code| code as usize) else {
        return std::ptr::null_mut();
    };
    let node = table_routine::allocate(allocate, table.cast(), size + HEADER as u32) as usize;
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
    let deeper = avl_tree::insert(table as usize, place, side, node);
    let fields = fields(table);
    fields.NumberGenericTableElements += 1;
    fields.DepthOfTree += u32::from(deeper);
    (fields.WhichOrderedElement, fields.OrderedPointer) = (0, std::ptr::null_mut());
    set(new, true);
    data(node)
}

fn delete(table: Table, wanted: Data) -> bool {
    let (FOUND, node) = find(table, wanted) else {
        return false;
    };
    let at = table as usize;
    if fields(table).RestartKey as usize == node {
        fields(table).RestartKey = avl_tree::neighbour(at, node, Side::Left) as *mut _;
    }
    let lower = avl_tree::remove(at, node);
    let fields = fields(table);
    fields.DeleteCount += 1;
    fields.NumberGenericTableElements -= 1;
    fields.DepthOfTree -= u32::from(lower);
    (fields.WhichOrderedElement, fields.OrderedPointer) = (0, std::ptr::null_mut());
    if let Some(free) = fields.FreeRoutine {
        table_routine::free(free as usize, table.cast(), node as Data);
    }
    true
}

/// The element behind `key`, which the enumeration keeps; the first one for no key.
fn next(table: Table, key: usize) -> usize {
    match key {
        0 => avl_tree::first(table as usize),
        key => avl_tree::neighbour(table as usize, key, Side::Right),
    }
}

export! { Dll::Ntoskrnl;
    /// `RtlInitializeGenericTableAvl`
    fn RtlInitializeGenericTableAvl(table: Table, compare: usize, allocate: usize, free: usize, context: Data) {
        // SAFETY: the driver passes storage for a table, for which zero is a value.
        unsafe { table.write_bytes(0, 1) };
        let fields = fields(table);
        fields.BalancedRoot.Parent = table.cast();
        // SAFETY: an address of code and a nullable function pointer have one representation.
        fields.CompareRoutine = unsafe { std::mem::transmute::<usize, minifilter_sys::PRTL_AVL_COMPARE_ROUTINE>(compare) };
        // SAFETY: as above.
        fields.AllocateRoutine = unsafe { std::mem::transmute::<usize, minifilter_sys::PRTL_AVL_ALLOCATE_ROUTINE>(allocate) };
        // SAFETY: as above.
        fields.FreeRoutine = unsafe { std::mem::transmute::<usize, minifilter_sys::PRTL_AVL_FREE_ROUTINE>(free) };
        fields.TableContext = context;
    }
    /// `RtlInsertElementGenericTableAvl` — the element that compares equal, or a new copy; null without memory.
    fn RtlInsertElementGenericTableAvl(table: Table, element: Data, size: u32, new: *mut u8) -> Data {
        let place = find(table, element);
        insert_at(table, element, size, new, place)
    }
    /// `RtlInsertElementGenericTableFullAvl`
    fn RtlInsertElementGenericTableFullAvl(
        table: Table, element: Data, size: u32, new: *mut u8, node: usize, result: i32,
    ) -> Data {
        let place = if result == EMPTY { table as usize } else { node };
        insert_at(table, element, size, new, (result, place))
    }
    /// `RtlDeleteElementGenericTableAvl`
    fn RtlDeleteElementGenericTableAvl(table: Table, element: Data) -> u8 { u8::from(delete(table, element)) }
    /// `RtlLookupElementGenericTableAvl`
    fn RtlLookupElementGenericTableAvl(table: Table, element: Data) -> Data {
        match find(table, element) {
            (FOUND, node) => data(node),
            _ => std::ptr::null_mut(),
        }
    }
    /// `RtlLookupElementGenericTableFullAvl`
    fn RtlLookupElementGenericTableFullAvl(table: Table, element: Data, node: *mut usize, result: *mut i32) -> Data {
        let (found, place) = find(table, element);
        // SAFETY: the driver passes a pointer of its own to be written.
        unsafe { node.write(if found == EMPTY { 0 } else { place }) };
        // SAFETY: as above.
        unsafe { result.write(found) };
        if found == FOUND { data(place) } else { std::ptr::null_mut() }
    }
    /// `RtlEnumerateGenericTableAvl`
    fn RtlEnumerateGenericTableAvl(table: Table, restart: u8) -> Data {
        if restart != 0 {
            fields(table).RestartKey = std::ptr::null_mut();
        }
        let node = next(table, fields(table).RestartKey as usize);
        if node != 0 {
            fields(table).RestartKey = node as *mut _;
        }
        data(node)
    }
    /// `RtlEnumerateGenericTableWithoutSplayingAvl` — the driver keeps the place.
    fn RtlEnumerateGenericTableWithoutSplayingAvl(table: Table, key: *mut usize) -> Data {
        // SAFETY: the driver passes a pointer of its own.
        let node = next(table, unsafe { key.read() });
        if node != 0 {
            // SAFETY: as above.
            unsafe { key.write(node) };
        }
        data(node)
    }
    /// `RtlGetElementGenericTableAvl` — the element with that index in order; null for none.
    fn RtlGetElementGenericTableAvl(table: Table, index: u32) -> Data {
        let mut node = 0;
        for _ in 0..=index.min(fields(table).NumberGenericTableElements) {
            node = next(table, node);
            if node == 0 {
                break;
            }
        }
        data(node)
    }
    /// `RtlIsGenericTableEmptyAvl`
    fn RtlIsGenericTableEmptyAvl(table: Table) -> u8 { u8::from(fields(table).NumberGenericTableElements == 0) }
    /// `RtlNumberGenericTableElementsAvl`
    fn RtlNumberGenericTableElementsAvl(table: Table) -> u32 { fields(table).NumberGenericTableElements }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// Nodes that this test has; a table whose context says so gets none.
        static NODES: Cell<i32> = const { Cell::new(0) };
    }

    unsafe extern "win64" fn compare(_table: Table, left: Data, right: Data) -> i32 {
        // SAFETY: the elements are u32s.
        let left = unsafe { left.cast::<u32>().read() };
        // SAFETY: as above.
        match left.cmp(&unsafe { right.cast::<u32>().read() }) {
            std::cmp::Ordering::Less => GenericLessThan,
            std::cmp::Ordering::Greater => GenericGreaterThan,
            std::cmp::Ordering::Equal => minifilter_sys::GenericEqual,
        }
    }

    unsafe extern "win64" fn allocate(table: Table, size: u32) -> Data {
        assert_eq!(size, 32 + 4);
        if !fields(table).TableContext.is_null() {
            return std::ptr::null_mut();
        }
        NODES.set(NODES.get() + 1);
        Box::leak(vec![0_u64; 5].into_boxed_slice())
            .as_mut_ptr()
            .cast()
    }

    unsafe extern "win64" fn free(_table: Table, node: Data) {
        NODES.set(NODES.get() - 1);
        // SAFETY: `allocate` made it so.
        drop(unsafe { Box::from_raw(node.cast::<[u64; 5]>()) });
    }

    fn table() -> Table {
        let _ = crate::model::thread::current();
        // SAFETY: integers and nullable pointers, for which zero is a value.
        let table: Table = Box::leak(Box::new(unsafe { std::mem::zeroed() }));
        let routines = [
            compare as *const () as usize,
            allocate as *const () as usize,
            free as *const () as usize,
        ];
        call!(RtlInitializeGenericTableAvl(
            table,
            routines[0],
            routines[1],
            routines[2],
            std::ptr::null_mut()
        ));
        table
    }

    fn insert(table: Table, key: u32) -> (Data, bool) {
        let (mut key, mut new) = (key, 9);
        let at = call!(RtlInsertElementGenericTableAvl(
            table,
            (&raw mut key).cast(),
            4,
            &raw mut new
        ));
        (at, new != 0)
    }

    fn key(element: Data) -> Option<u32> {
        // SAFETY: an element of a test's table is a u32.
        (!element.is_null()).then(|| unsafe { element.cast::<u32>().read() })
    }

    #[test]
    fn elements_come_back_in_order_and_are_there_once() {
        let table = table();
        assert_eq!(call!(RtlIsGenericTableEmptyAvl(table)), 1);
        let first = insert(table, 30);
        assert!(first.1 && insert(table, 10).1 && insert(table, 20).1);
        assert_eq!(insert(table, 30), (first.0, false));
        assert_eq!(
            (
                call!(RtlNumberGenericTableElementsAvl(table)),
                fields(table).DepthOfTree
            ),
            (3, 2)
        );
        let walk = |restart: u8| key(call!(RtlEnumerateGenericTableAvl(table, restart)));
        assert_eq!(
            [walk(1), walk(0), walk(0), walk(0)],
            [Some(10), Some(20), Some(30), None]
        );
        let at = |index: u32| key(call!(RtlGetElementGenericTableAvl(table, index)));
        assert_eq!([at(0), at(2), at(3)], [Some(10), Some(30), None]);
        let mut place = 0;
        let mut walk = || {
            key(call!(RtlEnumerateGenericTableWithoutSplayingAvl(
                table,
                &raw mut place
            )))
        };
        assert_eq!(
            [walk(), walk(), walk(), walk()],
            [Some(10), Some(20), Some(30), None]
        );
    }

    #[test]
    fn a_deleted_element_is_freed_and_not_found() {
        let table = table();
        insert(table, 1);
        insert(table, 2);
        let mut wanted = 1_u32;
        let wanted: Data = (&raw mut wanted).cast();
        assert_eq!(
            key(call!(RtlLookupElementGenericTableAvl(table, wanted))),
            Some(1)
        );
        assert_eq!(call!(RtlDeleteElementGenericTableAvl(table, wanted)), 1);
        assert_eq!(call!(RtlDeleteElementGenericTableAvl(table, wanted)), 0);
        assert!(call!(RtlLookupElementGenericTableAvl(table, wanted)).is_null());
        assert_eq!(NODES.get(), 1);
        assert_eq!(
            (
                fields(table).DeleteCount,
                fields(table).NumberGenericTableElements
            ),
            (1, 1)
        );
    }

    #[test]
    fn no_memory_for_an_element_is_told_by_null() {
        let table = table();
        fields(table).TableContext = 1 as Data;
        assert_eq!(insert(table, 5), (std::ptr::null_mut(), false));
        assert_eq!(call!(RtlIsGenericTableEmptyAvl(table)), 1);
    }

    #[test]
    fn a_search_can_be_taken_up_by_an_insertion() {
        let table = table();
        for wanted in [5_u32, 3, 5] {
            let (mut wanted, mut node, mut result, mut new) = (wanted, 0, 0, 0);
            let element: Data = (&raw mut wanted).cast();
            let found = call!(RtlLookupElementGenericTableFullAvl(
                table,
                element,
                &raw mut node,
                &raw mut result
            ));
            let (at, place) = (&raw mut new, node);
            let inserted = call!(RtlInsertElementGenericTableFullAvl(
                table, element, 4, at, place, result
            ));
            assert_eq!((key(inserted), new == 0), (Some(wanted), !found.is_null()));
        }
        assert_eq!(call!(RtlNumberGenericTableElementsAvl(table)), 2);
    }
}
