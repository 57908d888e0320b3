//! Pointer arguments of Flt* functions, as types that say which way the data goes.
//!
//! A value of these types only ever comes from a driver's call. The driver vouches for the pointer as it does on
//! Windows; a bad one faults here and becomes a bug check that names the caller.
#![allow(unsafe_code)] // reads and writes through the driver's pointers

use minifilter_sys::{PWSTR, UNICODE_STRING};

/// A place where the function leaves a result; null when the driver does not want it.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Out<T>(*mut T);

impl<T> Out<T> {
    /// Leaves the result, if it is wanted.
    pub fn give(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: not null, so by the calling convention of the function a place for a T.
            unsafe { self.0.write_unaligned(value) };
        }
    }

    /// No place, for functions that leave none.
    pub fn unwanted() -> Self {
        Self(std::ptr::null_mut())
    }

    /// A place in a test.
    #[cfg(test)]
    pub fn to(place: &mut T) -> Self {
        Self(place)
    }

    /// The place at an address that the driver gave.
    pub fn at(place: *mut T) -> Self {
        Self(place)
    }

    /// The driver wants the result.
    pub fn wanted(self) -> bool {
        !self.0.is_null()
    }
}

/// A structure that the function reads; may be null.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct In<T>(*const T);

impl<T: Copy> In<T> {
    /// A structure in a test.
    #[cfg(test)]
    pub fn from(place: &T) -> Self {
        Self(place)
    }

    /// No structure.
    #[cfg(test)]
    pub fn none() -> Self {
        Self(std::ptr::null())
    }

    /// A copy of the structure.
    pub fn get(self) -> Option<T> {
        // SAFETY: not null, so by the calling convention of the function a T.
        (!self.0.is_null()).then(|| unsafe { self.0.read_unaligned() })
    }
}

/// A structure that the function reads and changes.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct InOut<T>(*mut T);

impl<T: Copy> InOut<T> {
    /// A structure in a test.
    #[cfg(test)]
    pub fn to(place: &mut T) -> Self {
        Self(place)
    }

    /// A copy of the structure.
    pub fn get(self) -> Option<T> {
        // SAFETY: not null, so by the calling convention of the function a T.
        (!self.0.is_null()).then(|| unsafe { self.0.read_unaligned() })
    }

    /// Changes the structure.
    pub fn set(self, value: T) {
        // SAFETY: the function was given a T here, which `get` has shown.
        unsafe { self.0.write_unaligned(value) };
    }
}

/// PCUNICODE_STRING that the function reads.
pub type InString = In<UNICODE_STRING>;

impl In<UNICODE_STRING> {
    /// The text; none for a null pointer.
    pub fn text(self) -> Option<String> {
        let string = self.get()?;
        let length = usize::from(string.Length / 2);
        if string.Buffer.is_null() {
            return Some(String::new());
        }
        // SAFETY: a UNICODE_STRING with a buffer has Length bytes of text there.
        let units = unsafe { std::slice::from_raw_parts(string.Buffer, length) };
        Some(String::from_utf16_lossy(units))
    }
}

impl InOut<UNICODE_STRING> {
    /// Puts a text into the caller's buffer, gives the bytes it needs; false when the buffer is too small.
    pub fn put(self, text: &str) -> (bool, u32) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let needed = units.len() * 2;
        let Some(mut string) = self.get() else {
            return (false, needed as u32);
        };
        if usize::from(string.MaximumLength) < needed {
            return (false, needed as u32);
        }
        let buffer: PWSTR = string.Buffer;
        // SAFETY: MaximumLength bytes are there by the rules of UNICODE_STRING, and `needed` is no more.
        unsafe { std::ptr::copy_nonoverlapping(units.as_ptr(), buffer, units.len()) };
        string.Length = needed as u16;
        self.set(string);
        (true, needed as u32)
    }
}

/// A name as the driver of a test has it.
#[cfg(test)]
pub struct TestName {
    _units: Vec<u16>,
    string: UNICODE_STRING,
}

#[cfg(test)]
impl TestName {
    /// A name of this text.
    pub fn new(text: &str) -> Self {
        let mut units: Vec<u16> = text.encode_utf16().collect();
        let bytes = (units.len() * 2) as u16;
        let string = UNICODE_STRING {
            Length: bytes,
            MaximumLength: bytes,
            Buffer: units.as_mut_ptr(),
        };
        Self {
            _units: units,
            string,
        }
    }

    /// The argument.
    pub fn given(&self) -> InString {
        In::from(&self.string)
    }
}

/// Arguments as tests make them, which call exported functions as a driver would.
#[cfg(test)]
pub mod tests {
    use super::{In, InOut, Out};

    /// A place for a result.
    pub fn out<T>(place: &mut T) -> Out<T> {
        Out(place)
    }

    /// A structure that is changed.
    pub fn changed<T>(place: &mut T) -> InOut<T> {
        InOut(place)
    }

    /// A structure; null for none.
    pub fn given<T>(value: Option<&T>) -> In<T> {
        In(value.map_or(std::ptr::null(), std::ptr::from_ref))
    }
}
