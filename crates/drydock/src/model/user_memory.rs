//! Buffers of programs — memory that a driver may only touch with care: it can be bad, and it can go away.
#![allow(unsafe_code)] // maps, unmaps and probes raw memory

use std::ffi::c_void;

/// `MmUserProbeAddress` — user-mode buffers end below it.
pub const USER_PROBE_ADDRESS: usize = 0x7FFF_FFFF_0000;
const PAGE: usize = 0x1000;
/// What allocators of programs align to.
const ALIGNMENT: usize = 16;

/// A range of a program's addresses, which may be bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// First address; 0 for no buffer.
    pub address: usize,
    /// Bytes.
    pub length: u32,
}

impl Range {
    /// Nothing to probe: no buffer, or none of it.
    fn is_nothing(self) -> bool {
        self.address == 0 || self.length == 0
    }

    fn is_users(self) -> bool {
        let end = self.address.checked_add(self.length as usize);
        end.is_some_and(|end| end <= USER_PROBE_ADDRESS)
    }
}

/// `ProbeForRead` on behalf of a program — looks at the range, not into it.
#[must_use]
pub fn probe_read(range: Range) -> bool {
    range.is_nothing() || range.is_users()
}

/// `ProbeForWrite` on behalf of a program — every page of the range takes a write.
#[must_use]
pub fn probe_write(range: Range) -> bool {
    range.is_nothing() || (range.is_users() && pages(range).all(is_writable))
}

/// One address of each page of the range.
fn pages(range: Range) -> impl Iterator<Item = usize> {
    let end = range.address + range.length as usize;
    let following = (range.address & !(PAGE - 1)) + PAGE;
    std::iter::once(range.address).chain((following..end).step_by(PAGE))
}

/// Reads the byte at `address` and writes it back, by way of the host's kernel, which answers where a fault would come.
fn is_writable(address: usize) -> bool {
    let mut byte = 0_u8;
    let local = libc::iovec {
        iov_base: (&raw mut byte).cast(),
        iov_len: 1,
    };
    let remote = libc::iovec {
        iov_base: address as *mut c_void,
        iov_len: 1,
    };
    let this = std::process::id() as libc::pid_t;
    // SAFETY: one byte goes into `byte`; the other side is checked by the kernel.
    let read =
        unsafe { libc::process_vm_readv(this, &raw const local, 1, &raw const remote, 1, 0) };
    if read != 1 {
        return false;
    }
    // SAFETY: as above, the other way; the byte is what was there.
    let wrote =
        unsafe { libc::process_vm_writev(this, &raw const local, 1, &raw const remote, 1, 0) };
    wrote == 1
}

/// How the pages of a [`UserMemory`] may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// Read and written.
    Writable,
    /// Read.
    ReadOnly,
    /// Not at all any more.
    Gone,
}

/// A program's buffer in pages of its own, with nothing behind them.
///
/// # Invariants
/// `base` begins `pages` pages that are mapped and owned by this value; one page that nothing may touch follows.
pub struct UserMemory {
    base: usize,
    pages: usize,
    range: Range,
}

impl UserMemory {
    /// A buffer of `length` bytes that begins with `bytes` and ends within 15 bytes of memory that is not there.
    ///
    /// # Errors
    /// When the host has no memory.
    pub fn new(bytes: &[u8], length: u32) -> std::io::Result<Self> {
        let size = length as usize;
        let pages = size.div_ceil(PAGE).max(1);
        let (protection, flags) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
        );
        let all = (pages + 1) * PAGE;
        // SAFETY: an anonymous mapping at an address of the kernel's choice touches no other memory.
        let base = unsafe { libc::mmap(std::ptr::null_mut(), all, protection, flags, -1, 0) };
        if base == libc::MAP_FAILED {
            return Err(std::io::Error::last_os_error());
        }
        let base = base as usize;
        let memory = Self {
            base,
            pages,
            range: Range {
                address: base + pages * PAGE - size.next_multiple_of(ALIGNMENT),
                length,
            },
        };
        memory.protect(base + pages * PAGE, 1, Pages::Gone);
        let filled = bytes.len().min(size);
        // SAFETY: the range is `size` writable bytes of the mapping that was just made.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), memory.range.address as *mut u8, filled);
        }
        Ok(memory)
    }

    /// Where it is.
    #[must_use]
    pub fn range(&self) -> Range {
        self.range
    }

    /// Changes what may be done with it.
    pub fn allow(&self, pages: Pages) {
        self.protect(self.base, self.pages, pages);
    }

    fn protect(&self, start: usize, pages: usize, allowed: Pages) {
        let protection = match allowed {
            Pages::Writable => libc::PROT_READ | libc::PROT_WRITE,
            Pages::ReadOnly => libc::PROT_READ,
            Pages::Gone => libc::PROT_NONE,
        };
        // SAFETY: these pages are this value's own by the type's invariant.
        let outcome = unsafe { libc::mprotect(start as *mut c_void, pages * PAGE, protection) };
        assert_eq!(outcome, 0, "pages of an own mapping may be protected");
    }

    /// The first `count` bytes of it, at most all.
    #[must_use]
    pub fn bytes(&self, count: u32) -> Vec<u8> {
        self.allow(Pages::Writable);
        let count = count.min(self.range.length) as usize;
        // SAFETY: the range lies in the mapping, which was just made readable; the copy is made before anything else runs
        // on this thread, and a driver that still writes does so in its own time as it would on Windows.
        unsafe { std::slice::from_raw_parts(self.range.address as *const u8, count) }.to_vec()
    }
}

impl Drop for UserMemory {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own by the type's invariant, with the page behind it.
        unsafe { libc::munmap(self.base as *mut c_void, (self.pages + 1) * PAGE) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_for_write_wants_every_page() {
        let memory = UserMemory::new(b"abc", 5000).expect("memory");
        assert!(probe_write(memory.range()) && probe_read(memory.range()));
        assert_eq!(memory.bytes(3), b"abc");
        let longer = Range {
            length: 5000 + 16,
            ..memory.range()
        };
        assert!(!probe_write(longer) && probe_read(longer));
        memory.allow(Pages::ReadOnly);
        assert!(!probe_write(memory.range()));
    }

    #[test]
    fn the_system_s_addresses_are_no_program_s() {
        let system = Range {
            address: 0xFFFF_8000_0000_1000,
            length: 8,
        };
        assert!(!probe_read(system) && !probe_write(system));
        let end = Range {
            address: usize::MAX - 3,
            length: 8,
        };
        assert!(!probe_read(end));
        assert!(probe_write(Range::default()));
    }
}
