//! RTL_GENERIC_COMPARE_ROUTINE and its kin — calling what a driver gave with a table of either kind.
#![allow(unsafe_code)] // calls the driver's routines

use std::ffi::c_void;

use crate::model::thread::{self, Site};

type Data = *mut c_void;
type Compare = unsafe extern "win64" fn(Data, Data, Data) -> i32;
type Allocate = unsafe extern "win64" fn(Data, u32) -> Data;
type Free = unsafe extern "win64" fn(Data, Data);

/// The order of two elements: GenericLessThan, GenericGreaterThan or GenericEqual.
pub fn compare(code: usize, table: Data, left: Data, right: Data) -> i32 {
    // SAFETY: the driver gave this routine with the table for exactly this; the two kinds of tables differ in the type of the pointer.
    let routine = unsafe { std::mem::transmute::<usize, Compare>(code) };
    let name = "CompareRoutine";
    // SAFETY: the driver gave this routine for elements of this table.
    thread::call_inside(Site { name, code }, || unsafe {
        routine(table, left, right)
    })
}

/// Memory for a node of `size` bytes; null for none.
pub fn allocate(code: usize, table: Data, size: u32) -> Data {
    // SAFETY: as in `compare`.
    let routine = unsafe { std::mem::transmute::<usize, Allocate>(code) };
    let name = "AllocateRoutine";
    // SAFETY: the driver gave this routine for nodes of this table.
    thread::call_inside(Site { name, code }, || unsafe { routine(table, size) })
}

/// Gives a node back.
pub fn free(code: usize, table: Data, node: Data) {
    // SAFETY: as in `compare`.
    let routine = unsafe { std::mem::transmute::<usize, Free>(code) };
    let name = "FreeRoutine";
    // SAFETY: the driver gave this routine for nodes of this table.
    thread::call_inside(Site { name, code }, || unsafe { routine(table, node) });
}
