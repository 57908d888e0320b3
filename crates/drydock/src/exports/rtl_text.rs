//! RtlStringFromGUID, RtlIpv4AddressToStringExW, RtlIsNameLegalDOS8Dot3, … — shims between values and their text.
#![allow(unsafe_code)] // Windows calling convention

use std::net::{Ipv4Addr, Ipv6Addr};

use minifilter_sys::*;

use super::rtl_string;
use crate::export;
use crate::model::unicode;

/// Characters that no short name has.
const ILLEGAL: &str = "\"*+,/:;<=>?[\\]|";

fn guid_text(guid: &[u8; 16]) -> String {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect::<String>()
    };
    let reversed = |range: std::ops::Range<usize>| {
        number(&guid[range].iter().rev().copied().collect::<Vec<u8>>())
    };
    let (first, second, third) = (reversed(0..4), reversed(4..6), reversed(6..8));
    format!(
        "{{{first}-{second}-{third}-{}-{}}}",
        number(&guid[8..10]),
        number(&guid[10..])
    )
}

/// The GUID that a text in braces says.
fn guid_of(text: &str) -> Option<[u8; 16]> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let parts: Vec<&str> = inner.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    if parts.len() != 5
        || parts
            .iter()
            .zip(lengths)
            .any(|(part, length)| part.len() != length || !part.is_ascii())
    {
        return None;
    }
    let digits = parts.concat();
    let mut bytes = [0; 16];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Some(bytes)
}

/// Puts text and zero into a buffer of as many characters as `length` says, which then tells how many there are.
fn put(text: &str, out: *mut u16, length: *mut u32) -> NTSTATUS {
    if out.is_null() || length.is_null() {
        return STATUS_INVALID_PARAMETER;
    }
    let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
    // SAFETY: not null; the driver passes a ULONG of its own.
    let room = unsafe { length.replace(units.len() as u32) };
    if (room as usize) < units.len() {
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: the driver's buffer has room for so many characters, as it says.
    unsafe { std::ptr::copy_nonoverlapping(units.as_ptr(), out, units.len()) };
    STATUS_SUCCESS
}

/// The text of an address; the last 32 bits of those that stand for an IPv4 one are written as that.
fn ipv6_text(address: Ipv6Addr) -> String {
    let [.., third, fourth, high, low] = address.segments();
    let dotted = Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    let isatap = third & 0xFDFF == 0 && fourth == 0x5EFE;
    let compatible = address.segments()[..6] == [0; 6] && high != 0;
    if address.to_ipv4_mapped().is_some() {
        address.to_string()
    } else if compatible {
        format!("::{dotted}")
    } else if isatap {
        let mut segments = address.segments();
        (segments[6], segments[7]) = (1, 1);
        let head = Ipv6Addr::from(segments).to_string();
        format!("{}:{dotted}", head.trim_end_matches(":1:1"))
    } else {
        address.to_string()
    }
}

/// The short name in capital letters, and whether there are blanks in it; none for a name that is no short one.
fn short_name(name: &[u16]) -> Option<(Vec<u8>, bool)> {
    let bytes: Vec<u8> = name
        .iter()
        .map(|unit| u8::try_from(unicode::upcase(*unit)).ok())
        .collect::<Option<_>>()?;
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    if matches!(text.as_str(), "." | "..") {
        return Some((bytes, false));
    }
    let (base, extension) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(base, rest)| (base, Some(rest)));
    let good = |part: &str, most: usize| {
        let length = part.chars().count();
        let legal =
            |character: char| character >= ' ' && character != '.' && !ILLEGAL.contains(character);
        (1..=most).contains(&length) && part.chars().all(legal) && !part.ends_with(' ')
    };
    let legal = good(base, 8) && extension.is_none_or(|extension| good(extension, 3));
    legal.then(|| (bytes, text.contains(' ')))
}

