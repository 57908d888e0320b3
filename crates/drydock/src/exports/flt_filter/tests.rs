use minifilter_sys::{
    STATUS_BUFFER_TOO_SMALL, STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION,
    STATUS_FLT_INSTANCE_NAME_COLLISION,
};

use super::*;
use crate::exports::flt_argument::TestName;
use crate::io::device::devices;
use crate::model::flt_fixture::{Fixture, Script};
use crate::verify::tests::violations_of;

/// What a function leaves, with the reference that came along given back; its status where it leaves nothing.
fn given<T>(call: impl FnOnce(Out<*mut T>) -> NTSTATUS) -> Result<usize, NTSTATUS> {
    let mut place: *mut T = std::ptr::dangling_mut();
    let status = call(Out::to(&mut place));
    if status < 0 {
        assert!(place.is_null(), "a failed call leaves nothing");
        return Err(status);
    }
    dereference(place as usize);
    Ok(place as usize)
}

fn dereference(object: usize) {
    // SAFETY: the object was just referenced.
    unsafe { FltObjectDereference(object as *const c_void) };
}

fn references(fixture: &Fixture) -> u64 {
    let stack = fixture.volume.stack();
    let instances: u64 = stack
        .iter()
        .map(|instance| instance.references.count())
        .sum();
    fixture.filter.references.count() + fixture.volume.references.count() + instances
}

fn two_instances() -> Fixture {
    Fixture::with(Script::default(), &["370000", "380000"], true)
}

const VOLUME: &str = r"\Device\Fixture";

#[test]
fn filters_are_found_referenced() {
    let fixture = two_instances();
    let (filter, instance) = (fixture.filter.handle(), fixture.volume.stack()[0].handle());
    // SAFETY: handles are live and places good, here and below.
    let found = given(|out| unsafe { FltGetFilterFromInstance(instance, out) });
    assert_eq!(found, Ok(filter as usize));
    for (name, wanted) in [
        ("FIXTURE", Ok(filter as usize)),
        ("none", Err(STATUS_FLT_FILTER_NOT_FOUND)),
    ] {
        let name = TestName::new(name);
        // SAFETY: as above.
        let found = given(|out| unsafe { FltGetFilterFromName(name.given(), out) });
        assert_eq!(found, wanted);
    }
    assert_eq!(references(&fixture), 0);
}

#[test]
fn volumes_are_found_referenced() {
    let fixture = two_instances();
    let (filter, volume) = (fixture.filter.handle(), fixture.volume.handle());
    let instance = fixture.volume.stack()[1].handle();
    let ok = Ok(volume as usize);
    // SAFETY: handles are live and places good, here and below.
    let found = given(|out| unsafe { FltGetVolumeFromInstance(instance, out) });
    assert_eq!(found, ok);
    let file = fixture.file.pointer();
    // SAFETY: as above.
    let found = given(|out| unsafe { FltGetVolumeFromFileObject(filter, file, out) });
    assert_eq!(found, ok);
    let device = devices(&fixture.volume);
    for device in [device.storage(), device.file_system()] {
        // SAFETY: as above.
        let found = given(|out| unsafe { FltGetVolumeFromDeviceObject(filter, device, out) });
        assert_eq!(found, ok);
    }
    // SAFETY: as above.
    let none = given(|out| unsafe { FltGetVolumeFromDeviceObject(filter, null_mut(), out) });
    assert_eq!(none, Err(STATUS_FLT_VOLUME_NOT_FOUND));
    assert_eq!(references(&fixture), 0);
}

#[test]
fn fltgetvolumefromname_takes_device_and_dos_names() {
    let fixture = two_instances();
    let ok = Ok(fixture.volume.handle() as usize);
    let none = Err(STATUS_FLT_VOLUME_NOT_FOUND);
    let cases = [
        (VOLUME, ok),
        (r"\device\FIXTURE", ok),
        (r"\DosDevices\C:", ok),
        (r"\??\c:", ok),
        ("C:", ok),
        ("D:", none),
        (r"\Device\Fixture\file", none),
        (r"\Device\Other", none),
        ("", Err(STATUS_INVALID_PARAMETER)),
    ];
    for (name, wanted) in cases {
        let text = TestName::new(name);
        // SAFETY: the filter is live and the place good.
        let found = given(|out| unsafe {
            FltGetVolumeFromName(fixture.filter.handle(), text.given(), out)
        });
        assert_eq!(found, wanted, "{name}");
    }
    assert_eq!(references(&fixture), 0);
}

