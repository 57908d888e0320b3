//! File names — parsing what a create names, comparing without case, and matching wildcards.

/// Directory in the volume's root that holds the named streams; not part of the volume.
pub const STREAM_STORE: &str = ".drydock-streams";

/// Name — a parsed path: components from the volume's root, and the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Components, the root having none.
    pub components: Vec<String>,
    /// Stream name; empty for the unnamed data stream.
    pub stream: String,
    /// The path ended in `\`, or named `$INDEX_ALLOCATION`: only a directory will do.
    pub directory_only: bool,
}

/// NameError — what is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// STATUS_OBJECT_NAME_INVALID
    Invalid,
    /// STATUS_OBJECT_PATH_SYNTAX_BAD
    Syntax,
}

impl Name {
    /// Parses `\dir\file:stream:$DATA`, or without a leading `\` when `relative`.
    pub fn parse(text: &str, relative: bool) -> Result<Self, NameError> {
        let path = match text.strip_prefix('\\') {
            Some(_) if relative => return Err(NameError::Invalid),
            Some(rest) => rest,
            None if relative || text.is_empty() => text,
            None => return Err(NameError::Syntax),
        };
        let (path, mut directory_only) = match path.strip_suffix('\\') {
            Some(head) => (head, true),
            None => (path, false),
        };
        let (path, stream) = match path.split_once(':') {
            Some((path, stream)) if !stream.contains('\\') => (path, Some(stream)),
            Some(_) => return Err(NameError::Invalid),
            None => (path, None),
        };
        let stream = match stream.map(parse_stream).transpose()? {
            Some(StreamName::Data(name)) => name,
            Some(StreamName::Directory) => {
                directory_only = true;
                String::new()
            }
            None => String::new(),
        };
        let components: Vec<String> = if path.is_empty() {
            Vec::new()
        } else {
            path.split('\\').map(str::to_owned).collect()
        };
        match components.iter().all(|c| is_valid(c)) {
            true => Ok(Self {
                components,
                stream,
                directory_only,
            }),
            false => Err(NameError::Invalid),
        }
    }
}

enum StreamName {
    Data(String),
    Directory,
}

fn parse_stream(text: &str) -> Result<StreamName, NameError> {
    let (name, kind) = text.split_once(':').unwrap_or((text, "$DATA"));
    if kind.eq_ignore_ascii_case("$INDEX_ALLOCATION")
        && (name.is_empty() || name.eq_ignore_ascii_case("$I30"))
    {
        return Ok(StreamName::Directory);
    }
    let bare = name.is_empty() && !text.contains(':');
    let bad = |c: char| matches!(c, '/' | '\\' | ':' | '\0');
    if bare
        || !kind.eq_ignore_ascii_case("$DATA")
        || name.contains(bad)
        || name.len() > 255
        || matches!(name, "." | "..")
    {
        return Err(NameError::Invalid);
    }
    Ok(StreamName::Data(name.to_owned()))
}

/// Whether Windows accepts a component and the host can hold it.
pub fn is_valid(component: &str) -> bool {
    let bad =
        |c: char| c < ' ' || matches!(c, '"' | '*' | '/' | ':' | '<' | '>' | '?' | '|' | '\\');
    let fits =
        !component.is_empty() && component.len() <= 255 && component.encode_utf16().count() <= 255;
    fits && !matches!(component, "." | "..") && !component.contains(bad)
}

/// Whether a host entry is outside the volume by its name.
pub fn is_hidden(directory: &str, name: &str) -> bool {
    (directory.is_empty() && name.eq_ignore_ascii_case(STREAM_STORE)) || !is_valid(name)
}

/// The name in the form in which names are compared: character by character in upper case, as the volume's table
/// has it (characters whose upper case is several stay as they are).
pub fn fold(name: &str) -> String {
    name.chars().map(upcase).collect()
}

fn upcase(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(u), None) if u.len_utf16() == c.len_utf16() => u,
        _ => c,
    }
}

/// What a directory query looks for: a name that matches without case; nothing looks for everything.
pub fn matches(expression: &str, name: &str) -> bool {
    expression.is_empty() || expression == "*" || in_expression(&fold(expression), name, true)
}

