//! What registry keys answer.

use crate::*;

/// `KEY_VALUE_INFORMATION_CLASS` — the information classes of registry values.
pub type KEY_VALUE_INFORMATION_CLASS = i32;
pub const KeyValueBasicInformation: KEY_VALUE_INFORMATION_CLASS = 0;
pub const KeyValueFullInformation: KEY_VALUE_INFORMATION_CLASS = 1;
pub const KeyValuePartialInformation: KEY_VALUE_INFORMATION_CLASS = 2;
pub const KeyValueFullInformationAlign64: KEY_VALUE_INFORMATION_CLASS = 3;
pub const KeyValuePartialInformationAlign64: KEY_VALUE_INFORMATION_CLASS = 4;
pub const KeyValueLayerInformation: KEY_VALUE_INFORMATION_CLASS = 5;
pub const MaxKeyValueInfoClass: KEY_VALUE_INFORMATION_CLASS = 6;

/// `KEY_BASIC_INFORMATION` — a key's name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KEY_BASIC_INFORMATION {
    pub LastWriteTime: LARGE_INTEGER,
    pub TitleIndex: ULONG,
    pub NameLength: ULONG,
    pub Name: [WCHAR; 1],
}
layout!(KEY_BASIC_INFORMATION: 24, 8 {
    LastWriteTime: 0..8, TitleIndex: 8..12, NameLength: 12..16, Name: 16..18,
});
/// `PKEY_BASIC_INFORMATION` — points to a `KEY_BASIC_INFORMATION`.
pub type PKEY_BASIC_INFORMATION = *mut KEY_BASIC_INFORMATION;

/// `KEY_VALUE_BASIC_INFORMATION` — a value's name and type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KEY_VALUE_BASIC_INFORMATION {
    pub TitleIndex: ULONG,
    pub Type: ULONG,
    pub NameLength: ULONG,
    pub Name: [WCHAR; 1],
}
layout!(KEY_VALUE_BASIC_INFORMATION: 16, 4 {
    TitleIndex: 0..4, Type: 4..8, NameLength: 8..12, Name: 12..14,
});
/// `PKEY_VALUE_BASIC_INFORMATION` — points to a `KEY_VALUE_BASIC_INFORMATION`.
pub type PKEY_VALUE_BASIC_INFORMATION = *mut KEY_VALUE_BASIC_INFORMATION;

/// `KEY_VALUE_FULL_INFORMATION` — a value's name, type and data.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KEY_VALUE_FULL_INFORMATION {
    pub TitleIndex: ULONG,
    pub Type: ULONG,
    pub DataOffset: ULONG,
    pub DataLength: ULONG,
    pub NameLength: ULONG,
    pub Name: [WCHAR; 1],
}
layout!(KEY_VALUE_FULL_INFORMATION: 24, 4 {
    TitleIndex: 0..4, Type: 4..8, DataOffset: 8..12, DataLength: 12..16, NameLength: 16..20,
    Name: 20..22,
});
/// `PKEY_VALUE_FULL_INFORMATION` — points to a `KEY_VALUE_FULL_INFORMATION`.
pub type PKEY_VALUE_FULL_INFORMATION = *mut KEY_VALUE_FULL_INFORMATION;

/// `KEY_VALUE_PARTIAL_INFORMATION` — a value's type and data.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KEY_VALUE_PARTIAL_INFORMATION {
    pub TitleIndex: ULONG,
    pub Type: ULONG,
    pub DataLength: ULONG,
    pub Data: [UCHAR; 1],
}
layout!(KEY_VALUE_PARTIAL_INFORMATION: 16, 4 {
    TitleIndex: 0..4, Type: 4..8, DataLength: 8..12, Data: 12..13,
});
/// `PKEY_VALUE_PARTIAL_INFORMATION` — points to a `KEY_VALUE_PARTIAL_INFORMATION`.
pub type PKEY_VALUE_PARTIAL_INFORMATION = *mut KEY_VALUE_PARTIAL_INFORMATION;
