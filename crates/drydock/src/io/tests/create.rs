//! Opening: dispositions, names, sharing, and what is no volume.

use std::path::Path;

use super::*;

#[test]
fn each_disposition_gives_its_status_and_information() {
    let cases = [
        // disposition, status and Information on an existing file, and on none
        (FILE_SUPERSEDE, Ok(FILE_SUPERSEDED), Ok(FILE_CREATED)),
        (
            FILE_OPEN,
            Ok(FILE_OPENED),
            Err(STATUS_OBJECT_NAME_NOT_FOUND),
        ),
        (
            FILE_CREATE,
            Err(STATUS_OBJECT_NAME_COLLISION),
            Ok(FILE_CREATED),
        ),
        (FILE_OPEN_IF, Ok(FILE_OPENED), Ok(FILE_CREATED)),
        (
            FILE_OVERWRITE,
            Ok(FILE_OVERWRITTEN),
            Err(STATUS_OBJECT_NAME_NOT_FOUND),
        ),
        (FILE_OVERWRITE_IF, Ok(FILE_OVERWRITTEN), Ok(FILE_CREATED)),
    ];
    for (disposition, existing, absent) in cases {
        let bench = Bench::new();
        bench.make("\\old", b"text");
        assert_eq!(
            bench.create("\\old", disposition).map(|(_, i)| i),
            existing,
            "{disposition} existing"
        );
        assert_eq!(
            bench.create("\\new", disposition).map(|(_, i)| i),
            absent,
            "{disposition} absent"
        );
        let kept = if matches!(existing, Ok(FILE_OPENED) | Err(_)) {
            4
        } else {
            0
        };
        assert_eq!(bench.content("\\old").len(), kept, "{disposition}");
    }
}

#[test]
fn names_that_lead_nowhere_give_their_statuses() {
    let bench = Bench::new();
    bench.make("\\file", b"");
    bench.make_directory("\\dir");
    let directory = FILE_DIRECTORY_FILE;
    let file = FILE_NON_DIRECTORY_FILE;
    let cases = [
        ("\\none\\file", 0, STATUS_OBJECT_PATH_NOT_FOUND),
        ("\\file\\below", 0, STATUS_OBJECT_PATH_NOT_FOUND),
        ("\\a*b", 0, STATUS_OBJECT_NAME_INVALID),
        ("\\..\\file", 0, STATUS_OBJECT_NAME_INVALID),
        ("file", 0, STATUS_OBJECT_PATH_SYNTAX_BAD),
        ("\\dir", file, STATUS_FILE_IS_A_DIRECTORY),
        ("\\file", directory, STATUS_NOT_A_DIRECTORY),
        ("\\file\\", 0, STATUS_NOT_A_DIRECTORY),
        ("\\file:none", 0, STATUS_OBJECT_NAME_NOT_FOUND),
        ("\\dir", directory, STATUS_SUCCESS),
        ("\\DIR\\", directory, STATUS_SUCCESS),
        ("\\", 0, STATUS_SUCCESS),
        ("", 0, STATUS_SUCCESS),
        ("\\file", directory | file, STATUS_INVALID_PARAMETER),
    ];
    for (path, options, expected) in cases {
        let result = bench
            .io
            .create(path, CreateOptions::default().with(options));
        assert_eq!(status(result.map(|_| ())), expected, "{path:?}");
    }
}

#[test]
fn lookup_ignores_case_and_listing_keeps_it() {
    let bench = Bench::new();
    bench.make("\\ReadMe.TXT", b"x");
    assert_eq!(bench.content("\\README.txt"), b"x");
    assert_eq!(bench.names("\\", "*.txt"), ["ReadMe.TXT"]);
    assert_eq!(
        status(bench.create("\\readme.txt", FILE_CREATE).map(|_| ())),
        STATUS_OBJECT_NAME_COLLISION
    );
}

#[test]
fn sharing_is_kept() {
    let bench = Bench::new();
    bench.make("\\f", b"");
    let only_readers = CreateOptions::default()
        .access(GENERIC_READ)
        .share(FILE_SHARE_READ);
    let first = bench.io.create("\\f", only_readers).unwrap();
    assert!(bench.io.create("\\f", only_readers).is_ok());
    assert_eq!(
        status(bench.create("\\f", FILE_OPEN).map(|_| ())),
        STATUS_SHARING_VIOLATION
    );
    let attributes = CreateOptions {
        options: 0,
        ..CreateOptions::default().access(FILE_READ_ATTRIBUTES)
    };
    assert!(bench.io.create("\\f", attributes).is_ok());
    drop(first);
    assert!(bench.create("\\f", FILE_OPEN).is_ok());
}

#[test]
fn files_open_by_id_and_answer_by_name() {
    let bench = Bench::new();
    bench.make_directory("\\d");
    bench.make("\\d\\f", b"abc");
    let id = bench.create("\\d\\f", FILE_OPEN).unwrap().0.id().unwrap();
    let file = bench.io.open_by_id(id, CreateOptions::default()).unwrap();
    assert_eq!(file.name().unwrap(), "\\d\\f");
    assert_eq!(
        bench.io.full_attributes("\\d\\f"),
        Ok((3, FILE_ATTRIBUTE_ARCHIVE))
    );
    assert_eq!(
        bench.io.full_attributes("\\d\\g"),
        Err(STATUS_OBJECT_NAME_NOT_FOUND)
    );
}

#[test]
fn symbolic_links_and_what_is_outside_cannot_be_reached() {
    let bench = Bench::new();
    std::os::unix::fs::symlink("/", bench.host("out")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", bench.host("passwd")).unwrap();
    assert_eq!(bench.names("\\", "*"), Vec::<String>::new());
    for (path, expected) in [
        ("\\out\\etc", STATUS_OBJECT_PATH_NOT_FOUND),
        ("\\passwd", STATUS_OBJECT_NAME_NOT_FOUND),
        ("\\out", STATUS_OBJECT_NAME_NOT_FOUND),
    ] {
        assert_eq!(
            status(bench.create(path, FILE_OPEN).map(|_| ())),
            expected,
            "{path}"
        );
    }
    assert_eq!(
        status(bench.create("\\passwd", FILE_OVERWRITE_IF).map(|_| ())),
        STATUS_OBJECT_NAME_COLLISION
    );
}

#[test]
fn a_directory_that_is_missing_or_no_directory_or_read_only_is_no_volume() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    bench.make("\\file", b"");
    let error = |path: &Path| HostVolume::open(path).map(|_| ()).unwrap_err().to_string();
    assert!(error(&bench.host("none")).ends_with("none: volume directory does not exist"));
    assert!(error(&bench.host("file")).ends_with("file: volume directory is not a directory"));
    std::fs::create_dir(bench.host("ro")).unwrap();
    std::fs::set_permissions(bench.host("ro"), std::fs::Permissions::from_mode(0o555)).unwrap();
    assert!(error(&bench.host("ro")).ends_with("ro: volume directory is read-only"));
}

#[test]
fn every_file_object_is_freed_in_the_end() {
    let bench = Bench::new();
    for number in 0..50 {
        bench.make(&format!("\\f{number}"), &[1; 10_000]);
    }
    let (file, _) = bench.create("\\f1", FILE_OPEN).unwrap();
    let address = file.file().address();
    drop(file);
    bench.io.settle();
    assert!(!file_object::is_live(address));
    assert!(
        bench
            .io
            .system
            .as_ref()
            .expect("a program's")
            .0
            .dirty_streams()
            .is_empty()
    );
}
