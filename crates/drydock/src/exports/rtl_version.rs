//! PsGetVersion, RtlVerifyVersionInfo and other questions about which system this is — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    NTSTATUS, OSVERSIONINFOEXW, STATUS_INVALID_PARAMETER, STATUS_SUCCESS, UNICODE_STRING,
};

use crate::export;
use crate::model::shared_user_data::BUILD;

const STATUS_REVISION_MISMATCH: NTSTATUS = 0xC000_0059_u32 as NTSTATUS;
/// The bits of VER_ conditions in their order: minor, major, build, platform, service pack minor and major, suite, product.
const MINOR: u32 = 0x01;
const MAJOR: u32 = 0x02;
const BUILD_NUMBER: u32 = 0x04;
const PLATFORM: u32 = 0x08;
const PACK_MINOR: u32 = 0x10;
const PACK_MAJOR: u32 = 0x20;
const PRODUCT: u32 = 0x80;
/// Bits of one condition in the mask.
const CONDITION: u32 = 3;

/// VER_EQUAL, VER_GREATER, VER_GREATER_EQUAL, VER_LESS, VER_LESS_EQUAL.
fn holds(condition: u64, own: u32, wanted: u32) -> bool {
    match condition {
        1 => own == wanted,
        2 => own > wanted,
        3 => own >= wanted,
        4 => own < wanted,
        5 => own <= wanted,
        _ => false,
    }
}

fn condition(mask: u64, bit: u32) -> u64 {
    mask >> (bit.trailing_zeros() * CONDITION) & 7
}

/// Compares the parts that are asked for; the version's from the most significant on, as far as they are equal.
fn verify(wanted: &OSVERSIONINFOEXW, parts: u32, mask: u64) -> NTSTATUS {
    if parts == 0 || mask == 0 {
        return STATUS_INVALID_PARAMETER;
    }
    let version = [
        (MAJOR, 10, wanted.dwMajorVersion),
        (MINOR, 0, wanted.dwMinorVersion),
        (PACK_MAJOR, 0, wanted.wServicePackMajor.into()),
        (PACK_MINOR, 0, wanted.wServicePackMinor.into()),
    ];
    let asked: Vec<_> = version
        .into_iter()
        .filter(|part| parts & part.0 != 0)
        .collect();
    // The first part that differs decides, by its own condition.
    let decisive = asked
        .iter()
        .find(|(_, own, wanted)| own != wanted)
        .or(asked.last());
    let version_holds =
        decisive.is_none_or(|(bit, own, wanted)| holds(condition(mask, *bit), *own, *wanted));
    let others = [
        (BUILD_NUMBER, BUILD, wanted.dwBuildNumber),
        (PLATFORM, 2, wanted.dwPlatformId),
        (PRODUCT, 1, wanted.wProductType.into()),
    ];
    let others_hold = others
        .iter()
        .filter(|(bit, ..)| parts & bit != 0)
        .all(|(bit, own, wanted)| holds(condition(mask, *bit), *own, *wanted));
    if version_holds && others_hold {
        STATUS_SUCCESS
    } else {
        STATUS_REVISION_MISMATCH
    }
}

fn put<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not null; the driver passes a variable of its own to be written.
        unsafe { out.write(value) };
    }
}

export! { Dll::Ntoskrnl;
    /// `PsGetVersion` — TRUE for a checked build; there is no service pack to name.
    fn PsGetVersion(major: *mut u32, minor: *mut u32, build: *mut u32, pack: *mut UNICODE_STRING) -> u8 {
        put(major, 10);
        put(minor, 0);
        put(build, BUILD);
        put(pack, UNICODE_STRING { Length: 0, MaximumLength: 0, Buffer: std::ptr::null_mut() });
        0
    }
    /// `RtlVerifyVersionInfo`
    fn RtlVerifyVersionInfo(wanted: *const OSVERSIONINFOEXW, parts: u32, mask: u64) -> NTSTATUS {
        // SAFETY: the driver passes a structure of its own.
        verify(unsafe { &*wanted }, parts, mask)
    }
    /// `VerSetConditionMask`
    fn VerSetConditionMask(mask: u64, parts: u32, condition: u8) -> u64 {
        let bits = (0..8).filter(|bit| parts & 1 << bit != 0);
        bits.fold(mask, |mask, bit| mask | u64::from(condition & 7) << (bit * CONDITION))
    }
    /// `MmIsThisAnNtAsSystem` — FALSE: a workstation.
    fn MmIsThisAnNtAsSystem() -> u8 { 0 }
    /// `MmQuerySystemSize` — MmLargeSystem.
    fn MmQuerySystemSize() -> i32 { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified(major: u32, minor: u32, condition: u8) -> NTSTATUS {
        // SAFETY: integers, for which zero is a value.
        let mut wanted: OSVERSIONINFOEXW = unsafe { std::mem::zeroed() };
        (wanted.dwMajorVersion, wanted.dwMinorVersion) = (major, minor);
        let mask = call!(VerSetConditionMask(0, MAJOR | MINOR, condition));
        call!(RtlVerifyVersionInfo(&raw const wanted, MAJOR | MINOR, mask))
    }

    #[test]
    fn the_first_part_of_a_version_that_differs_decides() {
        let _ = crate::model::thread::current();
        assert_eq!(verified(6, 3, 3), STATUS_SUCCESS);
        assert_eq!(verified(10, 0, 1), STATUS_SUCCESS);
        assert_eq!(verified(10, 1, 3), STATUS_REVISION_MISMATCH);
        assert_eq!(verified(11, 0, 4), STATUS_SUCCESS);
        assert_eq!(verified(10, 0, 0), STATUS_INVALID_PARAMETER);
    }

    #[test]
    fn the_version_is_told_in_parts() {
        let _ = crate::model::thread::current();
        let (mut major, mut build) = (0, 0);
        let none = std::ptr::null_mut();
        let checked = call!(PsGetVersion(
            &raw mut major,
            none,
            &raw mut build,
            std::ptr::null_mut()
        ));
        assert_eq!((checked, major, build), (0, 10, BUILD));
        assert_eq!(
            (call!(MmIsThisAnNtAsSystem()), call!(MmQuerySystemSize())),
            (0, 2)
        );
    }
}
