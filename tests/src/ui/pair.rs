//! [`Pair`]: a program that must not compile and its twin.

use std::fs;
use std::path::{Path, PathBuf};

/// Two programs of one name in `fail` and `pass`, and the message of the first.
#[derive(Debug)]
pub struct Pair {
    pub name: String,
    pub fail: PathBuf,
    pub pass: PathBuf,
    pub message: PathBuf,
}

/// Every name that either folder has.
pub fn pairs() -> Vec<Pair> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut names: Vec<String> = ["fail", "pass"]
        .iter()
        .flat_map(|half| programs(&folder.join(half)))
        .collect();
    names.sort();
    names.dedup();
    let pair = |name: String| Pair {
        fail: folder.join("fail").join(&name).with_extension("rs"),
        pass: folder.join("pass").join(&name).with_extension("rs"),
        message: folder.join("fail").join(&name).with_extension("stderr"),
        name,
    };
    names.into_iter().map(pair).collect()
}

fn programs(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().expect("a folder of programs");
    let files = entries.map(|entry| entry.expect("an entry").path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect()
}

/// The lines of a program that are no comment.
pub fn code(program: &Path) -> Vec<String> {
    let text = fs::read_to_string(program)
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .map(str::to_owned)
        .collect()
}

/// How many lines two programs differ in: changed in place, or one program has a line more.
pub fn differing_lines(one: &[String], other: &[String]) -> usize {
    let (short, long) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    let tail = short.iter().rev().zip(long.iter().rev());
    long.len() - tail.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::differing_lines;

    #[test]
    fn every_changed_line_is_counted() {
        let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(differing_lines(&lines("a b c"), &lines("a b c")), 0);
        assert_eq!(differing_lines(&lines("a b c"), &lines("a x c")), 1);
        assert_eq!(differing_lines(&lines("a c"), &lines("a b c")), 1);
        assert_eq!(differing_lines(&lines("a b c"), &lines("x b y")), 3);
    }
}
