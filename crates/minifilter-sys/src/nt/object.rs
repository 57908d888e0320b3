//! The object manager's structures.

use crate::*;

/// `OBJECT_ATTRIBUTES` — the name and attributes of an object to open.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OBJECT_ATTRIBUTES {
    pub Length: ULONG,
    pub RootDirectory: HANDLE,
    pub ObjectName: PUNICODE_STRING,
    pub Attributes: ULONG,
    pub SecurityDescriptor: PVOID,
    pub SecurityQualityOfService: PVOID,
}
layout!(OBJECT_ATTRIBUTES: 48, 8 {
    Length: 0..4, RootDirectory: 8..16, ObjectName: 16..24, Attributes: 24..28,
    SecurityDescriptor: 32..40, SecurityQualityOfService: 40..48,
});
/// `POBJECT_ATTRIBUTES` — points to a `OBJECT_ATTRIBUTES`.
pub type POBJECT_ATTRIBUTES = *mut OBJECT_ATTRIBUTES;
/// `PCOBJECT_ATTRIBUTES` — a pointer to attributes that stay as they are.
pub type PCOBJECT_ATTRIBUTES = *const OBJECT_ATTRIBUTES;

/// `OBJECT_HANDLE_INFORMATION` — what a handle allows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OBJECT_HANDLE_INFORMATION {
    pub HandleAttributes: ULONG,
    pub GrantedAccess: ACCESS_MASK,
}
layout!(OBJECT_HANDLE_INFORMATION: 8, 4 { HandleAttributes: 0..4, GrantedAccess: 4..8 });
/// `POBJECT_HANDLE_INFORMATION` — points to a `OBJECT_HANDLE_INFORMATION`.
pub type POBJECT_HANDLE_INFORMATION = *mut OBJECT_HANDLE_INFORMATION;

/// `OBJECT_NAME_INFORMATION` — an object's name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OBJECT_NAME_INFORMATION {
    pub Name: UNICODE_STRING,
}
layout!(OBJECT_NAME_INFORMATION: 16, 8 { Name: 0..16 });
/// `POBJECT_NAME_INFORMATION` — points to a `OBJECT_NAME_INFORMATION`.
pub type POBJECT_NAME_INFORMATION = *mut OBJECT_NAME_INFORMATION;

/// `CLIENT_ID` — a process and a thread.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CLIENT_ID {
    pub UniqueProcess: HANDLE,
    pub UniqueThread: HANDLE,
}
layout!(CLIENT_ID: 16, 8 { UniqueProcess: 0..8, UniqueThread: 8..16 });
/// `PCLIENT_ID` — points to a `CLIENT_ID`.
pub type PCLIENT_ID = *mut CLIENT_ID;

/// `OSVERSIONINFOW` — the version of Windows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OSVERSIONINFOW {
    pub dwOSVersionInfoSize: ULONG,
    pub dwMajorVersion: ULONG,
    pub dwMinorVersion: ULONG,
    pub dwBuildNumber: ULONG,
    pub dwPlatformId: ULONG,
    pub szCSDVersion: [WCHAR; 128],
}
layout!(OSVERSIONINFOW: 276, 4 {
    dwOSVersionInfoSize: 0..4, dwMajorVersion: 4..8, dwMinorVersion: 8..12, dwBuildNumber: 12..16,
    dwPlatformId: 16..20, szCSDVersion: 20..276,
});
/// `POSVERSIONINFOW` — points to a `OSVERSIONINFOW`.
pub type POSVERSIONINFOW = *mut OSVERSIONINFOW;

/// `OSVERSIONINFOEXW` — the version of Windows and its suite.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OSVERSIONINFOEXW {
    pub dwOSVersionInfoSize: ULONG,
    pub dwMajorVersion: ULONG,
    pub dwMinorVersion: ULONG,
    pub dwBuildNumber: ULONG,
    pub dwPlatformId: ULONG,
    pub szCSDVersion: [WCHAR; 128],
    pub wServicePackMajor: USHORT,
    pub wServicePackMinor: USHORT,
    pub wSuiteMask: USHORT,
    pub wProductType: UCHAR,
    pub wReserved: UCHAR,
}
layout!(OSVERSIONINFOEXW: 284, 4 {
    dwOSVersionInfoSize: 0..4, dwMajorVersion: 4..8, dwMinorVersion: 8..12, dwBuildNumber: 12..16,
    dwPlatformId: 16..20, szCSDVersion: 20..276, wServicePackMajor: 276..278,
    wServicePackMinor: 278..280, wSuiteMask: 280..282, wProductType: 282..283, wReserved: 283..284,
});
/// `POSVERSIONINFOEXW` — points to a `OSVERSIONINFOEXW`.
pub type POSVERSIONINFOEXW = *mut OSVERSIONINFOEXW;
/// `RTL_OSVERSIONINFOW` — the version of Windows.
pub type RTL_OSVERSIONINFOW = OSVERSIONINFOW;
/// `PRTL_OSVERSIONINFOW` — a pointer to the version of Windows.
pub type PRTL_OSVERSIONINFOW = *mut RTL_OSVERSIONINFOW;
/// `RTL_OSVERSIONINFOEXW` — the version of Windows and its suite.
pub type RTL_OSVERSIONINFOEXW = OSVERSIONINFOEXW;
/// `PRTL_OSVERSIONINFOEXW` — a pointer to the version of Windows and its suite.
pub type PRTL_OSVERSIONINFOEXW = *mut RTL_OSVERSIONINFOEXW;

/// `KERNEL_USER_TIMES` — the times of a process or thread.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct KERNEL_USER_TIMES {
    pub CreateTime: LARGE_INTEGER,
    pub ExitTime: LARGE_INTEGER,
    pub KernelTime: LARGE_INTEGER,
    pub UserTime: LARGE_INTEGER,
}
layout!(KERNEL_USER_TIMES: 32, 8 {
    CreateTime: 0..8, ExitTime: 8..16, KernelTime: 16..24, UserTime: 24..32,
});
/// `PKERNEL_USER_TIMES` — points to a `KERNEL_USER_TIMES`.
pub type PKERNEL_USER_TIMES = *mut KERNEL_USER_TIMES;
