//! Arguments and results of any import as plain words.
#![allow(unsafe_code)] // looks at values as bytes

/// The bytes of an argument, zero-extended; an argument wider than a register is passed by address and has none.
pub fn word<T>(argument: &T) -> u64 {
    let size = size_of::<T>();
    if size > 8 {
        return 0;
    }
    let mut bytes = [0; 8];
    let from = std::ptr::from_ref(argument).cast::<u8>();
    // SAFETY: `argument` has `size` bytes, which is at most eight; arguments are integers and pointers, without padding.
    unsafe { std::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), size) };
    u64::from_le_bytes(bytes)
}

/// A failing result: the status where that is what the function returns, else the low bytes of `value`, zero-extended
/// (null, FALSE).
pub fn failed<R>(value: i32) -> R {
    let mut result = std::mem::MaybeUninit::<R>::zeroed();
    let bytes = i64::from(value).to_le_bytes();
    let size = size_of::<R>().min(4);
    // SAFETY: the result has at least `size` bytes of room, and `bytes` has eight.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), result.as_mut_ptr().cast::<u8>(), size)
    };
    // SAFETY: imports return integers, nullable pointers or nothing, for which zeroes and small values are valid; the table
    // of answers gives pointers and BOOLEANs nothing but zero.
    unsafe { result.assume_init() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_become_words_and_failures_results() {
        let text = "abc";
        assert_eq!(word(&text.as_ptr()), text.as_ptr() as u64);
        assert_eq!((word(&0xFF_u8), word(&-1_i32)), (0xFF, 0xFFFF_FFFF));
        assert_eq!(failed::<i32>(-5), -5);
        assert!(failed::<*mut u8>(0).is_null());
        assert_eq!(failed::<u8>(0), 0);
    }
}
