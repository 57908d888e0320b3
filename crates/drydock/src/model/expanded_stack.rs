//! How much of the kernel stack is left, and calls that need more than that.

use std::cell::Cell;
use std::ops::Range;

use minifilter_sys::{
    NTSTATUS, STATUS_INVALID_PARAMETER_3, STATUS_INVALID_PARAMETER_4, STATUS_SUCCESS,
};

use super::bounds::{APC, DISPATCH};
use super::{passage, thread};
use crate::exports::gate::{self, Call};
use crate::image::kernel_stack::{self, KernelStack};
use crate::image::switch;

/// MAXIMUM_EXPANSION_SIZE: a large stack less half a page.
const MAXIMUM_EXPANSION_SIZE: usize = kernel_stack::LARGE - 0x800;

/// `IoGetStackLimits` — the kernel stack of this thread: the one in use, else the one that it enters drivers on.
#[must_use]
pub fn limits() -> Range<usize> {
    thread::current()
        .chains()
        .limits()
        .unwrap_or_else(kernel_stack::own)
}

/// `IoGetRemainingStackSize` — the bytes below the caller's frame.
#[must_use]
pub fn remaining() -> usize {
    let limits = limits();
    let pointer = thread::current().chains().stack_pointer_of_call();
    let pointer = pointer.filter(|pointer| limits.contains(pointer));
    pointer.unwrap_or(limits.end) - limits.start
}

/// `KeExpandKernelStackAndCalloutEx` — runs `callout` with at least `size` bytes of stack: of this one or of a large one.
///
/// As on Windows the callout runs on this thread at its level, and may return with locks that it took.
pub fn call_with(size: usize, wait: bool, callout: impl FnOnce()) -> NTSTATUS {
    if size > MAXIMUM_EXPANSION_SIZE {
        return STATUS_INVALID_PARAMETER_3;
    }
    let irql = thread::current().irql();
    if wait && irql >= DISPATCH {
        gate::above_bound(APC);
        return STATUS_INVALID_PARAMETER_4;
    }
    let outer = Call::save();
    let large = (size > remaining()).then(|| KernelStack::new(kernel_stack::LARGE));
    let limits = large.as_ref().map(KernelStack::limits);
    let large = Cell::new(large);
    let end = || {
        drop(large.take());
        outer.restore();
    };
    passage::through(&end, || match limits {
        Some(limits) => switch::on_stack(limits, callout),
        None => switch::on_kernel_stack(callout),
    });
    end();
    STATUS_SUCCESS
}
