//! Oplocks of the volume: who gets one, what breaks it, and what an answer does.

use super::*;
use crate::io::file_object;
use crate::io::pending::Pending;
use crate::model::oplock::{
    STATUS_INVALID_OPLOCK_PROTOCOL, STATUS_OPLOCK_HANDLE_CLOSED,
    STATUS_OPLOCK_SWITCHED_TO_NEW_HANDLE,
};

const R: u32 = OPLOCK_LEVEL_CACHE_READ;
const H: u32 = OPLOCK_LEVEL_CACHE_HANDLE;
const W: u32 = OPLOCK_LEVEL_CACHE_WRITE;

/// Options of a handle whose requests nobody waits for.
fn overlapped() -> CreateOptions {
    CreateOptions {
        options: 0,
        ..CreateOptions::default()
    }
}

impl Bench {
    fn holder(&self) -> Handle<'_> {
        self.make("\\f", b"0123456789");
        self.io.create("\\f", overlapped()).unwrap()
    }

    /// Opens and goes on during a break; the status of the create.
    fn open_during_break(&self, disposition: u32) -> Result<Handle<'_>, NTSTATUS> {
        let options = overlapped()
            .disposition(disposition)
            .with(FILE_COMPLETE_IF_OPLOCKED);
        self.io.create("\\f", options)
    }
}

/// How a request of an older kind ended.
fn information(pending: &Pending) -> Option<usize> {
    Some(pending.ended()?.unwrap().information)
}

/// What FSCTL_REQUEST_OPLOCK says that is left.
fn left(pending: &Pending) -> Option<(u32, u32)> {
    pending.ended()?.unwrap();
    let word = |at: usize| u32::from_le_bytes(pending.output()[at..at + 4].try_into().unwrap());
    Some((word(8), word(12)))
}

#[test]
fn a_batch_oplock_breaks_to_level_2_when_somebody_else_opens() {
    let bench = Bench::new();
    let file = bench.holder();
    let batch = file.oplock(FSCTL_REQUEST_BATCH_OPLOCK).unwrap();
    assert!(batch.ended().is_none());
    let other = bench.open_during_break(FILE_OPEN).unwrap();
    assert_eq!(
        information(&batch),
        Some(FILE_OPLOCK_BROKEN_TO_LEVEL_2 as usize)
    );
    let level_2 = file.oplock(FSCTL_OPLOCK_BREAK_ACKNOWLEDGE).unwrap();
    assert!(level_2.ended().is_none());
    let wrong = file.oplock(FSCTL_OPLOCK_BREAK_ACKNOWLEDGE).unwrap();
    assert_eq!(status(wrong.wait()), STATUS_INVALID_OPLOCK_PROTOCOL);
    other.write(Some(0), b"x").unwrap();
    assert_eq!(
        information(&level_2),
        Some(FILE_OPLOCK_BROKEN_TO_NONE as usize)
    );
}

#[test]
fn an_open_waits_until_the_holder_answers() {
    let bench = Bench::new();
    let file = bench.holder();
    let pending = file.oplock(FSCTL_REQUEST_OPLOCK_LEVEL_1).unwrap();
    let opened = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let io = Io::of_kernel(&bench_volume());
            io.create("\\f", overlapped()).unwrap();
            opened.store(true, std::sync::atomic::Ordering::Release);
        });
        pending.wait().unwrap();
        assert!(!opened.load(std::sync::atomic::Ordering::Acquire));
        let end = file.oplock(FSCTL_OPLOCK_BREAK_ACK_NO_2).unwrap().wait();
        assert_eq!(status(end), STATUS_SUCCESS);
    });
    assert!(opened.load(std::sync::atomic::Ordering::Acquire));
}

/// The only volume there is while a bench is.
fn bench_volume() -> Arc<FltVolume> {
    Arc::clone(flt_volume::in_order().last().expect("the bench's"))
}

#[test]
fn an_overwrite_breaks_to_none_and_a_close_is_an_answer() {
    let bench = Bench::new();
    let file = bench.holder();
    let batch = file.oplock(FSCTL_REQUEST_BATCH_OPLOCK).unwrap();
    bench.open_during_break(FILE_OVERWRITE).unwrap();
    assert_eq!(
        information(&batch),
        Some(FILE_OPLOCK_BROKEN_TO_NONE as usize)
    );
    let closing = file.oplock(FSCTL_OPBATCH_ACK_CLOSE_PENDING).unwrap();
    assert_eq!(status(closing.wait()), STATUS_SUCCESS);
    let told = file.oplock(FSCTL_OPLOCK_BREAK_NOTIFY).unwrap();
    assert!(told.ended().is_none());
    drop(file);
    assert_eq!(status(told.wait()), STATUS_SUCCESS);
    bench.create("\\f", FILE_OPEN).unwrap();
}

#[test]
fn attributes_break_nothing_and_a_sharing_violation_breaks_the_handle() {
    let bench = Bench::new();
    bench.make("\\f", b"x");
    let file = bench.io.create("\\f", overlapped().share(0)).unwrap();
    let batch = file.oplock(FSCTL_REQUEST_BATCH_OPLOCK).unwrap();
    let attributes = overlapped().access(FILE_READ_ATTRIBUTES);
    bench.io.create("\\f", attributes).unwrap();
    assert!(batch.ended().is_none());
    let other = bench.open_during_break(FILE_OPEN);
    assert_eq!(status(other), STATUS_SHARING_VIOLATION);
    assert_eq!(
        information(&batch),
        Some(FILE_OPLOCK_BROKEN_TO_LEVEL_2 as usize)
    );
    let requiring = overlapped().with(FILE_OPEN_REQUIRING_OPLOCK);
    assert_eq!(
        status(bench.io.create("\\f", requiring)),
        STATUS_CANNOT_BREAK_OPLOCK
    );
}

