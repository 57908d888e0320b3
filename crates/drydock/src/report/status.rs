//! NTSTATUS — its name, from the fact table of constants.

use std::collections::HashMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("../../../../tests/facts/constants.csv");

/// `STATUS_…` and the number, or the number alone where there is no name.
#[must_use]
pub fn status_text(status: i32) -> String {
    static NAMES: OnceLock<HashMap<u32, &str>> = OnceLock::new();
    let number = status as u32;
    match NAMES.get_or_init(read).get(&number) {
        Some(name) => format!("{name} ({number:#010X})").replace("0X", "0x"),
        None => format!("{number:#010X}").replace("0X", "0x"),
    }
}

fn read() -> HashMap<u32, &'static str> {
    let mut names = HashMap::new();
    for line in TABLE.lines().filter(|line| line.starts_with("STATUS_")) {
        let mut cells = line.split(',');
        let (Some(name), Some(value)) = (cells.next(), cells.next()) else {
            continue;
        };
        if let Ok(number) = u32::from_str_radix(value.trim_start_matches("0x"), 16) {
            names.entry(number).or_insert(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_shown_by_name() {
        assert_eq!(
            status_text(0xC000_009A_u32 as i32),
            "STATUS_INSUFFICIENT_RESOURCES (0xC000009A)"
        );
        assert_eq!(status_text(0xC0DE_0001_u32 as i32), "0xC0DE0001");
    }
}
