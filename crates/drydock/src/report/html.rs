//! `--html` — the report as one page that needs nothing else, for any screen.
//!
//! Names of files, drivers and rules come from outside: all text goes through [`Text`], which makes it harmless.

mod page;
mod timeline;

use std::fmt::{self, Display, Formatter};

pub use page::html;

/// Text — as a page may show it.
struct Text<T>(T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.to_string().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => write!(f, "{c}")?,
                // What no page may hold, and what turns text around.
                c if c.is_control()
                    || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') =>
                {
                    f.write_str("\u{FFFD}")?;
                }
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_leave_its_place() {
        let hostile = "<script>alert(\"&'\")</script>\u{0}\u{202E}";
        let shown = Text(hostile).to_string();
        assert!(!shown.contains(['<', '>', '"', '\'', '\u{0}', '\u{202E}']));
        assert!(shown.starts_with("&lt;script&gt;alert(&quot;&amp;&#39;"));
    }
}
