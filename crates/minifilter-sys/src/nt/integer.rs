//! The integers and identifiers that are structures in C.

use crate::*;

/// `LARGE_INTEGER_PARTS` — the halves of a signed 64-bit integer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LARGE_INTEGER_PARTS {
    pub LowPart: ULONG,
    pub HighPart: LONG,
}
layout!(LARGE_INTEGER_PARTS: 8, 4 { LowPart: 0..4, HighPart: 4..8 });

/// `LARGE_INTEGER` — a signed 64-bit integer, often a time or an offset.
#[repr(C)]
#[derive(Clone, Copy)]
pub union LARGE_INTEGER {
    pub Anonymous: LARGE_INTEGER_PARTS,
    pub u: LARGE_INTEGER_PARTS,
    pub QuadPart: LONGLONG,
}
layout!(LARGE_INTEGER: 8, 8 { Anonymous: 0..8, u: 0..8, QuadPart: 0..8 });
/// `PLARGE_INTEGER` — points to a `LARGE_INTEGER`.
pub type PLARGE_INTEGER = *mut LARGE_INTEGER;

/// `ULARGE_INTEGER_PARTS` — the halves of an unsigned 64-bit integer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ULARGE_INTEGER_PARTS {
    pub LowPart: ULONG,
    pub HighPart: ULONG,
}
layout!(ULARGE_INTEGER_PARTS: 8, 4 { LowPart: 0..4, HighPart: 4..8 });

/// `ULARGE_INTEGER` — an unsigned 64-bit integer.
#[repr(C)]
#[derive(Clone, Copy)]
pub union ULARGE_INTEGER {
    pub Anonymous: ULARGE_INTEGER_PARTS,
    pub u: ULARGE_INTEGER_PARTS,
    pub QuadPart: ULONGLONG,
}
layout!(ULARGE_INTEGER: 8, 8 { Anonymous: 0..8, u: 0..8, QuadPart: 0..8 });
/// `PULARGE_INTEGER` — points to a `ULARGE_INTEGER`.
pub type PULARGE_INTEGER = *mut ULARGE_INTEGER;

/// `LUID` — an identifier that is unique until the machine restarts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LUID {
    pub LowPart: ULONG,
    pub HighPart: LONG,
}
layout!(LUID: 8, 4 { LowPart: 0..4, HighPart: 4..8 });
/// `PLUID` — points to a `LUID`.
pub type PLUID = *mut LUID;

/// `GUID` — a globally unique identifier.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GUID {
    pub Data1: ULONG,
    pub Data2: USHORT,
    pub Data3: USHORT,
    pub Data4: [UCHAR; 8],
}
layout!(GUID: 16, 4 { Data1: 0..4, Data2: 4..6, Data3: 6..8, Data4: 8..16 });
/// `PGUID` — points to a `GUID`.
pub type PGUID = *mut GUID;
/// `LPGUID` — a pointer to a GUID.
pub type LPGUID = *mut GUID;
/// `LPCGUID` — a pointer to a GUID that stays as it is.
pub type LPCGUID = *const GUID;
/// `PCGUID` — a pointer to a GUID that stays as it is.
pub type PCGUID = *const GUID;

/// `FILE_ID_128` — a file's identifier of 128 bits.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ID_128 {
    pub Identifier: [UCHAR; 16],
}
layout!(FILE_ID_128: 16, 1 { Identifier: 0..16 });
/// `PFILE_ID_128` — points to a `FILE_ID_128`.
pub type PFILE_ID_128 = *mut FILE_ID_128;

/// `TIME_FIELDS` — a time taken apart.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TIME_FIELDS {
    pub Year: CSHORT,
    pub Month: CSHORT,
    pub Day: CSHORT,
    pub Hour: CSHORT,
    pub Minute: CSHORT,
    pub Second: CSHORT,
    pub Milliseconds: CSHORT,
    pub Weekday: CSHORT,
}
layout!(TIME_FIELDS: 16, 2 {
    Year: 0..2, Month: 2..4, Day: 4..6, Hour: 6..8, Minute: 8..10, Second: 10..12,
    Milliseconds: 12..14, Weekday: 14..16,
});
/// `PTIME_FIELDS` — points to a `TIME_FIELDS`.
pub type PTIME_FIELDS = *mut TIME_FIELDS;
/// `PTIME_FIELDS_CONST` — a time taken apart that stays as it is.
pub type PTIME_FIELDS_CONST = *const TIME_FIELDS;
