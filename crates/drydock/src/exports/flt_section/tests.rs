#![allow(unsafe_code)] // plays a driver

use super::*;
use crate::exports::flt_argument::tests::{given, out};
use crate::exports::object_attributes::tests::Named;
use crate::io::CreateOptions;
use crate::model::context::Kind;
use crate::model::flt_fixture::{Fixture, Script};
use crate::model::flt_volume;
use crate::model::host_fixture::{HostFixture, OpenedFile};
use crate::model::own_io::information;
use crate::model::pool::PoolKind;
use crate::model::section::conflict::STATUS_USER_MAPPED_FILE;
use crate::volume::HostVolume;
use crate::volume::disguise::{Disguise, Disguised};
use minifilter_sys::{
    FILE_DIRECTORY_FILE, FileEndOfFileInformation, GENERIC_READ, PAGE_EXECUTE, PAGE_READONLY,
    SEC_COMMIT, SEC_FILE, SECTION_MAP_READ, STATUS_END_OF_FILE, STATUS_FILE_IS_A_DIRECTORY,
    STATUS_FLT_CONTEXT_ALREADY_DEFINED, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_8,
    STATUS_INVALID_PARAMETER_9, STATUS_NOT_FOUND, STATUS_NOT_SUPPORTED,
};

fn opened(content: &[u8]) -> (HostFixture, OpenedFile) {
    let bench = HostFixture::new(Script::default());
    bench.put("scanned", content);
    let file = bench.open(r"\scanned", CreateOptions::default());
    (bench, file)
}

fn new_context(bench: &HostFixture) -> *mut c_void {
    let filter = &bench.fixture.filter;
    let made = context::allocate(filter, Kind::Section as u16, 24, PoolKind::NonPaged);
    made.expect("a context").pointer()
}

/// What FltCreateSectionForDataScan leaves.
#[derive(Debug, PartialEq)]
struct Made {
    status: NTSTATUS,
    handle: HANDLE,
    object: usize,
    size: i64,
}

fn create(bench: &HostFixture, file: &OpenedFile, context: *mut c_void, kind: (u32, u32)) -> Made {
    let mut made = Made {
        status: 0,
        handle: null_mut(),
        object: 0,
        size: 0,
    };
    let named = Named::new("");
    made.status = call!(FltCreateSectionForDataScan(
        bench.instance().handle(),
        file.pointer(),
        context,
        SECTION_MAP_READ,
        named.argument(),
        given(None),
        kind.0,
        kind.1,
        0,
        out(&mut made.handle),
        out(&mut made.object),
        out(&mut made.size)
    ));
    made
}

const USUAL: (u32, u32) = (PAGE_READONLY, SEC_COMMIT);

fn register(bench: &HostFixture) -> NTSTATUS {
    call!(FltRegisterForDataScan(bench.instance().handle()))
}

fn attached(bench: &HostFixture, file: &OpenedFile) -> bool {
    let instance = bench.instance();
    let found = context::get(
        &context::Target::File(&instance, file.pointer()),
        Kind::Section,
    );
    let found = found.map(|found| context::release(found.pointer()));
    found.is_ok()
}

#[test]
fn fltcreatesectionfordatascan_gives_handle_object_and_size_until_fltclosesectionfordatascan() {
    let (bench, file) = opened(b"0123456789");
    assert_eq!(register(&bench), STATUS_SUCCESS, "FltRegisterForDataScan");
    let context = new_context(&bench);
    let made = create(&bench, &file, context, USUAL);
    assert_eq!(
        (made.status, made.size),
        (STATUS_SUCCESS, 10),
        "FltCreateSectionForDataScan"
    );
    let behind = handle::lookup(made.handle).map(|object| object.body());
    assert_eq!(
        (behind, object_reference::count(made.object)),
        (Some(made.object), 1)
    );
    assert!(attached(&bench, &file));
    let second = new_context(&bench);
    assert_eq!(
        create(&bench, &file, second, USUAL).status,
        STATUS_FLT_CONTEXT_ALREADY_DEFINED
    );
    assert_eq!(handle::close(made.handle), STATUS_SUCCESS);
    object_reference::drop_one(made.object);
    let close = |context| call!(FltCloseSectionForDataScan(context));
    assert_eq!(
        close(second),
        STATUS_INVALID_PARAMETER,
        "FltCloseSectionForDataScan"
    );
    assert_eq!(
        (close(context), close(context)),
        (STATUS_SUCCESS, STATUS_NOT_FOUND)
    );
    assert!(!attached(&bench, &file));
    context::release(context);
    context::release(second);
}

