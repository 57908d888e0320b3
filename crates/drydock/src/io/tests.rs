use std::path::{Path, PathBuf};

use super::*;
use crate::model::flt_volume;

/// Fixture — a mounted scratch directory, removed at the end.
struct Bench {
    directory: PathBuf,
    io: Io,
}

impl Bench {
    fn new() -> Self {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let directory =
            std::env::temp_dir().join(format!("drydock-io-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let host = HostVolume::open(&directory).unwrap();
        let volume = flt_volume::mount(host.clone(), &format!("\\Device\\HarddiskVolume{number}"));
        host.set_stack(&volume);
        let io = Io::new(&volume, &host, &SystemWorker::start().unwrap(), 100, 1);
        Self { directory, io }
    }

    fn host(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn create(&self, path: &str, disposition: u32) -> Result<(Handle<'_>, u32), NTSTATUS> {
        self.io.create_reporting(
            path,
            None,
            CreateOptions::default().disposition(disposition),
        )
    }

    fn make(&self, path: &str, content: &[u8]) {
        let (file, _) = self.create(path, FILE_OVERWRITE_IF).unwrap();
        file.write(Some(0), content).unwrap();
    }

    fn make_directory(&self, path: &str) {
        let options = CreateOptions::default()
            .disposition(FILE_CREATE)
            .with(FILE_DIRECTORY_FILE);
        self.io.create(path, options).unwrap();
    }

    fn names(&self, path: &str, pattern: &str) -> Vec<String> {
        let directory = self
            .io
            .create(path, CreateOptions::default().with(FILE_DIRECTORY_FILE))
            .unwrap();
        directory
            .list(pattern)
            .unwrap()
            .into_iter()
            .map(|entry| entry.name)
            .collect()
    }

    fn content(&self, path: &str) -> Vec<u8> {
        let file = self
            .io
            .create(
                path,
                CreateOptions::default().access(GENERIC_READ | SYNCHRONIZE),
            )
            .unwrap();
        let mut out = vec![0; 100_000];
        let length = match file.read(Some(0), &mut out) {
            Err(STATUS_END_OF_FILE) => 0,
            read => read.unwrap(),
        };
        out.truncate(length);
        out
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.io.settle();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

fn status<T>(result: Result<T, NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

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
    assert!(bench.io.host.dirty_streams().is_empty());
}
