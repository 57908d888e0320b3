#![allow(unsafe_code)] // plays a driver

use super::*;
use crate::exports::flt_argument::tests::{changed, given, out};
use crate::exports::object_attributes::tests::Named;
use crate::io::CreateOptions;
use crate::model::flt_fixture::Script;
use crate::model::host_fixture::{HostFixture, OpenedFile};
use minifilter_sys::{
    FILE_DIRECTORY_FILE, GENERIC_READ, GENERIC_WRITE, SECTION_ALL_ACCESS,
    STATUS_CONFLICTING_ADDRESSES, STATUS_INVALID_FILE_FOR_SECTION, STATUS_INVALID_HANDLE,
    STATUS_MAPPED_FILE_SIZE_ZERO, STATUS_NOT_MAPPED_VIEW, STATUS_SECTION_PROTECTION,
    STATUS_SECTION_TOO_BIG,
};
use std::ptr::null_mut;

const THIS_PROCESS: HANDLE = usize::MAX as HANDLE;
const VIEW_UNMAP: i32 = 2;

/// A handle of the driver to an open file.
fn handle_of(file: &OpenedFile) -> HANDLE {
    let object = kernel_object::at(file.0.address()).expect("an open file");
    handle::insert(object, true)
}

fn file(fixture: &HostFixture, content: &[u8]) -> (OpenedFile, HANDLE) {
    fixture.put("mapped", content);
    let options = CreateOptions::default().access(GENERIC_READ | GENERIC_WRITE);
    let file = fixture.open(r"\mapped", options);
    let handle = handle_of(&file);
    (file, handle)
}

fn section(file: HANDLE, maximum: i64, protection: u32) -> Result<HANDLE, NTSTATUS> {
    let mut handle: HANDLE = null_mut();
    let named = Named::new("");
    let status = call!(ZwCreateSection(
        out(&mut handle),
        SECTION_ALL_ACCESS,
        named.argument(),
        given(Some(&maximum)),
        protection,
        SEC_COMMIT,
        file
    ));
    if status == STATUS_SUCCESS {
        Ok(handle)
    } else {
        Err(status)
    }
}

struct Mapping {
    base: usize,
    offset: i64,
    size: usize,
}

fn mapping(section: HANDLE, wanted: Mapping, protection: u32) -> Result<Mapping, NTSTATUS> {
    let mut it = wanted;
    let status = call!(ZwMapViewOfSection(
        section,
        THIS_PROCESS,
        changed(&mut it.base),
        0,
        0,
        changed(&mut it.offset),
        changed(&mut it.size),
        VIEW_UNMAP,
        0,
        protection
    ));
    if status == STATUS_SUCCESS {
        Ok(it)
    } else {
        Err(status)
    }
}

fn whole() -> Mapping {
    Mapping {
        base: 0,
        offset: 0,
        size: 0,
    }
}

fn unmapped(address: usize) -> NTSTATUS {
    call!(ZwUnmapViewOfSection(THIS_PROCESS, address))
}

fn byte(address: usize) -> u8 {
    // SAFETY: the tests ask for bytes of views that are mapped.
    unsafe { (address as *const u8).read_volatile() }
}

fn store(address: usize, value: u8) {
    // SAFETY: the tests store into writable views that are mapped.
    unsafe { (address as *mut u8).write_volatile(value) }
}

#[test]
fn zwmapviewofsection_shows_what_the_file_holds_and_rounds_its_arguments() {
    let fixture = HostFixture::new(Script::default());
    let mut content = vec![7; 0x1_0010];
    content[0x1_0000] = 9;
    let (_file, handle) = file(&fixture, &content);
    let made = section(handle, 0, PAGE_READONLY).expect("ZwCreateSection");
    let view = mapping(made, whole(), PAGE_READONLY).expect("ZwMapViewOfSection");
    assert_eq!(
        (view.base % 0x1_0000, view.offset, view.size),
        (0, 0, 0x1_1000)
    );
    assert_eq!((byte(view.base), byte(view.base + 0x1_0000)), (7, 9));
    assert_eq!(byte(view.base + 0x1_0010), 0, "behind the end are zeroes");
    let tail = Mapping {
        base: 0,
        offset: 0x1_0008,
        size: 16,
    };
    let tail = mapping(made, tail, PAGE_READONLY).expect("ZwMapViewOfSection");
    assert_eq!(
        (tail.offset, tail.size, byte(tail.base)),
        (0x1_0000, 0x1000, 9)
    );
    let statuses = [
        unmapped(view.base + 5),
        unmapped(tail.base),
        unmapped(tail.base),
    ];
    assert_eq!(
        statuses,
        [STATUS_SUCCESS, STATUS_SUCCESS, STATUS_NOT_MAPPED_VIEW]
    );
    assert_eq!((handle::close(made), handle::close(handle)), (0, 0));
}

