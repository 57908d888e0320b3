//! What a program does to the registry when it begins, so that registry callbacks see something.

use minifilter_sys::{NTSTATUS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS, UNICODE_STRING};

use super::callback;
use super::information;
use super::key::OpenKey;
use super::tree::{KeyId, Value};
use crate::model::handle;
use crate::model::kernel_object::KernelObject;
use crate::model::object_type::ObjectType;

const SETTINGS: &str = r"\Registry\User\.Default\Software\Bench";
const REG_DWORD: u32 = 4;

/// RegNtPre… and RegNtPost… of what it does.
const CREATE: (u32, u32) = (0x1A, 0x1B);
const SET: (u32, u32) = (0x1, 0x10);
const QUERY: (u32, u32) = (0x8, 0x17);
const DELETE_VALUE: (u32, u32) = (0x2, 0x11);

fn string(text: &[u16]) -> UNICODE_STRING {
    let bytes = (text.len() * 2) as u16;
    UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: text.as_ptr().cast_mut(),
    }
}

fn status(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

/// Creates its settings, writes a value, reads it and takes it out, as far as it is let.
pub fn look_around() {
    let path: Vec<u16> = SETTINGS.encode_utf16().collect();
    let (complete, none) = (string(&path), std::ptr::null_mut());
    let (mut disposition, mut result, mut opened) = (0_u32, 0_usize, None);
    let before = information::OpenKey::new(
        &raw const complete,
        0,
        ObjectType::Key.address(),
        0,
        std::ptr::null(),
        none,
        none,
        0xF_003F,
        0,
        &raw mut disposition,
        &raw mut result,
    );
    callback::around(CREATE.0, CREATE.1, before, || {
        match super::with(|tree| tree.create(None, &path, false)) {
            Ok((id, _)) => {
                let key = OpenKey::new(id);
                let object = key.body();
                opened = Some((id, object, handle::insert(key, false)));
                (STATUS_SUCCESS, object)
            }
            Err(status) => (status, 0),
        }
    });
    if let Some((id, object, handle)) = opened {
        use_value(id, object);
        handle::close(handle);
    }
}

fn use_value(id: KeyId, object: usize) {
    let text: Vec<u16> = "Runs".encode_utf16().collect();
    let (name, data) = (string(&text), 1_u32.to_le_bytes());
    let set = information::SetValue::new(
        object,
        &raw const name,
        0,
        REG_DWORD,
        data.as_ptr().cast(),
        4,
    );
    callback::around(SET.0, SET.1, set, || {
        let value = Value {
            name: text.clone(),
            kind: REG_DWORD,
            data: data.to_vec(),
        };
        (
            status(super::with(|tree| tree.set_value(id, value))),
            object,
        )
    });
    let (mut buffer, mut needed) = ([0_u32; 4], 0_u32);
    let query = information::QueryValue::new(
        object,
        &raw const name,
        2,
        buffer.as_mut_ptr().cast(),
        16,
        &raw mut needed,
    );
    callback::around(QUERY.0, QUERY.1, query, || {
        let found = super::with(|tree| tree.key(id).map(|key| key.value(&text).is_some()));
        let found = found.and_then(|there| there.then_some(()).ok_or(STATUS_OBJECT_NAME_NOT_FOUND));
        (status(found), object)
    });
    let delete = information::OnValue::new(object, &raw const name);
    callback::around(DELETE_VALUE.0, DELETE_VALUE.1, delete, || {
        (
            status(super::with(|tree| tree.delete_value(id, &text))),
            object,
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_leaves_its_settings_without_the_value() {
        look_around();
        let path: Vec<u16> = SETTINGS.encode_utf16().collect();
        let values = super::super::with(|tree| {
            tree.open(None, &path)
                .and_then(|key| tree.key(key).map(|key| key.values.len()))
        });
        assert_eq!(values, Ok(0));
    }
}
