//! FltGetVolumeName, FltGetVolumeProperties and their like.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use minifilter_sys::{
    BOOLEAN, FLT_VOLUME_PROPERTIES, NTSTATUS, PFLT_INSTANCE, PFLT_VOLUME, STATUS_BUFFER_OVERFLOW,
    STATUS_BUFFER_TOO_SMALL, STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
    UNICODE_STRING,
};

use super::flt_argument::{InOut, Out};
use crate::export;
use crate::model::file_system::VolumeProperties;
use crate::model::{flt_object, flt_volume};

fn give_name(name: &str, out: InOut<UNICODE_STRING>, needed: Out<u32>) -> NTSTATUS {
    let (fits, bytes) = out.put(name);
    needed.give(bytes);
    if fits {
        STATUS_SUCCESS
    } else {
        STATUS_BUFFER_TOO_SMALL
    }
}

/// Fills the structure and, as far as they fit, the three names behind it.
///
/// # Safety
/// `out` has room for `size` bytes.
unsafe fn give_properties(
    found: &VolumeProperties,
    volume: &str,
    out: *mut FLT_VOLUME_PROPERTIES,
    size: u32,
    returned: Out<u32>,
) -> NTSTATUS {
    const HEAD: usize = size_of::<FLT_VOLUME_PROPERTIES>();
    let names = [found.driver_name.as_str(), &found.device_name, volume]
        .map(|name| name.encode_utf16().collect::<Vec<u16>>());
    let needed = HEAD + names.iter().map(|name| name.len() * 2).sum::<usize>();
    if (size as usize) < HEAD {
        returned.give(needed as u32);
        return STATUS_BUFFER_TOO_SMALL;
    }
    // SAFETY: FLT_VOLUME_PROPERTIES is plain integers and pointers, for which zero is a value.
    let mut properties: FLT_VOLUME_PROPERTIES = unsafe { std::mem::zeroed() };
    properties.DeviceType = found.device_type;
    properties.DeviceCharacteristics = found.device_characteristics;
    properties.DeviceObjectFlags = found.device_object_flags;
    properties.AlignmentRequirement = found.alignment_requirement;
    properties.SectorSize = found.sector_size;
    let strings = [
        &mut properties.FileSystemDriverName,
        &mut properties.FileSystemDeviceName,
        &mut properties.RealDeviceName,
    ];
    let mut end = HEAD;
    for (string, name) in strings.into_iter().zip(&names) {
        let bytes = name.len() * 2;
        if end + bytes > size as usize {
            break;
        }
        let place = out.cast::<u8>().wrapping_add(end);
        // SAFETY: the caller vouches for `size` bytes, and `end + bytes` is no more.
        unsafe { std::ptr::copy_nonoverlapping(name.as_ptr().cast::<u8>(), place, bytes) };
        *string = UNICODE_STRING {
            Length: bytes as u16,
            MaximumLength: bytes as u16,
            Buffer: place.cast(),
        };
        end += bytes;
    }
    // SAFETY: the caller vouches for `size` bytes, and the structure is no larger.
    unsafe { out.write_unaligned(properties) };
    returned.give(if end == needed { needed } else { end } as u32);
    if end == needed {
        STATUS_SUCCESS
    } else {
        STATUS_BUFFER_OVERFLOW
    }
}

export! { Dll::FltMgr;
    /// `FltGetVolumeName` — the device name of a volume.
    fn FltGetVolumeName(volume: PFLT_VOLUME, out: InOut<UNICODE_STRING>, needed: Out<u32>) -> NTSTATUS {
        let Some(volume) = flt_object::volume(volume) else { return STATUS_FLT_DELETING_OBJECT };
        give_name(&volume.name, out, needed)
    }
    /// `FltGetVolumeGuidName` — the GUID name of a volume.
    fn FltGetVolumeGuidName(volume: PFLT_VOLUME, out: InOut<UNICODE_STRING>, needed: Out<u32>) -> NTSTATUS {
        let Some(volume) = flt_object::volume(volume) else { return STATUS_FLT_DELETING_OBJECT };
        give_name(&flt_volume::guid_name(&volume.name), out, needed)
    }
    /// `FltGetVolumeProperties` — what a volume tells about itself.
    fn FltGetVolumeProperties(volume: PFLT_VOLUME, out: *mut FLT_VOLUME_PROPERTIES, size: u32, returned: Out<u32>) -> NTSTATUS {
        let Some(volume) = flt_object::volume(volume) else { return STATUS_FLT_DELETING_OBJECT };
        // SAFETY: the buffer has `size` bytes, as the function demands.
        unsafe { give_properties(&volume.file_system.properties(), &volume.name, out, size, returned) }
    }
    /// `FltGetFileSystemType` — which file system is below a volume or instance.
    fn FltGetFileSystemType(object: *const std::ffi::c_void, out: Out<i32>) -> NTSTATUS {
        let Some(volume) = flt_object::volume_of(object) else { return STATUS_INVALID_PARAMETER };
        out.give(volume.file_system.properties().file_system);
        STATUS_SUCCESS
    }
    /// `FltIsVolumeWritable` — whether a volume or instance takes writes.
    fn FltIsVolumeWritable(object: *const std::ffi::c_void, out: Out<BOOLEAN>) -> NTSTATUS {
        let Some(volume) = flt_object::volume_of(object) else { return STATUS_INVALID_PARAMETER };
        out.give(volume.file_system.properties().writable.into());
        STATUS_SUCCESS
    }
    /// `FltIsVolumeSnapshot` — no volume of the bench is a snapshot.
    fn FltIsVolumeSnapshot(instance: PFLT_INSTANCE, out: Out<BOOLEAN>) -> NTSTATUS {
        out.give(0);
        if flt_object::instance(instance).is_some() { STATUS_SUCCESS } else { STATUS_INVALID_PARAMETER }
    }
}

#[cfg(test)]
mod tests;
