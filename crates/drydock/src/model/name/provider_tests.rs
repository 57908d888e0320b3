#![allow(unsafe_code)] // plays a name provider

use std::sync::{Arc, Mutex};

use minifilter_sys::*;

use super::{destination, of_file_object, purge, release};
use crate::model::flt_fixture::{Fixture, Generate, Script};
use crate::verify::rule::{
    NAME_CONTROL_BROKEN, NAME_PROVIDER_RECURSION, NAME_WITHOUT_VOLUME, Rule,
};
use crate::verify::tests::violations_of;

const OPENED: u32 = FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT;
const NORMALIZED: u32 = FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT;
const CACHED: u32 = FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_CACHE_ONLY;
const LONG: &str =
    r"\Device\Fixture\a directory with a long name\the file as the provider shows it.txt";

/// Leaves a name in a control as drivers do.
fn leave(control: *mut FLT_NAME_CONTROL, name: &str) -> i32 {
    let units: Vec<u16> = name.encode_utf16().collect();
    let bytes = units.len() as u16 * 2;
    // SAFETY: the filter manager passes a control.
    let old = unsafe { control.read() };
    // SAFETY: its buffer is as long as it says.
    let grown = unsafe { super::grow(old, bytes) }.expect("memory");
    // SAFETY: the buffer has room for the name, since it has just grown.
    unsafe {
        units
            .as_ptr()
            .copy_to_nonoverlapping(grown.Name.Buffer, units.len())
    };
    let name = UNICODE_STRING {
        Length: bytes,
        ..grown.Name
    };
    // SAFETY: the filter manager passes a control.
    unsafe { control.write(FLT_NAME_CONTROL { Name: name }) };
    0
}

fn generating(name: &'static str, lasting: u8) -> Arc<Generate> {
    Arc::new(move |_, _, _, _, cacheable, control| {
        *cacheable = lasting;
        leave(control, name)
    })
}

/// A provider at each of two altitudes.
fn providers(generate: Arc<Generate>) -> Fixture {
    let script = Script {
        generate: Some(generate),
        ..Script::default()
    };
    Fixture::with(script, &["370000", "360000"], true)
}

/// Asks for a name from the instance with this index, or from above all.
fn ask(fixture: &Fixture, asker: Option<usize>, options: u32) -> Result<usize, i32> {
    let stack = fixture.volume.stack();
    let asker = asker.map(|index| &stack[index]);
    of_file_object(fixture.file.pointer(), &fixture.volume, asker, options)
}

fn text(fixture: &Fixture, asker: Option<usize>, options: u32) -> String {
    read(ask(fixture, asker, options).expect("a name"))
}

fn read(name: usize) -> String {
    let pointer = name as PFLT_FILE_NAME_INFORMATION;
    // SAFETY: the name information is held by this test.
    let string = unsafe { (*pointer).Name };
    // SAFETY: as above.
    let units =
        unsafe { std::slice::from_raw_parts(string.Buffer, usize::from(string.Length / 2)) };
    let text = String::from_utf16_lossy(units);
    release(pointer);
    text
}

#[test]
fn a_provider_answers_those_above_and_on_request_itself() {
    let fixture = providers(generating(LONG, 1));
    let of_file_system = r"\Device\Fixture\dir\file.txt";
    assert_eq!(text(&fixture, None, OPENED), LONG);
    assert_eq!(text(&fixture, Some(0), OPENED), LONG);
    assert_eq!(text(&fixture, Some(1), OPENED), of_file_system);
    let itself = OPENED | FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER;
    assert_eq!(text(&fixture, Some(1), itself), LONG);
}

#[test]
fn a_name_asked_for_in_the_callback_comes_from_below_the_provider() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let asked = Arc::clone(&seen);
    let fixture = providers(Arc::new(move |_, file, _, options, cacheable, control| {
        let volume = crate::model::flt_volume::of_file_object(file).expect("a volume");
        let asking = super::provider::asking(std::ptr::null_mut(), file).expect("a provider");
        let below = of_file_object(file, &volume, Some(&asking), options).expect("a name");
        let below = read(below);
        asked.lock().expect("no panic").push(below.clone());
        *cacheable = 1;
        leave(control, &format!("{below}+"))
    }));
    assert_eq!(
        text(&fixture, None, OPENED),
        r"\Device\Fixture\dir\file.txt++"
    );
    let seen = seen.lock().expect("no panic").clone();
    assert_eq!(
        seen,
        [
            r"\Device\Fixture\dir\file.txt",
            r"\Device\Fixture\dir\file.txt+"
        ]
    );
}

#[test]
fn a_name_stays_in_the_cache_only_where_provider_and_asker_agree() {
    for (lasting, options, stays) in [
        (1, OPENED, true),
        (0, OPENED, false),
        (1, OPENED | FLT_FILE_NAME_DO_NOT_CACHE, false),
        (
            1,
            FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY,
            false,
        ),
    ] {
        let fixture = providers(generating(LONG, lasting));
        assert_eq!(text(&fixture, None, options), LONG);
        let cached = ask(&fixture, None, CACHED).map(read);
        let wanted = if stays {
            Ok(LONG.to_owned())
        } else {
            Err(STATUS_FLT_NAME_CACHE_MISS)
        };
        assert_eq!(cached, wanted, "{lasting} {options:#x}");
    }
}

