//! IRP_MN_NOTIFY_CHANGE_DIRECTORY: who is told of what, and how a request ends.

use super::*;
use crate::io::handle_notify::{Change, changes};
use crate::io::pending::Pending;

const NAMES: u32 = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME;

impl Bench {
    fn directory(&self, path: &str) -> Handle<'_> {
        let options = CreateOptions::default().with(FILE_DIRECTORY_FILE);
        self.io.create(path, options).unwrap()
    }
}

fn told(pending: &Pending) -> Vec<(u32, String)> {
    pending.wait().unwrap();
    let all = changes(pending.output()).unwrap();
    all.into_iter()
        .map(|Change { action, name }| (action, name))
        .collect()
}

fn one(action: u32, name: &str) -> Vec<(u32, String)> {
    vec![(action, name.to_owned())]
}

#[test]
fn a_request_waits_until_something_changes() {
    let bench = Bench::new();
    let root = bench.directory("\\");
    let pending = root.notify_change(NAMES, false, 1000).unwrap();
    assert!(pending.ended().is_none());
    bench.make("\\f", b"x");
    assert_eq!(told(&pending), one(FILE_ACTION_ADDED, "f"));
}

#[test]
fn what_happens_between_two_requests_is_kept_for_the_second() {
    let bench = Bench::new();
    let root = bench.directory("\\");
    let first = root.notify_change(NAMES, false, 1000).unwrap();
    bench.make("\\f", b"");
    assert_eq!(told(&first), one(FILE_ACTION_ADDED, "f"));
    bench
        .create("\\f", FILE_OPEN)
        .unwrap()
        .0
        .set_delete(true)
        .unwrap();
    bench.make_directory("\\d");
    // What the first request asked for holds, whatever a later one asks for.
    let second = root
        .notify_change(FILE_NOTIFY_CHANGE_EA, true, 1000)
        .unwrap();
    assert_eq!(
        told(&second),
        [
            (FILE_ACTION_REMOVED, "f".to_owned()),
            (FILE_ACTION_ADDED, "d".to_owned())
        ]
    );
}

#[test]
fn both_names_of_a_rename_come_together() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    bench.make("\\d\\old", b"");
    let directory = bench.directory("\\d");
    let pending = directory.notify_change(NAMES, false, 1000).unwrap();
    let (file, _) = bench.create("\\d\\old", FILE_OPEN).unwrap();
    file.rename("\\d\\new", false).unwrap();
    assert_eq!(
        told(&pending),
        [
            (FILE_ACTION_RENAMED_OLD_NAME, "old".to_owned()),
            (FILE_ACTION_RENAMED_NEW_NAME, "new".to_owned())
        ]
    );
    let pending = directory.notify_change(NAMES, false, 1000).unwrap();
    file.rename("\\new", false).unwrap();
    assert_eq!(told(&pending), one(FILE_ACTION_REMOVED, "new"));
}

#[test]
fn a_tree_is_watched_only_where_that_is_asked_for() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    let (flat, deep) = (bench.directory("\\"), bench.directory("\\"));
    let flat = flat.notify_change(NAMES, false, 1000).unwrap();
    let deep = deep.notify_change(NAMES, true, 1000).unwrap();
    bench.make("\\d\\f", b"");
    assert_eq!(told(&deep), one(FILE_ACTION_ADDED, "d\\f"));
    assert!(flat.ended().is_none());
}

#[test]
fn a_write_is_told_when_the_file_is_closed() {
    let bench = Bench::new();
    bench.make("\\f", b"x");
    let root = bench.directory("\\");
    let filter = FILE_NOTIFY_CHANGE_LAST_WRITE;
    let pending = root.notify_change(filter, false, 1000).unwrap();
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    file.write(Some(0), b"y").unwrap();
    assert!(pending.ended().is_none());
    drop(file);
    assert_eq!(told(&pending), one(FILE_ACTION_MODIFIED, "f"));
}

