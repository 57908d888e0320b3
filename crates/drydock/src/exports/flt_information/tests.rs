use minifilter_sys::{
    FLT_FSTYPE_NTFS, FilterAggregateBasicInformation, FilterAggregateStandardInformation,
    FilterFullInformation, FilterVolumeBasicInformation, FilterVolumeStandardInformation,
    InstanceAggregateStandardInformation, InstanceBasicInformation, InstanceFullInformation,
    InstancePartialInformation,
};

use super::*;
use crate::exports::flt_argument::TestName;
use crate::io::device::devices;
use crate::model::flt_fixture::{Fixture, Script};
use crate::verify::tests::violations_of;

/// A call with room for so many bytes.
type Call<'a> = &'a dyn Fn(i32, *mut u8, u32, Out<u32>) -> NTSTATUS;

/// The record of a class, which has to need just as much room as it says.
fn record(call: Call, class: i32) -> Vec<u8> {
    let mut needed = 0;
    let status = call(class, std::ptr::null_mut(), 0, Out::to(&mut needed));
    assert_eq!(status, STATUS_BUFFER_TOO_SMALL);
    let mut buffer = vec![0xEE; needed as usize + 1];
    let mut returned = 0;
    let short = call(
        class,
        buffer.as_mut_ptr(),
        needed - 1,
        Out::to(&mut returned),
    );
    assert_eq!((short, returned), (STATUS_BUFFER_TOO_SMALL, needed));
    assert!(
        buffer.iter().all(|byte| *byte == 0xEE),
        "nothing is left in a buffer that is too small"
    );
    let status = call(class, buffer.as_mut_ptr(), needed, Out::to(&mut returned));
    assert_eq!(
        (status, returned, buffer.pop()),
        (STATUS_SUCCESS, needed, Some(0xEE))
    );
    buffer
}

fn short(record: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([record[at], record[at + 1]]))
}

/// The name whose length is at `at` and whose offset follows.
fn name(record: &[u8], at: usize) -> String {
    text(record, short(record, at + 2), short(record, at))
}

