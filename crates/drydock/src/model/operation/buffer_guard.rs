//! 0xC4/1010, 1011 — a callback on the way down leaves the requestor's buffer as it is; who wants other data swaps the buffer.
#![allow(unsafe_code)] // reads the requestor's buffer

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use minifilter_sys::{FLT_IO_PARAMETER_BLOCK, FLT_PREOP_COMPLETE, FLT_PREOP_PENDING};

use super::buffer::{self, Access};
use super::data::Operation;
use super::flow::Phase;
use super::obligations;
use crate::verify::rule;

const PAGING_IO: u32 = 0x2;
/// Larger buffers are compared up to here.
const MOST: usize = 64 * 1024;
/// Operations of each callback on each thread that are looked at, and of the later ones one in so many.
const FIRST: u32 = 64;
const ONE_IN: u32 = 16;

thread_local! {
    static ASKED: RefCell<HashMap<usize, u32>> = RefCell::new(HashMap::new());
}

/// A buffer as it was before a callback.
pub struct Guard {
    address: usize,
    length: usize,
    hash: u64,
    access: Access,
}

impl Guard {
    /// Takes in the buffer of a read or write that the callback at `code` is about to see; none where that is not due.
    ///
    /// A page of the cache changes while it is written, so paging I/O is left out.
    pub fn take(iopb: &FLT_IO_PARAMETER_BLOCK, operation: &Operation, code: usize) -> Option<Self> {
        if !matches!(iopb.MajorFunction, 0x03 | 0x04)
            || iopb.IrpFlags & PAGING_IO != 0
            || iopb.MinorFunction != 0
        {
            return None;
        }
        let due = ASKED.with_borrow_mut(|asked| {
            let count = asked.entry(code).or_default();
            *count = count.wrapping_add(1);
            *count <= FIRST || count.is_multiple_of(ONE_IN)
        });
        let places = buffer::places(iopb.MajorFunction).filter(|_| due)?;
        // SAFETY: the place is that of a pointer in the parameters of this operation.
        let address = unsafe { (buffer::address(operation, places.buffer) as *const usize).read() };
        // SAFETY: the place is that of a ULONG in the parameters of this operation.
        let length = unsafe { (buffer::address(operation, places.length) as *const u32).read() };
        let length = (length as usize).min(MOST);
        (address != 0 && length != 0).then(|| Self {
            address,
            length,
            hash: hash(address, length),
            access: places.access,
        })
    }

    /// Reports a buffer that the callback changed before it returned `status`.
    pub fn check(self, operation: &Operation, status: i32) {
        // Who ends a read itself fills the buffer; who pends may have handed it on already.
        let own = matches!(status, FLT_PREOP_COMPLETE | FLT_PREOP_PENDING);
        if own && self.access == Access::Write || hash(self.address, self.length) == self.hash {
            return;
        }
        let (rule, what) = match self.access {
            Access::Read => (rule::WRITE_BUFFER_CHANGED, "written from"),
            Access::Write => (rule::READ_BUFFER_CHANGED, "to be read into"),
        };
        let detail = format!(
            "the buffer {:#x} that is {what} was changed in place",
            self.address
        );
        obligations::report(operation, Phase::Pre, rule, detail);
    }
}

fn hash(address: usize, length: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    // SAFETY: the requestor's buffer is readable for the length of the operation.
    hasher.write(unsafe { std::slice::from_raw_parts(address as *const u8, length) });
    hasher.finish()
}
