//! Deleting, renaming, linking, and named streams.

use super::*;

#[test]
fn deleted_names_stay_until_the_last_handle_goes() {
    let bench = Bench::new();
    bench.make("\\f", b"abc");
    let (first, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let (second, _) = bench.create("\\f", FILE_OPEN).unwrap();
    first.set_delete(true).unwrap();
    assert!(second.standard().unwrap().delete_pending);
    assert_eq!(
        status(bench.create("\\f", FILE_OPEN).map(|_| ())),
        STATUS_DELETE_PENDING
    );
    drop(first);
    assert!(bench.host("f").exists());
    drop(second);
    assert!(!bench.host("f").exists());
    assert!(bench.create("\\f", FILE_CREATE).is_ok());
}

#[test]
fn posix_delete_frees_the_name_and_leaves_the_data_to_others() {
    let bench = Bench::new();
    bench.make("\\f", b"abc");
    bench.io.settle();
    let (first, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let (second, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let flags = FILE_DISPOSITION_DELETE | FILE_DISPOSITION_POSIX_SEMANTICS;
    first
        .set(FileDispositionInformationEx, &flags.to_le_bytes())
        .unwrap();
    drop(first);
    assert!(!bench.host("f").exists());
    let mut out = [0; 3];
    assert_eq!(second.read(Some(0), &mut out), Ok(3));
    assert_eq!(&out, b"abc");
    assert!(bench.create("\\f", FILE_CREATE).is_ok());
}

#[test]
fn delete_on_close_deletes_at_the_last_cleanup() {
    let bench = Bench::new();
    let options = CreateOptions::default()
        .disposition(FILE_CREATE)
        .with(FILE_DELETE_ON_CLOSE);
    let file = bench.io.create("\\f", options).unwrap();
    assert!(bench.host("f").exists());
    drop(file);
    assert!(!bench.host("f").exists());
    let without = options.access(GENERIC_READ);
    assert_eq!(
        status(bench.io.create("\\g", without).map(|_| ())),
        STATUS_INVALID_PARAMETER
    );
}

#[test]
fn directories_that_are_not_empty_stay() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    bench.make("\\d\\f", b"");
    let (directory, _) = bench.create("\\d", FILE_OPEN).unwrap();
    assert_eq!(directory.set_delete(true), Err(STATUS_DIRECTORY_NOT_EMPTY));
    bench
        .create("\\d\\f", FILE_OPEN)
        .unwrap()
        .0
        .set_delete(true)
        .unwrap();
    directory.set_delete(true).unwrap();
    drop(directory);
    assert!(!bench.host("d").exists());
}

#[test]
fn rename_moves_between_directories_and_minds_what_is_there() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    bench.make("\\f", b"1");
    bench.make("\\d\\g", b"2");
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    assert_eq!(
        file.rename("\\d\\g", false),
        Err(STATUS_OBJECT_NAME_COLLISION)
    );
    assert_eq!(
        file.rename("\\none\\g", false),
        Err(STATUS_OBJECT_PATH_NOT_FOUND)
    );
    assert_eq!(file.rename("\\d", true), Err(STATUS_ACCESS_DENIED));
    let (target, _) = bench.create("\\d\\g", FILE_OPEN).unwrap();
    assert_eq!(file.rename("\\d\\g", true), Err(STATUS_ACCESS_DENIED));
    drop(target);
    file.rename("\\d\\g", true).unwrap();
    assert_eq!(file.name().unwrap(), "\\d\\g");
    file.rename("H", false).unwrap();
    assert_eq!(bench.names("\\d", "*"), ["H"]);
    file.rename("h", false).unwrap();
    assert_eq!(bench.names("\\d", "*"), ["h"]);
    drop(file);
    assert_eq!(bench.content("\\d\\h"), b"1");
}

#[test]
fn directories_with_open_files_are_not_renamed() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    bench.make("\\d\\f", b"");
    let (directory, _) = bench.create("\\d", FILE_OPEN).unwrap();
    let (file, _) = bench.create("\\d\\f", FILE_OPEN).unwrap();
    assert_eq!(directory.rename("e", false), Err(STATUS_ACCESS_DENIED));
    drop(file);
    assert_eq!(
        directory.rename("\\d\\e", false),
        Err(STATUS_INVALID_PARAMETER)
    );
    directory.rename("e", false).unwrap();
    drop(directory);
    assert_eq!(bench.names("\\e", "*"), ["f"]);
}

