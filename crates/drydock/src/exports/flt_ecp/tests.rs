#![allow(unsafe_code)] // plays a driver

use std::ffi::c_void;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use minifilter_sys::{
    FLT_PREOP_SUCCESS_NO_CALLBACK, GUID, NTSTATUS, STATUS_INVALID_PARAMETER,
    STATUS_INVALID_PARAMETER_2, STATUS_INVALID_PARAMETER_3, STATUS_NOT_FOUND, STATUS_SUCCESS,
};

use super::*;
use crate::io::CreateOptions;
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::HostFixture;
use crate::verify::tests::violations_of;

const TAG: u32 = u32::from_le_bytes(*b"Tecp");

fn kind(number: u32) -> GUID {
    GUID {
        Data1: number,
        Data2: 0x11,
        Data3: 0x22,
        Data4: [9; 8],
    }
}

fn list() -> usize {
    let mut list = 0;
    // SAFETY: the place outlives the call.
    let status = unsafe { FltAllocateExtraCreateParameterList(0, 0, Out::to(&mut list)) };
    assert_eq!(
        status, STATUS_SUCCESS,
        "FltAllocateExtraCreateParameterList"
    );
    list
}

fn parameter(number: u32, cleanup: Option<EcpCleanup>) -> usize {
    let (guid, mut context) = (kind(number), 0);
    // SAFETY: type and place outlive the call.
    let status = unsafe {
        FltAllocateExtraCreateParameter(
            0,
            In::from(&guid),
            24,
            0,
            cleanup,
            TAG,
            Out::to(&mut context),
        )
    };
    assert_eq!(status, STATUS_SUCCESS, "FltAllocateExtraCreateParameter");
    context
}

fn insert(list: usize, context: usize) -> NTSTATUS {
    // SAFETY: addresses are judged before they are used.
    unsafe { FltInsertExtraCreateParameter(0, list, context) }
}

fn free(context: usize) {
    // SAFETY: addresses are judged before they are used.
    unsafe { FltFreeExtraCreateParameter(0, context) };
}

fn free_list(list: usize) {
    // SAFETY: addresses are judged before they are used.
    unsafe { FltFreeExtraCreateParameterList(0, list) };
}

static CLEANED: AtomicU32 = AtomicU32::new(0);

unsafe extern "win64" fn cleanup(_context: *mut c_void, guid: *const GUID) {
    // SAFETY: the filter manager passes the type of the parameter.
    let guid = unsafe { guid.read() };
    CLEANED.fetch_add(guid.Data1, Ordering::Relaxed);
}

#[test]
fn flt_free_extra_create_parameter_list_frees_and_cleans_up_what_is_in_it() {
    let list = list();
    assert_eq!(
        insert(list, parameter(100, Some(cleanup))),
        STATUS_SUCCESS,
        "FltInsertExtraCreateParameter"
    );
    assert_eq!(insert(list, parameter(10, Some(cleanup))), STATUS_SUCCESS);
    free_list(list);
    assert_eq!(
        CLEANED.load(Ordering::Relaxed),
        110,
        "FltFreeExtraCreateParameterList"
    );
}

#[test]
fn flt_insert_extra_create_parameter_takes_one_of_a_type() {
    let list = list();
    assert_eq!(insert(list, parameter(1, None)), STATUS_SUCCESS);
    let second = parameter(1, None);
    assert_eq!(
        insert(list, second),
        STATUS_INVALID_PARAMETER,
        "FltInsertExtraCreateParameter"
    );
    free(second);
    free_list(list);
}

