//! RtlCreateAcl, RtlAddAccessAllowedAce and questions about security descriptors — shims.
#![allow(unsafe_code)] // Windows calling convention, reads and writes what the driver passes

use minifilter_sys::{NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_SUCCESS};

use crate::export;

const STATUS_BUFFER_TOO_SMALL: NTSTATUS = 0xC000_0023_u32 as NTSTATUS;
const STATUS_ALLOTTED_SPACE_EXCEEDED: NTSTATUS = 0xC000_0099_u32 as NTSTATUS;
const STATUS_REVISION_MISMATCH: NTSTATUS = 0xC000_0059_u32 as NTSTATUS;
const STATUS_INVALID_SID: NTSTATUS = 0xC000_0078_u32 as NTSTATUS;
const STATUS_UNKNOWN_REVISION: NTSTATUS = 0xC000_0058_u32 as NTSTATUS;
const STATUS_INVALID_SECURITY_DESCR: NTSTATUS = 0xC000_0079_u32 as NTSTATUS;

/// `ACL` — the head of a list; its entries follow.
#[repr(C)]
#[derive(Clone, Copy)]
struct Acl {
    revision: u8,
    fill: u8,
    size: u16,
    count: u16,
    fill2: u16,
}

/// ACL_REVISION to ACL_REVISION4.
const REVISIONS: std::ops::RangeInclusive<u32> = 2..=4;
/// Bytes of an ACE before its SID.
const ACE_HEAD: usize = 8;
const ALLOWED: u8 = 0;
const DENIED: u8 = 1;
/// SE_SELF_RELATIVE.
const SELF_RELATIVE: u16 = 0x8000;
const OWNER_DEFAULTED: u16 = 1;
/// Bytes of an absolute and of a self-relative descriptor.
const ABSOLUTE_SIZE: u32 = 40;
const RELATIVE_SIZE: u32 = 20;

fn head<'a>(acl: *mut Acl) -> &'a mut Acl {
    // SAFETY: the driver passes an ACL of its own.
    unsafe { &mut *acl }
}

/// The bytes of a SID; none when it is none.
fn sid<'a>(sid: *const u8) -> Option<&'a [u8]> {
    if sid.is_null() {
        return None;
    }
    // SAFETY: not null; the driver passes a SID, which begins with revision and count.
    let [revision, count] = unsafe { sid.cast::<[u8; 2]>().read() };
    if revision != 1 || count > 15 {
        return None;
    }
    // SAFETY: a SID has as many words as it says behind its head.
    Some(unsafe { std::slice::from_raw_parts(sid, 8 + usize::from(count) * 4) })
}

/// Where the next entry would begin; none when the entries go beyond the list.
fn end_of_entries(acl: *mut Acl) -> Option<usize> {
    let (mut at, head) = (size_of::<Acl>(), *head(acl));
    for _ in 0..head.count {
        if at + 4 > usize::from(head.size) {
            return None;
        }
        let place = acl.cast::<u8>().wrapping_add(at + 2).cast::<u16>();
        // SAFETY: inside the list, as was just checked.
        at += usize::from(unsafe { place.read_unaligned() }.max(4));
    }
    (at <= usize::from(head.size)).then_some(at)
}

fn add(
    acl: *mut Acl,
    revision: u32,
    kind: u8,
    flags: u32,
    mask: u32,
    owner: *const u8,
) -> NTSTATUS {
    let Some(sid) = sid(owner) else {
        return STATUS_INVALID_SID;
    };
    if !REVISIONS.contains(&revision) {
        return STATUS_REVISION_MISMATCH;
    }
    let Some(at) = end_of_entries(acl) else {
        return 0xC000_0077_u32 as NTSTATUS; // STATUS_INVALID_ACL
    };
    let size = ACE_HEAD + sid.len();
    if at + size > usize::from(head(acl).size) {
        return STATUS_ALLOTTED_SPACE_EXCEEDED;
    }
    let mut ace = vec![kind, flags as u8];
    ace.extend((size as u16).to_le_bytes());
    ace.extend(mask.to_le_bytes());
    ace.extend(sid);
    let place = acl.cast::<u8>().wrapping_add(at);
    // SAFETY: `at + size` is inside the list, as was just checked.
    unsafe { std::ptr::copy_nonoverlapping(ace.as_ptr(), place, size) };
    let head = head(acl);
    head.count += 1;
    head.revision = head.revision.max(revision as u8);
    STATUS_SUCCESS
}

