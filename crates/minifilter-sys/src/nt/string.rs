//! Counted strings.

use crate::*;

/// `STRING` — counted bytes of text.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct STRING {
    pub Length: USHORT,
    pub MaximumLength: USHORT,
    pub Buffer: PCHAR,
}
layout!(STRING: 16, 8 { Length: 0..2, MaximumLength: 2..4, Buffer: 8..16 });
/// `PSTRING` — points to a `STRING`.
pub type PSTRING = *mut STRING;
/// `ANSI_STRING` — counted text in the ANSI code page.
pub type ANSI_STRING = STRING;
/// `OEM_STRING` — counted text in the OEM code page.
pub type OEM_STRING = STRING;
/// `UTF8_STRING` — counted text in UTF-8.
pub type UTF8_STRING = STRING;
/// `PANSI_STRING` — a pointer to an ANSI string.
pub type PANSI_STRING = *mut ANSI_STRING;
/// `POEM_STRING` — a pointer to an OEM string.
pub type POEM_STRING = *mut OEM_STRING;
/// `PUTF8_STRING` — a pointer to a UTF-8 string.
pub type PUTF8_STRING = *mut UTF8_STRING;
/// `PCANSI_STRING` — a pointer to an ANSI string that stays as it is.
pub type PCANSI_STRING = *const ANSI_STRING;
/// `PCOEM_STRING` — a pointer to an OEM string that stays as it is.
pub type PCOEM_STRING = *const OEM_STRING;
/// `PCUTF8_STRING` — a pointer to a UTF-8 string that stays as it is.
pub type PCUTF8_STRING = *const UTF8_STRING;

/// `UNICODE_STRING` — counted UTF-16 text, lengths in bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct UNICODE_STRING {
    pub Length: USHORT,
    pub MaximumLength: USHORT,
    pub Buffer: PWCH,
}
layout!(UNICODE_STRING: 16, 8 { Length: 0..2, MaximumLength: 2..4, Buffer: 8..16 });
/// `PUNICODE_STRING` — points to a `UNICODE_STRING`.
pub type PUNICODE_STRING = *mut UNICODE_STRING;
/// `PWCH` — UTF-16 code units.
pub type PWCH = *mut WCHAR;
/// `PCUNICODE_STRING` — a pointer to UTF-16 text that stays as it is.
pub type PCUNICODE_STRING = *const UNICODE_STRING;
