//! Attributes, times and listings.

use super::*;

#[test]
fn read_only_files_refuse_writing_and_deleting() {
    let bench = Bench::new();
    let options = CreateOptions {
        attributes: FILE_ATTRIBUTE_READONLY,
        ..CreateOptions::default().disposition(FILE_CREATE)
    };
    let file = bench.io.create("\\f", options).unwrap();
    assert_eq!(file.write(Some(0), b"x"), Ok(1));
    assert_eq!(file.set_delete(true), Err(STATUS_CANNOT_DELETE));
    drop(file);
    assert_eq!(
        status(bench.create("\\f", FILE_OPEN).map(|_| ())),
        STATUS_ACCESS_DENIED
    );
    assert_eq!(bench.content("\\f"), b"x");
}

#[test]
fn listings_match_patterns_and_take_turns() {
    let bench = Bench::new();
    for number in 0..100 {
        bench.make(&format!("\\file{number:03}.txt"), b"");
    }
    bench.make("\\other", b"");
    assert_eq!(bench.names("\\", "*").len(), 101);
    assert_eq!(bench.names("\\", "FILE?0?.TXT").len(), 10);
    assert_eq!(bench.names("\\", "none*").len(), 0);
    let (root, _) = bench.create("\\", FILE_OPEN).unwrap();
    let mut out = [0; 600];
    let first = root.query_directory(FileNamesInformation, "none*", SL_RESTART_SCAN, &mut out);
    assert_eq!(first, Err(STATUS_NO_SUCH_FILE));
    let one = root.query_directory(
        FileNamesInformation,
        "file*",
        SL_RESTART_SCAN | SL_RETURN_SINGLE_ENTRY,
        &mut out,
    );
    assert_eq!(one.unwrap().information, 12 + 22);
    assert_eq!(
        root.query_directory(FileNamesInformation, "", 0, &mut [0; 4]),
        Err(STATUS_INFO_LENGTH_MISMATCH)
    );
}

#[test]
fn times_and_attributes_are_set_and_kept() {
    let bench = Bench::new();
    bench.make("\\f", b"");
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let new = BasicInformation {
        creation: 130_000_000_000_000_000,
        last_access: 130_000_000_000_000_010,
        last_write: 130_000_000_000_000_020,
        change: 130_000_000_000_000_030,
        attributes: FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_READONLY,
    };
    file.set_basic(&new).unwrap();
    assert_eq!(file.basic(), Ok(new));
    file.set_basic(&BasicInformation {
        attributes: FILE_ATTRIBUTE_NORMAL,
        ..Default::default()
    })
    .unwrap();
    assert_eq!(
        file.basic(),
        Ok(BasicInformation {
            attributes: FILE_ATTRIBUTE_NORMAL,
            ..new
        })
    );
}
