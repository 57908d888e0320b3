//! `--ports DIR` — each open communication port as a Unix socket `DIR/<port name>.sock`, for programs outside the bench.
//!
//! docs/ports.md has the protocol.

mod frame;
mod place;
mod session;

use std::collections::HashMap;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::net::Shutdown;

use crate::model::port::{self, ServerPort};
use crate::model::standstill::THREADS;
use crate::verify::trace;
use place::Place;
pub use place::sweep;

/// The sockets of the ports that are open now, by the port's address.
#[derive(Default)]
struct Sockets(Mutex<HashMap<usize, Socket>>);

/// A socket that programs find; dropping it takes it away.
struct Socket {
    listener: Arc<UnixListener>,
    place: Arc<Place>,
    file: String,
}

/// Serves every port that is opened from now on.
///
/// # Errors
/// When `directory` cannot be made or looked into.
pub fn serve(directory: &Path) -> std::io::Result<()> {
    let place = Arc::new(Place::at(directory)?);
    let sockets = Sockets::default();
    THREADS.join_outsiders();
    port::watch(Box::new(move |server, open| {
        if open {
            sockets.open(&place, server);
        } else {
            sockets.close(server);
        }
    }));
    Ok(())
}

impl Sockets {
    fn open(&self, place: &Arc<Place>, server: &Arc<ServerPort>) {
        let file = place::file_name(&server.name);
        let listener = match place.listen(&file) {
            Ok(listener) => Arc::new(listener),
            Err(error) => {
                return eprintln!("error: port {}: no socket {file}: {error}", server.name);
            }
        };
        trace::line(|| format!("port {} is served on {file}", server.name));
        accept(&listener, server);
        let socket = Socket {
            listener,
            place: Arc::clone(place),
            file,
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(Arc::as_ptr(server) as usize, socket);
    }

    fn close(&self, server: &Arc<ServerPort>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&(Arc::as_ptr(server) as usize));
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.place.remove(&self.file);
        // Ends the thread that accepts; if it has ended already, so much the better.
        let _ = rustix::net::shutdown(&*self.listener, Shutdown::Both);
    }
}

/// Takes connections in a thread until the listener is shut down.
fn accept(listener: &Arc<UnixListener>, server: &Arc<ServerPort>) {
    let (listener, server) = (Arc::clone(listener), Arc::clone(server));
    let body = move || {
        while let Ok((stream, _)) = listener.accept() {
            if let Err(error) = session::begin(stream, &server) {
                eprintln!("error: port {}: a client is lost: {error}", server.name);
            }
        }
    };
    let thread = std::thread::Builder::new().name("port socket".into());
    if let Err(error) = thread.spawn(body) {
        eprintln!("error: a port's socket has no thread: {error}");
    }
}

#[cfg(test)]
mod tests;
