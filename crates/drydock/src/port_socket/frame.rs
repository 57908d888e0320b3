//! Frames — what goes over a port's socket. Little-endian; docs/ports.md is the contract.

use std::io::{self, Read};

use minifilter_sys::NTSTATUS;

/// The most bytes that may follow a frame's length.
pub const MOST: u32 = 16 * 1024 * 1024;
/// Bytes of kind and token.
const HEAD: u32 = 12;

/// Kinds of requests.
pub const CONNECT: u32 = 1;
/// FilterSendMessage.
pub const SEND: u32 = 2;
/// FilterGetMessage.
pub const GET: u32 = 3;
/// FilterReplyMessage.
pub const REPLY: u32 = 4;
/// CloseHandle.
pub const DISCONNECT: u32 = 5;
/// Set in the kind of an answer.
const ANSWER: u32 = 0x8000_0000;

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// FilterConnectCommunicationPort with this context.
    Connect(Vec<u8>),
    /// FilterSendMessage of these bytes, with room for so many.
    Send(Vec<u8>, u32),
    /// FilterGetMessage with room for so many bytes.
    Get(u32),
    /// FilterReplyMessage; begins with its header.
    Reply(Vec<u8>),
    /// CloseHandle.
    Disconnect,
}

/// One request, or what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// Whatever the client likes; comes back in the answer.
    pub token: u64,
    /// The kind it says.
    pub kind: u32,
    /// What it asks for.
    pub request: Result<Request, String>,
    /// Nothing that follows can be understood.
    pub last: bool,
}

/// Reads the next frame; none at the end of the stream.
///
/// # Errors
/// When the stream ends within a frame, or cannot be read.
pub fn read(stream: &mut impl Read) -> io::Result<Option<Frame>> {
    let mut length = [0; 4];
    match stream.read(&mut length[..1])? {
        0 => return Ok(None),
        _ => stream.read_exact(&mut length[1..])?,
    }
    let length = u32::from_le_bytes(length);
    if !(HEAD..=MOST).contains(&length) {
        return Ok(Some(Frame {
            token: 0,
            kind: 0,
            request: Err(format!(
                "a frame of {length} bytes; {HEAD} to {MOST} may follow the length"
            )),
            last: true,
        }));
    }
    let mut body = Vec::new();
    stream
        .by_ref()
        .take(u64::from(length))
        .read_to_end(&mut body)?;
    if body.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(parse(&body)))
}

fn parse(body: &[u8]) -> Frame {
    let (head, rest) = body.split_at(HEAD as usize);
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    };
    let (kind, token) = (number(&head[..4]) as u32, number(&head[4..]));
    let room = || match rest.first_chunk() {
        Some(room) => Ok(u32::from_le_bytes(*room)),
        None => Err(format!(
            "a request of kind {kind} begins with the room for its answer"
        )),
    };
    let request = match kind {
        CONNECT => Ok(Request::Connect(rest.to_vec())),
        SEND => room().map(|room| Request::Send(rest[4..].to_vec(), room)),
        GET if rest.len() == 4 => room().map(Request::Get),
        GET => Err("a request for a message is its room and no more".to_owned()),
        REPLY => Ok(Request::Reply(rest.to_vec())),
        DISCONNECT if rest.is_empty() => Ok(Request::Disconnect),
        DISCONNECT => Err("a disconnect has nothing to say".to_owned()),
        _ => Err(format!("there are no requests of kind {kind}")),
    };
    Frame {
        token,
        kind,
        request,
        last: false,
    }
}

/// The answer to a request.
#[must_use]
pub fn answer(kind: u32, token: u64, status: NTSTATUS, bytes: &[u8]) -> Vec<u8> {
    let length = HEAD + 4 + bytes.len() as u32;
    let mut frame = Vec::with_capacity(bytes.len() + 20);
    frame.extend(length.to_le_bytes());
    frame.extend((kind | ANSWER).to_le_bytes());
    frame.extend(token.to_le_bytes());
    frame.extend(status.to_le_bytes());
    frame.extend(bytes);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(kind: u32, token: u64, rest: &[u8]) -> Vec<u8> {
        let mut frame = (HEAD + rest.len() as u32).to_le_bytes().to_vec();
        frame.extend(kind.to_le_bytes());
        frame.extend(token.to_le_bytes());
        frame.extend(rest);
        frame
    }

    fn one(bytes: &[u8]) -> Frame {
        let read = read(&mut &*bytes).expect("a whole frame");
        read.expect("not the end")
    }

    #[test]
    fn requests_are_read_one_after_the_other() {
        let mut stream = framed(CONNECT, 1, b"ctx");
        stream.extend(framed(SEND, 2, &[8, 0, 0, 0, 9]));
        stream.extend(framed(GET, 3, &[0, 1, 0, 0]));
        let mut rest = &*stream;
        let mut next = || {
            read(&mut rest)
                .expect("whole")
                .map(|frame| (frame.token, frame.request))
        };
        assert_eq!(next(), Some((1, Ok(Request::Connect(b"ctx".to_vec())))));
        assert_eq!(next(), Some((2, Ok(Request::Send(vec![9], 8)))));
        assert_eq!(next(), Some((3, Ok(Request::Get(256)))));
        assert_eq!(next(), None);
    }

    #[test]
    fn hostile_frames_are_told_apart() {
        for (kind, rest) in [
            (SEND, &[1, 2][..]),
            (GET, &[0; 5]),
            (DISCONNECT, &[0]),
            (77, &[]),
        ] {
            let frame = one(&framed(kind, 5, rest));
            assert!(
                frame.request.is_err() && !frame.last && frame.token == 5,
                "{frame:?}"
            );
        }
        assert!(one(&[0; 4]).last, "too short");
        assert!(one(&u32::MAX.to_le_bytes()).last, "too long");
        let cut = framed(CONNECT, 1, b"ctx");
        assert!(read(&mut &cut[..10]).is_err());
    }
}
