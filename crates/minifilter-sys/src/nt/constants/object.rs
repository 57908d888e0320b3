//! Attributes of object handles, registry value types and the limits of strings.

use crate::*;

pub const MAXUSHORT: ULONG = 0xFFFF;
pub const MAX_UNICODE_STACK_BUFFER_LENGTH: ULONG = 0x100;
pub const OBJ_CASE_INSENSITIVE: ULONG = 0x40;
pub const OBJ_DONT_REPARSE: ULONG = 0x1000;
pub const OBJ_EXCLUSIVE: ULONG = 0x20;
pub const OBJ_FORCE_ACCESS_CHECK: ULONG = 0x400;
pub const OBJ_HANDLE_TAGBITS: ULONG = 0x3;
pub const OBJ_IGNORE_IMPERSONATED_DEVICEMAP: ULONG = 0x800;
pub const OBJ_INHERIT: ULONG = 0x2;
pub const OBJ_KERNEL_HANDLE: ULONG = 0x200;
pub const OBJ_NAME_PATH_SEPARATOR: WCHAR = 0x5C;
pub const OBJ_OPENIF: ULONG = 0x80;
pub const OBJ_OPENLINK: ULONG = 0x100;
pub const OBJ_PERMANENT: ULONG = 0x10;
pub const OBJ_VALID_ATTRIBUTES: ULONG = 0x1FF2;
pub const REG_BINARY: ULONG = 0x3;
pub const REG_DWORD: ULONG = 0x4;
pub const REG_EXPAND_SZ: ULONG = 0x2;
pub const REG_MULTI_SZ: ULONG = 0x7;
pub const REG_NONE: ULONG = 0x0;
pub const REG_OPTION_NON_VOLATILE: ULONG = 0x0;
pub const REG_OPTION_VOLATILE: ULONG = 0x1;
pub const REG_QWORD: ULONG = 0xB;
pub const REG_SZ: ULONG = 0x1;
pub const UNICODE_NULL: WCHAR = 0x0;
pub const UNICODE_STRING_MAX_BYTES: USHORT = 0xFFFE;
pub const UNICODE_STRING_MAX_CHARS: ULONG = 0x7FFF;
