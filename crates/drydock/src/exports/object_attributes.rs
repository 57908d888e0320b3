//! OBJECT_ATTRIBUTES — the name and place of an object to open, copied from the driver.
#![allow(unsafe_code)] // reads the driver's structure

use minifilter_sys::{
    HANDLE, NTSTATUS, OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, STATUS_INVALID_PARAMETER,
};

use super::flt_argument::In;
use crate::model::unicode;

/// Attributes — what is to be opened.
#[derive(Debug)]
pub struct Attributes {
    /// Directory, key or file that the name is relative to; null for a full name.
    pub root: HANDLE,
    /// The name.
    pub name: Vec<u16>,
    /// OBJ_KERNEL_HANDLE.
    pub kernel: bool,
}

/// Attributes that may be given: OBJ_VALID_ATTRIBUTES.
const VALID: u32 = 0x1FF2;

/// Copies the structure.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for one that is missing, of another length, or with unknown attributes.
pub fn copy(attributes: In<OBJECT_ATTRIBUTES>) -> Result<Attributes, NTSTATUS> {
    let all = attributes.get().ok_or(STATUS_INVALID_PARAMETER)?;
    if all.Length as usize != size_of::<OBJECT_ATTRIBUTES>() || all.Attributes & !VALID != 0 {
        return Err(STATUS_INVALID_PARAMETER);
    }
    // SAFETY: the driver passes a UNICODE_STRING of its own, or null.
    let name = unsafe { unicode::units(all.ObjectName) };
    Ok(Attributes {
        root: all.RootDirectory,
        name: name.to_vec(),
        kernel: all.Attributes & OBJ_KERNEL_HANDLE != 0,
    })
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::given;
    use minifilter_sys::{OBJ_CASE_INSENSITIVE, UNICODE_STRING};

    /// OBJECT_ATTRIBUTES of a name, with the text they point to.
    pub struct Named {
        _text: Box<[u16]>,
        _name: Box<UNICODE_STRING>,
        attributes: OBJECT_ATTRIBUTES,
    }

    impl Named {
        /// A kernel handle is wanted for the object called `name` below `root`.
        pub fn below(root: HANDLE, name: &str) -> Self {
            let mut text: Box<[u16]> = name.encode_utf16().collect();
            let bytes = (text.len() * 2) as u16;
            let mut name = Box::new(UNICODE_STRING {
                Length: bytes,
                MaximumLength: bytes,
                Buffer: text.as_mut_ptr(),
            });
            let attributes = OBJECT_ATTRIBUTES {
                Length: size_of::<OBJECT_ATTRIBUTES>() as u32,
                RootDirectory: root,
                ObjectName: &raw mut *name,
                Attributes: OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
                SecurityDescriptor: std::ptr::null_mut(),
                SecurityQualityOfService: std::ptr::null_mut(),
            };
            Self {
                _text: text,
                _name: name,
                attributes,
            }
        }

        /// The same by a full name.
        pub fn new(name: &str) -> Self {
            Self::below(std::ptr::null_mut(), name)
        }

        /// As the argument of a call.
        pub fn argument(&self) -> In<OBJECT_ATTRIBUTES> {
            given(Some(&self.attributes))
        }

        /// The name alone, as an argument that is copied.
        pub fn string(&self) -> In<UNICODE_STRING> {
            given(Some(&self._name))
        }

        /// The name alone, as the argument of a call.
        pub fn name(&self) -> *const UNICODE_STRING {
            self.attributes.ObjectName
        }
    }

    #[test]
    fn attributes_of_another_length_or_with_unknown_bits_are_refused() {
        let good = Named::new(r"\Registry");
        let copied = copy(good.argument()).expect("they are good");
        assert!(copied.kernel && copied.root.is_null() && copied.name.len() == 9);
        let mut short = good;
        short.attributes.Length -= 1;
        assert_eq!(copy(short.argument()).err(), Some(STATUS_INVALID_PARAMETER));
        let mut odd = Named::new("x");
        odd.attributes.Attributes |= 1;
        assert_eq!(copy(odd.argument()).err(), Some(STATUS_INVALID_PARAMETER));
    }
}
