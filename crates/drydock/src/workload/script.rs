//! A workload from a text file: one operation a line, words in quotation marks where they hold blanks, `#` for comments.
//!
//! ```text
//! mkdir \dir
//! write \dir\file 0 "some text"     # makes the file if it is not there
//! expect \dir\file "some text"      # whole content
//! truncate \dir\file 4
//! rename \dir\file \dir\other
//! list \dir other                   # names, in order
//! delete \dir\other
//! ioctl \Device\Name 0x222000 "in" "out"   # to a driver's control device; what it has to answer
//! fails STATUS_OBJECT_NAME_NOT_FOUND delete \dir\other
//! ```
//! `script/port.rs` has the steps that talk to communication ports.

mod port;

use minifilter_sys::*;

use super::check;
use crate::io::control_device::ControlDevice;
use crate::io::{CreateOptions, Io};
use crate::report::status_text;

/// Script — the operations of a file.
#[derive(Clone, Debug)]
pub struct Script {
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    site: String,
    operation: Operation,
    /// Name of the status it has to fail with.
    fails: Option<String>,
}

#[derive(Clone, Debug)]
enum Operation {
    MakeDirectory(String),
    Write(String, u64, Vec<u8>),
    Expect(String, Vec<u8>),
    Truncate(String, u64),
    Rename(String, String),
    List(String, Vec<String>),
    Delete(String),
    Control(String, u32, Vec<u8>, Vec<u8>),
    Port(port::Step),
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// The number of the line and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            let words = words(line).map_err(|e| format!("line {number}: {e}"))?;
            if !words.is_empty() {
                steps.push(step(number, &words).map_err(|e| format!("line {number}: {e}"))?);
            }
        }
        Ok(Self { steps })
    }

    /// Does every step; gives their number.
    pub fn run(&self, io: &Io) -> u64 {
        let mut connections = port::Connections::default();
        for step in &self.steps {
            let result = step.operation.run(io, &mut connections, &step.site);
            match &step.fails {
                None => drop(check::success(&step.site, step.operation.path(), result)),
                Some(wanted) => {
                    let got = status_text(result.err().unwrap_or(STATUS_SUCCESS));
                    let equal = got.split_whitespace().any(|word| word == wanted);
                    let got = if equal { wanted.clone() } else { got };
                    check::equal(
                        &step.site,
                        step.operation.path(),
                        &got,
                        wanted,
                        String::clone,
                    );
                }
            }
        }
        self.steps.len() as u64
    }
}

fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted
                .split_once('"')
                .ok_or("quotation mark without its partner")?,
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Ok(words)
}

fn code_of(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u32::from_str_radix(digits, 16)
        .map_err(|_| format!("`{text}` is no control code in hexadecimal digits"))
}

fn step(number: usize, words: &[String]) -> Result<Step, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (fails, words) = match words.as_slice() {
        ["fails", status, rest @ ..] => (Some((*status).to_owned()), rest),
        all => (None, all),
    };
    let number_of = |text: &str| {
        text.parse::<u64>()
            .map_err(|_| format!("`{text}` is no number"))
    };
    let operation = match *words {
        ["mkdir", path] => Operation::MakeDirectory(path.into()),
        ["write", path, offset, data] => {
            Operation::Write(path.into(), number_of(offset)?, data.into())
        }
        ["expect", path, data] => Operation::Expect(path.into(), data.into()),
        ["truncate", path, size] => Operation::Truncate(path.into(), number_of(size)?),
        ["rename", from, to] => Operation::Rename(from.into(), to.into()),
        ["list", path, ref names @ ..] => {
            Operation::List(path.into(), names.iter().map(|n| (*n).into()).collect())
        }
        ["delete", path] => Operation::Delete(path.into()),
        ["ioctl", path, code, input, output] => {
            Operation::Control(path.into(), code_of(code)?, input.into(), output.into())
        }
        _ if let Some(step) = port::Step::parse(words) => Operation::Port(step?),
        [operation, ..] => {
            return Err(format!(
                "`{operation}` is no operation with {} arguments",
                words.len() - 1
            ));
        }
        [] => return Err("`fails` without an operation".into()),
    };
    Ok(Step {
        site: format!("script line {number}"),
        operation,
        fails,
    })
}

impl Operation {
    fn path(&self) -> &str {
        match self {
            Self::MakeDirectory(path)
            | Self::Write(path, ..)
            | Self::Expect(path, _)
            | Self::Truncate(path, _)
            | Self::Rename(path, _)
            | Self::List(path, _)
            | Self::Delete(path)
            | Self::Control(path, ..) => path,
            Self::Port(step) => step.port(),
        }
    }

    fn run(
        &self,
        io: &Io,
        connections: &mut port::Connections,
        site: &str,
    ) -> Result<(), NTSTATUS> {
        let options = CreateOptions::default();
        match self {
            Self::MakeDirectory(path) => io
                .create(
                    path,
                    options.disposition(FILE_CREATE).with(FILE_DIRECTORY_FILE),
                )
                .map(drop),
            Self::Write(path, offset, data) => io
                .create(path, options.disposition(FILE_OPEN_IF))?
                .write(Some(*offset), data)
                .map(drop),
            Self::Expect(path, wanted) => {
                let mut out = vec![0; wanted.len() + 1];
                let got = match io
                    .create(path, options.access(GENERIC_READ))?
                    .read(Some(0), &mut out)
                {
                    Err(STATUS_END_OF_FILE) => 0,
                    result => result?,
                };
                check::bytes(site, path, &out[..got], wanted);
                Ok(())
            }
            Self::Truncate(path, size) => io.create(path, options)?.set_size(*size),
            Self::Rename(from, to) => io.create(from, options)?.rename(to, false),
            Self::List(path, wanted) => {
                let directory =
                    io.create(path, options.access(GENERIC_READ).with(FILE_DIRECTORY_FILE))?;
                let names: Vec<String> = directory
                    .list("*")?
                    .into_iter()
                    .map(|entry| entry.name)
                    .collect();
                check::equal(site, path, &names, wanted, |names| format!("{names:?}"));
                Ok(())
            }
            Self::Delete(path) => io.create(path, options)?.set_delete(true),
            Self::Port(step) => step.run(connections, site),
            Self::Control(path, code, input, wanted) => {
                let answer = ControlDevice::open(path)?.control(*code, input, wanted.len());
                if answer.status < 0 {
                    return Err(answer.status);
                }
                let got = answer.information.min(wanted.len());
                check::bytes(site, path, &answer.output[..got], wanted);
                Ok(())
            }
        }
    }
}