export! { Dll::Ntoskrnl;
    /// `RtlStringFromGUID` — in a buffer that RtlFreeUnicodeString frees.
    fn RtlStringFromGUID(guid: *const [u8; 16], out: *mut UNICODE_STRING) -> NTSTATUS {
        // SAFETY: the driver passes a GUID of its own.
        let units: Vec<u16> = guid_text(unsafe { &*guid }).encode_utf16().collect();
        rtl_string::put_with_zero(out, &units, true)
    }
    /// `RtlGUIDFromString`
    fn RtlGUIDFromString(text: *const UNICODE_STRING, out: *mut [u8; 16]) -> NTSTATUS {
        // SAFETY: the driver passes a counted string of its own.
        let text = String::from_utf16_lossy(unsafe { unicode::units(text) });
        let Some(guid) = guid_of(&text) else { return STATUS_INVALID_PARAMETER };
        // SAFETY: the driver passes a GUID of its own to be written.
        unsafe { out.write(guid) };
        STATUS_SUCCESS
    }
    /// `RtlIpv4AddressToStringExW` — the port comes in network order, none is zero.
    fn RtlIpv4AddressToStringExW(address: *const [u8; 4], port: u16, out: *mut u16, length: *mut u32) -> NTSTATUS {
        // SAFETY: the driver passes an IN_ADDR of its own.
        let address = Ipv4Addr::from(unsafe { *address });
        let text = match u16::from_be(port) {
            0 => address.to_string(),
            port => format!("{address}:{port}"),
        };
        put(&text, out, length)
    }
    /// `RtlIpv6AddressToStringExW`
    fn RtlIpv6AddressToStringExW(
        address: *const [u8; 16], scope: u32, port: u16, out: *mut u16, length: *mut u32,
    ) -> NTSTATUS {
        // SAFETY: the driver passes an IN6_ADDR of its own.
        let mut text = ipv6_text(Ipv6Addr::from(unsafe { *address }));
        if scope != 0 {
            text = format!("{text}%{scope}");
        }
        if port != 0 {
            text = format!("[{text}]:{}", u16::from_be(port));
        }
        put(&text, out, length)
    }
    /// `RtlIsNameLegalDOS8Dot3` — the OEM code page is taken to be Latin-1.
    fn RtlIsNameLegalDOS8Dot3(name: *const UNICODE_STRING, oem: *mut STRING, blanks: *mut u8) -> u8 {
        // SAFETY: the driver passes a counted string of its own.
        let Some((bytes, has_blanks)) = short_name(unsafe { unicode::units(name) }) else { return 0 };
        // SAFETY: the driver passes null or a STRING of its own.
        if let Some(oem) = unsafe { oem.as_mut() } {
            if usize::from(oem.MaximumLength) < bytes.len() {
                return 0;
            }
            oem.Length = bytes.len() as u16;
            // SAFETY: the STRING's buffer has MaximumLength bytes, which are enough.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), oem.Buffer.cast(), bytes.len()) };
        }
        // SAFETY: the driver passes null or a BOOLEAN of its own.
        if let Some(blanks) = unsafe { blanks.as_mut() } {
            *blanks = u8::from(has_blanks);
        }
        1
    }
    /// `RtlRandomEx` — the next of the seed, from 0 to MAXLONG-1.
    fn RtlRandomEx(seed: *mut u32) -> u32 { next_random(seed) }
    /// `RtlRandom`
    fn RtlRandom(seed: *mut u32) -> u32 { next_random(seed) }
}

