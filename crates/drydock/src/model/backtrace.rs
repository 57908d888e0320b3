//! Backtrace — the driver's own return addresses behind an import call, innermost first.

use crate::exports::gate::Call;
use crate::image::exception::walk::{Active, Walk};
use crate::model::{modules, thread};

/// More frames than a kernel stack holds.
const MOST: usize = 64;
/// UNW_FLAG_NHANDLER: no handler is asked for.
const NO_HANDLER: u8 = 0;

/// The return addresses of the call in progress, from the call itself out to where the bench called the driver.
///
/// Frames are found by the image's unwind information; one that is damaged ends the list.
#[must_use]
pub fn of_call() -> Vec<usize> {
    let caller = Call::current().caller;
    let mut frames = vec![caller];
    let context = thread::current().chains().context_of_call();
    let context = context.filter(|context| context.rip == caller as u64);
    let walk = context.and_then(|context| Walk::new(context, 0, Active::innermost()));
    let Some(mut walk) = walk else {
        return frames;
    };
    while frames.len() < MOST
        && let Some(step) = walk.next(NO_HANDLER)
    {
        let found = step.context.rip as usize;
        if frames.last() != Some(&found) {
            frames.push(found);
        }
    }
    frames
}

/// `a.sys+0x10 < a.sys+0x20`, innermost first.
#[must_use]
pub fn describe(frames: &[usize]) -> String {
    let frames = frames.iter().map(|address| modules::describe(*address));
    frames.collect::<Vec<_>>().join(" < ")
}

/// A number that is the same for the same frames in every run, wherever the images lie.
#[must_use]
pub fn hash(function: &str, frames: &[usize]) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let text = format!("{function} {}", describe(frames));
    text.bytes().fold(BASIS, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::gate::tests::in_call;

    #[test]
    fn a_call_whose_stack_is_not_known_has_its_caller_alone() {
        let frames = in_call("KeGetCurrentIrql", of_call);
        assert_eq!(frames, [thread::current().thunk_caller()]);
    }

    #[test]
    fn stacks_differ_by_function_and_by_any_frame() {
        let [one, two] = [hash("A", &[1, 2]), hash("A", &[1, 2])];
        assert_eq!(one, two);
        assert_ne!(one, hash("B", &[1, 2]));
        assert_ne!(hash("A", &[0]), hash("A", &[1]));
    }
}
