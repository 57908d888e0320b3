//! The scalar types of `ntdef.h` and the pointers to kernel objects nobody may look into.

use core::ffi::c_void;
/// `BOOLEAN` — a truth value of one byte.
pub type BOOLEAN = u8;
/// `UCHAR` — an unsigned byte.
pub type UCHAR = u8;
/// `CHAR` — a byte of text.
pub type CHAR = i8;
/// `CCHAR` — a signed byte.
pub type CCHAR = i8;
/// `SHORT` — a signed 16-bit integer.
pub type SHORT = i16;
/// `USHORT` — an unsigned 16-bit integer.
pub type USHORT = u16;
/// `CSHORT` — a signed 16-bit integer.
pub type CSHORT = i16;
/// `WCHAR` — one UTF-16 code unit.
pub type WCHAR = u16;
/// `LONG` — a signed 32-bit integer.
pub type LONG = i32;
/// `ULONG` — an unsigned 32-bit integer.
pub type ULONG = u32;
/// `LOGICAL` — a truth value of four bytes.
pub type LOGICAL = u32;
/// `LONGLONG` — a signed 64-bit integer.
pub type LONGLONG = i64;
/// `ULONGLONG` — an unsigned 64-bit integer.
pub type ULONGLONG = u64;
/// `ULONG64` — an unsigned 64-bit integer.
pub type ULONG64 = u64;
/// `LONG_PTR` — a signed integer as wide as a pointer.
pub type LONG_PTR = isize;
/// `ULONG_PTR` — an unsigned integer as wide as a pointer.
pub type ULONG_PTR = usize;
/// `SIZE_T` — a size in bytes.
pub type SIZE_T = usize;
/// `NTSTATUS` — the result of a kernel call, negative for failure.
pub type NTSTATUS = i32;
/// `KIRQL` — an interrupt request level.
pub type KIRQL = u8;
/// `KPRIORITY` — a thread's priority.
pub type KPRIORITY = i32;
/// `KPROCESSOR_MODE` — `KernelMode` or `UserMode`.
pub type KPROCESSOR_MODE = i8;
/// `KAFFINITY` — one bit for each processor of a group.
pub type KAFFINITY = usize;
/// `ACCESS_MASK` — rights asked for or granted.
pub type ACCESS_MASK = u32;
/// `SECURITY_INFORMATION` — which parts of a security descriptor are meant.
pub type SECURITY_INFORMATION = u32;
/// `DEVICE_TYPE` — a `FILE_DEVICE_*` number.
pub type DEVICE_TYPE = u32;
/// `LCID` — a locale.
pub type LCID = u32;
/// `FAST_MUTEX_OWNER` — the thread that holds a fast mutex.
pub type FAST_MUTEX_OWNER = usize;
/// `PVOID` — an untyped pointer.
pub type PVOID = *mut c_void;
/// `PCVOID` — an untyped pointer to data that stays as it is.
pub type PCVOID = *const c_void;
/// `HANDLE` — a handle of the object manager.
pub type HANDLE = PVOID;
/// `PHANDLE` — where a handle goes.
pub type PHANDLE = *mut HANDLE;
/// `PBOOLEAN` — a pointer to one or more truth values.
pub type PBOOLEAN = *mut BOOLEAN;
/// `PUCHAR` — a pointer to bytes.
pub type PUCHAR = *mut UCHAR;
/// `PCHAR` — a pointer to text bytes.
pub type PCHAR = *mut CHAR;
/// `PSTR` — a NUL-terminated text.
pub type PSTR = *mut CHAR;
/// `PCSTR` — a NUL-terminated text that stays as it is.
pub type PCSTR = *const CHAR;
/// `PUSHORT` — a pointer to 16-bit integers.
pub type PUSHORT = *mut USHORT;
/// `PWCHAR` — a pointer to UTF-16 code units.
pub type PWCHAR = *mut WCHAR;
/// `PWSTR` — a NUL-terminated UTF-16 text.
pub type PWSTR = *mut WCHAR;
/// `PCWSTR` — a NUL-terminated UTF-16 text that stays as it is.
pub type PCWSTR = *const WCHAR;
/// `PCWCH` — UTF-16 code units that stay as they are.
pub type PCWCH = *const WCHAR;
/// `PLONG` — a pointer to 32-bit integers.
pub type PLONG = *mut LONG;
/// `PULONG` — a pointer to unsigned 32-bit integers.
pub type PULONG = *mut ULONG;
/// `PULONG_PTR` — a pointer to pointer-wide integers.
pub type PULONG_PTR = *mut ULONG_PTR;
/// `PSIZE_T` — a pointer to sizes.
pub type PSIZE_T = *mut SIZE_T;
/// `PKIRQL` — where an interrupt request level goes.
pub type PKIRQL = *mut KIRQL;
/// `PACCESS_MASK` — where an access mask goes.
pub type PACCESS_MASK = *mut ACCESS_MASK;
/// `PSECURITY_INFORMATION` — where a choice of descriptor parts goes.
pub type PSECURITY_INFORMATION = *mut SECURITY_INFORMATION;
/// `PSECURITY_DESCRIPTOR` — a security descriptor in either form.
pub type PSECURITY_DESCRIPTOR = PVOID;
/// `PACCESS_TOKEN` — a token object.
pub type PACCESS_TOKEN = PVOID;
/// `PSID` — a security identifier.
pub type PSID = PVOID;
/// `PEJOB_HANDLE` — a job.
pub type PEJOB_HANDLE = HANDLE;