/// The linear congruential generator that the page of RtlUniform gives.
fn next_random(seed: *mut u32) -> u32 {
    // SAFETY: the driver passes a ULONG of its own.
    let old = u64::from(unsafe { seed.read() });
    let next = ((old * 0x7FFF_FFED + 0x7FFF_FFC3) % 0x7FFF_FFFF) as u32;
    // SAFETY: as above.
    unsafe { seed.write(next) };
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::io_irp::tests::string;

    fn start() {
        let _ = crate::model::thread::current();
    }

    #[test]
    fn a_guid_is_written_and_read_in_braces() {
        start();
        let guid: [u8; 16] = std::array::from_fn(|index| index as u8 + 0xA0);
        let mut out = string("");
        assert_eq!(
            call!(RtlStringFromGUID(&raw const guid, &raw mut out)),
            STATUS_SUCCESS
        );
        // SAFETY: the string was just made.
        let text = String::from_utf16_lossy(unsafe { unicode::units(&raw const out) });
        assert_eq!(text, "{A3A2A1A0-A5A4-A7A6-A8A9-AAABACADAEAF}");
        let mut back = [0; 16];
        assert_eq!(
            call!(RtlGUIDFromString(&raw const out, &raw mut back)),
            STATUS_SUCCESS
        );
        assert_eq!(back, guid);
        for bad in [
            "",
            "{}",
            "A3A2A1A0-A5A4-A7A6-A8A9-AAABACADAEAF",
            "{A3A2A1A0-A5A4-A7A6-A8A9-AAABACADAEAG}",
        ] {
            let bad = string(bad);
            assert_eq!(
                call!(RtlGUIDFromString(&raw const bad, &raw mut back)),
                STATUS_INVALID_PARAMETER
            );
        }
        crate::model::pool::free(out.Buffer.cast(), 0);
    }

    fn v4(address: [u8; 4], port: u16, room: u32) -> (NTSTATUS, u32, String) {
        let (mut out, mut length) = ([0_u16; 32], room);
        let status = call!(RtlIpv4AddressToStringExW(
            &raw const address,
            port.to_be(),
            out.as_mut_ptr(),
            &raw mut length
        ));
        (status, length, text(&out))
    }

    fn v6(address: &str, scope: u32, port: u16) -> String {
        let address = address.parse::<Ipv6Addr>().expect("an address").octets();
        let (mut out, mut length) = ([0_u16; 80], 80);
        let out_at = out.as_mut_ptr();
        call!(RtlIpv6AddressToStringExW(
            &raw const address,
            scope,
            port.to_be(),
            out_at,
            &raw mut length
        ));
        assert_eq!(length as usize, text(&out).len() + 1);
        text(&out)
    }

    fn text(units: &[u16]) -> String {
        let end = units
            .iter()
            .position(|unit| *unit == 0)
            .unwrap_or(units.len());
        String::from_utf16_lossy(&units[..end])
    }

    #[test]
    fn addresses_are_written_with_scope_and_port() {
        start();
        assert_eq!(
            v4([192, 0, 2, 1], 80, 32),
            (STATUS_SUCCESS, 13, "192.0.2.1:80".into())
        );
        assert_eq!(
            v4([192, 0, 2, 1], 0, 10),
            (STATUS_SUCCESS, 10, "192.0.2.1".into())
        );
        assert_eq!(
            v4([192, 0, 2, 1], 0, 9),
            (STATUS_INVALID_PARAMETER, 10, String::new())
        );
        assert_eq!(v6("2001:db8::1", 0, 0), "2001:db8::1");
        assert_eq!(v6("fe80::1", 4, 443), "[fe80::1%4]:443");
        assert_eq!(v6("::ffff:192.0.2.1", 0, 0), "::ffff:192.0.2.1");
        assert_eq!(v6("::c000:201", 0, 0), "::192.0.2.1");
        assert_eq!(v6("fe80::5efe:c000:201", 0, 0), "fe80::5efe:192.0.2.1");
    }

    fn legal(name: &str) -> Option<(String, bool)> {
        let name = string(name);
        let (mut buffer, mut blanks) = ([0_u8; 12], 9);
        let mut oem = STRING {
            Length: 0,
            MaximumLength: 12,
            Buffer: buffer.as_mut_ptr().cast(),
        };
        let yes = call!(RtlIsNameLegalDOS8Dot3(
            &raw const name,
            &raw mut oem,
            &raw mut blanks
        )) != 0;
        yes.then(|| {
            (
                String::from_utf8_lossy(&buffer[..usize::from(oem.Length)]).into_owned(),
                blanks != 0,
            )
        })
    }

    #[test]
    fn short_names_have_eight_and_three_legal_characters() {
        start();
        assert_eq!(legal("readme.txt"), Some(("README.TXT".into(), false)));
        assert_eq!(legal("a b.c"), Some(("A B.C".into(), true)));
        assert!(legal(".").is_some() && legal("..").is_some() && legal("12345678").is_some());
        for bad in [
            "",
            "123456789",
            "a.text",
            "a.",
            ".a",
            "a.b.c",
            "a+b",
            "a .b",
            "a:b",
            "\u{3a9}",
        ] {
            assert_eq!(legal(bad), None, "{bad}");
        }
    }

    #[test]
    fn random_numbers_follow_from_the_seed() {
        start();
        let (mut seed, mut same) = (7, 7);
        let first = call!(RtlRandomEx(&raw mut seed));
        assert_eq!((first, seed), (call!(RtlRandom(&raw mut same)), same));
        assert!(first < 0x7FFF_FFFF && call!(RtlRandomEx(&raw mut seed)) != first);
    }
}