#[test]
fn hard_links_are_one_file() {
    let bench = Bench::new();
    bench.make("\\f", b"abc");
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    file.link("g", false).unwrap();
    assert_eq!(file.standard().unwrap().links, 2);
    assert_eq!(file.link("g", false), Err(STATUS_OBJECT_NAME_COLLISION));
    let (other, _) = bench.create("\\g", FILE_OPEN).unwrap();
    assert_eq!(other.file().fs_context(), file.file().fs_context());
    assert_eq!(other.name().unwrap(), "\\g");
    other.set_delete(true).unwrap();
    drop(other);
    assert_eq!(bench.names("\\", "*"), ["f"]);
    assert_eq!(file.standard().unwrap().links, 1);
}

#[test]
fn named_streams_are_kept_beside_and_go_with_the_file() {
    let bench = Bench::new();
    bench.make("\\f", b"main");
    bench.make("\\f:Side", b"other");
    assert_eq!(
        (bench.content("\\f"), bench.content("\\F:side:$DATA")),
        (b"main".to_vec(), b"other".to_vec())
    );
    assert_eq!(bench.names("\\", "*"), ["f"]);
    let (file, _) = bench.create("\\f", FILE_OPEN).unwrap();
    let mut out = [0; 256];
    let end = file.query(FileStreamInformation, &mut out).unwrap();
    let names = String::from_utf16_lossy(
        &out[..end.information]
            .chunks(2)
            .map(|c| u16::from_le_bytes([c[0], c[1]]))
            .collect::<Vec<_>>(),
    );
    assert!(
        names.contains("::$DATA") && names.contains(":Side:$DATA"),
        "{names}"
    );
    let (stream, _) = bench.create("\\f:Side", FILE_OPEN).unwrap();
    assert_ne!(stream.file().fs_context(), file.file().fs_context());
    assert_eq!(stream.name().unwrap(), "\\f:Side");
    drop(stream);
    file.set_delete(true).unwrap();
    drop(file);
    bench.io.settle();
    assert_eq!(std::fs::read_dir(&bench.directory).unwrap().count(), 0);
}

/// Makes a file, deletes it, and gives its creation time.
fn lost(bench: &Bench, path: &str) -> i64 {
    bench.make(path, b"old");
    let (file, _) = bench.create(path, FILE_OPEN).unwrap();
    let mut basic = [0; 40];
    basic[..8].copy_from_slice(&123_456_789_i64.to_le_bytes());
    file.set(FileBasicInformation, &basic).unwrap();
    file.set_delete(true).unwrap();
    123_456_789
}

fn creation_of(file: &Handle<'_>) -> i64 {
    let mut basic = [0; 40];
    file.query(FileBasicInformation, &mut basic).unwrap();
    i64::from_le_bytes(basic[..8].try_into().unwrap())
}

#[test]
fn a_file_made_soon_under_a_lost_name_gets_what_belonged_to_it() {
    let bench = Bench::new();
    let created = lost(&bench, "\\a long name.text");
    let (again, _) = bench.create("\\ALONGN~1.TEX", FILE_CREATE).unwrap();
    assert_eq!(creation_of(&again), created);
    assert!(bench.host("a long name.text").exists());
    let (other, _) = bench.create("\\other", FILE_CREATE).unwrap();
    assert_ne!(creation_of(&other), created);
}

#[test]
fn a_file_renamed_soon_to_a_lost_name_gets_what_belonged_to_it() {
    let bench = Bench::new();
    let created = lost(&bench, "\\document.txt");
    bench.make("\\saved.tmp", b"new");
    let (file, _) = bench.create("\\saved.tmp", FILE_OPEN).unwrap();
    file.rename("\\document.txt", false).unwrap();
    assert_eq!(creation_of(&file), created);
    let (next, _) = bench.create("\\saved.tmp", FILE_CREATE).unwrap();
    assert_ne!(creation_of(&next), created);
}
