//! Bytes: cached and not, positions, ends, locks.

use super::*;

#[test]
fn written_bytes_reach_the_host_directory() {
    let bench = Bench::new();
    let text: Vec<u8> = (0..20_000_u32).map(|i| (i % 251) as u8).collect();
    bench.make("\\f", &text);
    assert_eq!(bench.content("\\f"), text);
    bench.io.settle();
    assert_eq!(std::fs::read(bench.host("f")).unwrap(), text);
}

#[test]
fn reads_and_writes_that_are_not_cached_want_sectors() {
    let bench = Bench::new();
    bench.make("\\f", &[7; 1024]);
    let file = bench
        .io
        .create(
            "\\f",
            CreateOptions::default().with(FILE_NO_INTERMEDIATE_BUFFERING),
        )
        .unwrap();
    let mut out = [0; 512];
    assert_eq!(file.read(Some(512), &mut out), Ok(512));
    assert_eq!(out, [7; 512]);
    assert_eq!(
        file.read(Some(100), &mut out),
        Err(STATUS_INVALID_PARAMETER)
    );
    assert_eq!(
        file.write(Some(0), &[1; 100]),
        Err(STATUS_INVALID_PARAMETER)
    );
    assert_eq!(file.write(Some(1024), &[8; 512]), Ok(512));
    assert_eq!(bench.content("\\f").len(), 1536);
}

#[test]
fn reading_at_the_end_is_end_of_file() {
    let bench = Bench::new();
    bench.make("\\f", b"12345");
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let mut out = [0; 10];
    assert_eq!(file.read(Some(3), &mut out), Ok(2));
    assert_eq!(file.read(Some(5), &mut out), Err(STATUS_END_OF_FILE));
    assert_eq!(file.read(Some(3), &mut []), Ok(0));
}

#[test]
fn position_follows_synchronous_transfers() {
    let bench = Bench::new();
    let (file, _) = bench.create("\\f", FILE_CREATE).unwrap();
    assert_eq!(file.write(None, b"abc"), Ok(3));
    assert_eq!(file.write(None, b"def"), Ok(3));
    assert_eq!(file.file().position(), 6);
    let mut out = [0; 4];
    assert_eq!(file.read(Some(1), &mut out), Ok(4));
    assert_eq!((&out, file.file().position()), (b"bcde", 5));
}

#[test]
fn append_only_handles_write_at_the_end() {
    let bench = Bench::new();
    bench.make("\\f", b"abc");
    let options = CreateOptions::default().access(FILE_APPEND_DATA | SYNCHRONIZE);
    bench
        .io
        .create("\\f", options)
        .unwrap()
        .write(Some(0), b"de")
        .unwrap();
    assert_eq!(bench.content("\\f"), b"abcde");
}

#[test]
fn byte_range_locks_bind_other_handles() {
    let bench = Bench::new();
    bench.make("\\f", &[1; 100]);
    let (mine, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let (other, _) = bench.create("\\f", FILE_OPEN).unwrap();
    mine.lock(10, 10, true).unwrap();
    assert_eq!(other.lock(15, 1, false), Err(STATUS_LOCK_NOT_GRANTED));
    assert_eq!(
        other.read(Some(15), &mut [0; 1]),
        Err(STATUS_FILE_LOCK_CONFLICT)
    );
    assert_eq!(other.write(Some(0), &[2; 10]), Ok(10));
    assert_eq!(mine.write(Some(10), &[2; 10]), Ok(10));
    assert_eq!(mine.unlock(10, 9), Err(STATUS_RANGE_NOT_LOCKED));
    mine.unlock(10, 10).unwrap();
    assert_eq!(other.read(Some(15), &mut [0; 1]), Ok(1));
}

#[test]
fn truncation_and_extension_set_the_size() {
    let bench = Bench::new();
    bench.make("\\f", &[9; 5000]);
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    file.set_size(10).unwrap();
    file.set_size(4200).unwrap();
    let content = bench.content("\\f");
    assert_eq!(
        (content.len(), &content[..11], content[4199]),
        (4200, &[9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0][..], 0)
    );
    assert_eq!(file.set_size(u64::MAX), Err(STATUS_INVALID_PARAMETER));
}
