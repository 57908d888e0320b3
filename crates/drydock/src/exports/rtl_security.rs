//! RtlXxxSecurityDescriptor, RtlXxxSid — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::*;

use super::rtl_string;
use crate::export;

const REVISION: u32 = 1;
const DACL_PRESENT: u16 = 0x4;
const DACL_DEFAULTED: u16 = 0x8;
const SELF_RELATIVE: u16 = 0x8000;
/// SID_MAX_SUB_AUTHORITIES
const MOST_PARTS: u8 = 15;

type Descriptor = *mut SECURITY_DESCRIPTOR;
type Sid = *const u8;

fn byte(sid: Sid, index: usize) -> u8 {
    // SAFETY: the driver passes a SID, which has at least the eight bytes of its head, and its parts behind them.
    unsafe { sid.wrapping_add(index).read() }
}

fn length(sid: Sid) -> usize {
    8 + 4 * usize::from(byte(sid, 1))
}

fn valid(sid: Sid) -> bool {
    !sid.is_null() && u32::from(byte(sid, 0)) == REVISION && byte(sid, 1) <= MOST_PARTS
}

/// S-1-authority-part-part…
fn text(sid: Sid) -> String {
    let authority = (2..8).fold(0_u64, |value, index| {
        value << 8 | u64::from(byte(sid, index))
    });
    // An authority of more than 32 bits is written in hexadecimal digits.
    let authority = if authority >> 32 == 0 {
        authority.to_string()
    } else {
        format!("{authority:#014X}").replace("0X", "0x")
    };
    let part =
        |index: usize| u32::from_le_bytes(std::array::from_fn(|at| byte(sid, 8 + 4 * index + at)));
    let parts: String = (0..usize::from(byte(sid, 1)))
        .map(|index| format!("-{}", part(index)))
        .collect();
    format!("S-1-{authority}{parts}")
}

