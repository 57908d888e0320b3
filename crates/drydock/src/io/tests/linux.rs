//! A volume for programs of Linux.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use super::*;
use crate::volume::linux_metadata::LinuxMetadata;

const POSIX: u32 = FILE_RENAME_REPLACE_IF_EXISTS
    | FILE_RENAME_POSIX_SEMANTICS
    | FILE_RENAME_IGNORE_READONLY_ATTRIBUTE;

#[test]
fn names_that_differ_in_case_are_different_files() {
    let bench = Bench::for_linux();
    bench.make("\\a", b"small");
    assert_eq!(
        status(bench.create("\\A", FILE_OPEN)),
        STATUS_OBJECT_NAME_NOT_FOUND
    );
    bench.make("\\A", b"large");
    assert_eq!(bench.content("\\a"), b"small");
    assert_eq!(bench.content("\\A"), b"large");
    let (file, _) = bench.create("\\a", FILE_OPEN).unwrap();
    assert_ne!(file.file().flags() & FO_OPENED_CASE_SENSITIVE, 0);
}

#[test]
fn a_name_that_windows_forbids_is_the_linux_name_on_the_host() {
    let bench = Bench::for_linux();
    bench.make("\\a\u{F03A}b", b"x");
    bench.io.settle();
    assert_eq!(std::fs::read(bench.host("a:b")).unwrap(), b"x");
    assert_eq!(bench.names("\\", "*"), ["a\u{F03A}b"]);
}

#[test]
fn mode_and_owner_come_with_the_create_and_change_by_extended_attributes() {
    let bench = Bench::for_linux();
    let mode = |mode| LinuxMetadata {
        mode: Some(mode),
        ..LinuxMetadata::default()
    };
    let options = CreateOptions::default().disposition(FILE_CREATE);
    let (file, _) = bench
        .io
        .create_with_eas("\\f", options, &mode(0o100_400).to_eas())
        .unwrap();
    file.write(Some(0), b"written although read-only").unwrap();
    assert_eq!(file.stat_lx().unwrap().mode, 0o100_400);
    file.set_linux_metadata(mode(0o100_751)).unwrap();
    let host = std::fs::metadata(bench.host("f")).unwrap();
    assert_eq!(host.permissions().mode(), 0o100_751);
    let stat = file.stat_lx().unwrap();
    assert_eq!(
        (stat.mode, stat.uid, stat.gid),
        (0o100_751, host.uid(), host.gid())
    );
    file.unlink().unwrap();
}

#[test]
fn a_symbolic_link_is_a_reparse_point() {
    let bench = Bench::for_linux();
    let (file, _) = bench.create("\\l", FILE_CREATE).unwrap();
    file.set_link_target(b"../there").unwrap();
    drop(file);
    assert_eq!(
        std::fs::read_link(bench.host("l")).unwrap().to_str(),
        Some("../there")
    );
    assert_eq!(
        status(bench.create("\\l", FILE_OPEN)),
        STATUS_IO_REPARSE_TAG_NOT_HANDLED
    );
    let options = CreateOptions::default().with(FILE_OPEN_REPARSE_POINT);
    let link = bench.io.create("\\l", options).unwrap();
    assert_eq!(link.link_target().unwrap(), b"../there");
    assert_eq!(link.stat_lx().unwrap().mode & 0o170_000, 0o120_000);
    let plain = bench.create("\\p", FILE_CREATE).unwrap().0;
    assert_eq!(plain.link_target(), Err(STATUS_NOT_A_REPARSE_POINT));
}

#[test]
fn an_unlinked_file_lives_on_for_those_who_have_it_open() {
    let bench = Bench::for_linux();
    let (kept, _) = bench.create("\\f", FILE_CREATE).unwrap();
    kept.write(Some(0), b"still here").unwrap();
    let (other, _) = bench.create("\\f", FILE_OPEN).unwrap();
    other.unlink().unwrap();
    drop(other);
    assert_eq!(
        status(bench.create("\\f", FILE_OPEN)),
        STATUS_OBJECT_NAME_NOT_FOUND
    );
    bench.make("\\f", b"another");
    let mut out = [0; 10];
    assert_eq!(kept.read(Some(0), &mut out), Ok(10));
    assert_eq!((&out, kept.stat_lx().unwrap().links), (b"still here", 0));
    kept.set_linux_metadata(LinuxMetadata {
        mode: Some(0o600),
        ..LinuxMetadata::default()
    })
    .unwrap();
    assert_eq!(kept.stat_lx().unwrap().mode, 0o100_600);
    assert_eq!(bench.content("\\f"), b"another");
}

#[test]
fn a_rename_takes_the_place_of_an_open_file_and_of_an_empty_directory() {
    let bench = Bench::for_linux();
    bench.make("\\to", b"old");
    bench.make("\\from", b"new");
    let (open, _) = bench.create("\\to", FILE_OPEN).unwrap();
    let from = bench.create("\\from", FILE_OPEN).unwrap().0;
    from.rename_with("\\to", POSIX).unwrap();
    let mut out = [0; 3];
    open.read(Some(0), &mut out).unwrap();
    assert_eq!((&out, bench.content("\\to")), (b"old", b"new".to_vec()));
    for path in ["\\d", "\\empty", "\\full"] {
        bench.make_directory(path);
    }
    bench.make("\\d\\inside", b"");
    bench.make("\\full\\inside", b"");
    let (inside, _) = bench.create("\\d\\inside", FILE_OPEN).unwrap();
    let rename = |to| {
        let directory = CreateOptions::default().with(FILE_DIRECTORY_FILE);
        let handle = bench.io.create("\\d", directory).unwrap();
        handle.rename_with(to, POSIX)
    };
    assert_eq!(rename("\\full"), Err(STATUS_DIRECTORY_NOT_EMPTY));
    rename("\\empty").unwrap();
    assert_eq!(inside.name().unwrap(), "\\empty\\inside");
}

#[test]
fn the_time_of_a_write_is_when_the_program_wrote() {
    let bench = Bench::for_linux();
    let (file, _) = bench.create("\\f", FILE_CREATE).unwrap();
    file.write(Some(0), b"x").unwrap();
    let written = file.stat_lx().unwrap().last_write;
    std::thread::sleep(std::time::Duration::from_millis(20));
    file.flush().unwrap();
    assert_eq!(file.stat_lx().unwrap().last_write, written);
    let set = BasicInformation {
        last_write: written - 10_000_000,
        ..BasicInformation::default()
    };
    file.write(Some(0), b"y").unwrap();
    file.set_basic(&set).unwrap();
    drop(file);
    bench.io.settle();
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    assert_eq!(file.stat_lx().unwrap().last_write, set.last_write);
}