#[test]
fn zwmapviewofsection_refuses_sizes_protections_and_addresses() {
    let fixture = HostFixture::new(Script::default());
    let (_file, handle) = file(&fixture, b"0123456789");
    let made = section(handle, 0, PAGE_READONLY).expect("ZwCreateSection");
    let refused = |wanted, protection| mapping(made, wanted, protection).err();
    let sized = |offset, size| Mapping {
        base: 0,
        offset,
        size,
    };
    let too_much = [sized(0, 11), sized(0x1_0000, 0)];
    for wanted in too_much {
        assert_eq!(
            refused(wanted, PAGE_READONLY),
            Some(view::STATUS_INVALID_VIEW_SIZE)
        );
    }
    assert_eq!(
        refused(whole(), PAGE_READWRITE),
        Some(STATUS_SECTION_PROTECTION)
    );
    assert_eq!(refused(whole(), 0), Some(STATUS_INVALID_PAGE_PROTECTION));
    let first = mapping(made, whole(), PAGE_READONLY).expect("ZwMapViewOfSection");
    let again = Mapping {
        base: first.base,
        ..whole()
    };
    assert_eq!(
        refused(again, PAGE_READONLY),
        Some(STATUS_CONFLICTING_ADDRESSES)
    );
    assert_eq!(unmapped(first.base), STATUS_SUCCESS);
    assert_eq!((handle::close(made), handle::close(handle)), (0, 0));
    assert_eq!(
        mapping(0x1230 as HANDLE, whole(), PAGE_READONLY).err(),
        Some(STATUS_INVALID_HANDLE)
    );
}

#[test]
fn what_is_stored_into_a_writable_view_is_read_from_the_file_once_it_is_unmapped() {
    let fixture = HostFixture::new(Script::default());
    let (file, handle) = file(&fixture, b"0123456789");
    let made = section(handle, 0, PAGE_READWRITE).expect("ZwCreateSection");
    let copied = mapping(made, whole(), PAGE_WRITECOPY).expect("ZwMapViewOfSection");
    store(copied.base, b'#');
    assert_eq!(
        unmapped(copied.base),
        STATUS_SUCCESS,
        "ZwUnmapViewOfSection"
    );
    let view = mapping(made, whole(), PAGE_READWRITE).expect("ZwMapViewOfSection");
    assert_eq!(byte(view.base), b'0', "a private copy goes nowhere");
    store(view.base + 3, b'x');
    assert_eq!(unmapped(view.base), STATUS_SUCCESS, "ZwUnmapViewOfSection");
    let mut bytes = [0; 10];
    let volume = &fixture.fixture.volume;
    let read = volume.file_system.load_view(file.pointer(), 0, &mut bytes);
    assert_eq!((read, &bytes), (Ok(()), b"012x456789"));
    assert_eq!((handle::close(made), handle::close(handle)), (0, 0));
}

#[test]
fn zwcreatesection_refuses_what_no_section_can_be_made_of() {
    let fixture = HostFixture::new(Script::default());
    let (_file, handle) = file(&fixture, b"");
    let status = |maximum, protection| section(handle, maximum, protection).err();
    assert_eq!(status(0, PAGE_READONLY), Some(STATUS_MAPPED_FILE_SIZE_ZERO));
    assert_eq!(status(100, PAGE_READONLY), Some(STATUS_SECTION_TOO_BIG));
    assert_eq!(status(0, 3), Some(STATUS_INVALID_PAGE_PROTECTION));
    assert_eq!(
        section(null_mut(), 0, PAGE_READWRITE),
        Err(STATUS_INVALID_PARAMETER_4)
    );
    let made = section(handle, 100, PAGE_READWRITE).expect("ZwCreateSection extends the file");
    let grown = std::fs::metadata(fixture.directory.join("mapped")).expect("the file");
    assert_eq!(grown.len(), 100);
    let options = CreateOptions::default()
        .access(GENERIC_READ)
        .with(FILE_DIRECTORY_FILE);
    let root = fixture.open("\\", options);
    let directory = handle_of(&root);
    assert_eq!(
        section(directory, 0, PAGE_READONLY),
        Err(STATUS_INVALID_FILE_FOR_SECTION)
    );
    for handle in [made, handle, directory] {
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
    }
}

#[test]
fn views_of_a_section_of_the_paging_file_share_their_memory() {
    let made = section(null_mut(), 10, PAGE_READWRITE).expect("ZwCreateSection");
    let map = || mapping(made, whole(), PAGE_READWRITE).expect("ZwMapViewOfSection");
    let (first, second) = (map(), map());
    store(first.base, 42);
    assert_eq!((byte(second.base), second.size), (42, 0x1000));
    assert_eq!(handle::close(made), STATUS_SUCCESS);
    let statuses = [unmapped(first.base), unmapped(second.base)];
    assert_eq!(statuses, [STATUS_SUCCESS; 2], "ZwUnmapViewOfSection");
}
