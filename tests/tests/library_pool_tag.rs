//! Pool tags read from left to right in the debugger, which prints their bytes in memory order.

use minifilter::pool::PoolTag;

#[test]
fn the_first_character_is_the_lowest_byte() {
    assert_eq!(PoolTag::new(b"Rngf").as_raw().to_le_bytes(), *b"Rngf");
}

#[test]
fn the_ends_of_printable_ascii_are_allowed() {
    assert_eq!(PoolTag::new(b" ~ ~").as_raw(), 0x7E20_7E20);
}
