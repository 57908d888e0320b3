//! File system controls of the volume.

use super::*;

fn volume(bench: &Bench) -> Result<Handle<'_>, NTSTATUS> {
    let access = CreateOptions::default().access(GENERIC_READ);
    bench.io.create("", access)
}

fn control(handle: &Handle<'_>, code: u32) -> Result<usize, NTSTATUS> {
    handle
        .fs_control(code, &[], &mut [0; 64])
        .map(|done| done.information)
}

#[test]
fn a_locked_volume_opens_for_nobody_until_it_is_unlocked() {
    let bench = Bench::new();
    bench.make("\\file", b"content");
    let handle = volume(&bench).unwrap();
    assert_eq!(
        control(&handle, FSCTL_UNLOCK_VOLUME),
        Err(STATUS_NOT_LOCKED)
    );
    assert_eq!(control(&handle, FSCTL_LOCK_VOLUME), Ok(0));
    assert_eq!(
        control(&handle, FSCTL_LOCK_VOLUME),
        Err(STATUS_ACCESS_DENIED)
    );
    assert_eq!(
        bench.create("\\file", FILE_OPEN).err(),
        Some(STATUS_ACCESS_DENIED)
    );
    assert_eq!(volume(&bench).err(), Some(STATUS_ACCESS_DENIED));
    assert_eq!(control(&handle, FSCTL_UNLOCK_VOLUME), Ok(0));
    assert!(bench.create("\\file", FILE_OPEN).is_ok());
}

#[test]
fn a_lock_of_the_volume_goes_with_its_handle() {
    let bench = Bench::new();
    let handle = volume(&bench).unwrap();
    assert_eq!(control(&handle, FSCTL_LOCK_VOLUME), Ok(0));
    drop(handle);
    assert!(volume(&bench).is_ok());
}

#[test]
fn a_volume_in_use_is_not_locked() {
    let bench = Bench::new();
    bench.make("\\file", b"content");
    let (file, _) = bench.create("\\file", FILE_OPEN).unwrap();
    let handle = volume(&bench).unwrap();
    assert_eq!(
        control(&handle, FSCTL_LOCK_VOLUME),
        Err(STATUS_ACCESS_DENIED)
    );
    assert_eq!(
        control(&file, FSCTL_LOCK_VOLUME),
        Err(STATUS_INVALID_PARAMETER)
    );
    drop(file);
    assert_eq!(control(&handle, FSCTL_LOCK_VOLUME), Ok(0));
}

#[test]
fn a_file_has_no_object_id() {
    let bench = Bench::new();
    bench.make("\\file", b"content");
    let (file, _) = bench.create("\\file", FILE_OPEN).unwrap();
    assert_eq!(
        control(&file, FSCTL_GET_OBJECT_ID),
        Err(STATUS_OBJECTID_NOT_FOUND)
    );
}
