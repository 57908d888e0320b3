//! `--faults` — what the command line asks for.

use std::fmt;
use std::str::FromStr;

/// Which calls fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Faults {
    /// None.
    None,
    /// The first one of each distinct call stack, with each of its documented answers: a run for each.
    Sweep,
    /// One of these runs.
    Stack(Strike),
    /// Each with this probability.
    Random(f64),
}

/// One run of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Strike {
    /// Which stack.
    pub stack: u64,
    /// Which of the function's answers.
    pub answer: usize,
}

impl fmt::Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stack:{:016x}:{}", self.stack, self.answer)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Sweep => f.write_str("sweep"),
            Self::Stack(strike) => strike.fmt(f),
            Self::Random(probability) => write!(f, "random:{probability}"),
        }
    }
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = "not none, sweep, random:P with P from 0 to 1, or stack:HASH:ANSWER as a sweep prints it";
        let parsed = match text.split_once(':') {
            None if text == "none" => Some(Self::None),
            None if text == "sweep" => Some(Self::Sweep),
            Some(("random", number)) => probability(number),
            Some(("stack", rest)) => strike(rest).map(Self::Stack),
            _ => None,
        };
        parsed.ok_or_else(|| wrong.to_owned())
    }
}

fn probability(text: &str) -> Option<Faults> {
    let number = text.parse().ok()?;
    (0.0..=1.0)
        .contains(&number)
        .then_some(Faults::Random(number))
}

fn strike(text: &str) -> Option<Strike> {
    let (stack, answer) = text.split_once(':')?;
    Some(Strike {
        stack: u64::from_str_radix(stack, 16).ok()?,
        answer: answer.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_takes_four_forms() {
        assert_eq!("none".parse(), Ok(Faults::None));
        assert_eq!("sweep".parse(), Ok(Faults::Sweep));
        assert_eq!("random:0.25".parse(), Ok(Faults::Random(0.25)));
        for wrong in ["random:2", "often", "stack:12", "stack:xyz:0", "stack:1:x"] {
            assert!(wrong.parse::<Faults>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_run_of_a_sweep_can_be_asked_for_as_it_is_printed() {
        let strike = Strike {
            stack: 0xabc,
            answer: 1,
        };
        assert_eq!(strike.to_string().parse(), Ok(Faults::Stack(strike)));
    }
}
