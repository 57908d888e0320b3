//! RtlQueryRegistryValues, RtlWriteRegistryValue and their like — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{NTSTATUS, REG_NONE, STATUS_BUFFER_TOO_SMALL, STATUS_SUCCESS};

use super::zw_key::status;
use crate::export;
use crate::model::bounds::PASSIVE;
use crate::model::registry::query_table::{self, Entry, Found};
use crate::model::registry::tree::Value;
use crate::model::registry::{self, relative};
use crate::model::thread::{self, Site};
use crate::model::unicode;

/// The most units of a path or a value's name.
const MAX_UNITS: usize = 0x7FFF;

/// The units of a C string of the driver's.
fn text<'a>(string: *const u16) -> &'a [u16] {
    // SAFETY: the driver passes a string with a zero at its end, or null.
    unsafe { unicode::until_zero(string, MAX_UNITS) }
}

/// RTL_QUERY_REGISTRY_TABLE.
#[repr(C)]
#[derive(Clone, Copy)]
struct Row {
    routine: Option<QueryRoutine>,
    flags: u32,
    name: *const u16,
    context: *mut c_void,
    default_type: u32,
    default_data: *const c_void,
    default_length: u32,
}

type QueryRoutine = unsafe extern "win64" fn(
    *const u16,
    u32,
    *const c_void,
    u32,
    *mut c_void,
    *mut c_void,
) -> NTSTATUS;

impl Row {
    /// The bytes that stand for a value that is missing.
    fn default_bytes(&self) -> Vec<u8> {
        let strings = matches!(self.default_type & 0xFF, 1 | 2 | 7);
        let length = match self.default_length {
            0 if strings && !self.default_data.is_null() => {
                (text(self.default_data.cast()).len() + 1) * 2
            }
            length => length as usize,
        };
        if self.default_data.is_null() || length == 0 {
            return Vec::new();
        }
        // SAFETY: the driver says by the length, or by a zero at the end, that so many bytes are there.
        unsafe { std::slice::from_raw_parts(self.default_data.cast::<u8>(), length) }.to_vec()
    }

    fn entry(&self) -> Entry {
        Entry {
            flags: self.flags,
            name: (!self.name.is_null()).then(|| text(self.name).to_vec()),
            routine: self.routine.is_some(),
            default_type: self.default_type,
            default: self.default_bytes(),
        }
    }

    /// Calls the driver's routine with a value.
    fn call(&self, found: &Found, context: *mut c_void) -> NTSTATUS {
        let Some(routine) = self.routine else {
            return STATUS_SUCCESS;
        };
        let mut name = found.name.clone();
        name.push(0);
        let data = if found.kind == REG_NONE && found.data.is_empty() {
            std::ptr::null()
        } else {
            found.data.as_ptr()
        };
        let site = Site {
            name: "QueryRoutine",
            code: routine as usize,
        };
        let status = thread::call_driver(site, PASSIVE, || {
            // SAFETY: the driver gave this code for exactly this call; name and data outlive it.
            unsafe {
                routine(
                    name.as_ptr(),
                    found.kind,
                    data.cast(),
                    found.data.len() as u32,
                    context,
                    self.context,
                )
            }
        });
        if status == STATUS_BUFFER_TOO_SMALL {
            STATUS_SUCCESS
        } else {
            status
        }
    }

    /// Stores a value where the entry says.
    fn store(&self, found: &Found) -> NTSTATUS {
        // SAFETY: the driver passes the storage that its flags and the type call for.
        unsafe { super::rtl_registry_direct::store(self.context.cast(), found) }
    }
}

/// The rows before the one that ends the table.
fn rows(table: *const Row) -> Vec<Row> {
    let all = (0..).map(|index| {
        // SAFETY: the end was not met in any earlier row, so this one is there.
        unsafe { table.wrapping_add(index).read_unaligned() }
    });
    all.take_while(|row| row.routine.is_some() || !row.name.is_null())
        .collect()
}

