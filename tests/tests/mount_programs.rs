//! Real programs on a mount: git, sqlite, tar, a C compiler and fio leave the same bytes as without a driver.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Output};

use ringfence_tests::drydock::mount::{Mount, possible};
use ringfence_tests::drydock::{driver, root};

/// Files and directories by path: mode, links, and content or target.
type Tree = BTreeMap<String, (u32, u64, Vec<u8>)>;

fn tree(directory: &Path) -> Tree {
    let mut tree = Tree::new();
    collect(directory, directory, &mut tree);
    tree
}

fn collect(base: &Path, directory: &Path, tree: &mut Tree) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let stat = fs::symlink_metadata(&path).expect("it is there");
        let content = if stat.is_symlink() {
            let target = fs::read_link(&path).expect("a link");
            target.into_os_string().into_encoded_bytes()
        } else if stat.is_dir() {
            collect(base, &path, tree);
            Vec::new()
        } else {
            fs::read(&path).expect("a file")
        };
        let name = path.strip_prefix(base).expect("below");
        let name = name.to_string_lossy().into_owned();
        tree.insert(name, (stat.mode(), stat.nlink(), content));
    }
}

fn programs(directory: &Path) -> Output {
    let mut script = Command::new("sh");
    script
        .arg(root().join("tests/mount/programs.sh"))
        .arg(directory);
    script.output().expect("sh starts")
}

#[track_caller]
fn assert_same(bare: &Tree, mounted: &Tree) {
    let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(bare), names(mounted));
    for (name, (mode, links, content)) in bare {
        let (other_mode, other_links, other_content) = &mounted[name];
        assert_eq!((mode, links), (other_mode, other_links), "{name}");
        assert!(content == other_content, "the content of {name} differs");
    }
}

#[test]
fn programs_leave_the_same_bytes_through_the_driver_as_without() {
    let test = "programs_leave_the_same_bytes_through_the_driver_as_without";
    if !possible(test) {
        return;
    }
    let bare = tempfile::tempdir().expect("a temporary directory");
    let expected = programs(bare.path());
    assert!(expected.status.success(), "{expected:?}");
    let said = String::from_utf8_lossy(&expected.stdout);
    for line in said
        .lines()
        .filter(|line| line.starts_with("NOT INSTALLED"))
    {
        eprintln!("SKIPPED in {test}: {line}");
    }

    let mount = Mount::start(&driver("ringfence"), &[]);
    let output = programs(&mount.point);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stdout, expected.stdout);
    mount.unmount();
    let (run, directory, _place) = mount.ended();
    assert_same(&tree(bare.path()), &tree(&directory));
    let run = run.assert_clean();
    let seen: u64 = run.report.seen.iter().map(|seen| seen.pre).sum();
    assert!(run.report.operations > 10_000 && seen > 50_000, "{run:?}");
}
