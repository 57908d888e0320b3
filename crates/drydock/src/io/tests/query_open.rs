//! NtQueryInformationByName — one question to those who support it, and open, query and close where one does not.

use super::*;
use crate::inf::{DriverSetup, RegistryData, RegistryValue};
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::HostFixture;
use crate::model::operation::find;

type Log = Arc<std::sync::Mutex<Vec<u8>>>;

/// A filter that notes what it sees, answers query opens with `pre` and `post`, and declares these features.
fn noting(log: &Log, features: u32, pre: i32, post: i32) -> Script {
    let log = Arc::clone(log);
    Script {
        features,
        pre: Some(Arc::new(move |data, _, _| {
            let major = find(data).expect("it runs").iopb().MajorFunction;
            log.lock().unwrap().push(major);
            match major {
                IRP_MJ_QUERY_OPEN => pre,
                _ => FLT_PREOP_SUCCESS_NO_CALLBACK,
            }
        })),
        post: Some(Arc::new(move |_, _, _, _| post)),
        ..Script::default()
    }
}

/// What a filter sees of a question by name, with the answer.
fn asked(features: u32, pre: i32, post: i32) -> (Vec<u8>, Result<u64, NTSTATUS>) {
    let log = Log::default();
    let bench = HostFixture::new(noting(&log, features, pre, post));
    bench.put("f", b"12345");
    let io = Io::of_kernel(&bench.fixture.volume);
    let answer = io.stat_by_name("\\f").map(|(size, _)| size);
    let mut seen = std::mem::take(&mut *log.lock().unwrap());
    seen.retain(|major| [IRP_MJ_QUERY_OPEN, IRP_MJ_CREATE].contains(major));
    (seen, answer)
}

#[test]
fn a_filter_that_supports_query_open_is_asked_once() {
    let finished = FLT_POSTOP_FINISHED_PROCESSING;
    let all = asked(0x4, FLT_PREOP_SUCCESS_WITH_CALLBACK, finished);
    assert_eq!(all, (vec![IRP_MJ_QUERY_OPEN], Ok(5)));
}

#[test]
fn a_filter_that_does_not_declare_the_feature_sees_a_create() {
    let finished = FLT_POSTOP_FINISHED_PROCESSING;
    let none = asked(0x3, FLT_PREOP_SUCCESS_WITH_CALLBACK, finished);
    assert_eq!(none, (vec![IRP_MJ_CREATE], Ok(5)));
}

#[test]
fn a_disallowed_query_open_becomes_open_query_and_close() {
    let finished = FLT_POSTOP_FINISHED_PROCESSING;
    let both = vec![IRP_MJ_QUERY_OPEN, IRP_MJ_CREATE];
    let before = asked(0x4, FLT_PREOP_DISALLOW_FSFILTER_IO, finished);
    assert_eq!(before, (both.clone(), Ok(5)));
    let after = asked(
        0x4,
        FLT_PREOP_SUCCESS_WITH_CALLBACK,
        FLT_POSTOP_DISALLOW_FSFILTER_IO,
    );
    assert_eq!(after, (both, Ok(5)));
}

#[test]
fn a_query_open_of_what_is_missing_says_so() {
    let log = Log::default();
    let next = FLT_PREOP_SUCCESS_NO_CALLBACK;
    let bench = HostFixture::new(noting(&log, 0x4, next, 0));
    let io = Io::of_kernel(&bench.fixture.volume);
    let missing = io.stat_by_name("\\none");
    assert_eq!(missing, Err(STATUS_OBJECT_NAME_NOT_FOUND));
}

#[test]
fn features_stand_below_the_service_or_its_parameters() {
    let value = |subkey: &str, number| RegistryValue {
        subkey: subkey.to_owned(),
        name: "SupportedFeatures".to_owned(),
        data: RegistryData::Dword(number),
    };
    let mut setup = DriverSetup::without_inf("one");
    assert_eq!(setup.supported_features(), 0);
    setup.values.push(value("", 3));
    assert_eq!(setup.supported_features(), 3);
    setup.values.push(value("Parameters", 7));
    assert_eq!(setup.supported_features(), 7);
}