#[test]
fn who_is_not_alone_or_waits_gets_no_exclusive_oplock() {
    let bench = Bench::new();
    let file = bench.holder();
    let refused = |file: &Handle<'_>, code| status(file.oplock(code).unwrap().wait());
    let synchronous = bench.create("\\f", FILE_OPEN).unwrap().0;
    let code = FSCTL_REQUEST_OPLOCK_LEVEL_2;
    assert_eq!(refused(&synchronous, code), STATUS_OPLOCK_NOT_GRANTED);
    for code in [
        FSCTL_REQUEST_OPLOCK_LEVEL_1,
        FSCTL_REQUEST_BATCH_OPLOCK,
        FSCTL_REQUEST_FILTER_OPLOCK,
    ] {
        assert_eq!(refused(&file, code), STATUS_OPLOCK_NOT_GRANTED);
    }
    let options = CreateOptions::default().with(FILE_RESERVE_OPFILTER);
    assert_eq!(
        status(bench.io.create("\\f", options)),
        STATUS_OPLOCK_NOT_GRANTED
    );
    synchronous.lock(0, 1, true).unwrap();
    assert_eq!(refused(&file, code), STATUS_OPLOCK_NOT_GRANTED);
    bench.make_directory("\\d");
    let options = CreateOptions {
        options: FILE_DIRECTORY_FILE,
        ..overlapped()
    };
    let directory = bench.io.create("\\d", options).unwrap();
    assert_eq!(refused(&directory, code), STATUS_INVALID_PARAMETER);
}

#[test]
fn the_newer_kinds_say_what_is_left() {
    let bench = Bench::new();
    let file = bench.holder();
    let all = file.request_oplock(R | W | H, false).unwrap();
    let other = bench.open_during_break(FILE_OPEN).unwrap();
    assert_eq!(left(&all), Some((R | H, 1)));
    let wrong = file.request_oplock(R | W, true).unwrap();
    assert_eq!(status(wrong.wait()), STATUS_INVALID_OPLOCK_PROTOCOL);
    let shared = file.request_oplock(R | H, true).unwrap();
    assert!(shared.ended().is_none());
    other.read(Some(0), &mut [0; 4]).unwrap();
    assert!(shared.ended().is_none());
    other.write(Some(0), b"x").unwrap();
    assert_eq!(left(&shared), Some((0, 1)));
    let none = file.request_oplock(0, true).unwrap();
    assert_eq!(status(none.wait()), STATUS_SUCCESS);
    let reading = file.request_oplock(R, false).unwrap();
    other.write(Some(0), b"x").unwrap();
    assert_eq!(left(&reading), Some((0, 0)));
}

#[test]
fn handles_of_one_key_share_an_oplock() {
    let bench = Bench::new();
    let file = bench.holder();
    let first = file.request_oplock(R | W, false).unwrap();
    file_object::set_oplock_key(file.file(), [7; 16]);
    let reader = overlapped().access(FILE_READ_DATA);
    let second = reader.with(FILE_COMPLETE_IF_OPLOCKED);
    let second = bench.io.create("\\f", second).unwrap();
    assert_eq!(left(&first), Some((R, 1)));
    file_object::set_oplock_key(second.file(), [7; 16]);
    let answered = file.request_oplock(R, true).unwrap();
    let switched = second.request_oplock(R | H, false).unwrap();
    let end = answered.wait().unwrap();
    assert_eq!(end.status, STATUS_OPLOCK_SWITCHED_TO_NEW_HANDLE);
    file.write(Some(0), b"x").unwrap();
    assert!(switched.ended().is_none());
    drop(second);
    assert_eq!(switched.wait().unwrap().status, STATUS_OPLOCK_HANDLE_CLOSED);
}

#[test]
fn a_cancelled_oplock_is_gone() {
    let bench = Bench::new();
    let file = bench.holder();
    let batch = file.oplock(FSCTL_REQUEST_BATCH_OPLOCK).unwrap();
    assert!(batch.cancel());
    assert_eq!(status(batch.wait()), STATUS_CANCELLED);
    bench.create("\\f", FILE_OPEN).unwrap();
}

#[test]
fn a_deletion_breaks_what_caches_the_handle_and_waits() {
    let bench = Bench::new();
    let file = bench.holder();
    let handle = file.request_oplock(R | H, false).unwrap();
    std::thread::scope(|scope| {
        let deleted = scope.spawn(|| {
            let io = Io::of_kernel(&bench_volume());
            let other = io.create("\\f", overlapped()).unwrap();
            other.set_delete(true)
        });
        handle.wait().unwrap();
        assert_eq!(left(&handle), Some((R, 1)));
        let answer = file.request_oplock(0, true).unwrap();
        assert_eq!(status(answer.wait()), STATUS_SUCCESS);
        assert_eq!(deleted.join().unwrap(), Ok(()));
    });
}
