//! The kernel's own copies of memory, which the library leaves to the compiler.
#![allow(unsafe_code)] // imported functions

use minifilter_sys::PVOID;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `RtlCopyMemory` — the kernel's own memcpy; buffers must not overlap.
    pub fn RtlCopyMemory(to: PVOID, from: PVOID, count: usize);

    /// `RtlMoveMemory` — buffers may overlap.
    pub fn RtlMoveMemory(to: PVOID, from: PVOID, count: usize);
}