#[test]
fn attributes_sizes_and_streams_have_filters_of_their_own() {
    let bench = Bench::new();
    bench.make("\\f", b"x");
    let root = bench.directory("\\");
    let others = bench.directory("\\");
    let pending = root
        .notify_change(FILE_NOTIFY_CHANGE_ATTRIBUTES, false, 1000)
        .unwrap();
    let stream = others
        .notify_change(FILE_NOTIFY_CHANGE_STREAM_NAME, false, 1000)
        .unwrap();
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let hidden = BasicInformation {
        attributes: FILE_ATTRIBUTE_HIDDEN,
        ..BasicInformation::default()
    };
    file.set_basic(&hidden).unwrap();
    assert_eq!(told(&pending), one(FILE_ACTION_MODIFIED, "f"));
    assert!(stream.ended().is_none());
    bench.create("\\f:s", FILE_CREATE).unwrap();
    assert_eq!(told(&stream), one(FILE_ACTION_ADDED_STREAM, "f:s"));
}

#[test]
fn more_than_fits_is_not_told_in_part() {
    let bench = Bench::new();
    let root = bench.directory("\\");
    let none = |pending: &Pending| {
        let end = pending.wait().unwrap();
        assert_eq!((end.status, end.information), (STATUS_NOTIFY_ENUM_DIR, 0));
    };
    let pending = root.notify_change(NAMES, false, 16).unwrap();
    bench.make("\\a-name-that-is-too-long", b"");
    none(&pending);
    bench.make("\\another-long-name", b"");
    let pending = root.notify_change(NAMES, false, 1000).unwrap();
    none(&pending);
}

#[test]
fn the_last_handle_ends_what_waits() {
    let bench = Bench::new();
    let root = bench.directory("\\");
    let pending = root.notify_change(NAMES, false, 1000).unwrap();
    drop(root);
    assert_eq!(pending.wait().unwrap().status, STATUS_NOTIFY_CLEANUP);
}

#[test]
fn a_directory_that_will_be_deleted_is_watched_no_more() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    let directory = bench.directory("\\d");
    let pending = directory.notify_change(NAMES, false, 1000).unwrap();
    directory.set_delete(true).unwrap();
    assert_eq!(status(pending.wait()), STATUS_DELETE_PENDING);
    let again = directory.notify_change(NAMES, false, 1000).unwrap();
    assert_eq!(status(again.wait()), STATUS_DELETE_PENDING);
}

#[test]
fn a_cancelled_request_ends_and_the_next_one_is_told() {
    let bench = Bench::new();
    let root = bench.directory("\\");
    let pending = root.notify_change(NAMES, false, 1000).unwrap();
    assert!(pending.cancel());
    assert_eq!(status(pending.wait()), STATUS_CANCELLED);
    let pending = root.notify_change(NAMES, false, 1000).unwrap();
    bench.make("\\f", b"");
    assert_eq!(told(&pending), one(FILE_ACTION_ADDED, "f"));
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let bench = Bench::new();
    bench.make("\\f", b"");
    let root = bench.directory("\\");
    let refused = |pending: Result<Pending, NTSTATUS>| pending.err();
    assert_eq!(
        refused(root.notify_change(0, false, 100)),
        Some(STATUS_INVALID_PARAMETER)
    );
    let unknown = FILE_NOTIFY_VALID_MASK + 1;
    assert_eq!(
        refused(root.notify_change(unknown, false, 100)),
        Some(STATUS_INVALID_PARAMETER)
    );
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let pending = file.notify_change(NAMES, false, 100).unwrap();
    assert_eq!(status(pending.wait()), STATUS_INVALID_PARAMETER);
    let class = DirectoryNotifyFullInformation;
    let pending = root.notify_change_ex(class, NAMES, false, 100).unwrap();
    assert_eq!(status(pending.wait()), STATUS_INVALID_INFO_CLASS);
}

#[test]
fn the_extended_form_says_what_the_file_is() {
    let bench = Bench::new();
    let root = bench.directory("\\");
    let class = DirectoryNotifyExtendedInformation;
    let pending = root.notify_change_ex(class, NAMES, false, 1000).unwrap();
    bench.make("\\f", b"");
    pending.wait().unwrap();
    let record = pending.output();
    let quad = |at: usize| u64::from_le_bytes(record[at..at + 8].try_into().unwrap());
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    assert_eq!(record[4..8], FILE_ACTION_ADDED.to_le_bytes());
    assert_eq!(record[56..60], FILE_ATTRIBUTE_ARCHIVE.to_le_bytes());
    assert_eq!(quad(64), file.stat_lx().unwrap().id);
    assert_eq!(quad(72), root.stat_lx().unwrap().id);
    assert_eq!(record[80..84], 2_u32.to_le_bytes());
    assert_eq!(&record[84..], "f\0".as_bytes());
}
