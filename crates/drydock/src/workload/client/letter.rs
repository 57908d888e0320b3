//! The messages that a client sends: good ones of many sizes, and what a driver must survive.

use fastrand::Rng;

use crate::model::port::Connection;
use crate::model::user_memory::{Pages, UserMemory};

/// Sizes of input and output.
const SIZES: [(u32, u32); 12] = [
    (0, 0),
    (1, 0),
    (4, 4),
    (8, 0),
    (8, 8),
    (12, 64),
    (16, 4),
    (24, 256),
    (64, 1024),
    (256, 0),
    (1024, 4096),
    (8192, 65536),
];

/// What is wrong with a message.
#[derive(Clone, Copy, Debug)]
enum Malice {
    /// No input, but a length of it.
    NoInput,
    /// No output, but a length of it.
    NoOutput,
    /// The input is shorter than is said.
    LongerThanInput,
    /// The input's memory is not there.
    InputGone,
    /// The input's memory goes when it was looked at.
    InputGoes,
    /// The output's memory goes when it was looked at.
    OutputGoes,
    /// The output cannot be written to any more when it was looked at.
    OutputLocked,
    /// Neither buffer is aligned.
    Unaligned,
    /// The input is the system's memory.
    SystemInput,
    /// The output is the system's memory.
    SystemOutput,
}

const MALICE: [Malice; 10] = [
    Malice::NoInput,
    Malice::NoOutput,
    Malice::LongerThanInput,
    Malice::InputGone,
    Malice::InputGoes,
    Malice::OutputGoes,
    Malice::OutputLocked,
    Malice::Unaligned,
    Malice::SystemInput,
    Malice::SystemOutput,
];

/// An address of the system's.
const SYSTEM: usize = 0xFFFF_9000_0000_1000;
/// Sizes of the buffers that are tampered with.
const INPUT: u32 = 512;
const OUTPUT: u32 = 1024;
/// What a lying length says.
const LIE: u32 = 1 << 20;

/// Sends one of each.
pub fn send_all(connection: &Connection, hostile: bool) {
    for (byte, (input, output)) in (0..).zip(SIZES) {
        send_good(connection, &vec![byte; input as usize], output);
    }
    if hostile {
        for malice in MALICE {
            send_bad(connection, malice);
        }
    }
}

/// Sends one of them.
pub fn send_one(connection: &Connection, hostile: bool, random: &mut Rng) {
    if hostile && random.bool() {
        return send_bad(connection, MALICE[random.usize(..MALICE.len())]);
    }
    let (input, output) = SIZES[random.usize(..SIZES.len())];
    // Small numbers, since they are what drivers take for commands.
    let content: Vec<u8> = (0..input).map(|_| random.u8(..8)).collect();
    send_good(connection, &content, output);
}

/// A buffer of a program; no memory, no message.
fn memory(bytes: &[u8], length: u32) -> Option<UserMemory> {
    UserMemory::new(bytes, length).ok()
}

fn send_good(connection: &Connection, content: &[u8], output: u32) {
    // Whatever the driver answers is its own affair.
    let _ = connection.exchange(content, output);
}

fn send_bad(connection: &Connection, malice: Malice) {
    let (Some(from), Some(to)) = (memory(&[1; 64], INPUT), memory(&[], OUTPUT)) else {
        return;
    };
    let (mut input, mut output) = (from.range(), to.range());
    match malice {
        Malice::NoInput => input.address = 0,
        Malice::NoOutput => output.address = 0,
        Malice::LongerThanInput => input.length = LIE,
        Malice::InputGone => from.allow(Pages::Gone),
        Malice::Unaligned => {
            (input.address, input.length) = (input.address + 1, input.length - 1);
            (output.address, output.length) = (output.address + 3, output.length - 3);
        }
        Malice::SystemInput => input.address = SYSTEM,
        Malice::SystemOutput => output.address = SYSTEM,
        Malice::InputGoes | Malice::OutputGoes | Malice::OutputLocked => {}
    }
    let between = || match malice {
        Malice::InputGoes => from.allow(Pages::Gone),
        Malice::OutputGoes => to.allow(Pages::Gone),
        Malice::OutputLocked => to.allow(Pages::ReadOnly),
        _ => {}
    };
    // An error is what it has to come to, and a success is the driver's to answer for.
    let _ = connection.send_while(input, output, between);
}