/// Revision and control of a descriptor.
fn control(descriptor: *const u8) -> (u8, u16) {
    // SAFETY: the driver passes a descriptor of its own.
    let revision = unsafe { descriptor.read() };
    let place = descriptor.wrapping_add(2).cast::<u16>();
    // SAFETY: as above.
    (revision, unsafe { place.read_unaligned() })
}

/// The parts of a descriptor: owner, group, system list, list; null for those that are missing.
fn parts(descriptor: *const u8) -> [*const u8; 4] {
    let relative = control(descriptor).1 & SELF_RELATIVE != 0;
    [0, 1, 2, 3].map(|index| {
        if relative {
            let place = descriptor.wrapping_add(4 + index * 4).cast::<u32>();
            // SAFETY: a self-relative descriptor of the driver's has four offsets.
            match unsafe { place.read_unaligned() } {
                0 => std::ptr::null(),
                offset => descriptor.wrapping_add(offset as usize),
            }
        } else {
            let place = descriptor.wrapping_add(8 + index * 8).cast::<*const u8>();
            // SAFETY: an absolute descriptor of the driver's has four addresses.
            unsafe { place.read_unaligned() }
        }
    })
}

/// Bytes of a descriptor with all its parts.
fn length(descriptor: *const u8) -> u32 {
    let relative = control(descriptor).1 & SELF_RELATIVE != 0;
    let [owner, group, system, list] = parts(descriptor);
    let of_sid = |at| sid(at).map_or(0, |sid| sid.len().next_multiple_of(4) as u32);
    let of_acl = |at: *const u8| {
        // SAFETY: null, or a list of the driver's.
        let acl = unsafe { at.cast::<Acl>().as_ref() };
        acl.map_or(0, |acl| u32::from(acl.size).next_multiple_of(4))
    };
    let own = if relative {
        RELATIVE_SIZE
    } else {
        ABSOLUTE_SIZE
    };
    own + of_sid(owner) + of_sid(group) + of_acl(system) + of_acl(list)
}

/// Whether the parts of a descriptor are what they should be.
fn is_valid(descriptor: *const u8) -> bool {
    if control(descriptor).0 != 1 {
        return false;
    }
    let [owner, group, system, list] = parts(descriptor);
    let sids = [owner, group]
        .into_iter()
        .all(|at| at.is_null() || sid(at).is_some());
    let good = |at: *const u8| at.is_null() || end_of_entries(at.cast_mut().cast()).is_some();
    sids && good(system) && good(list)
}

