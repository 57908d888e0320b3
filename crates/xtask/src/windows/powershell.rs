//! Text that PowerShell takes as it stands.

/// A literal: in single quotes, which nothing inside ends. PowerShell takes typographic quotes for quotes too.
pub fn quoted(text: &str) -> String {
    let mut literal = String::from("'");
    for letter in text.chars() {
        if matches!(letter, '\'' | '\u{2018}'..='\u{201b}') {
            literal.push(letter);
        }
        literal.push(letter);
    }
    literal + "'"
}

/// A program's call that ends the script unless its exit status is one of `good`. A program's failure alone does not.
pub fn checked(call: &str, good: &[i32]) -> String {
    let program = call.split(' ').next().unwrap_or_default();
    let good: Vec<String> = good.iter().map(ToString::to_string).collect();
    format!(
        "{call}; if ($LASTEXITCODE -notin {}) {{ throw \"{program}: $LASTEXITCODE\" }}",
        good.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_name_does_not_end_the_literal() {
        assert_eq!(quoted("Test VM"), "'Test VM'");
        assert_eq!(quoted("it's; $(calc)"), "'it''s; $(calc)'");
        assert_eq!(quoted("\u{2019}"), "'\u{2019}\u{2019}'");
    }

    #[test]
    fn a_program_s_status_is_looked_at() {
        assert_eq!(
            checked("fltmc load x", &[0, 3010]),
            "fltmc load x; if ($LASTEXITCODE -notin 0,3010) { throw \"fltmc: $LASTEXITCODE\" }"
        );
    }
}
