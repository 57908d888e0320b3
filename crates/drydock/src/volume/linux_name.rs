//! Linux names as Windows sees them: what Windows forbids in a name moves to a private place of Unicode, as WSL does.
//!
//! Windows forbids `\ : * ? " < > |` and the control characters; here each of them is U+F000 and the character. A name
//! of bytes that are no UTF-8, or one that holds a character of that place already, has no Windows form.

use std::borrow::Cow;

/// Where the forbidden characters go.
const PLACE: u32 = 0xF000;

fn is_forbidden(c: char) -> bool {
    matches!(
        c,
        '\u{1}'..='\u{1F}' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'
    )
}

/// The character that stands for a forbidden one.
fn stand_in(c: char) -> Option<char> {
    char::from_u32(PLACE + u32::from(c)).filter(|_| is_forbidden(c))
}

/// The forbidden character that `c` stands for.
fn stood_for(c: char) -> Option<char> {
    u32::from(c)
        .checked_sub(PLACE)
        .and_then(char::from_u32)
        .filter(|c| is_forbidden(*c))
}

/// The Windows form of a Linux name; `None` where there is none, so that no two names get the same form.
#[must_use]
pub fn to_windows(name: &[u8]) -> Option<Cow<'_, str>> {
    let name = std::str::from_utf8(name).ok()?;
    if name.chars().any(|c| stood_for(c).is_some()) {
        return None;
    }
    Some(match name.contains(is_forbidden) {
        true => Cow::Owned(name.chars().map(|c| stand_in(c).unwrap_or(c)).collect()),
        false => Cow::Borrowed(name),
    })
}

/// The Linux form of a Windows name or path.
#[must_use]
pub fn to_linux(name: &str) -> Cow<'_, str> {
    match name.contains(|c| stood_for(c).is_some()) {
        true => Cow::Owned(name.chars().map(|c| stood_for(c).unwrap_or(c)).collect()),
        false => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_characters_go_and_come_back() {
        let name = "a:b\\c*?\"<>|\u{1}é. ";
        let windows = to_windows(name.as_bytes()).unwrap();
        assert!(crate::volume::name::is_valid(&windows), "{windows}");
        assert_eq!(to_linux(&windows), name);
        assert_eq!(to_windows(b"plain.txt").as_deref(), Some("plain.txt"));
    }

    #[test]
    fn names_without_a_windows_form_are_refused_rather_than_mixed_up() {
        assert_eq!(to_windows(b"\xFF\xFE"), None);
        assert_eq!(to_windows("\u{F03A}".as_bytes()), None);
        assert!(to_windows("\u{F041}".as_bytes()).is_some());
    }
}
