//! Mounts that end, in order or not: nothing stays mounted, and nothing that programs wrote is lost.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;

use ringfence_tests::drydock::driver;
use ringfence_tests::drydock::mount::{Mount, possible};

#[test]
fn an_unmounted_volume_has_what_was_written() {
    if !possible("an_unmounted_volume_has_what_was_written") {
        return;
    }
    let mount = Mount::start(&driver("ringfence"), &[]);
    fs::write(mount.point.join("file"), "content").expect("it can be written");
    mount.unmount();
    let (run, directory, _place) = mount.ended();
    run.assert_clean();
    assert_eq!(
        fs::read(directory.join("file")).expect("it is there"),
        b"content"
    );
}

#[test]
fn a_signal_ends_a_mount_that_is_in_use() {
    if !possible("a_signal_ends_a_mount_that_is_in_use") {
        return;
    }
    for signal in ["-INT", "-TERM"] {
        let mount = Mount::start(&driver("ringfence"), &[]);
        let mut held = File::create(mount.point.join("held")).expect("it can be made");
        held.write_all(b"before").expect("it can be written");
        let gone = File::create(mount.point.join("gone")).expect("it can be made");
        fs::remove_file(mount.point.join("gone")).expect("it can be removed");
        gone.write_at(b"still", 0).expect("it lives on");
        mount.signal(signal, mount.process());
        let (run, directory, _place) = mount.ended();
        run.assert_clean();
        assert!(
            held.write_all(b"after").is_err(),
            "nobody is there any more"
        );
        assert_eq!(
            fs::read(directory.join("held")).expect("it is there"),
            b"before"
        );
        assert!(!directory.join("gone").exists());
    }
}

#[test]
fn a_child_that_dies_leaves_no_mount() {
    if !possible("a_child_that_dies_leaves_no_mount") {
        return;
    }
    let mount = Mount::start(&driver("ringfence"), &[]);
    mount.signal("-KILL", mount.child());
    let (run, _, _place) = mount.ended();
    assert_eq!(run.exit, Some(1));
    assert!(run.stderr.contains("without a report"), "{run:?}");
}

#[test]
fn a_parent_that_is_killed_leaves_no_mount() {
    if !possible("a_parent_that_is_killed_leaves_no_mount") {
        return;
    }
    let mount = Mount::start(&driver("ringfence"), &[]);
    let child = mount.child();
    mount.signal("-KILL", mount.process());
    let begun = std::time::Instant::now();
    while fs::exists(format!("/proc/{child}")).unwrap_or(false) && begun.elapsed().as_secs() < 30 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let (run, _, _place) = mount.ended();
    assert_eq!(run.exit, None);
}

#[test]
fn a_bug_check_takes_the_mount_down_and_is_reported() {
    if !possible("a_bug_check_takes_the_mount_down_and_is_reported") {
        return;
    }
    let mount = Mount::start(&driver("faulty/null_read"), &[]);
    let (run, _, _place) = mount.ended();
    assert_eq!(run.exit, Some(4), "{run:?}");
    let stop = run.report.bugcheck.expect("a stop");
    assert_eq!(stop.name, "PAGE_FAULT_IN_NONPAGED_AREA");
}

#[test]
fn places_that_cannot_be_mounted_are_refused_in_one_line() {
    if !possible("places_that_cannot_be_mounted_are_refused_in_one_line") {
        return;
    }
    let place = tempfile::tempdir().expect("a temporary directory");
    let inside = place.path().join("inside");
    fs::create_dir(&inside).expect("a directory");
    let nowhere = place.path().join("nowhere");
    let cases = [
        (place.path(), inside.as_path(), "lies in the directory"),
        (inside.as_path(), nowhere.as_path(), "nowhere"),
        (inside.as_path(), place.path(), "is not empty"),
    ];
    for (directory, point, words) in cases {
        let fixed = ["mount".into(), driver("null").into_os_string()];
        let paths = [directory, point].map(|path| path.as_os_str().to_owned());
        let output = ringfence_tests::drydock::start(fixed.into_iter().chain(paths));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{errors}");
        assert!(
            errors.contains(words) && errors.lines().count() == 1,
            "{errors}"
        );
    }
}