#[test]
fn instances_are_found_referenced_from_top_to_bottom() {
    let fixture = two_instances();
    let volume = fixture.volume.handle();
    let [top, bottom] = [0, 1].map(|at| fixture.volume.stack()[at].handle());
    let end = Err(STATUS_NO_MORE_ENTRIES);
    // SAFETY: handles are live and places good, here and below.
    let found = given(|out| unsafe { FltGetTopInstance(volume, out) });
    assert_eq!(found, Ok(top as usize));
    // SAFETY: as above.
    let found = given(|out| unsafe { FltGetBottomInstance(volume, out) });
    assert_eq!(found, Ok(bottom as usize));
    // SAFETY: as above.
    let found = given(|out| unsafe { FltGetUpperInstance(bottom, out) });
    assert_eq!(found, Ok(top as usize));
    // SAFETY: as above.
    let found = given(|out| unsafe { FltGetLowerInstance(top, out) });
    assert_eq!(found, Ok(bottom as usize));
    // SAFETY: as above.
    let found = given(|out| unsafe { FltGetUpperInstance(top, out) });
    assert_eq!(found, end);
    // SAFETY: as above.
    let found = given(|out| unsafe { FltGetLowerInstance(bottom, out) });
    assert_eq!(found, end);
    // SAFETY: as above.
    let compare = |one, other| unsafe { FltCompareInstanceAltitudes(one, other) };
    assert!(compare(top, bottom) > 0 && compare(bottom, top) < 0 && compare(top, top) == 0);
    assert_eq!(references(&fixture), 0);
}

#[test]
fn fltgetvolumeinstancefromname_finds_by_filter_volume_and_name() {
    let fixture = two_instances();
    let (filter, volume) = (fixture.filter.handle(), fixture.volume.handle());
    let [top, bottom] = [0, 1].map(|at| fixture.volume.stack()[at].handle() as usize);
    for (name, wanted) in [
        (Some("AT 370000"), Ok(bottom)),
        (None, Ok(top)),
        (Some("none"), Err(STATUS_FLT_INSTANCE_NOT_FOUND)),
    ] {
        let name = name.map(TestName::new);
        for filter in [filter, null_mut()] {
            let name = name.as_ref().map_or_else(InString::none, TestName::given);
            // SAFETY: handles are live and the place good.
            let found =
                given(|out| unsafe { FltGetVolumeInstanceFromName(filter, volume, name, out) });
            assert_eq!(found, wanted);
        }
    }
    assert_eq!(references(&fixture), 0);
}

/// A function that fills a list.
type List<'a, T> = &'a dyn Fn(*mut *mut T, u32, Out<u32>) -> NTSTATUS;

fn listed<T>(list: List<T>, wanted: &[*mut T]) {
    let mut count = 0;
    let room = wanted.len() as u32 - 1;
    let mut handles = vec![null_mut(); wanted.len()];
    let status = list(handles.as_mut_ptr(), room, Out::to(&mut count));
    assert_eq!(
        (status, count),
        (STATUS_BUFFER_TOO_SMALL, wanted.len() as u32)
    );
    assert!(
        handles.iter().all(|handle| handle.is_null()),
        "nothing is left or referenced"
    );
    let status = list(handles.as_mut_ptr(), room + 1, Out::to(&mut count));
    assert_eq!((status, &*handles), (STATUS_SUCCESS, wanted));
    for handle in handles {
        dereference(handle as usize);
    }
}

#[test]
fn fltenumerateinstances_and_its_kin_reference_what_they_list() {
    let fixture = two_instances();
    let (filter, volume) = (fixture.filter.handle(), fixture.volume.handle());
    let [top, bottom] = [0, 1].map(|at| fixture.volume.stack()[at].handle());
    // SAFETY: lists have the room that is given with them, here and below.
    let instances = |volume, filter, list, room, count| unsafe {
        FltEnumerateInstances(volume, filter, list, room, count)
    };
    listed(
        &|list, room, count| instances(volume, null_mut(), list, room, count),
        &[top, bottom],
    );
    listed(
        &|list, room, count| instances(volume, filter, list, room, count),
        &[top, bottom],
    );
    listed(
        &|list, room, count| instances(null_mut(), filter, list, room, count),
        &[bottom, top],
    );
    let neither = instances(null_mut(), null_mut(), null_mut(), 0, Out::unwanted());
    assert_eq!(neither, STATUS_INVALID_PARAMETER);
    // SAFETY: as above.
    listed(
        &|list, room, count| unsafe { FltEnumerateFilters(list, room, count) },
        &[filter],
    );
    // SAFETY: as above.
    let volumes: List<_> =
        &|list, room, count| unsafe { FltEnumerateVolumes(filter, list, room, count) };
    listed(volumes, &[volume]);
    assert_eq!(references(&fixture), 0);
}