export! { Dll::Ntoskrnl;
    /// `RtlCreateAcl`
    fn RtlCreateAcl(acl: *mut Acl, size: u32, revision: u32) -> NTSTATUS {
        if (size as usize) < size_of::<Acl>() {
            return STATUS_BUFFER_TOO_SMALL;
        }
        if !REVISIONS.contains(&revision) || size > u32::from(u16::MAX) {
            return STATUS_INVALID_PARAMETER;
        }
        *head(acl) = Acl { revision: revision as u8, fill: 0, size: (size & !3) as u16, count: 0, fill2: 0 };
        STATUS_SUCCESS
    }
    /// `RtlAddAccessAllowedAce`
    fn RtlAddAccessAllowedAce(acl: *mut Acl, revision: u32, mask: u32, sid: *const u8) -> NTSTATUS {
        add(acl, revision, ALLOWED, 0, mask, sid)
    }
    /// `RtlAddAccessAllowedAceEx`
    fn RtlAddAccessAllowedAceEx(acl: *mut Acl, revision: u32, flags: u32, mask: u32, sid: *const u8) -> NTSTATUS {
        add(acl, revision, ALLOWED, flags, mask, sid)
    }
    /// `RtlAddAccessDeniedAce`
    fn RtlAddAccessDeniedAce(acl: *mut Acl, revision: u32, mask: u32, sid: *const u8) -> NTSTATUS {
        add(acl, revision, DENIED, 0, mask, sid)
    }
    /// `RtlSetOwnerSecurityDescriptor` — of an absolute descriptor.
    fn RtlSetOwnerSecurityDescriptor(descriptor: *mut u8, owner: *const u8, defaulted: u8) -> NTSTATUS {
        let (revision, flags) = control(descriptor);
        if revision != 1 {
            return STATUS_UNKNOWN_REVISION;
        }
        if flags & SELF_RELATIVE != 0 {
            return STATUS_INVALID_SECURITY_DESCR;
        }
        // SAFETY: an absolute descriptor of the driver's has its owner there.
        unsafe { descriptor.wrapping_add(8).cast::<*const u8>().write_unaligned(owner) };
        let flags = flags & !OWNER_DEFAULTED | u16::from(defaulted != 0);
        // SAFETY: as above, its control.
        unsafe { descriptor.wrapping_add(2).cast::<u16>().write_unaligned(flags) };
        STATUS_SUCCESS
    }
    /// `RtlLengthSecurityDescriptor`
    fn RtlLengthSecurityDescriptor(descriptor: *const u8) -> u32 { length(descriptor) }
    /// `RtlValidSecurityDescriptor`
    fn RtlValidSecurityDescriptor(descriptor: *const u8) -> u8 { u8::from(is_valid(descriptor)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    const SYSTEM: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];

    #[test]
    fn entries_are_added_until_the_list_is_full() {
        let _ = crate::model::thread::current();
        let mut memory = [0_u64; 8];
        let acl: *mut Acl = memory.as_mut_ptr().cast();
        let sid = SYSTEM.as_ptr();
        assert_eq!(call!(RtlCreateAcl(acl, 7, 2)), STATUS_BUFFER_TOO_SMALL);
        assert_eq!(call!(RtlCreateAcl(acl, 64, 1)), STATUS_INVALID_PARAMETER);
        assert_eq!(call!(RtlCreateAcl(acl, 8 + 40, 2)), STATUS_SUCCESS);
        let allowed = || call!(RtlAddAccessAllowedAce(acl, 2, 0x1F_01FF, sid));
        assert_eq!(allowed(), STATUS_SUCCESS);
        assert_eq!(call!(RtlAddAccessDeniedAce(acl, 2, 1, sid)), STATUS_SUCCESS);
        assert_eq!(allowed(), STATUS_ALLOTTED_SPACE_EXCEEDED);
        let bad = [2_u8; 12];
        let status = call!(RtlAddAccessAllowedAceEx(acl, 2, 0, 1, bad.as_ptr()));
        assert_eq!(status, STATUS_INVALID_SID);
        assert_eq!((head(acl).count, end_of_entries(acl)), (2, Some(48)));
    }

    #[test]
    fn a_descriptor_is_measured_with_its_owner_and_its_list() {
        let _ = crate::model::thread::current();
        let memory = [const { AtomicU64::new(0) }; 5];
        let descriptor = memory[0].as_ptr().cast::<u8>();
        assert_eq!(call!(RtlValidSecurityDescriptor(descriptor)), 0);
        let owner = SYSTEM.as_ptr();
        let refused = call!(RtlSetOwnerSecurityDescriptor(descriptor, owner, 0));
        assert_eq!(refused, STATUS_UNKNOWN_REVISION);
        memory[0].store(1, Relaxed);
        assert_eq!(call!(RtlLengthSecurityDescriptor(descriptor)), 40);
        let done = call!(RtlSetOwnerSecurityDescriptor(descriptor, owner, 1));
        assert_eq!((done, memory[0].load(Relaxed) >> 16), (STATUS_SUCCESS, 1));
        assert_eq!(call!(RtlLengthSecurityDescriptor(descriptor)), 52);
        assert_eq!(call!(RtlValidSecurityDescriptor(descriptor)), 1);
        memory[0].fetch_or(u64::from(SELF_RELATIVE) << 16, Relaxed);
        let refused = call!(RtlSetOwnerSecurityDescriptor(descriptor, owner, 0));
        assert_eq!(refused, STATUS_INVALID_SECURITY_DESCR);
    }
}