fn text(record: &[u8], start: usize, length: usize) -> String {
    let units = record[start..start + length].chunks(2);
    let units: Vec<u16> = units
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

fn two_instances() -> Fixture {
    Fixture::with(Script::default(), &["370000", "380000.5"], true)
}

const VOLUME: &str = r"\Device\Fixture";

#[test]
fn fltgetinstanceinformation_has_four_classes() {
    let fixture = two_instances();
    let instance = fixture.volume.stack()[0].handle();
    // SAFETY: the buffers have the sizes that are given with them.
    let call: Call = &|class, buffer, size, returned| unsafe {
        FltGetInstanceInformation(instance, class, buffer, size, returned)
    };
    let basic = record(call, InstanceBasicInformation);
    assert_eq!(
        (basic.len(), name(&basic, 4)),
        (8 + 22, "at 380000.5".to_owned())
    );
    let partial = record(call, InstancePartialInformation);
    assert_eq!(name(&partial, 8), "380000.5");
    let full = record(call, InstanceFullInformation);
    assert_eq!(
        [8, 12, 16].map(|at| name(&full, at)),
        ["380000.5", VOLUME, "fixture"]
    );
    let aggregate = record(call, InstanceAggregateStandardInformation);
    assert_eq!((aggregate[4], aggregate[16]), (1, FLT_FSTYPE_NTFS as u8));
    assert_eq!(
        [20, 24, 28].map(|at| name(&aggregate, at)),
        ["at 380000.5", "380000.5", VOLUME]
    );
    let mut returned = 7;
    assert_eq!(
        call(9, std::ptr::null_mut(), 0, Out::to(&mut returned)),
        STATUS_INVALID_PARAMETER
    );
    assert_eq!(returned, 0);
}

#[test]
fn instances_are_enumerated_by_fltenumerateinstanceinformationbyfilter_and_its_kin() {
    let fixture = two_instances();
    let (filter, volume) = (fixture.filter.handle(), fixture.volume.handle());
    let device = devices(&fixture.volume).file_system();
    let path = TestName::new(VOLUME);
    let (basic, nowhere) = (InstanceBasicInformation, std::ptr::null_mut());
    type At<'a> = &'a dyn Fn(u32, *mut u8, u32, Out<u32>) -> NTSTATUS;
    // SAFETY: the buffers have the sizes that are given with them, here and below.
    let by_filter: At = &|index, buffer, size, returned| unsafe {
        FltEnumerateInstanceInformationByFilter(filter, index, basic, buffer, size, returned)
    };
    // SAFETY: as above.
    let by_volume: At = &|index, buffer, size, returned| unsafe {
        FltEnumerateInstanceInformationByVolume(volume, index, basic, buffer, size, returned)
    };
    // SAFETY: as above.
    let by_name: At = &|index, buffer, size, returned| unsafe {
        let name = path.given();
        FltEnumerateInstanceInformationByVolumeName(name, index, basic, buffer, size, returned)
    };
    // SAFETY: as above.
    let by_device: At = &|index, buffer, size, returned| unsafe {
        FltEnumerateInstanceInformationByDeviceObject(device, index, basic, buffer, size, returned)
    };
    for (enumerate, first) in [
        (by_filter, "at 370000"),
        (by_volume, "at 380000.5"),
        (by_name, "at 380000.5"),
        (by_device, "at 380000.5"),
    ] {
        let one = record(
            &|_, buffer, size, returned| enumerate(0, buffer, size, returned),
            basic,
        );
        assert_eq!(name(&one, 4), first);
        assert_eq!(
            enumerate(2, nowhere, 0, Out::unwanted()),
            STATUS_NO_MORE_ENTRIES
        );
    }
}

#[test]
fn fltgetfilterinformation_and_fltenumeratefilterinformation_tell_of_filters() {
    let fixture = two_instances();
    let filter = fixture.filter.handle();
    // SAFETY: the buffers have the sizes that are given with them, here and below.
    let get: Call = &|class, buffer, size, returned| unsafe {
        FltGetFilterInformation(filter, class, buffer, size, returned)
    };
    // SAFETY: as above.
    let first: Call = &|class, buffer, size, returned| unsafe {
        FltEnumerateFilterInformation(0, class, buffer, size, returned)
    };
    for call in [get, first] {
        let full = record(call, FilterFullInformation);
        assert_eq!(
            (full[8], text(&full, 14, short(&full, 12))),
            (2, "fixture".to_owned())
        );
        let basic = record(call, FilterAggregateBasicInformation);
        assert_eq!(
            (basic[4], basic[12], name(&basic, 16)),
            (1, 2, "fixture".to_owned())
        );
        assert_eq!(name(&basic, 20), "370000");
        let standard = record(call, FilterAggregateStandardInformation);
        assert_eq!(
            (standard[16], name(&standard, 20)),
            (2, "fixture".to_owned())
        );
    }
    // SAFETY: nothing is to be left anywhere.
    let end =
        unsafe { FltEnumerateFilterInformation(1, 0, std::ptr::null_mut(), 0, Out::unwanted()) };
    assert_eq!(end, STATUS_NO_MORE_ENTRIES);
}

#[test]
fn fltgetvolumeinformation_and_fltenumeratevolumeinformation_tell_of_volumes() {
    let fixture = two_instances();
    let (filter, volume) = (fixture.filter.handle(), fixture.volume.handle());
    // SAFETY: the buffers have the sizes that are given with them, here and below.
    let get: Call = &|class, buffer, size, returned| unsafe {
        FltGetVolumeInformation(volume, class, buffer, size, returned)
    };
    // SAFETY: as above.
    let first: Call = &|class, buffer, size, returned| unsafe {
        FltEnumerateVolumeInformation(filter, 0, class, buffer, size, returned)
    };
    for call in [get, first] {
        let basic = record(call, FilterVolumeBasicInformation);
        assert_eq!(text(&basic, 2, short(&basic, 0)), VOLUME);
        let standard = record(call, FilterVolumeStandardInformation);
        assert_eq!(standard[12], FLT_FSTYPE_NTFS as u8);
        assert_eq!(text(&standard, 18, short(&standard, 16)), VOLUME);
    }
    // SAFETY: nothing is to be left anywhere.
    let end = unsafe {
        FltEnumerateVolumeInformation(filter, 1, 0, std::ptr::null_mut(), 0, Out::unwanted())
    };
    assert_eq!(end, STATUS_NO_MORE_ENTRIES);
}

#[test]
fn a_handle_that_is_none_is_reported() {
    let _serial = crate::model::flt_fixture::serial();
    let found = violations_of("FltGetVolumeInformation", || {
        let volume = 0x1234 as PFLT_VOLUME;
        // SAFETY: the handle is only looked up.
        let status =
            unsafe { FltGetVolumeInformation(volume, 0, std::ptr::null_mut(), 0, Out::unwanted()) };
        assert_eq!(status, STATUS_FLT_DELETING_OBJECT);
    });
    assert_eq!(found.len(), 1);
}
