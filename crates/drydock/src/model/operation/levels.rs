//! The level at which each callback runs: the bound of the fact table, and a seeded choice of levels up to it.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::bounds::{APC, DISPATCH, PASSIVE};
use crate::model::file_system::Request;
use crate::model::thread;

/// IRP_PAGING_IO among IrpFlags.
const PAGING_IO: u32 = 0x2;

static SEED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static DRAWN: Cell<u64> = const { Cell::new(0) };
}

/// Sets the seed of all choices; each thread draws its own sequence from it.
pub fn set_seed(seed: u64) {
    SEED.store(seed, Ordering::Relaxed);
}

/// The next number of this thread's sequence.
pub fn draw() -> u64 {
    let count = DRAWN.get().wrapping_add(1);
    DRAWN.set(count);
    let seed = SEED.load(Ordering::Relaxed) ^ u64::from(thread::current().id) << 40;
    mix(seed.wrapping_add(count.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// The output function of splitmix64.
fn mix(mut value: u64) -> u64 {
    value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}

/// The highest level a pre-operation callback must be written for.
pub fn pre_bound(major: u8, request: Request, irp_flags: u32) -> u8 {
    let paging = irp_flags & PAGING_IO != 0;
    match (request, major) {
        // Close and directory control.
        (Request::Irp, 0x02 | 0x0C) => APC,
        // Read, write, file system control, device control on the paging path.
        (Request::Irp, 0x03 | 0x04 | 0x0D | 0x0E) if paging => APC,
        _ => PASSIVE,
    }
}

/// How a post-operation callback comes to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostPath {
    /// After SUCCESS_WITH_CALLBACK for an IRP.
    Default,
    /// After create.
    Create,
    /// After SYNCHRONIZE.
    Synchronized,
    /// Fast I/O or an FsFilter callback.
    SameThread,
    /// The instance is going.
    Draining,
    /// The safe callback of FltDoCompletionProcessingWhenSafe.
    Safe,
}

/// The highest level a post-operation callback must be written for.
pub fn post_bound(path: PostPath) -> u8 {
    match path {
        PostPath::Default => DISPATCH,
        PostPath::Create | PostPath::SameThread => PASSIVE,
        PostPath::Synchronized | PostPath::Draining | PostPath::Safe => APC,
    }
}

/// The highest level at which a post-operation callback after SYNCHRONIZE comes: its thread waited at the level at which it
/// sent the operation, so only what may begin at APC_LEVEL ends there.
pub fn synchronized_bound(major: u8, irp_flags: u32) -> u8 {
    post_bound(PostPath::Synchronized).min(pre_bound(major, Request::Irp, irp_flags))
}

/// A level up to `bound`, never below the thread's own.
pub fn choose(bound: u8) -> u8 {
    let chosen = match bound {
        DISPATCH if draw().is_multiple_of(2) => DISPATCH,
        APC if draw().is_multiple_of(8) => APC,
        _ => PASSIVE,
    };
    chosen.max(thread::current().irql())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operation::major;

    fn rows() -> impl Iterator<Item = Vec<&'static str>> {
        let table = include_str!("../../../../../tests/facts/callback-irql.csv");
        table.lines().skip(1).map(|line| line.split(',').collect())
    }

    fn level(name: &str) -> u8 {
        match name {
            "PASSIVE" => PASSIVE,
            "APC" => APC,
            "DISPATCH" => DISPATCH,
            other => panic!("level {other}"),
        }
    }

    #[test]
    fn pre_operation_bounds_are_those_of_the_fact_table() {
        let mut compared = 0;
        for row in rows().filter(|row| row[0] == "pre" && row[1] != "*") {
            let major = (0..=255)
                .find(|major| major::names(*major).name == row[1])
                .expect("a major function");
            for (flags, path) in [(0, "non-paging"), (PAGING_IO, "paging")] {
                if row[2] == "any" || row[2] == path {
                    assert_eq!(
                        pre_bound(major, Request::Irp, flags),
                        level(row[3]),
                        "{row:?}"
                    );
                    compared += 1;
                }
            }
        }
        assert!(compared > 30);
        for (request, path) in [
            (Request::FastIo, "fast I/O"),
            (Request::FsFilter, "FsFilter"),
        ] {
            let row = rows()
                .find(|row| row[0] == "pre" && row[2] == path)
                .expect("a row");
            assert_eq!(pre_bound(0x0C, request, 0), level(row[3]));
        }
    }

    #[test]
    fn post_operation_bounds_are_those_of_the_fact_table() {
        let paths = [
            ("default", PostPath::Default),
            ("any", PostPath::Create),
            ("IRP after FLT_PREOP_SYNCHRONIZE", PostPath::Synchronized),
            ("fast I/O", PostPath::SameThread),
            ("FLTFL_POST_OPERATION_DRAINING set", PostPath::Draining),
            (
                "safe callback of FltDoCompletionProcessingWhenSafe",
                PostPath::Safe,
            ),
        ];
        for row in rows().filter(|row| row[0] == "post") {
            let path = paths
                .iter()
                .find(|path| path.0 == row[2])
                .expect("a path of the model");
            assert_eq!(post_bound(path.1), level(row[3]), "{row:?}");
        }
    }

    #[test]
    fn a_synchronized_operation_ends_at_the_level_at_which_it_may_begin() {
        let (cleanup, close, read) = (0x12, 0x02, 0x03);
        assert_eq!(synchronized_bound(cleanup, 0), PASSIVE);
        assert_eq!(synchronized_bound(close, 0), APC);
        assert_eq!(synchronized_bound(read, 0), PASSIVE);
        assert_eq!(synchronized_bound(read, PAGING_IO), APC);
    }

    #[test]
    fn both_sides_of_a_bound_are_met() {
        let chosen: std::collections::BTreeSet<u8> = (0..200).map(|_| choose(DISPATCH)).collect();
        assert_eq!(chosen, [PASSIVE, DISPATCH].into());
    }
}
