//! Pool tags.

/// Four characters that name the owner of a block in `!poolused` and in a leak report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolTag(u32);

impl PoolTag {
    /// The tag with these characters, read from left to right by the debugger.
    ///
    /// # Panics
    /// At compile time when used in a constant: if a character is not printable ASCII (0x20 to 0x7E), which the kernel refuses.
    pub const fn new(characters: &[u8; 4]) -> Self {
        let mut index = 0;
        while index < characters.len() {
            assert!(
                matches!(characters[index], 0x20..=0x7E),
                "a pool tag is four printable ASCII characters"
            );
            index += 1;
        }
        Self(u32::from_le_bytes(*characters))
    }

    /// The number that pool calls and registrations take.
    pub const fn as_raw(self) -> u32 {
        self.0
    }
}