#[test]
fn flt_find_and_flt_remove_extra_create_parameter_go_by_type() {
    let (list, context) = (list(), parameter(1, None));
    assert_eq!(insert(list, context), STATUS_SUCCESS);
    let look = |number, out: &mut (usize, u32)| {
        let guid = kind(number);
        // SAFETY: type and places outlive the call.
        unsafe {
            FltFindExtraCreateParameter(
                0,
                list,
                In::from(&guid),
                Out::to(&mut out.0),
                Out::to(&mut out.1),
            )
        }
    };
    let mut out = (1, 1);
    assert_eq!(
        (look(2, &mut out), out),
        (STATUS_NOT_FOUND, (0, 0)),
        "FltFindExtraCreateParameter"
    );
    assert_eq!((look(1, &mut out), out), (STATUS_SUCCESS, (context, 24)));
    let (guid, mut removed) = (kind(1), 0);
    // SAFETY: type and place outlive the call.
    let status = unsafe {
        FltRemoveExtraCreateParameter(
            0,
            list,
            In::from(&guid),
            Out::to(&mut removed),
            Out::unwanted(),
        )
    };
    assert_eq!(
        (status, removed),
        (STATUS_SUCCESS, context),
        "FltRemoveExtraCreateParameter"
    );
    assert_eq!(look(1, &mut out), STATUS_NOT_FOUND);
    free(context);
    free_list(list);
}

#[test]
fn flt_get_next_extra_create_parameter_goes_through_the_list_once() {
    let (list, one, two) = (list(), parameter(1, None), parameter(2, None));
    assert_eq!([insert(list, one), insert(list, two)], [STATUS_SUCCESS; 2]);
    let next = |list, current| {
        let (mut guid, mut context, mut size) = (kind(0), 77, 77);
        // SAFETY: the places outlive the call.
        let status = unsafe {
            FltGetNextExtraCreateParameter(
                0,
                list,
                current,
                Out::to(&mut guid),
                Out::to(&mut context),
                Out::to(&mut size),
            )
        };
        (status, guid.Data1, context, size)
    };
    assert_eq!(
        next(list, 0),
        (STATUS_SUCCESS, 1, one, 24),
        "FltGetNextExtraCreateParameter"
    );
    assert_eq!(next(list, one), (STATUS_SUCCESS, 2, two, 24));
    assert_eq!(next(list, two), (STATUS_NOT_FOUND, 0, 0, 0));
    assert_eq!(next(0, 0).0, STATUS_INVALID_PARAMETER);
    free_list(list);
}

#[test]
fn flt_free_extra_create_parameter_wants_it_out_of_its_list() {
    let found = violations_of("FltFreeExtraCreateParameter", || {
        let (list, context) = (list(), parameter(1, None));
        assert_eq!(insert(list, context), STATUS_SUCCESS);
        free(context);
        free_list(list);
    });
    assert_eq!(found, ["extra create parameter misused"]);
}

#[test]
fn flt_acknowledge_ecp_marks_and_flt_prepare_to_reuse_ecp_takes_back() {
    let context = parameter(1, None);
    // SAFETY: the parameter is live.
    let acknowledged = || unsafe { FltIsEcpAcknowledged(0, context) };
    assert_eq!(acknowledged(), 0, "FltIsEcpAcknowledged");
    // SAFETY: the parameter is live.
    unsafe { FltAcknowledgeEcp(0, context) };
    assert_eq!(acknowledged(), 1, "FltAcknowledgeEcp");
    // SAFETY: the parameter is live.
    unsafe { FltPrepareToReuseEcp(0, context) };
    assert_eq!(acknowledged(), 0, "FltPrepareToReuseEcp");
    // SAFETY: the parameter is live.
    let from_user_mode = || unsafe { FltIsEcpFromUserMode(0, context) };
    assert_eq!(from_user_mode(), 0, "FltIsEcpFromUserMode");
    ecp::from_user_mode(context);
    assert_eq!(from_user_mode(), 1);
    free(context);
}