#[test]
fn a_provider_purges_its_own_names() {
    let fixture = providers(generating(LONG, 1));
    assert_eq!(text(&fixture, None, OPENED), LONG);
    let stack = fixture.volume.stack();
    // FltPurgeFileNameInformationCache, with a file and without.
    purge(stack[1].address(), None);
    assert!(ask(&fixture, None, CACHED).map(read).is_ok());
    purge(
        stack[0].address(),
        Some(fixture.file.pointer() as usize + 8),
    );
    assert!(ask(&fixture, None, CACHED).map(read).is_ok());
    purge(stack[0].address(), Some(fixture.file.pointer() as usize));
    assert_eq!(ask(&fixture, None, CACHED), Err(STATUS_FLT_NAME_CACHE_MISS));
}

/// What the callbacks of a provider were told, in order.
type Told = Arc<Mutex<Vec<String>>>;

/// A provider that refuses normalized names, but writes out components in capitals; the one called `gone` is not there.
fn capitals(told: &Told) -> Fixture {
    let (component, cleanup) = (Arc::clone(told), Arc::clone(told));
    let script = Script {
        generate: Some(Arc::new(|_, _, _, options, _, control| {
            match options & 0xFF {
                FLT_FILE_NAME_OPENED => leave(control, r"\Device\Fixture\d~1\f.txt:s"),
                _ => STATUS_NOT_SUPPORTED,
            }
        })),
        component: Some(Arc::new(move |parent, name, flags, context| {
            *context += 1;
            let told = format!("{parent}|{name}|{flags}");
            component.lock().expect("no panic").push(told);
            match name.as_str() {
                "gone" => Err(STATUS_NO_SUCH_FILE),
                name => Ok(name.to_uppercase()),
            }
        })),
        component_cleanup: Some(Arc::new(move |context| {
            cleanup
                .lock()
                .expect("no panic")
                .push(format!("cleanup {context}"));
        })),
        ..Script::default()
    };
    Fixture::new(script)
}

#[test]
fn a_normalized_name_that_is_refused_comes_component_by_component() {
    let told = Told::default();
    let fixture = capitals(&told);
    assert_eq!(
        text(&fixture, None, NORMALIZED),
        r"\Device\Fixture\D~1\F.TXT:s"
    );
    let told = told.lock().expect("no panic").clone();
    let wanted = [
        r"\Device\Fixture\|d~1|0",
        r"\Device\Fixture\D~1\|f.txt|0",
        "cleanup 2",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn a_destination_whose_last_component_is_not_there_yet_keeps_it() {
    let told = Told::default();
    let fixture = capitals(&told);
    let stack = fixture.volume.stack();
    let file = fixture.file.pointer();
    let options = NORMALIZED | FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER;
    let name = destination(&stack[0], file, r"\new\gone", options).expect("a name");
    assert_eq!(read(name), r"\Device\Fixture\NEW\gone");
    assert_eq!(told.lock().expect("no panic")[0], r"\Device\Fixture\|new|2");
    let failed = destination(&stack[0], file, r"\gone\new", options);
    assert_eq!(failed, Err(STATUS_NO_SUCH_FILE));
}

/// Asks one provider from above; gives the broken rules and how the question ended.
fn judged(generate: Arc<Generate>) -> (Vec<String>, Result<String, i32>) {
    let mut ended = Ok(String::new());
    let found = violations_of("GenerateFileName", || {
        let fixture = providers(generate);
        ended = ask(&fixture, Some(0), OPENED).map(read);
    });
    (found, ended)
}

fn name_of(rule: Rule) -> Vec<String> {
    vec![rule.name.to_owned()]
}

#[test]
fn a_name_without_its_volume_is_reported() {
    let (found, ended) = judged(generating(r"\dir\file.txt", 0));
    assert_eq!(found, name_of(NAME_WITHOUT_VOLUME));
    assert_eq!(ended.as_deref(), Ok(r"\dir\file.txt"));
}

#[test]
fn a_buffer_that_did_not_grow_is_reported() {
    let (found, ended) = judged(Arc::new(|_, _, _, _, _, control| {
        // SAFETY: the filter manager passes a control.
        let control = unsafe { &mut *control };
        control.Name.Length = control.Name.MaximumLength + 2;
        0
    }));
    assert_eq!(found, name_of(NAME_CONTROL_BROKEN));
    assert_eq!(ended, Err(STATUS_FLT_INVALID_NAME_REQUEST));
}

#[test]
fn a_provider_that_asks_itself_for_the_same_name_is_reported() {
    let found = violations_of("FltGetFileNameInformationUnsafe", || {
        let fixture = providers(Arc::new(|_, file, _, options, _, _| {
            let volume = crate::model::flt_volume::of_file_object(file).expect("a volume");
            let asking = super::provider::asking(std::ptr::null_mut(), file);
            let itself = options | FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER;
            let again =
                crate::exports::gate::tests::in_call("FltGetFileNameInformationUnsafe", || {
                    of_file_object(file, &volume, asking.as_ref(), itself)
                });
            again.expect_err("no end")
        }));
        assert_eq!(
            ask(&fixture, None, OPENED),
            Err(STATUS_FLT_INVALID_NAME_REQUEST)
        );
    });
    assert_eq!(found, name_of(NAME_PROVIDER_RECURSION));
}
