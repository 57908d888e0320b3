//! The steps of a script that talk to the driver's communication ports.
//!
//! ```text
//! connect \Port "context"            # the context may be left out; the driver's messages are answered with zeros
//! send \Port "message" 16 "output"   # room for 16 bytes of output; what has to come back may be left out
//! disconnect \Port
//! await \Port                        # until a program outside has connected (see --ports) and gone again
//! ```
//! A word that begins with `hex:` gives bytes, e.g. `hex:01000000`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use minifilter_sys::{NTSTATUS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_PORT_DISCONNECTED};

use crate::model::port::{self, Connection};
use crate::model::wait;
use crate::workload::check;
use crate::workload::client::Connected;

/// Process id of the script at ports.
const PROCESS: u32 = 2000;
/// How often a script looks whether a program has gone.
const GLANCE: Duration = Duration::from_millis(5);

/// One step at a port.
#[derive(Clone, Debug)]
pub enum Step {
    /// Connects with a context.
    Connect(String, Vec<u8>),
    /// Sends a message with room for an answer, and compares that.
    Send(String, Vec<u8>, u32, Option<Vec<u8>>),
    /// Disconnects.
    Disconnect(String),
    /// Waits for a program outside.
    Await(String),
}

/// What a running script knows of ports, by their names.
#[derive(Default)]
pub struct Connections {
    open: HashMap<String, Connected>,
    awaited: HashMap<String, u64>,
}

/// The bytes of a word.
fn bytes(word: &str) -> Result<Vec<u8>, String> {
    let Some(digits) = word.strip_prefix("hex:") else {
        return Ok(word.as_bytes().to_vec());
    };
    let bad = || format!("`{word}` is no string of bytes");
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        return Err(bad());
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| bad()))
        .collect()
}

impl Step {
    /// The step that `words` say; none when they say no step at a port.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn parse(words: &[&str]) -> Option<Result<Self, String>> {
        Some(match *words {
            ["connect", port] => Ok(Self::Connect(port.into(), Vec::new())),
            ["connect", port, context] => {
                bytes(context).map(|context| Self::Connect(port.into(), context))
            }
            ["send", port, message, room] => Self::send(port, message, room, None),
            ["send", port, message, room, output] => Self::send(port, message, room, Some(output)),
            ["disconnect", port] => Ok(Self::Disconnect(port.into())),
            ["await", port] => Ok(Self::Await(port.into())),
            _ => return None,
        })
    }

    fn send(port: &str, message: &str, room: &str, output: Option<&str>) -> Result<Self, String> {
        let room = room.parse().map_err(|_| format!("`{room}` is no number"))?;
        let output = output.map(bytes).transpose()?;
        Ok(Self::Send(port.into(), bytes(message)?, room, output))
    }

    /// The port's name.
    pub fn port(&self) -> &str {
        let (Self::Connect(port, _)
        | Self::Send(port, ..)
        | Self::Disconnect(port)
        | Self::Await(port)) = self;
        port
    }

    /// Does it.
    ///
    /// # Errors
    /// As the driver or the filter manager answers.
    pub fn run(&self, connections: &mut Connections, site: &str) -> Result<(), NTSTATUS> {
        match self {
            Self::Connect(port, context) => {
                let connection = Arc::new(Connection::open(port, context)?);
                let connected = Connected::new(connection, PROCESS, false);
                connections.open.insert(port.clone(), connected);
                Ok(())
            }
            Self::Send(port, message, room, wanted) => {
                let connected = connections.open.get(port).ok_or(STATUS_PORT_DISCONNECTED)?;
                let output = connected.connection().exchange(message, *room)?;
                if let Some(wanted) = wanted {
                    check::bytes(site, port, &output, wanted);
                }
                Ok(())
            }
            Self::Disconnect(port) => {
                let connected = connections.open.remove(port);
                connected.map(drop).ok_or(STATUS_PORT_DISCONNECTED)
            }
            Self::Await(port) => {
                let seen = connections.awaited.entry(port.clone()).or_default();
                // The run's time-out ends a wait for nobody.
                let visits = || port::named(port).map(|server| server.visits());
                while visits().ok_or(STATUS_OBJECT_NAME_NOT_FOUND)? <= *seen {
                    wait::sleep(GLANCE);
                }
                *seen += 1;
                Ok(())
            }
        }
    }
}
