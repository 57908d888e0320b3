//! Tunnelling — what belonged to a name that a directory lost comes back with a file that soon gets that name: the
//! creation time, and the long name where the file is named by the short one.

use std::time::Duration;

use super::name::fold;
use crate::model::time;

/// How long a name is remembered.
const LASTS: Duration = Duration::from_secs(15);
/// The most names that are.
const MOST: usize = 256;

/// A name that a directory lost.
struct Entry {
    directory: u64,
    long: String,
    short: String,
    creation: i64,
    lost: Duration,
}

/// Tunnel — the names that the directories of a volume lost lately.
#[derive(Default)]
pub struct Tunnel(Vec<Entry>);

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// The name that the file gets.
    pub name: String,
    /// The creation time that it gets.
    pub creation: i64,
}

impl Tunnel {
    /// The directory with this id lost a name.
    pub fn remember(&mut self, directory: u64, name: &str, creation: i64) {
        self.expire();
        let same = |entry: &Entry| entry.directory == directory && fold(&entry.long) == fold(name);
        self.0.retain(|entry| !same(entry));
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push(Entry {
            directory,
            long: name.to_owned(),
            short: short_name(name),
            creation,
            lost: time::running(),
        });
    }

    /// The directory is about to get a name.
    pub fn recall(&mut self, directory: u64, name: &str) -> Option<Recalled> {
        self.expire();
        let folded = fold(name);
        let mut entries = self.0.iter().rev();
        let found = entries.find(|entry| {
            entry.directory == directory && (fold(&entry.long) == folded || entry.short == folded)
        })?;
        let by_short_name = found.short == folded;
        Some(Recalled {
            name: if by_short_name {
                found.long.clone()
            } else {
                name.to_owned()
            },
            creation: found.creation,
        })
    }

    /// The directory with this id is gone.
    pub fn forget(&mut self, directory: u64) {
        self.0.retain(|entry| entry.directory != directory);
    }

    fn expire(&mut self) {
        self.expire_at(time::running());
    }

    fn expire_at(&mut self, now: Duration) {
        self.0
            .retain(|entry| now.saturating_sub(entry.lost) < LASTS);
    }
}

/// The 8.3 name that a file of this name would have, in capitals: itself where it is one.
fn short_name(long: &str) -> String {
    let folded = fold(long);
    let (base, extension) = folded.rsplit_once('.').unwrap_or((&folded, ""));
    let plain = |part: &str| {
        part.chars()
            .all(|c| c.is_ascii() && !" .+,;=[]".contains(c))
    };
    let fits = (1..=8).contains(&base.len()) && extension.len() <= 3;
    if fits && plain(base) && plain(extension) {
        return folded;
    }
    let strip = |part: &str, most: usize| -> String {
        let kept = part.chars().filter(|c| !" .".contains(*c));
        let replaced = kept.map(|c| {
            if c.is_ascii() && !"+,;=[]".contains(c) {
                c
            } else {
                '_'
            }
        });
        replaced.take(most).collect()
    };
    let (base, extension) = (strip(base, 6), strip(extension, 3));
    match extension.as_str() {
        "" => format!("{base}~1"),
        extension => format!("{base}~1.{extension}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_in_its_directory_by_either_form() {
        let mut tunnel = Tunnel::default();
        tunnel.remember(7, "A long name.text", 42);
        let recalled = |name: &str| {
            Some(Recalled {
                name: name.into(),
                creation: 42,
            })
        };
        assert_eq!(
            tunnel.recall(7, "ALONGN~1.tex"),
            recalled("A long name.text")
        );
        assert_eq!(
            tunnel.recall(7, "a LONG name.text"),
            recalled("a LONG name.text")
        );
        assert_eq!(tunnel.recall(8, "A long name.text"), None);
        assert_eq!(tunnel.recall(7, "another"), None);
        tunnel.forget(7);
        assert_eq!(tunnel.recall(7, "A long name.text"), None);
    }

    #[test]
    fn a_name_that_was_lost_long_ago_does_not_come_back() {
        let mut tunnel = Tunnel::default();
        tunnel.remember(7, "name", 42);
        let lost = tunnel.0[0].lost;
        tunnel.expire_at(lost + LASTS - Duration::from_millis(1));
        assert_eq!(tunnel.0.len(), 1);
        tunnel.expire_at(lost + LASTS);
        assert!(tunnel.0.is_empty());
    }

    #[test]
    fn short_names_are_what_windows_makes_first() {
        for (long, short) in [
            ("file.txt", "FILE.TXT"),
            ("A long name.text", "ALONGN~1.TEX"),
            ("no extension here", "NOEXTE~1"),
            ("two.dots.c", "TWODOT~1.C"),
            ("x+y", "X_Y~1"),
        ] {
            assert_eq!(short_name(long), short);
        }
    }
}