fn query(relative_to: u32, path: *const u16, table: *const Row, context: *mut c_void) -> NTSTATUS {
    let units = if relative_to & 0x4000_0000 != 0 {
        &[][..]
    } else {
        text(path)
    };
    let top = match relative::find(relative_to, path as _, units, false) {
        Ok(top) => top,
        Err(_) if relative_to & relative::OPTIONAL != 0 => return STATUS_SUCCESS,
        Err(status) => return status,
    };
    let rows = rows(table);
    let entries: Vec<Entry> = rows.iter().map(Row::entry).collect();
    let give = |index: usize, found: &Found| match entries[index].is_direct() {
        true => rows[index].store(found),
        false => rows[index].call(found, context),
    };
    status(query_table::run(top, &entries, give))
}

export! { Dll::Ntoskrnl;
    /// `RtlQueryRegistryValues`
    fn RtlQueryRegistryValues(relative_to: u32, path: *const u16, table: *const Row, context: *mut c_void, _environment: usize) -> NTSTATUS {
        query(relative_to, path, table, context)
    }
    /// `RtlQueryRegistryValuesEx`
    fn RtlQueryRegistryValuesEx(relative_to: u32, path: *const u16, table: *const Row, context: *mut c_void, _environment: usize) -> NTSTATUS {
        query(relative_to, path, table, context)
    }
    /// `RtlWriteRegistryValue`
    fn RtlWriteRegistryValue(relative_to: u32, path: *const u16, name: *const u16, kind: u32, data: *const c_void, size: u32) -> NTSTATUS {
        let data = if data.is_null() { Vec::new() } else {
            // SAFETY: the driver says that so many bytes are there.
            unsafe { std::slice::from_raw_parts(data.cast::<u8>(), size as usize) }.to_vec()
        };
        let units = if relative_to & 0x4000_0000 != 0 { &[][..] } else { text(path) };
        let value = Value { name: text(name).to_vec(), kind, data };
        let set = relative::find(relative_to, path as _, units, true).and_then(|key| registry::with(|tree| tree.set_value(key, value)));
        status(set)
    }
    /// `RtlDeleteRegistryValue`
    fn RtlDeleteRegistryValue(relative_to: u32, path: *const u16, name: *const u16) -> NTSTATUS {
        let units = if relative_to & 0x4000_0000 != 0 { &[][..] } else { text(path) };
        let key = relative::find(relative_to, path as _, units, false);
        status(key.and_then(|key| registry::with(|tree| tree.delete_value(key, text(name)))))
    }
    /// `RtlCheckRegistryKey`
    fn RtlCheckRegistryKey(relative_to: u32, path: *const u16) -> NTSTATUS {
        status(relative::find(relative_to, path as _, text(path), false).map(|_| ()))
    }
    /// `RtlCreateRegistryKey`
    fn RtlCreateRegistryKey(relative_to: u32, path: *const u16) -> NTSTATUS {
        status(relative::find(relative_to, path as _, text(path), true).map(|_| ()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minifilter_sys::{
        REG_DWORD, REG_SZ, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH,
        UNICODE_STRING,
    };

    fn zero_ended(text: &str) -> Vec<u16> {
        text.encode_utf16().chain([0]).collect()
    }

    const DIRECT_CHECKED: u32 = 0x120;
    const END: Row = Row {
        routine: None,
        flags: 0,
        name: std::ptr::null(),
        context: std::ptr::null_mut(),
        default_type: 0,
        default_data: std::ptr::null(),
        default_length: 0,
    };

    fn write(path: &[u16], name: &str, kind: u32, data: &[u8]) -> NTSTATUS {
        // SAFETY: RtlWriteRegistryValue gets strings and data of ours.
        unsafe {
            RtlWriteRegistryValue(
                1,
                path.as_ptr(),
                zero_ended(name).as_ptr(),
                kind,
                data.as_ptr().cast(),
                data.len() as u32,
            )
        }
    }

    #[test]
    fn rtlqueryregistryvalues_stores_numbers_and_strings_directly_and_checks_their_types() {
        let path = zero_ended("direct");
        // SAFETY: RtlCheckRegistryKey and RtlCreateRegistryKey get a string of ours.
        let check = || unsafe { RtlCheckRegistryKey(1, path.as_ptr()) };
        assert_eq!(check(), STATUS_OBJECT_NAME_NOT_FOUND);
        // SAFETY: as above.
        let made = unsafe { RtlCreateRegistryKey(1, path.as_ptr()) };
        assert_eq!((made, check()), (STATUS_SUCCESS, STATUS_SUCCESS));
        assert_eq!(
            write(&path, "Number", REG_DWORD, &[5, 0, 0, 0]),
            STATUS_SUCCESS
        );
        let bytes: Vec<u8> = zero_ended("abc")
            .into_iter()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(write(&path, "Text", REG_SZ, &bytes), STATUS_SUCCESS);
        let (number, string) = (zero_ended("Number"), zero_ended("Text"));
        let (mut stored, mut room) = (0_u32, [0_u16; 8]);
        let mut place = UNICODE_STRING {
            Length: 0,
            MaximumLength: 16,
            Buffer: room.as_mut_ptr(),
        };
        let mut table = [
            Row {
                flags: DIRECT_CHECKED,
                name: number.as_ptr(),
                context: (&raw mut stored).cast(),
                default_type: REG_DWORD << 24,
                ..END
            },
            Row {
                flags: DIRECT_CHECKED,
                name: string.as_ptr(),
                context: (&raw mut place).cast(),
                default_type: REG_SZ << 24,
                ..END
            },
            END,
        ];
        assert_eq!(
            query(1, path.as_ptr(), table.as_ptr(), std::ptr::null_mut()),
            STATUS_SUCCESS
        );
        assert_eq!((stored, place.Length, room[2]), (5, 6, u16::from(b'c')));
        table[0].default_type = REG_SZ << 24;
        // SAFETY: RtlQueryRegistryValues gets a table of ours.
        let status = unsafe {
            RtlQueryRegistryValues(1, path.as_ptr(), table.as_ptr(), std::ptr::null_mut(), 0)
        };
        assert_eq!(status, STATUS_OBJECT_TYPE_MISMATCH);
        // SAFETY: RtlDeleteRegistryValue gets strings of ours.
        let delete = || unsafe { RtlDeleteRegistryValue(1, path.as_ptr(), number.as_ptr()) };
        assert_eq!(
            (delete(), delete()),
            (STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND)
        );
    }

    unsafe extern "win64" fn add(
        _name: *const u16,
        kind: u32,
        data: *const c_void,
        length: u32,
        context: *mut c_void,
        entry: *mut c_void,
    ) -> NTSTATUS {
        // SAFETY: the values are numbers.
        let number = unsafe { data.cast::<u32>().read_unaligned() };
        // SAFETY: the test passes a number as the context.
        unsafe { *context.cast::<u32>() += number };
        if length == 4 && kind == REG_DWORD {
            entry as NTSTATUS
        } else {
            -1
        }
    }

    #[test]
    fn rtlqueryregistryvaluesex_calls_the_routine_for_every_value_and_for_a_default() {
        let path = zero_ended("called");
        for (name, data) in [("One", 1), ("Two", 2)] {
            assert_eq!(
                write(&path, name, REG_DWORD, &[data, 0, 0, 0]),
                STATUS_SUCCESS
            );
        }
        let (mut sum, missing, default) = (0_u32, zero_ended("Missing"), 10_u32);
        let all = Row {
            routine: Some(add),
            ..END
        };
        let one = Row {
            routine: Some(add),
            name: missing.as_ptr(),
            default_type: REG_DWORD,
            default_data: (&raw const default).cast(),
            default_length: 4,
            ..END
        };
        let table = [all, one, END];
        // SAFETY: RtlQueryRegistryValuesEx gets a table of ours.
        let status = unsafe {
            RtlQueryRegistryValuesEx(1, path.as_ptr(), table.as_ptr(), (&raw mut sum).cast(), 0)
        };
        assert_eq!((status, sum), (STATUS_SUCCESS, 13));
        let required = [
            Row {
                routine: Some(add),
                name: missing.as_ptr(),
                flags: 4,
                ..END
            },
            END,
        ];
        assert_eq!(
            query(1, path.as_ptr(), required.as_ptr(), std::ptr::null_mut()),
            STATUS_OBJECT_NAME_NOT_FOUND
        );
        let failing = [
            Row {
                routine: Some(add),
                context: -9_isize as _,
                ..END
            },
            END,
        ];
        assert_eq!(
            query(1, path.as_ptr(), failing.as_ptr(), (&raw mut sum).cast()),
            -9
        );
    }
}
