//! FltSendMessage — waits until a program has the message and, if one is wanted, its reply.

use std::sync::Arc;
use std::time::Duration;

use minifilter_sys::{
    NTSTATUS, PFLT_PORT, STATUS_BUFFER_OVERFLOW, STATUS_PORT_DISCONNECTED, STATUS_SUCCESS,
    STATUS_TIMEOUT,
};

use super::client::{self, ClientPort};
use super::lock;
use super::message::{Message, Progress};
use crate::model::driver_word::word;
use crate::model::filter::Filter;
use crate::model::{time, wait};
use crate::verify::trace;

/// What FltSendMessage is asked to do.
pub struct Outgoing {
    /// The message.
    pub bytes: Vec<u8>,
    /// Room for the reply; none when no reply is wanted.
    pub reply_room: Option<u32>,
    /// The time-out as the driver gave it.
    pub timeout: Option<i64>,
}

/// How it ended, and the reply as far as there was room.
pub type Sent = (NTSTATUS, Option<Vec<u8>>);

/// How long a time-out is from now on. None and zero are both endless, as the page has it.
fn duration(timeout: Option<i64>) -> Option<Duration> {
    let units = match timeout? {
        0 => return None,
        relative if relative < 0 => relative.unsigned_abs(),
        absolute => u64::try_from(absolute - time::system_time()).unwrap_or(0),
    };
    Some(Duration::from_nanos(units.saturating_mul(100)))
}

/// FltSendMessage — to the client port that the driver's variable at `variable` holds.
pub fn send(filter: &Arc<Filter>, variable: usize, outgoing: Outgoing) -> Sent {
    let Some(client) = port_in(filter, variable) else {
        return (STATUS_PORT_DISCONNECTED, None);
    };
    let sent = post(&client, outgoing);
    client.senders.exit();
    sent
}

/// The port in the driver's variable, kept from going by a count in `senders`.
fn port_in(filter: &Arc<Filter>, variable: usize) -> Option<Arc<ClientPort>> {
    let _variables = lock(&filter.ports.variables);
    let port = word(variable).load(std::sync::atomic::Ordering::Acquire);
    if port == 0 {
        // FltCloseClientPort left it: the program is gone.
        return None;
    }
    let client = client::usable(port as PFLT_PORT)?;
    client.senders.enter().then_some(client)
}

fn post(client: &Arc<ClientPort>, outgoing: Outgoing) -> Sent {
    let timeout = duration(outgoing.timeout);
    let room = outgoing.reply_room;
    let added = lock(&client.messages).add(outgoing.bytes, room);
    let Some((message, tell)) = added else {
        return (STATUS_PORT_DISCONNECTED, None);
    };
    client.server.note(|port| port.from_driver += 1);
    tell.all();
    let what = || {
        let what = if room.is_some() { "reply" } else { "program" };
        format!("a {what} on port {}", client.server.name)
    };
    let attempt = || ended(&message, room);
    let sent = wait::until(message.address(), timeout, what, attempt).unwrap_or_else(|| {
        lock(&client.messages).abandon(&message);
        // It may have come to its end in this moment.
        ended(&message, room).unwrap_or((STATUS_TIMEOUT, None))
    });
    if sent.0 == STATUS_TIMEOUT {
        client.server.note(|port| port.timed_out += 1);
    }
    trace::line(|| format!("port {}: message sent, {:#x}", client.server.name, sent.0));
    sent
}

fn ended(message: &Arc<Message>, room: Option<u32>) -> Option<Sent> {
    match message.progress() {
        Progress::Delivered if room.is_none() => Some((STATUS_SUCCESS, None)),
        Progress::Queued | Progress::Delivered => None,
        Progress::Replied(status, mut bytes) => {
            let room = room.unwrap_or(0) as usize;
            let status = if bytes.len() > room {
                STATUS_BUFFER_OVERFLOW
            } else {
                status
            };
            bytes.truncate(room);
            Some((status, Some(bytes)))
        }
        Progress::Disconnected => Some((STATUS_PORT_DISCONNECTED, None)),
        Progress::Abandoned => Some((STATUS_TIMEOUT, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_outs_of_fltsendmessage_are_relative_absolute_or_endless() {
        assert_eq!((duration(None), duration(Some(0))), (None, None));
        assert_eq!(duration(Some(-10_000)), Some(Duration::from_millis(1)));
        assert_eq!(duration(Some(1)), Some(Duration::ZERO));
        let soon = duration(Some(time::system_time() + 100_000_000)).expect("a duration");
        assert!(soon > Duration::from_secs(5) && soon <= Duration::from_secs(10));
    }
}
