//! The command that does a run again.

/// This process's own command, with its seed.
pub fn command(seed: u64) -> String {
    let words = std::env::args_os().skip(1);
    words_with_seed(words.map(|word| word.to_string_lossy().into_owned()), seed)
}

fn words_with_seed(words: impl Iterator<Item = String>, seed: u64) -> String {
    let mut words: Vec<String> = words.map(|word| quoted(&word)).collect();
    if !words.iter().any(|word| word.starts_with("--seed")) {
        words.push(format!("--seed {seed}"));
    }
    format!("drydock {}", words.join(" "))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-:=+,@%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_the_command_as_it_was_given() {
        let command = |words: &[&str]| words_with_seed(words.iter().map(ToString::to_string), 7);
        assert_eq!(command(&["run", "x.sys"]), "drydock run x.sys --seed 7");
        assert_eq!(
            command(&["run", "it's.sys", "--seed", "3"]),
            r"drydock run 'it'\''s.sys' --seed 3"
        );
    }
}
