//! INF text — encodings, sections, lines with their continuations, and `%token%` strings.

/// Inf — the sections of a file in order, same names merged, strings not yet replaced.
pub struct Inf {
    sections: Vec<Section>,
    strings: Vec<(String, String)>,
}

/// Section — its name and its lines.
#[derive(Clone, Debug)]
pub struct Section {
    pub name: String,
    pub lines: Vec<Line>,
}

/// Line — `key = field, field` or, without a key, `field, field`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub key: Option<String>,
    pub fields: Vec<String>,
}

/// Turns the bytes of a file into text: UTF-16 by its mark or its zero bytes, else UTF-8.
fn decode(bytes: &[u8]) -> Result<String, String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        if !bytes.len().is_multiple_of(2) {
            return Err("encoding: UTF-16 with an odd number of bytes".to_owned());
        }
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .map_err(|e| format!("encoding: {e}"))
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [first, 0, ..] if *first != 0 => wide(bytes, u16::from_le_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| format!("encoding: not UTF-8 at byte {}", e.valid_up_to()))?;
    if text.contains('\0') {
        return Err("encoding: a zero byte, so this is no text file".into());
    }
    Ok(text.to_owned())
}

impl Inf {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// What is wrong with the encoding, or with which line.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        Self::parse(&decode(bytes)?)
    }

    /// Splits text into sections and lines.
    ///
    /// # Errors
    /// Which line is wrong, and how.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut inf = Self {
            sections: Vec::new(),
            strings: Vec::new(),
        };
        let mut current = None;
        for (number, line) in logical_lines(text) {
            if let Some(rest) = line.strip_prefix('[') {
                let Some((name, _)) = rest.split_once(']') else {
                    return Err(format!("line {number}: section name without `]`"));
                };
                current = Some(inf.section_index(name.trim()));
            } else {
                let Some(index) = current else {
                    return Err(format!("line {number}: text before the first section"));
                };
                let line = split_line(&line).map_err(|e| format!("line {number}: {e}"))?;
                inf.sections[index].lines.push(line);
            }
        }
        inf.strings = inf.string_table();
        Ok(inf)
    }

    fn section_index(&mut self, name: &str) -> usize {
        let found = self
            .sections
            .iter()
            .position(|s| s.name.eq_ignore_ascii_case(name));
        found.unwrap_or_else(|| {
            self.sections.push(Section {
                name: name.to_owned(),
                lines: Vec::new(),
            });
            self.sections.len() - 1
        })
    }

    /// `[Strings]` first; a language's own table (`[Strings.0409]`) fills what it lacks.
    fn string_table(&self) -> Vec<(String, String)> {
        let is_table = |s: &&Section| {
            s.name
                .get(..8)
                .is_some_and(|n| n.eq_ignore_ascii_case("strings."))
        };
        let main = self
            .sections
            .iter()
            .filter(|s| s.name.eq_ignore_ascii_case("strings"));
        let lines = main
            .chain(self.sections.iter().filter(is_table))
            .flat_map(|s| &s.lines);
        lines
            .filter_map(|l| {
                Some((
                    l.key.clone()?,
                    l.fields.first().cloned().unwrap_or_default(),
                ))
            })
            .collect()
    }

    /// Names of all sections, in order.
    pub fn section_names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|s| s.name.as_str())
    }

    /// The lines of a section, strings replaced; `None` if there is no such section.
    pub fn section(&self, name: &str) -> Option<Vec<Line>> {
        let section = self
            .sections
            .iter()
            .find(|s| s.name.eq_ignore_ascii_case(name))?;
        let replaced = section.lines.iter().map(|line| Line {
            key: line.key.as_deref().map(|k| self.replace(k)),
            fields: line.fields.iter().map(|f| self.replace(f)).collect(),
        });
        Some(replaced.collect())
    }

    /// The fields of the first line of `section` with this key.
    pub fn value(&self, section: &str, key: &str) -> Option<Vec<String>> {
        let of_key = |line: Line| line.key?.eq_ignore_ascii_case(key).then_some(line.fields);
        self.section(section)?.into_iter().find_map(of_key)
    }

    /// The `%token%`s for which there is no string, in order, each once; numbers are folders and need none.
    pub fn undefined_tokens(&self) -> Vec<String> {
        let mut unknown = Vec::new();
        for line in self.sections.iter().flat_map(|section| &section.lines) {
            for text in line.key.iter().chain(&line.fields) {
                self.replace_noting(text, &mut unknown);
            }
        }
        unknown.retain(|token| token.parse::<u32>().is_err());
        let mut seen = std::collections::HashSet::new();
        unknown.retain(|token| seen.insert(token.to_ascii_lowercase()));
        unknown
    }

    /// Replaces `%token%` by its string; `%%` is a percent sign; an unknown token stays as it stands.
    fn replace(&self, text: &str) -> String {
        self.replace_noting(text, &mut Vec::new())
    }

    fn replace_noting(&self, text: &str, unknown: &mut Vec<String>) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('%') {
            out.push_str(&rest[..start]);
            let after = &rest[start + 1..];
            let Some(end) = after.find('%') else {
                out.push('%');
                rest = after;
                continue;
            };
            let token = &after[..end];
            match self
                .strings
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(token))
            {
                _ if token.is_empty() => out.push('%'),
                Some((_, value)) => out.push_str(value),
                None => {
                    unknown.push(token.to_owned());
                    out.push_str(&rest[start..=start + end + 1]);
                }
            }
            rest = &after[end + 1..];
        }
        out + rest
    }
}

/// Lines without comments and blanks, continued lines joined, each with the number it began on.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, raw) in text.lines().enumerate() {
        let line = without_comment(raw).trim();
        let (line, continued) = match line.strip_suffix('\\') {
            Some(head) => (head, true),
            None => (line, false),
        };
        let (number, mut joined) = open.take().unwrap_or((index + 1, String::new()));
        joined.push_str(line);
        if continued {
            open = Some((number, joined));
        } else if !joined.trim().is_empty() {
            lines.push((number, joined.trim().to_owned()));
        }
    }
    lines.extend(open.filter(|(_, line)| !line.trim().is_empty()));
    lines
}

fn without_comment(line: &str) -> &str {
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => return &line[..at],
            _ => {}
        }
    }
    line
}

/// Splits at the first `=` and at the commas outside quotation marks. Quoted and bare pieces side by side are one
/// field, as in `"Instances\"%Name%`; a doubled mark inside quotes is a mark.
fn split_line(line: &str) -> Result<Line, String> {
    let mut result = Line::default();
    let (mut field, mut quoted, mut bare_end) = (String::new(), false, 0);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => {
                quoted = !quoted;
                bare_end = field.len();
            }
            _ if quoted => field.push(c),
            '=' if result.key.is_none() && result.fields.is_empty() => {
                result.key = Some(finish(&mut field, &mut bare_end));
            }
            ',' => result.fields.push(finish(&mut field, &mut bare_end)),
            c if c.is_whitespace() && field.is_empty() => {}
            _ => field.push(c),
        }
    }
    if quoted {
        return Err("quotation mark without its partner".into());
    }
    result.fields.push(finish(&mut field, &mut bare_end));
    Ok(result)
}

/// Takes the field; blanks at its end go, except those that stood inside quotation marks.
fn finish(field: &mut String, quoted_end: &mut usize) -> String {
    let keep = field.trim_end().len().max(*quoted_end);
    field.truncate(keep);
    *quoted_end = 0;
    std::mem::take(field)
}
