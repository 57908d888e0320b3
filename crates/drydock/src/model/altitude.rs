//! Altitude — where an instance stands between the I/O manager and the file system: a decimal string.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number of any length, e.g. `370030` or `370030.25`.
#[derive(Clone, Debug)]
pub struct Altitude(String);

impl Altitude {
    /// None unless the text is digits with at most one point.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        (!whole.is_empty() && digits(whole) && digits(fraction)).then(|| Self(text.to_owned()))
    }

    fn parts(&self) -> (&str, &str) {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        (
            whole.trim_start_matches('0'),
            fraction.trim_end_matches('0'),
        )
    }
}

impl Ord for Altitude {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((whole, fraction), (other_whole, other_fraction)) = (self.parts(), other.parts());
        (whole.len(), whole, fraction).cmp(&(other_whole.len(), other_whole, other_fraction))
    }
}

impl PartialOrd for Altitude {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Altitude {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Altitude {}

impl fmt::Display for Altitude {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn altitudes_compare_as_numbers() {
        let altitude = |text| Altitude::parse(text).expect("an altitude");
        assert!(altitude("40000") < altitude("370030"));
        assert!(altitude("370030") < altitude("370030.5"));
        assert!(altitude("370030.25") < altitude("370030.5"));
        assert_eq!(altitude("0370030.50"), altitude("370030.5"));
    }

    #[test]
    fn other_texts_are_no_altitudes() {
        for text in ["", ".5", "1.2.3", "-1", "12a", " 1"] {
            assert!(Altitude::parse(text).is_none(), "{text}");
        }
    }
}
