#![allow(unsafe_code)] // plays a driver that reads and writes name information

use std::sync::{Arc, Mutex};

use minifilter_sys::*;

use super::{destination, of_file_object, of_operation, parse_information, release};
use crate::exports::gate::tests::in_call;
use crate::model::flt_fixture::{Fixture, Script};
use crate::verify::tests::violations_of;

const OPENED: u32 = FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT;

fn get(fixture: &Fixture, options: u32) -> Result<usize, i32> {
    of_file_object(fixture.file.pointer(), &fixture.volume, None, options)
}

fn structure(address: usize) -> FLT_FILE_NAME_INFORMATION {
    // SAFETY: the name information is held by this test.
    unsafe { (address as *const FLT_FILE_NAME_INFORMATION).read() }
}

fn text(string: UNICODE_STRING) -> String {
    // SAFETY: the string lies in name information that this test holds.
    let units =
        unsafe { std::slice::from_raw_parts(string.Buffer, usize::from(string.Length / 2)) };
    String::from_utf16_lossy(units)
}

#[test]
fn name_information_is_shared_and_parsed_in_place() {
    let fixture = Fixture::new(Script::default());
    let (first, second) = (
        get(&fixture, OPENED).expect("a name"),
        get(&fixture, OPENED).expect("a name"),
    );
    assert_eq!(first, second);
    let pointer = first as PFLT_FILE_NAME_INFORMATION;
    assert_eq!(parse_information(pointer), Ok(()));
    let found = structure(first);
    assert_eq!(text(found.Name), r"\Device\Fixture\dir\file.txt");
    assert_eq!(
        [
            found.Volume,
            found.ParentDir,
            found.FinalComponent,
            found.Extension
        ]
        .map(text),
        [r"\Device\Fixture", r"\dir\", "file.txt", "txt"]
    );
    release(pointer);
    release(pointer);
}

#[test]
fn a_rename_starts_the_cache_anew() {
    let fixture = Fixture::new(Script::default());
    let first = get(&fixture, OPENED).expect("a name");
    super::names_changed();
    let second = get(&fixture, OPENED).expect("a name");
    assert_ne!(first, second);
    release(first as PFLT_FILE_NAME_INFORMATION);
    release(second as PFLT_FILE_NAME_INFORMATION);
}

#[test]
fn a_destination_lies_beside_the_file_or_where_its_path_says() {
    let fixture = Fixture::new(Script::default());
    let instance = &fixture.volume.stack()[0];
    for (target, wanted) in [
        ("new.txt", r"\Device\Fixture\dir\new.txt"),
        (r"\Device\Fixture\top.txt", r"\Device\Fixture\top.txt"),
        (r"\??\C:\top.txt", r"\Device\Fixture\top.txt"),
    ] {
        let name = destination(instance, fixture.file.pointer(), target, OPENED).expect("a name");
        assert_eq!(text(structure(name).Name), wanted);
        release(name as PFLT_FILE_NAME_INFORMATION);
    }
    assert_eq!(
        destination(instance, fixture.file.pointer(), "x", FLT_FILE_NAME_SHORT),
        Err(STATUS_FLT_INVALID_NAME_REQUEST)
    );
}

#[test]
fn names_are_refused_where_asking_could_deadlock() {
    let seen: Arc<Mutex<Vec<Result<usize, i32>>>> = Arc::default();
    let pre = Arc::clone(&seen);
    let mut fixture = Fixture::new(Script {
        pre: Some(Arc::new(move |data, _, _| {
            pre.lock()
                .expect("no panic")
                .push(of_operation(data, OPENED));
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    });
    fixture.file.object.Flags = 0x4000;
    fixture.irp(IRP_MJ_READ);
    assert_eq!(
        *seen.lock().expect("no panic"),
        [Err(STATUS_FLT_INVALID_NAME_REQUEST)]
    );
    assert_eq!(
        get(
            &fixture,
            FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_CACHE_ONLY
        ),
        Err(STATUS_FLT_NAME_CACHE_MISS)
    );
    assert_eq!(
        get(&fixture, 9 | FLT_FILE_NAME_QUERY_DEFAULT),
        Err(STATUS_INVALID_PARAMETER)
    );
}

#[test]
fn a_name_released_once_too_often_is_reported() {
    let fixture = Fixture::new(Script::default());
    let name = get(&fixture, OPENED).expect("a name");
    let release = || {
        in_call("FltReleaseFileNameInformation", || {
            release(name as PFLT_FILE_NAME_INFORMATION)
        })
    };
    assert!(violations_of("FltReleaseFileNameInformation", release).is_empty());
    assert_eq!(
        violations_of("FltReleaseFileNameInformation", release),
        ["F15 name information over-released"]
    );
}

#[test]
fn a_name_written_to_is_reported() {
    let fixture = Fixture::new(Script::default());
    let name = get(&fixture, OPENED).expect("a name");
    let buffer = structure(name).Name.Buffer;
    // SAFETY: the name information is held by this test.
    unsafe { buffer.write(0) };
    let found = violations_of("FltReleaseFileNameInformation", || {
        in_call("FltReleaseFileNameInformation", || {
            release(name as PFLT_FILE_NAME_INFORMATION)
        });
    });
    assert_eq!(found, ["file name information changed by the driver"]);
}

#[test]
fn a_name_kept_is_reported_at_unregister() {
    let found = violations_of("FltGetFileNameInformation", || {
        let fixture = Fixture::new(Script::default());
        in_call("FltGetFileNameInformation", || {
            get(&fixture, OPENED).expect("a name")
        });
    });
    assert_eq!(found, ["F15 name information leaked"]);
}

#[test]
fn a_name_asked_for_at_apc_is_refused_and_breaks_no_rule() {
    let fixture = Fixture::new(Script::default());
    let apc = crate::model::bounds::APC;
    let asked = || in_call("FltGetFileNameInformationUnsafe", || get(&fixture, OPENED));
    let found = violations_of("FltGetFileNameInformationUnsafe", || {
        use crate::model::thread::Site;
        let answer = crate::model::thread::call_driver(
            Site {
                name: "asking",
                code: 0,
            },
            apc,
            asked,
        );
        assert_eq!(answer, Err(STATUS_FLT_INVALID_NAME_REQUEST));
    });
    assert!(found.is_empty(), "{found:?}");
}

/// Asks for the tunneled name of a destination in the callback after (or before) an operation.
fn tunneled_after(major: u8, target: &'static str, after: bool) -> (Vec<String>, Vec<String>) {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&seen);
    let ask = move |data, objects: &FLT_RELATED_OBJECTS| {
        let instance = crate::model::flt_object::instance(objects.Instance).expect("an instance");
        let options = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT;
        let before = destination(&instance, objects.FileObject, target, options).expect("a name");
        let before = before as PFLT_FILE_NAME_INFORMATION;
        let answer = match in_call("FltGetTunneledName", || super::tunneled(data, before)) {
            Ok(None) => "none".to_owned(),
            Ok(Some(name)) => {
                let found = text(structure(name).Name);
                release(name as PFLT_FILE_NAME_INFORMATION);
                found
            }
            Err(status) => format!("{status:#x}"),
        };
        told.lock().expect("no panic").push(answer);
        release(before);
    };
    let (pre, post) = (Arc::new(ask.clone()), Arc::new(ask));
    let script = Script {
        pre: Some(Arc::new(move |data, objects, _| {
            if !after {
                pre(data, objects);
            }
            FLT_PREOP_SUCCESS_WITH_CALLBACK
        })),
        post: Some(Arc::new(move |data, objects, _, _| {
            if after {
                post(data, objects);
            }
            0
        })),
        ..Script::default()
    };
    let found = violations_of("FltGetTunneledName", || {
        let fixture = Fixture::new(script);
        fixture.irp(major);
    });
    let seen = seen.lock().expect("no panic").clone();
    (seen, found)
}

#[test]
fn fltgettunneledname_gives_the_long_name_that_a_short_one_became() {
    for (target, wanted) in [
        (r"FILE~1.TXT", r"\Device\Fixture\dir\file.txt"),
        (r"FILE~1.TXT:s", r"\Device\Fixture\dir\file.txt:s"),
        (r"other.txt", "none"),
    ] {
        let (seen, found) = tunneled_after(IRP_MJ_CREATE, target, true);
        assert_eq!(seen, [wanted], "{target}");
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn fltgettunneledname_belongs_into_the_callbacks_after_creates_and_renames() {
    for (major, after) in [(IRP_MJ_CREATE, false), (IRP_MJ_CLEANUP, false)] {
        let (seen, found) = tunneled_after(major, r"FILE~1.TXT", after);
        assert_eq!(seen, [format!("{STATUS_INVALID_PARAMETER:#x}")]);
        assert_eq!(found, ["tunneled name asked for where there is none"]);
    }
}
