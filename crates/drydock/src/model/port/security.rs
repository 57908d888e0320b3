//! FltBuildDefaultSecurityDescriptor — a descriptor that lets the system and administrators in, in paged pool.
#![allow(unsafe_code)] // fills a pool block

use minifilter_sys::{NTSTATUS, SECURITY_DESCRIPTOR, STATUS_INSUFFICIENT_RESOURCES};

use crate::model::pool::{self, PoolKind};

/// Tag of descriptors.
const TAG: u32 = u32::from_le_bytes(*b"FMsd");
/// SECURITY_DESCRIPTOR_CONTROL: a DACL is there. Not self-relative: drivers put another DACL in with
/// RtlSetDaclSecurityDescriptor, which wants it so.
const DACL_PRESENT: u16 = 0x0004;

/// A SID of the NT authority.
fn sid(parts: &[u32]) -> Vec<u8> {
    let mut sid = vec![1, parts.len() as u8, 0, 0, 0, 0, 0, 5];
    sid.extend(parts.iter().flat_map(|part| part.to_le_bytes()));
    sid
}

/// A DACL by which system and administrators have `access`.
fn dacl(access: u32) -> Vec<u8> {
    let mut entries = Vec::new();
    for sid in [sid(&[18]), sid(&[32, 544])] {
        entries.extend([0, 0]); // ACCESS_ALLOWED_ACE without flags
        entries.extend((8 + sid.len() as u16).to_le_bytes());
        entries.extend(access.to_le_bytes());
        entries.extend(sid);
    }
    let mut all = vec![2, 0]; // ACL_REVISION
    all.extend((8 + entries.len() as u16).to_le_bytes());
    all.extend([2, 0, 0, 0]);
    all.extend(entries);
    all
}

/// FltBuildDefaultSecurityDescriptor — the address of a descriptor that `caller` has to free.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES.
pub fn build(access: u32, caller: usize) -> Result<usize, NTSTATUS> {
    let dacl = dacl(access);
    let size = size_of::<SECURITY_DESCRIPTOR>() + dacl.len();
    let block = pool::allocate_zeroed(PoolKind::Paged, size, TAG, caller);
    if block.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    let behind: *mut u8 = block.cast::<SECURITY_DESCRIPTOR>().wrapping_add(1).cast();
    // SAFETY: the block was just allocated with room for the DACL behind the descriptor.
    unsafe { std::ptr::copy_nonoverlapping(dacl.as_ptr(), behind, dacl.len()) };
    // SAFETY: the block was just allocated for a descriptor, for which zero is a value.
    let descriptor = unsafe { &mut *block.cast::<SECURITY_DESCRIPTOR>() };
    descriptor.Revision = 1;
    descriptor.Control = DACL_PRESENT;
    descriptor.Dacl = behind.cast();
    Ok(block as usize)
}

/// FltFreeSecurityDescriptor.
pub fn free(descriptor: usize) {
    pool::free(descriptor as *mut _, TAG);
}