#[test]
fn fltcreatesectionfordatascan_refuses_as_documented_and_attaches_nothing() {
    let (bench, file) = opened(b"");
    let context = new_context(&bench);
    let status = |file, kind| {
        let made = create(&bench, file, context, kind);
        assert_eq!((made.handle, made.object), (null_mut(), 0));
        made.status
    };
    assert_eq!(
        status(&file, USUAL),
        STATUS_INVALID_PARAMETER,
        "not registered"
    );
    assert_eq!(register(&bench), STATUS_SUCCESS, "FltRegisterForDataScan");
    assert_eq!(status(&file, USUAL), STATUS_END_OF_FILE);
    assert_eq!(
        status(&file, (PAGE_EXECUTE, SEC_COMMIT)),
        STATUS_INVALID_PARAMETER_8
    );
    assert_eq!(
        status(&file, (PAGE_READONLY, SEC_FILE)),
        STATUS_INVALID_PARAMETER_9
    );
    let options = CreateOptions::default()
        .access(GENERIC_READ)
        .with(FILE_DIRECTORY_FILE);
    let root = bench.open("\\", options);
    assert_eq!(status(&root, USUAL), STATUS_FILE_IS_A_DIRECTORY);
    assert!(!attached(&bench, &file));
    context::release(context);
}

#[test]
fn fltregisterfordatascan_knows_no_instance_that_is_gone() {
    let _bench = opened(b"");
    let status = call!(FltRegisterForDataScan(null_mut()));
    assert_eq!(status, STATUS_FLT_DELETING_OBJECT);
}

#[test]
fn fltregisterfordatascan_does_not_support_volumes_of_a_network() {
    let host = HostVolume::open(&std::env::temp_dir()).expect("a volume");
    let disguise = Disguise::Network;
    let disguised = Arc::new(Disguised { host, disguise });
    let mount = || flt_volume::mount(disguised, &disguise.device_name(1));
    let fixture = Fixture::over(Script::default(), &["370000"], true, mount);
    let instance = fixture.volume.stack()[0].handle();
    let status = call!(FltRegisterForDataScan(instance));
    assert_eq!(status, STATUS_NOT_SUPPORTED);
}

/// Sets the end of a file while it has a section, which the filter closes when it is told if `closes`; gives how that
/// ended, and how often the filter was told.
fn end_set(end: i64, closes: bool) -> (NTSTATUS, usize) {
    let told = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&told);
    let bench = HostFixture::new(Script {
        section_conflict: Some(Arc::new(move |context| {
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if closes {
                let closed = call!(FltCloseSectionForDataScan(context as *mut c_void));
                assert_eq!(closed, STATUS_SUCCESS);
            }
        })),
        ..Script::default()
    });
    bench.put("scanned", b"0123456789");
    let file = bench.open(r"\scanned", CreateOptions::default());
    assert_eq!(register(&bench), STATUS_SUCCESS);
    let context = new_context(&bench);
    let made = create(&bench, &file, context, USUAL);
    assert_eq!(made.status, STATUS_SUCCESS, "FltCreateSectionForDataScan");
    let mut end = end;
    let buffer = information::Buffer {
        address: (&raw mut end).cast(),
        length: 8,
    };
    let class = FileEndOfFileInformation;
    let (status, _) = information::set(&bench.instance(), file.pointer(), class, buffer);
    assert_eq!(handle::close(made.handle), STATUS_SUCCESS);
    object_reference::drop_one(made.object);
    context::release(context);
    (status, told.load(std::sync::atomic::Ordering::Relaxed))
}

#[test]
fn a_file_is_cut_off_once_the_filter_that_is_told_has_closed_its_section() {
    assert_eq!(end_set(4, true), (STATUS_SUCCESS, 1));
    assert_eq!(end_set(4, false), (STATUS_USER_MAPPED_FILE, 1));
    assert_eq!(end_set(20, false), (STATUS_SUCCESS, 0));
}
