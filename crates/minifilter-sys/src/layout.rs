//! The assertion that a declaration has the layout the Windows headers give it.

/// The size of the field that `_place` points to; only its type is looked at.
pub(crate) const fn field_size<T, F>(_place: fn(&T) -> *const F) -> usize {
    size_of::<F>()
}

/// `layout!(TYPE: size, align { Field: start..end, … })` — fails to compile unless size, alignment, and the
/// first and past-the-end byte of every field are these. `align` is one number, or `x64 | arm64`.
macro_rules! layout {
    ($type:ident: $size:literal, $x64:literal | $arm64:literal { $($fields:tt)* }) => {
        #[cfg(target_arch = "x86_64")]
        layout!($type: $size, $x64 { $($fields)* });
        #[cfg(target_arch = "aarch64")]
        layout!($type: $size, $arm64 { $($fields)* });
    };
    ($type:ident: $size:literal, $align:literal {
        $($(#[$cfg:meta])* $field:ident: $start:literal..$end:literal),* $(,)?
    }) => {
        const _: () = {
            assert!(size_of::<$type>() == $size, concat!(stringify!($type), ": size"));
            assert!(align_of::<$type>() == $align, concat!(stringify!($type), ": alignment"));
            $(
                $(#[$cfg])*
                {
                    assert!(
                        core::mem::offset_of!($type, $field) == $start,
                        concat!(stringify!($type), ".", stringify!($field), ": offset")
                    );
                    assert!(
                        $crate::layout::field_size::<$type, _>(|place| &raw const place.$field) == $end - $start,
                        concat!(stringify!($type), ".", stringify!($field), ": size")
                    );
                }
            )*
        };
    };
}