#[test]
fn flt_allocate_extra_create_parameter_from_lookaside_list_gives_the_block_back() {
    let mut storage = Box::new([0_u128; 16]);
    let lookaside = storage.as_mut_ptr() as usize;
    // SAFETY: the storage is as long as the largest lookaside list.
    unsafe { FltInitExtraCreateParameterLookasideList(0, lookaside, 0, 24, TAG) };
    let (guid, mut context) = (kind(1), 0);
    // SAFETY: type and place outlive the call.
    let status = unsafe {
        FltAllocateExtraCreateParameterFromLookasideList(
            0,
            In::from(&guid),
            24,
            0,
            None,
            lookaside,
            Out::to(&mut context),
        )
    };
    assert_eq!(
        status, STATUS_SUCCESS,
        "FltAllocateExtraCreateParameterFromLookasideList"
    );
    free(context);
    // SAFETY: the list was initialised above.
    unsafe { FltDeleteExtraCreateParameterLookasideList(0, lookaside, 0) };
}

#[test]
fn a_list_goes_with_a_create_to_those_below_and_is_freed_at_its_end() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&log);
    let script = Script {
        pre: Some(Arc::new(move |data, objects, _| {
            let instance = crate::model::flt_object::instance(objects.Instance).expect("live");
            let mut attached = 0;
            // SAFETY: the place outlives the call.
            let status = unsafe { FltGetEcpListFromCallbackData(0, data, Out::to(&mut attached)) };
            assert_eq!(status, STATUS_SUCCESS, "FltGetEcpListFromCallbackData");
            let top = instance.altitude.to_string() == "370000";
            // SAFETY: the filter manager judges the data.
            let set = |list| unsafe { FltSetEcpListIntoCallbackData(0, data, list) };
            if crate::model::operation::find(data)
                .expect("it runs")
                .iopb()
                .MajorFunction
                != 0
            {
                assert_eq!(
                    set(1),
                    STATUS_INVALID_PARAMETER_2,
                    "FltSetEcpListIntoCallbackData"
                );
                return FLT_PREOP_SUCCESS_NO_CALLBACK;
            }
            if top && attached == 0 {
                let list = list();
                assert_eq!(
                    insert(list, parameter(1000, Some(cleanup_below))),
                    STATUS_SUCCESS
                );
                assert_eq!(set(list), STATUS_SUCCESS, "FltSetEcpListIntoCallbackData");
                assert_eq!(set(list), STATUS_INVALID_PARAMETER_3);
            }
            seen.lock().expect("no panic").push((top, attached != 0));
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    };
    let bench = HostFixture::with(script, &["370000", "40000"]);
    bench.put("file", b"");
    drop(bench.open(r"\file", CreateOptions::default()));
    assert_eq!(
        *log.lock().expect("no panic"),
        [(true, false), (false, true)]
    );
    assert_eq!(BELOW.load(Ordering::Relaxed), 1000);
}

#[test]
fn flt_free_extra_create_parameter_list_leaves_that_of_a_create_to_the_create() {
    let script = Script {
        pre: Some(Arc::new(|data, _, _| {
            let list = list();
            // SAFETY: the filter manager judges the data.
            if unsafe { FltSetEcpListIntoCallbackData(0, data, list) } != STATUS_SUCCESS {
                free_list(list);
                return FLT_PREOP_SUCCESS_NO_CALLBACK;
            }
            let found = violations_of("FltFreeExtraCreateParameterList", || free_list(list));
            assert_eq!(found, ["extra create parameter misused"]);
            assert_eq!(insert(list, parameter(1, None)), STATUS_SUCCESS);
            FLT_PREOP_SUCCESS_NO_CALLBACK
        })),
        ..Script::default()
    };
    let bench = HostFixture::with(script, &["370000"]);
    bench.put("file", b"");
    drop(bench.open(r"\file", CreateOptions::default()));
}

static BELOW: AtomicU32 = AtomicU32::new(0);

unsafe extern "win64" fn cleanup_below(_context: *mut c_void, guid: *const GUID) {
    // SAFETY: the filter manager passes the type of the parameter.
    let guid = unsafe { guid.read() };
    BELOW.fetch_add(guid.Data1, Ordering::Relaxed);
}
