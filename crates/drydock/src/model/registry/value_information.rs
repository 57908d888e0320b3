//! KEY_VALUE_XXX_INFORMATION — a value in the forms in which it is asked for.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use minifilter_sys::*;

use super::tree::Value;

/// Information — a structure in bytes, and how many of them are its fixed part.
#[derive(Debug)]
pub struct Information {
    /// All of it.
    pub bytes: Vec<u8>,
    /// What a buffer has to hold at least.
    pub fixed: usize,
}

impl Information {
    /// What a caller with room for `length` bytes gets, and the status of that.
    #[must_use]
    pub fn fit(&self, length: usize) -> (&[u8], NTSTATUS) {
        if length < self.fixed {
            (&[], STATUS_BUFFER_TOO_SMALL)
        } else if length < self.bytes.len() {
            (&self.bytes[..length], STATUS_BUFFER_OVERFLOW)
        } else {
            (&self.bytes, STATUS_SUCCESS)
        }
    }
}

/// Appends numbers and text.
pub(super) fn put(bytes: &mut Vec<u8>, numbers: &[u32]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

pub(super) fn put_text(bytes: &mut Vec<u8>, text: &[u16]) {
    bytes.extend(text.iter().flat_map(|unit| unit.to_le_bytes()));
}

/// The value as `class` has it.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for a class that there is not.
pub fn of(value: &Value, class: KEY_VALUE_INFORMATION_CLASS) -> Result<Information, NTSTATUS> {
    let (name, data) = ((value.name.len() * 2) as u32, value.data.len() as u32);
    let mut bytes = Vec::new();
    let fixed = match class {
        KeyValueBasicInformation => {
            put(&mut bytes, &[0, value.kind, name]);
            let fixed = bytes.len();
            put_text(&mut bytes, &value.name);
            fixed
        }
        KeyValueFullInformation | KeyValueFullInformationAlign64 => {
            let alignment = if class == KeyValueFullInformation {
                4
            } else {
                8
            };
            let offset = (20 + name).next_multiple_of(alignment);
            put(&mut bytes, &[0, value.kind, offset, data, name]);
            let fixed = bytes.len();
            put_text(&mut bytes, &value.name);
            bytes.resize(offset as usize, 0);
            bytes.extend(&value.data);
            fixed
        }
        KeyValuePartialInformation => {
            put(&mut bytes, &[0, value.kind, data]);
            bytes.extend(&value.data);
            12
        }
        KeyValuePartialInformationAlign64 => {
            put(&mut bytes, &[value.kind, data]);
            bytes.extend(&value.data);
            8
        }
        _ => return Err(STATUS_INVALID_PARAMETER),
    };
    Ok(Information { bytes, fixed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_for_less_than_the_fixed_part_gets_nothing_and_one_for_less_than_all_what_fits() {
        let value = Value {
            name: "V".encode_utf16().collect(),
            kind: REG_DWORD,
            data: vec![1, 2, 3, 4],
        };
        let partial = of(&value, KeyValuePartialInformation).expect("a class");
        assert_eq!(
            partial.bytes,
            [0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4]
        );
        assert_eq!(partial.fit(11), (&[][..], STATUS_BUFFER_TOO_SMALL));
        assert_eq!(
            partial.fit(13),
            (&partial.bytes[..13], STATUS_BUFFER_OVERFLOW)
        );
        assert_eq!(partial.fit(16), (&partial.bytes[..], STATUS_SUCCESS));
        let full = of(&value, KeyValueFullInformation).expect("a class");
        assert_eq!(
            (full.bytes[8], full.bytes.len(), &full.bytes[24..]),
            (24, 28, &[1, 2, 3, 4][..])
        );
        let basic = of(&value, KeyValueBasicInformation).expect("a class");
        assert_eq!((basic.fixed, basic.bytes.len()), (12, 14));
        assert_eq!(
            of(&value, MaxKeyValueInfoClass).err(),
            Some(STATUS_INVALID_PARAMETER)
        );
    }
}
