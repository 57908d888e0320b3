//! Compares a string whose length is odd.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let mut text = [u16::from(b'a'); 4];
    let length = if CORRECTED { 4 } else { 3 };
    let string = UNICODE_STRING {
        Length: length,
        MaximumLength: 8,
        Buffer: text.as_mut_ptr(),
    };
    RtlEqualUnicodeString(&raw const string, &raw const string, 0);
    STATUS_SUCCESS
}
