use std::sync::atomic::{AtomicU32, Ordering};

use std::sync::Arc;

use minifilter_sys::*;

use super::*;
use crate::model::file_system::{FileSystem, Request, VolumeProperties};
use crate::model::flt_fixture;
use crate::model::operation::status_of;
use crate::verify;
use crate::volume::{HostVolume, parameters};

/// Runs a workload on a scratch directory; gives the violations it found.
fn violations_of(
    workload: &str,
    operations: u64,
    threads: u32,
    fill: impl Fn(&Path),
) -> Vec<String> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let _serial = flt_fixture::serial();
    let directory = tempfile::tempdir().unwrap();
    fill(directory.path());
    let name = format!(
        "\\Device\\Workload{}",
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let mounted = Mounted::with_name(directory.path(), &name).unwrap();
    let before = verify::violations().len();
    let load = Load {
        operations,
        threads,
        seed: 1,
    };
    assert!(
        Workload::named(workload)
            .unwrap()
            .run(&mounted, load, &mut Clients::none())
            > 0
    );
    mounted.dismount();
    let found = verify::violations().split_off(before);
    found
        .into_iter()
        .map(|v| format!("{v:?}"))
        .filter(|v| v.contains(&format!("{workload}:")))
        .collect()
}

fn nothing(_: &Path) {}

#[test]
fn smoke_finds_nothing_without_filters() {
    assert_eq!(violations_of("smoke", 0, 1, nothing), Vec::<String>::new());
}

#[test]
fn mixed_finds_nothing_without_filters() {
    assert_eq!(
        violations_of("mixed", 4000, 1, nothing),
        Vec::<String>::new()
    );
}

#[test]
fn mixed_finds_nothing_with_several_threads() {
    assert_eq!(
        violations_of("mixed", 4000, 3, nothing),
        Vec::<String>::new()
    );
}

#[test]
fn walk_leaves_the_tree_as_it_was() {
    let fill = |directory: &Path| {
        std::fs::create_dir_all(directory.join("a/b")).unwrap();
        std::fs::write(directory.join("a/b/f"), vec![5; 200_000]).unwrap();
        std::fs::write(directory.join("a/empty"), b"").unwrap();
        std::fs::write(directory.join("top"), b"text").unwrap();
    };
    assert_eq!(violations_of("walk", 0, 1, fill), Vec::<String>::new());
}

#[test]
fn unknown_workloads_are_named() {
    let error = Workload::named("nonsense").unwrap_err();
    assert_eq!(
        error,
        "--workload nonsense: not smoke, mixed, walk or query, and there is no such file"
    );
}

#[test]
fn scripts_name_the_line_that_is_wrong() {
    let cases = [
        (
            "mkdir \\a\nfly \\b",
            "line 2: `fly` is no operation with 1 arguments",
        ),
        ("write \\a x text", "line 1: `x` is no number"),
        (
            "write \\a 0 \"text",
            "line 1: quotation mark without its partner",
        ),
        (
            "fails STATUS_SUCCESS",
            "line 1: `fails` without an operation",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(Script::parse(text).unwrap_err(), expected);
    }
}

#[test]
fn scripts_see_what_is_wrong() {
    let _serial = flt_fixture::serial();
    let directory = tempfile::tempdir().unwrap();
    let mounted = Mounted::with_name(directory.path(), "\\Device\\Script").unwrap();
    let text = "mkdir \\d\nwrite \\d\\f 0 \"a b\"\nexpect \\d\\f \"a b\"\nlist \\d f # names\nrename \\d\\f \\d\\g\n\
                truncate \\d\\g 1\nexpect \\d\\g a\nfails STATUS_OBJECT_NAME_NOT_FOUND delete \\d\\f\ndelete \\d\\g\n";
    let wrong =
        "write \\x 0 abc\nexpect \\x abd\ndelete \\none\nfails STATUS_ACCESS_DENIED list \\none\n";
    let found = |text: &str, site: &str| {
        Script::parse(text).unwrap().run(&mounted.io(0, 1));
        verify::violations()
            .iter()
            .filter(|v| v.function.contains(site) && !v.detail.contains("corrupted"))
            .count()
    };
    assert_eq!(found(text, "script line"), 0);
    assert_eq!(found(wrong, "script line"), 3);
    mounted.dismount();
}

/// A file system that changes a byte of what it reads, as a faulty filter above it would.
struct Corrupting(Arc<HostVolume>);

impl FileSystem for Corrupting {
    fn perform(
        &self,
        request: Request,
        iopb: &mut FLT_IO_PARAMETER_BLOCK,
        status: &mut IO_STATUS_BLOCK,
    ) {
        self.0.perform(request, iopb, status);
        if iopb.MajorFunction == IRP_MJ_READ
            && status_of(status) == STATUS_SUCCESS
            && status.Information > 0
        {
            let read = parameters::read(iopb);
            parameters::output(read.ReadBuffer, read.MdlAddress, 1).unwrap()[0] ^= 0x80;
        }
    }

    fn name(&self, file: *const FILE_OBJECT) -> Option<String> {
        self.0.name(file)
    }

    fn cancel_open(&self, file: *const FILE_OBJECT) {
        self.0.cancel_open(file);
    }

    fn is_directory(&self, file: *const FILE_OBJECT) -> bool {
        self.0.is_directory(file)
    }

    fn properties(&self) -> VolumeProperties {
        self.0.properties()
    }
}

#[test]
fn data_that_change_on_their_way_are_found() {
    let _serial = flt_fixture::serial();
    let directory = tempfile::tempdir().unwrap();
    let host = HostVolume::open(directory.path()).unwrap();
    // Violations are told apart by the line of the script, so these are lines that no other test has.
    let corrupting = Arc::new(Corrupting(host.clone()));
    let mounted = Mounted::over(&host, corrupting, "\\Device\\Corrupting").unwrap();
    let script =
        Script::parse("\n\n\n\n\n\n\n\n\nwrite \\corrupted 0 abc\nexpect \\corrupted abc\n")
            .unwrap();
    script.run(&mounted.io(0, 1));
    mounted.dismount();
    let violations = verify::violations().into_iter().map(|v| v.detail);
    let found = violations.filter(|detail| detail.contains("corrupted: 3 bytes read"));
    assert_eq!(found.count(), 1);
}
