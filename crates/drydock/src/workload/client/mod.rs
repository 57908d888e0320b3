//! Simulated clients — programs at the other end of the driver's communication ports, one for each port.
//!
//! With one thread a client answers a message in the moment it is sent, so that a run repeats exactly; with more it has a
//! thread of its own that waits for messages.

mod answer;
mod letter;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use fastrand::Rng;

use crate::model::port::{self, Connection, ServerPort};
use crate::model::thread;
use answer::Answering;

/// Process id of the first client.
const FIRST_PROCESS: u32 = 3000;
/// Contexts that a client tries to connect with, one after the other, until it is let in.
const CONTEXTS: [&[u8]; 2] = [&[], &[0; 64]];

/// How clients behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manners {
    /// There are none.
    None,
    /// They answer messages and send some of good sizes in good memory.
    Polite,
    /// They also send what a driver has to survive: bad pointers, sizes that lie, memory that goes away.
    #[default]
    Hostile,
}

impl fmt::Display for Manners {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::None => "none",
            Self::Polite => "polite",
            Self::Hostile => "hostile",
        })
    }
}

impl FromStr for Manners {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "polite" => Ok(Self::Polite),
            "hostile" => Ok(Self::Hostile),
            other => Err(format!("`{other}` is not none, polite or hostile")),
        }
    }
}

/// The clients of one run.
pub struct Clients {
    manners: Manners,
    threaded: bool,
    all: Vec<Client>,
}

/// The client of one port.
struct Client {
    server: Arc<ServerPort>,
    process_id: u32,
    connection: Option<Connected>,
}

/// A connection whose messages are answered; dropping it closes it.
pub struct Connected {
    connection: Arc<Connection>,
    answering: Answering,
}

impl Clients {
    /// No clients.
    #[must_use]
    pub fn none() -> Self {
        Self::start(Manners::None, false)
    }

    /// A client for every open port, each connected if the driver lets it in; a refusal is the driver's right.
    #[must_use]
    pub fn start(manners: Manners, threaded: bool) -> Self {
        let mut clients = Self {
            manners,
            threaded,
            all: Vec::new(),
        };
        if manners != Manners::None {
            clients.all = (port::open().into_iter().zip(0..))
                .map(|(server, index)| Client {
                    server,
                    process_id: FIRST_PROCESS + 4 * index,
                    connection: None,
                })
                .collect();
        }
        clients.each(Client::connect);
        clients
    }

    fn each(&mut self, act: impl Fn(&mut Client, bool)) {
        for client in &mut self.all {
            let threaded = self.threaded;
            as_process(client.process_id, || act(client, threaded));
        }
    }

    /// Every client sends its messages.
    pub fn talk(&mut self) {
        let hostile = self.manners == Manners::Hostile;
        self.each(|client, _| {
            if let Some(connected) = &client.connection {
                letter::send_all(&connected.connection, hostile);
            }
        });
    }

    /// Every client goes and comes back.
    pub fn reconnect(&mut self) {
        self.each(|client, threaded| {
            client.connection = None;
            client.connect(threaded);
        });
    }

    /// One client does one thing.
    pub fn turn(&mut self, random: &mut Rng) {
        let (hostile, threaded) = (self.manners == Manners::Hostile, self.threaded);
        let Some(client) = random.choice(&mut self.all) else {
            return;
        };
        as_process(client.process_id, || match &client.connection {
            Some(connected) if random.u32(..4) != 0 => {
                letter::send_one(&connected.connection, hostile, random);
            }
            Some(_) => client.connection = None,
            None => client.connect(threaded),
        });
    }

    /// Every client goes.
    pub fn stop(&mut self) {
        self.each(|client, _| client.connection = None);
    }

    /// Every client that is let in comes back, to be there when the driver goes.
    pub fn stay(&mut self) {
        self.each(|client, threaded| {
            if client.connection.is_none() {
                client.connect(threaded);
            }
        });
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Client {
    fn connect(&mut self, threaded: bool) {
        let mut attempts = CONTEXTS.iter();
        self.connection = attempts
            .find_map(|context| Connection::to(&self.server, context).ok())
            .map(|connection| Connected::new(Arc::new(connection), self.process_id, threaded));
    }
}

impl Connected {
    /// Answers the messages of `connection`, as a program of the process `process_id`.
    pub fn new(connection: Arc<Connection>, process_id: u32, threaded: bool) -> Self {
        let answering = Answering::begin(&connection, process_id, threaded);
        Self {
            connection,
            answering,
        }
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        // Closed here, in the client's own thread, whoever else still holds the connection for a moment.
        self.connection.close();
        self.answering.end();
    }
}

/// Runs `body` in a thread of the process `id`.
fn as_process<R>(id: u32, body: impl FnOnce() -> R) -> R {
    let thread = thread::current();
    let before = thread.process_id();
    thread.set_process_id(id);
    let result = body();
    thread.set_process_id(before);
    result
}
