//! Comparison without regard to case, as file systems do it: one UTF-16 unit at a time.
//!
//! `RtlEqualUnicodeString` and its kin are bound to PASSIVE_LEVEL, because their tables are paged. This one reads the
//! tables of `core`, which lie in the driver's nonpaged image.

/// The upper case of one UTF-16 unit: simple mappings within the basic plane; every other unit stands for itself.
pub(super) fn upcase(unit: u16) -> u16 {
    if unit < 0x80 {
        return if matches!(unit, 0x61..=0x7A) {
            unit - 0x20
        } else {
            unit
        };
    }
    let Some(character) = char::from_u32(u32::from(unit)) else {
        return unit;
    };
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => u16::try_from(u32::from(only)).unwrap_or(unit),
        _ => unit,
    }
}