/// FltAttachVolumeAtAltitude, or FltAttachVolume without an altitude.
fn attach(
    fixture: &Fixture,
    name: Option<&str>,
    altitude: Option<&str>,
) -> Result<usize, NTSTATUS> {
    let (filter, volume) = (fixture.filter.handle(), fixture.volume.handle());
    let name = name.map(TestName::new);
    let altitude = altitude.map(TestName::new);
    let name = name.as_ref().map_or_else(InString::none, TestName::given);
    given(|out| match &altitude {
        // SAFETY: handles are live, names and place good.
        None => unsafe { FltAttachVolume(filter, volume, name, out) },
        // SAFETY: as above.
        Some(altitude) => unsafe {
            FltAttachVolumeAtAltitude(filter, volume, altitude.given(), name, out)
        },
    })
}

/// FltDetachVolume of the instance of a name, or of the highest.
fn detach(fixture: &Fixture, name: Option<&str>) -> NTSTATUS {
    let (filter, volume) = (fixture.filter.handle(), fixture.volume.handle());
    let name = name.map(TestName::new);
    let name = name.as_ref().map_or_else(InString::none, TestName::given);
    // SAFETY: handles are live and the name good.
    unsafe { FltDetachVolume(filter, volume, name) }
}

#[test]
fn fltattachvolume_checks_name_and_altitude() {
    let fixture = Fixture::new(Script::default());
    assert_eq!(
        attach(&fixture, Some("none"), None),
        Err(STATUS_FLT_INSTANCE_NOT_FOUND)
    );
    let taken = attach(&fixture, Some("at 370000"), None);
    assert_eq!(taken, Err(STATUS_FLT_INSTANCE_NAME_COLLISION));
    let taken = attach(&fixture, Some("other"), Some("370000.0"));
    assert_eq!(taken, Err(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION));
    assert_eq!(
        attach(&fixture, Some("other"), Some("high")),
        Err(STATUS_INVALID_PARAMETER)
    );
    let other = attach(&fixture, Some("other"), Some("390000"));
    assert_eq!(other, Ok(fixture.volume.stack()[0].handle() as usize));
    assert_eq!(references(&fixture), 0);
}

#[test]
fn fltdetachvolume_asks_the_instance_first() {
    let fixture = two_instances();
    assert_eq!(
        detach(&fixture, Some("none")),
        STATUS_FLT_INSTANCE_NOT_FOUND
    );
    // The fixture has no InstanceQueryTeardown, which means that its instances are never detached by hand.
    assert_eq!(detach(&fixture, None), STATUS_FLT_DO_NOT_DETACH);
    assert_eq!(fixture.volume.stack().len(), 2);
}

#[test]
fn fltobjectreference_keeps_what_does_not_go_yet() {
    let fixture = two_instances();
    let object = fixture.volume.stack()[0].handle().cast::<c_void>();
    // SAFETY: the instance is live.
    assert_eq!(unsafe { FltObjectReference(object) }, STATUS_SUCCESS);
    assert_eq!(references(&fixture), 1);
    dereference(object as usize);
    let found = violations_of("FltObjectDereference", || {
        dereference(fixture.volume.stack()[0].address())
    });
    assert_eq!(found.len(), 1, "one reference too many given back");
    let stack = fixture.volume.stack();
    drop(fixture);
    violations_of("FltObjectReference", || {
        // SAFETY: the handle is only looked up.
        let status = unsafe { FltObjectReference(stack[0].handle() as *const c_void) };
        assert_eq!(status, STATUS_FLT_DELETING_OBJECT);
    });
}

#[test]
fn fltstartfiltering_is_called_once() {
    let fixture = two_instances();
    let found = violations_of("FltStartFiltering", || {
        // SAFETY: the filter is live.
        unsafe { FltStartFiltering(fixture.filter.handle()) };
    });
    assert_eq!(found, ["filtering started twice"]);
}
