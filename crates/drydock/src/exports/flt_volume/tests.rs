use minifilter_sys::FLT_FSTYPE_NTFS;

use super::*;
use crate::model::flt_fixture::{Fixture, Script};

const VOLUME: &str = r"\Device\Fixture";

/// A buffer for a name of so many units; none is no buffer at all.
fn string(buffer: &mut [u16]) -> UNICODE_STRING {
    UNICODE_STRING {
        Length: 0,
        MaximumLength: (buffer.len() * 2) as u16,
        Buffer: buffer.as_mut_ptr(),
    }
}

/// What a function leaves in a buffer of just the size that it asks for.
fn name(call: &dyn Fn(InOut<UNICODE_STRING>, Out<u32>) -> NTSTATUS) -> String {
    let mut needed = 0;
    let mut none = string(&mut []);
    let status = call(InOut::to(&mut none), Out::to(&mut needed));
    assert_eq!((status, none.Length), (STATUS_BUFFER_TOO_SMALL, 0));
    let mut buffer = vec![0; needed as usize / 2];
    let mut place = string(&mut buffer);
    assert_eq!(call(InOut::to(&mut place), Out::unwanted()), STATUS_SUCCESS);
    assert_eq!(u32::from(place.Length), needed);
    String::from_utf16_lossy(&buffer)
}

#[test]
fn fltgetvolumename_and_fltgetvolumeguidname_say_how_much_room_they_need() {
    let fixture = Fixture::new(Script::default());
    let volume = fixture.volume.handle();
    // SAFETY: the volume is live and the places good.
    let found = name(&|out, needed| unsafe { FltGetVolumeName(volume, out, needed) });
    assert_eq!(found, VOLUME);
    // SAFETY: as above.
    let guid = name(&|out, needed| unsafe { FltGetVolumeGuidName(volume, out, needed) });
    assert!(
        guid.starts_with(r"\??\Volume{") && guid.ends_with('}'),
        "{guid}"
    );
}

#[test]
fn fltgetvolumeproperties_fills_what_fits() {
    let fixture = Fixture::new(Script::default());
    let volume = fixture.volume.handle();
    // SAFETY: FLT_VOLUME_PROPERTIES is plain integers and pointers, for which zero is a value.
    let mut room: [FLT_VOLUME_PROPERTIES; 4] = unsafe { std::mem::zeroed() };
    let mut needed = 0;
    let all = size_of_val(&room) as u32;
    let mut ask = |size: u32, needed: &mut u32| {
        // SAFETY: the volume is live and the place has room for `size` bytes.
        let status =
            unsafe { FltGetVolumeProperties(volume, room.as_mut_ptr(), size, Out::to(needed)) };
        (status, room[0])
    };
    assert_eq!(ask(8, &mut needed).0, STATUS_BUFFER_TOO_SMALL);
    let (status, head) = ask(size_of::<FLT_VOLUME_PROPERTIES>() as u32, &mut needed);
    assert_eq!((status, head.SectorSize), (STATUS_BUFFER_OVERFLOW, 512));
    let (status, properties) = ask(all, &mut needed);
    assert_eq!((status, properties.DeviceType), (STATUS_SUCCESS, 8));
    let real = properties.RealDeviceName;
    // SAFETY: the name lies in the buffer, which lives.
    let units = unsafe { std::slice::from_raw_parts(real.Buffer, usize::from(real.Length) / 2) };
    assert_eq!(String::from_utf16_lossy(units), VOLUME);
    assert!(needed < all);
}

#[test]
fn fltgetfilesystemtype_and_fltisvolumewritable_take_volumes_and_instances() {
    let fixture = Fixture::new(Script::default());
    let instance = fixture.volume.stack()[0].handle();
    for object in [fixture.volume.handle().cast(), instance.cast()] {
        let (mut kind, mut writable): (i32, BOOLEAN) = (0, 0);
        // SAFETY: the object is live and the place good.
        let status = unsafe { FltGetFileSystemType(object, Out::to(&mut kind)) };
        assert_eq!((status, kind), (STATUS_SUCCESS, FLT_FSTYPE_NTFS));
        // SAFETY: as above.
        let status = unsafe { FltIsVolumeWritable(object, Out::to(&mut writable)) };
        assert_eq!((status, writable), (STATUS_SUCCESS, 1));
    }
    let filter = fixture.filter.handle().cast();
    // SAFETY: the object is live.
    let status = unsafe { FltGetFileSystemType(filter, Out::unwanted()) };
    assert_eq!(status, STATUS_INVALID_PARAMETER);
    let mut snapshot: BOOLEAN = 9;
    // SAFETY: the instance is live and the place good.
    let status = unsafe { FltIsVolumeSnapshot(instance, Out::to(&mut snapshot)) };
    assert_eq!((status, snapshot), (STATUS_SUCCESS, 0));
}
