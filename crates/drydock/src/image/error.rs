//! Why a file cannot be loaded: one line that names the file and the field.

use std::fmt;

/// One reason, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// File name.
    pub file: String,
    /// Field of the PE format, or the part of the file.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}: {}", self.file, self.field, self.problem)
    }
}

impl std::error::Error for LoadError {}

/// A problem before the file name is known to the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(super) field: String,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            text: text.into(),
        }
    }

    /// The error about the file `file`.
    #[must_use]
    pub fn in_file(self, file: &str) -> LoadError {
        LoadError {
            file: file.to_owned(),
            field: self.field,
            problem: self.text,
        }
    }
}

/// `Err` with a problem of `field`.
pub(super) fn refuse<T>(field: impl Into<String>, text: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::new(field, text))
}
