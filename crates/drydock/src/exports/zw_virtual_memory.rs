//! ZwAllocateVirtualMemory, ZwProtectVirtualMemory, ZwFreeVirtualMemory — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{HANDLE, NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};

use crate::export;
use crate::model::object_type::ObjectType;
use crate::model::{handle, virtual_memory};

/// The range that the driver's two variables tell; there is one address space, so that any process will do.
fn range(
    process: HANDLE,
    base: *const usize,
    size: *const usize,
) -> Result<(usize, usize), NTSTATUS> {
    handle::resolve(process, 0, Some(ObjectType::Process), false)?;
    if base.is_null() || size.is_null() {
        return Err(STATUS_INVALID_PARAMETER);
    }
    // SAFETY: not null; the driver passes a variable of its own.
    let base = unsafe { base.read() };
    // SAFETY: as above.
    Ok((base, unsafe { size.read() }))
}

fn give(base: *mut usize, size: *mut usize, found: (usize, usize)) {
    // SAFETY: `range` has read the driver's variable.
    unsafe { base.write(found.0) };
    // SAFETY: as above.
    unsafe { size.write(found.1) };
}

/// Does it to the range, and tells the range that it was done to.
fn with(
    process: HANDLE,
    base: *mut usize,
    size: *mut usize,
    change: impl FnOnce(usize, usize) -> Result<(usize, usize), NTSTATUS>,
) -> NTSTATUS {
    match range(process, base, size).and_then(|(at, bytes)| change(at, bytes)) {
        Ok(found) => {
            give(base, size, found);
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}

export! { Dll::Ntoskrnl;
    /// `ZwAllocateVirtualMemory`
    fn ZwAllocateVirtualMemory(
        process: HANDLE, base: *mut usize, _zero_bits: usize, size: *mut usize, kind: u32, page: u32,
    ) -> NTSTATUS {
        with(process, base, size, |at, bytes| virtual_memory::allocate(at, bytes, kind, page))
    }
    /// `ZwFreeVirtualMemory`
    fn ZwFreeVirtualMemory(process: HANDLE, base: *mut usize, size: *mut usize, kind: u32) -> NTSTATUS {
        with(process, base, size, |at, bytes| virtual_memory::free(at, bytes, kind))
    }
    /// `ZwProtectVirtualMemory`
    fn ZwProtectVirtualMemory(
        process: HANDLE, base: *mut usize, size: *mut usize, page: u32, old: *mut u32,
    ) -> NTSTATUS {
        with(process, base, size, |at, bytes| {
            let (start, changed, before) = virtual_memory::change(at, bytes, page)?;
            // SAFETY: the driver passes a ULONG of its own to be written.
            unsafe { old.write(before) };
            Ok((start, changed))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::user_memory::{Range, probe_write};
    use crate::model::virtual_memory::{COMMIT, RESERVE};

    const CURRENT: HANDLE = usize::MAX as HANDLE;
    const RELEASE: u32 = 0x8000;

    fn status(code: u32) -> NTSTATUS {
        code as NTSTATUS
    }

    fn allocated(
        mut base: usize,
        mut size: usize,
        kind: u32,
        page: u32,
    ) -> (NTSTATUS, usize, usize) {
        let _ = crate::model::thread::current();
        let (at, bytes) = (&raw mut base, &raw mut size);
        let status = call!(ZwAllocateVirtualMemory(CURRENT, at, 0, bytes, kind, page));
        (status, base, size)
    }

    fn freed(process: HANDLE, mut base: usize, mut size: usize) -> (NTSTATUS, usize) {
        let (at, bytes) = (&raw mut base, &raw mut size);
        let status = call!(ZwFreeVirtualMemory(process, at, bytes, RELEASE));
        (status, size)
    }

    fn protected(mut base: usize, mut size: usize, page: u32) -> (NTSTATUS, u32) {
        let mut old = 0;
        let (at, bytes) = (&raw mut base, &raw mut size);
        let status = call!(ZwProtectVirtualMemory(
            CURRENT,
            at,
            bytes,
            page,
            &raw mut old
        ));
        (status, old)
    }

    #[test]
    fn memory_is_allocated_protected_and_freed() {
        let (done, base, size) = allocated(0, 5000, COMMIT | RESERVE, 4);
        assert_eq!((done, size, base % 0x1_0000), (STATUS_SUCCESS, 0x2000, 0));
        let all = Range {
            address: base,
            length: 0x2000,
        };
        assert!(probe_write(all));
        assert_eq!(protected(base, size, 2), (STATUS_SUCCESS, 4));
        assert!(!probe_write(all));
        assert_eq!(freed(CURRENT, base, 0x1000).0, status(0xC000_009F));
        assert_eq!(freed(CURRENT, base, 0), (STATUS_SUCCESS, 0x2000));
        assert_eq!(freed(CURRENT, base, 0).0, status(0xC000_00A0));
    }

    #[test]
    fn bad_requests_are_refused() {
        const NOWHERE: usize = 0x5000_0000;
        let refused = |size, kind, page| allocated(NOWHERE, size, kind, page).0;
        assert_eq!(refused(1, 0, 4), status(0xC000_00F3));
        assert_eq!(refused(1, RESERVE, 5), status(0xC000_0045));
        assert_eq!(refused(1, COMMIT, 4), status(0xC000_0018));
        assert_eq!(refused(0, RESERVE, 4), status(0xC000_00F2));
        assert_eq!(protected(NOWHERE, 1, 2).0, status(0xC000_002D));
        assert_eq!(protected(NOWHERE, 1, 0).0, status(0xC000_0045));
        let closed = freed(std::ptr::null_mut(), NOWHERE, 0).0;
        assert_eq!(closed, status(0xC000_0008));
    }
}
