//! FsRtlXxx — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::UNICODE_STRING;

use crate::export;
use crate::model::unicode;
use crate::volume::name;

export! { Dll::Ntoskrnl;
    /// `FsRtlIsNameInExpression` — always with the letters of the system, whatever table is passed.
    fn FsRtlIsNameInExpression(expression: *const UNICODE_STRING, text: *const UNICODE_STRING, ignore_case: u8, _table: *const u16) -> u8 {
        // SAFETY: the driver passes counted strings of its own.
        let expression = unsafe { unicode::units(expression) };
        // SAFETY: as above.
        let text = unsafe { unicode::units(text) };
        u8::from(name::in_expression(&String::from_utf16_lossy(expression), &String::from_utf16_lossy(text), ignore_case != 0))
    }
    /// `FsRtlDoesNameContainWildCards`
    fn FsRtlDoesNameContainWildCards(text: *const UNICODE_STRING) -> u8 {
        // SAFETY: the driver passes a counted string of its own.
        let text = unsafe { unicode::units(text) };
        u8::from(text.iter().any(|unit| b"*?<>\"".iter().any(|wild| u16::from(*wild) == *unit)))
    }
}
