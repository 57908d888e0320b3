//! The command that does a run again, as a shell takes it.

/// This process's own command, with its seed.
pub fn command(seed: u64) -> String {
    join(with_seed(std::env::args().skip(1).collect(), seed))
}

/// The same with `faults` instead of its `--faults`.
pub fn with_faults(faults: &str) -> String {
    let mut words = without_faults(std::env::args().skip(1));
    words.extend(["--faults".to_owned(), faults.to_owned()]);
    join(words)
}

fn with_seed(mut words: Vec<String>, seed: u64) -> Vec<String> {
    if !words.iter().any(|word| word.starts_with("--seed")) {
        words.extend(["--seed".to_owned(), seed.to_string()]);
    }
    words
}

fn without_faults(mut arguments: impl Iterator<Item = String>) -> Vec<String> {
    let mut words = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--faults" => drop(arguments.next()),
            other if other.starts_with("--faults=") => (),
            _ => words.push(argument),
        }
    }
    words
}

fn join(words: Vec<String>) -> String {
    let all = std::iter::once("drydock").chain(words.iter().map(String::as_str));
    shlex::try_join(all).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &[&str]) -> Vec<String> {
        text.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_shell_takes_the_command_as_it_was_given() {
        let command = |text: &[&str]| join(with_seed(words(text), 7));
        assert_eq!(command(&["run", "x.sys"]), "drydock run x.sys --seed 7");
        let odd = command(&["run", "a b.sys", "--seed", "3"]);
        assert_eq!(odd, "drydock run 'a b.sys' --seed 3");
    }

    #[test]
    fn the_faults_of_a_sweep_give_way_to_one() {
        let given = words(&["run", "--faults", "sweep", "x.sys", "--faults=none"]);
        assert_eq!(without_faults(given.into_iter()), ["run", "x.sys"]);
    }
}
