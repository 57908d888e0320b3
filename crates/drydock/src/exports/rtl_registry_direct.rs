//! RTL_QUERY_REGISTRY_DIRECT — where a value is stored without a routine.
#![allow(unsafe_code)] // writes where the driver's table points

use minifilter_sys::{
    NTSTATUS, REG_EXPAND_SZ, REG_MULTI_SZ, REG_SZ, STATUS_BUFFER_TOO_SMALL,
    STATUS_INSUFFICIENT_RESOURCES, STATUS_SUCCESS, UNICODE_STRING,
};

use crate::model::pool::{self, PoolKind};
use crate::model::registry::query_table::Found;

/// Tag of strings that are allocated for the driver, which frees them by RtlFreeUnicodeString.
const TAG: u32 = u32::from_le_bytes(*b"RtlQ");

/// Stores a string in a UNICODE_STRING (allocated if it has no buffer), a number of at most four bytes in place, and
/// anything longer in a buffer that begins with its size: negative for bytes alone, positive for length, type and bytes.
///
/// # Safety
/// `place` points to what the driver's flags and the value's type call for.
pub unsafe fn store(place: *mut u8, found: &Found) -> NTSTATUS {
    if matches!(found.kind, REG_SZ | REG_EXPAND_SZ | REG_MULTI_SZ) {
        // SAFETY: for strings the place is a UNICODE_STRING by the caller's contract.
        return unsafe { store_string(place.cast(), &found.data) };
    }
    let bytes = &found.data;
    if bytes.len() <= 4 {
        // SAFETY: the place is a ULONG by the caller's contract.
        unsafe { copy(bytes, place) };
        return STATUS_SUCCESS;
    }
    // SAFETY: the place begins with a LONG by the caller's contract.
    let size = unsafe { place.cast::<i32>().read_unaligned() };
    if size < 0 {
        if (size.unsigned_abs() as usize) < bytes.len() {
            return STATUS_BUFFER_TOO_SMALL;
        }
        // SAFETY: the LONG said that so many bytes fit.
        unsafe { copy(bytes, place) };
        return STATUS_SUCCESS;
    }
    if (size as usize) < bytes.len() + 8 {
        return STATUS_BUFFER_TOO_SMALL;
    }
    let header = [(bytes.len() as u32).to_le_bytes(), found.kind.to_le_bytes()].concat();
    // SAFETY: the LONG said that the header and so many bytes fit.
    unsafe { copy(&[&header[..], bytes].concat(), place) };
    STATUS_SUCCESS
}

/// # Safety
/// `place` has room for the bytes.
unsafe fn copy(bytes: &[u8], place: *mut u8) {
    // SAFETY: the caller's contract.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
}

/// # Safety
/// `place` points to a UNICODE_STRING whose buffer, if any, has MaximumLength bytes.
unsafe fn store_string(place: *mut UNICODE_STRING, data: &[u8]) -> NTSTATUS {
    // SAFETY: the caller's contract.
    let mut string = unsafe { place.read_unaligned() };
    if string.Buffer.is_null() {
        let memory = pool::allocate(PoolKind::Paged, data.len().max(2), TAG, 0);
        if memory.is_null() {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        string.Buffer = memory.cast();
        string.MaximumLength = data.len() as u16;
    } else if usize::from(string.MaximumLength) < data.len() {
        return STATUS_BUFFER_TOO_SMALL;
    }
    // SAFETY: the buffer has that much room, as was just made or seen.
    unsafe { copy(data, string.Buffer.cast()) };
    // The zero at the end is stored and not counted.
    string.Length = data.strip_suffix(&[0, 0]).unwrap_or(data).len() as u16;
    // SAFETY: the caller's contract.
    unsafe { place.write_unaligned(string) };
    STATUS_SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: u32, data: &[u8]) -> Found {
        Found {
            name: Vec::new(),
            kind,
            data: data.to_vec(),
        }
    }

    #[test]
    fn a_long_value_goes_where_its_size_says_that_it_fits() {
        let mut place = [0_u8; 16];
        let mut put = |size: i32| {
            place[..4].copy_from_slice(&size.to_le_bytes());
            // SAFETY: the place begins with a LONG, and has 16 bytes.
            let status = unsafe { store(place.as_mut_ptr(), &found(3, &[1, 2, 3, 4, 5])) };
            (status, place)
        };
        assert_eq!(put(-4).0, STATUS_BUFFER_TOO_SMALL);
        assert_eq!(put(12).0, STATUS_BUFFER_TOO_SMALL);
        assert_eq!(put(-5).1[..5], [1, 2, 3, 4, 5]);
        assert_eq!(put(13).1[..13], [5, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_string_without_a_buffer_is_allocated_from_pool() {
        let mut string = UNICODE_STRING {
            Length: 0,
            MaximumLength: 0,
            Buffer: std::ptr::null_mut(),
        };
        // SAFETY: the place is a UNICODE_STRING without a buffer.
        let status = unsafe { store((&raw mut string).cast(), &found(REG_SZ, &[65, 0, 0, 0])) };
        assert_eq!(
            (status, string.Length, string.MaximumLength),
            (STATUS_SUCCESS, 2, 4)
        );
        assert!(pool::block_at(string.Buffer.cast()).is_some());
        pool::free(string.Buffer.cast(), 0);
    }
}