export! { Dll::Ntoskrnl;
    /// `RtlCreateSecurityDescriptor`
    fn RtlCreateSecurityDescriptor(descriptor: Descriptor, revision: u32) -> NTSTATUS {
        if revision != REVISION {
            return STATUS_UNKNOWN_REVISION;
        }
        // SAFETY: the driver passes storage for a descriptor, for which zero is a value.
        unsafe { descriptor.write_bytes(0, 1) };
        // SAFETY: as above.
        unsafe { (*descriptor).Revision = 1 };
        STATUS_SUCCESS
    }
    /// `RtlSetDaclSecurityDescriptor` — a null DACL that is present lets everybody in.
    fn RtlSetDaclSecurityDescriptor(descriptor: Descriptor, present: u8, dacl: PACL, defaulted: u8) -> NTSTATUS {
        // SAFETY: the driver passes a descriptor of its own.
        let fields = unsafe { &mut *descriptor };
        if u32::from(fields.Revision) != REVISION {
            return STATUS_UNKNOWN_REVISION;
        }
        if fields.Control & SELF_RELATIVE != 0 {
            return STATUS_INVALID_SECURITY_DESCR;
        }
        fields.Control &= !(DACL_PRESENT | DACL_DEFAULTED);
        if present != 0 {
            fields.Control |= DACL_PRESENT | if defaulted != 0 { DACL_DEFAULTED } else { 0 };
            fields.Dacl = dacl;
        }
        STATUS_SUCCESS
    }
    /// `RtlValidSid`
    fn RtlValidSid(sid: Sid) -> u8 { u8::from(valid(sid)) }
    /// `RtlLengthSid`
    fn RtlLengthSid(sid: Sid) -> u32 { length(sid) as u32 }
    /// `RtlEqualSid`
    fn RtlEqualSid(left: Sid, right: Sid) -> u8 {
        let same = length(left) == length(right) && (0..length(left)).all(|index| byte(left, index) == byte(right, index));
        u8::from(same)
    }
    /// `RtlCopySid`
    fn RtlCopySid(room: u32, to: *mut u8, sid: Sid) -> NTSTATUS {
        if (room as usize) < length(sid) {
            return STATUS_BUFFER_TOO_SMALL;
        }
        // SAFETY: the driver gives `room` bytes, which are enough.
        unsafe { std::ptr::copy(sid, to, length(sid)) };
        STATUS_SUCCESS
    }
    /// `RtlConvertSidToUnicodeString`
    fn RtlConvertSidToUnicodeString(out: *mut UNICODE_STRING, sid: Sid, allocate: u8) -> NTSTATUS {
        if !valid(sid) {
            return STATUS_INVALID_SID;
        }
        let units: Vec<u16> = text(sid).encode_utf16().collect();
        rtl_string::put_with_zero(out, &units, allocate != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The administrators: S-1-5-32-544.
    const ADMINISTRATORS: [u8; 16] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];

    #[test]
    fn a_dacl_is_put_into_an_absolute_descriptor_only() {
        let _ = crate::model::thread::current();
        // SAFETY: integers and pointers, for which zero is a value.
        let mut storage: SECURITY_DESCRIPTOR = unsafe { std::mem::zeroed() };
        let descriptor = &raw mut storage;
        let none = std::ptr::null_mut();
        assert_eq!(
            call!(RtlCreateSecurityDescriptor(descriptor, 2)),
            STATUS_UNKNOWN_REVISION
        );
        assert_eq!(
            call!(RtlSetDaclSecurityDescriptor(descriptor, 1, none, 0)),
            STATUS_UNKNOWN_REVISION
        );
        assert_eq!(
            call!(RtlCreateSecurityDescriptor(descriptor, 1)),
            STATUS_SUCCESS
        );
        assert_eq!(
            call!(RtlSetDaclSecurityDescriptor(descriptor, 1, none, 1)),
            STATUS_SUCCESS
        );
        assert_eq!(
            (storage.Control, storage.Dacl),
            (DACL_PRESENT | DACL_DEFAULTED, none)
        );
        // SAFETY: `storage` is a descriptor of this test.
        unsafe { (*descriptor).Control |= SELF_RELATIVE };
        assert_eq!(
            call!(RtlSetDaclSecurityDescriptor(descriptor, 1, none, 0)),
            STATUS_INVALID_SECURITY_DESCR
        );
    }

    #[test]
    fn a_default_descriptor_takes_another_dacl() {
        let _ = crate::model::thread::current();
        let built = crate::model::port::security::build(1, 0).expect("memory");
        let status = call!(RtlSetDaclSecurityDescriptor(
            built as Descriptor,
            1,
            std::ptr::null_mut(),
            0
        ));
        assert_eq!(status, STATUS_SUCCESS);
        crate::model::port::security::free(built);
    }

    #[test]
    fn a_sid_is_measured_compared_copied_and_written() {
        let _ = crate::model::thread::current();
        let (sid, mut copy) = (ADMINISTRATORS.as_ptr(), [0_u8; 16]);
        assert_eq!((call!(RtlLengthSid(sid)), call!(RtlValidSid(sid))), (16, 1));
        assert_eq!(
            call!(RtlCopySid(15, copy.as_mut_ptr(), sid)),
            STATUS_BUFFER_TOO_SMALL
        );
        assert_eq!(
            call!(RtlCopySid(16, copy.as_mut_ptr(), sid)),
            STATUS_SUCCESS
        );
        assert_eq!(call!(RtlEqualSid(sid, copy.as_ptr())), 1);
        let mut units = [0_u16; 40];
        let mut out = UNICODE_STRING {
            Length: 0,
            MaximumLength: 80,
            Buffer: units.as_mut_ptr(),
        };
        assert_eq!(
            call!(RtlConvertSidToUnicodeString(&raw mut out, sid, 0)),
            STATUS_SUCCESS
        );
        assert_eq!(
            String::from_utf16_lossy(&units[..usize::from(out.Length) / 2]),
            "S-1-5-32-544"
        );
        copy[0] = 2;
        assert_eq!(call!(RtlValidSid(copy.as_ptr())), 0);
        assert_eq!(
            call!(RtlConvertSidToUnicodeString(&raw mut out, copy.as_ptr(), 0)),
            STATUS_INVALID_SID
        );
    }
}