/// FsRtlIsNameInExpression — matches a name against `*`, `?` and the DOS forms `<`, `>` and `"`. To ignore case the
/// name is taken in upper case; the expression has to be so already.
pub fn in_expression(expression: &str, name: &str, ignore_case: bool) -> bool {
    if expression.is_empty() || name.is_empty() {
        return expression.is_empty() && name.is_empty();
    }
    let same = |c| if ignore_case { upcase(c) } else { c };
    let name: Vec<char> = name.chars().map(same).collect();
    let last_dot = name.iter().rposition(|c| *c == '.');
    // reached[j]: the expression's part so far matches the first j characters of the name.
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for wild in expression.chars() {
        reached = step(wild, &reached, &name, last_dot);
    }
    reached[name.len()]
}

fn step(wild: char, reached: &[bool], name: &[char], last_dot: Option<usize>) -> Vec<bool> {
    let mut next = vec![false; reached.len()];
    let end = name.len();
    for at in (0..=end).filter(|at| reached[*at]) {
        match wild {
            '*' => next[at..].fill(true),
            // DOS_STAR: zero or more characters, up to the last dot of the name, that dot not included.
            '<' => {
                let limit = last_dot.filter(|dot| *dot >= at).unwrap_or(end);
                next[at..=limit].fill(true);
            }
            // DOS_QM: one character, or none before a dot or at the end.
            '>' if at == end || name[at] == '.' => next[at] = true,
            // DOS_DOT: a dot, or nothing at the end.
            '"' if at == end => next[at] = true,
            '"' if name[at] == '.' => next[at + 1] = true,
            '"' => {}
            '?' | '>' if at < end => next[at + 1] = true,
            c if at < end && name[at] == c => next[at + 1] = true,
            _ => {}
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(components: &[&str], stream: &str, directory_only: bool) -> Name {
        Name {
            components: components.iter().map(|c| (*c).into()).collect(),
            stream: stream.into(),
            directory_only,
        }
    }

    #[test]
    fn paths_parse_into_components_and_stream() {
        let cases = [
            ("\\", name(&[], "", false)),
            ("\\a\\b.txt", name(&["a", "b.txt"], "", false)),
            ("\\a\\", name(&["a"], "", true)),
            ("\\a:s", name(&["a"], "s", false)),
            ("\\a:s:$data", name(&["a"], "s", false)),
            ("\\a::$DATA", name(&["a"], "", false)),
            ("\\d:$I30:$INDEX_ALLOCATION", name(&["d"], "", true)),
            ("\\d::$INDEX_ALLOCATION", name(&["d"], "", true)),
        ];
        for (text, expected) in cases {
            assert_eq!(Name::parse(text, false), Ok(expected), "{text}");
        }
    }

    #[test]
    fn bad_names_are_refused() {
        for text in [
            "\\a\\\\b",
            "\\a*",
            "\\..\\x",
            "\\a:",
            "\\a:b\\c",
            "\\a:b:$BITMAP",
            "\\a/b",
            "\\\u{1}",
        ] {
            assert_eq!(Name::parse(text, false), Err(NameError::Invalid), "{text}");
        }
        assert_eq!(Name::parse("a", false), Err(NameError::Syntax));
        assert_eq!(Name::parse("\\a", true), Err(NameError::Invalid));
    }

    #[test]
    fn wildcards_match_as_documented() {
        let cases = [
            ("*", "anything", true),
            ("*.TXT", "a.txt", true),
            ("*.txt", "a.txt.bak", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("?", "", false),
            ("<.txt", "a.b.txt", true),
            ("<", "a.b", false),
            ("<", "ab", true),
            ("<\"*", "readme", true),
            ("<\"*", "readme.md", true),
            ("a>>>", "ab", true),
            ("a>>>.txt", "ab.txt", true),
            ("a>", "abc", false),
            ("a\"", "a", true),
            ("ÄB*", "äbc", true),
            ("x*y*z", "x--y--z", true),
            ("x*y*z", "x--z--y", false),
        ];
        for (expression, text, expected) in cases {
            assert_eq!(matches(expression, text), expected, "{expression} {text}");
        }
    }

    #[test]
    fn comparing_ignores_case_but_not_length() {
        assert_eq!(fold("Straße.Txt"), fold("sTRAßE.tXT"));
        assert_ne!(fold("Strasse"), fold("Straße"));
    }

    #[test]
    fn an_expression_in_small_letters_matches_only_with_case() {
        assert!(in_expression("*.TXT", "a.txt", true));
        assert!(!in_expression("*.txt", "a.txt", true));
        assert!(in_expression("*.txt", "a.txt", false));
        assert!(!in_expression("*", "", true) && in_expression("", "", true));
    }
}
