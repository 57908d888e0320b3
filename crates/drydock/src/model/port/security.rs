//! FltBuildDefaultSecurityDescriptor — a descriptor that lets the system and administrators in, in paged pool.
#![allow(unsafe_code)] // fills a pool block

use minifilter_sys::{NTSTATUS, STATUS_INSUFFICIENT_RESOURCES};

use crate::model::pool::{self, PoolKind};

/// Tag of descriptors.
const TAG: u32 = u32::from_le_bytes(*b"FMsd");
/// SECURITY_DESCRIPTOR_CONTROL: a DACL is there, it was defaulted, and everything follows the head.
const CONTROL: u16 = 0x0004 | 0x0008 | 0x8000;
/// Bytes of a SECURITY_DESCRIPTOR_RELATIVE.
const HEAD: u32 = 20;

/// A SID of the NT authority.
fn sid(parts: &[u32]) -> Vec<u8> {
    let mut sid = vec![1, parts.len() as u8, 0, 0, 0, 0, 0, 5];
    sid.extend(parts.iter().flat_map(|part| part.to_le_bytes()));
    sid
}

/// A self-relative security descriptor: system and administrators have `access`; both own it.
fn descriptor(access: u32) -> Vec<u8> {
    let (system, administrators) = (sid(&[18]), sid(&[32, 544]));
    let mut entries = Vec::new();
    for sid in [&system, &administrators] {
        entries.extend([0, 0]); // ACCESS_ALLOWED_ACE without flags
        entries.extend((8 + sid.len() as u16).to_le_bytes());
        entries.extend(access.to_le_bytes());
        entries.extend(sid);
    }
    let acl_size = 8 + entries.len() as u16;
    let owner = HEAD + u32::from(acl_size);
    let group = owner + administrators.len() as u32;
    let mut all = vec![1, 0];
    all.extend(CONTROL.to_le_bytes());
    all.extend(
        [owner, group, 0, HEAD]
            .iter()
            .flat_map(|at| at.to_le_bytes()),
    );
    all.extend([2, 0]); // ACL_REVISION
    all.extend(acl_size.to_le_bytes());
    all.extend([2, 0, 0, 0]);
    all.extend(entries);
    all.extend(administrators);
    all.extend(system);
    all
}

/// FltBuildDefaultSecurityDescriptor — the address of a descriptor that `caller` has to free.
///
/// # Errors
/// STATUS_INSUFFICIENT_RESOURCES.
pub fn build(access: u32, caller: usize) -> Result<usize, NTSTATUS> {
    let bytes = descriptor(access);
    let block = pool::allocate(PoolKind::Paged, bytes.len(), TAG, caller);
    if block.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    // SAFETY: the block was just allocated with this size.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), block.cast(), bytes.len()) };
    Ok(block as usize)
}

/// FltFreeSecurityDescriptor.
pub fn free(descriptor: usize) {
    pool::free(descriptor as *mut _, TAG);
}
