//! IoQueryFileDosDeviceName — shim.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    NTSTATUS, PFILE_OBJECT, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_DEVICE_REQUEST,
    STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::Out;
use crate::exports::gate::Call;
use crate::io::{device, file_object};
use crate::model::pool::{self, PoolKind};
use crate::model::{kernel_object, namespace};
use crate::{export, report};

/// Tag of the names, which the driver frees by ExFreePool.
const TAG: u32 = u32::from_le_bytes(*b"IoNm");

/// The drive letter and the path of a file; none where its volume has no letter.
fn dos_name(file: PFILE_OBJECT) -> Option<String> {
    let (volume, _) = file_object::origin(file as usize)?;
    let letter = namespace::letter_of(device::devices(&volume).storage())?;
    let name = kernel_object::at(file as usize)?.name()?;
    Some(format!("{letter}:{}", name.strip_prefix(&volume.name)?))
}

/// OBJECT_NAME_INFORMATION in paged pool, with its text and a zero behind it; null without memory.
fn name_information(name: &str) -> *mut UNICODE_STRING {
    let text: Vec<u16> = name.encode_utf16().chain([0]).collect();
    let bytes = size_of_val(&*text);
    let size = size_of::<UNICODE_STRING>() + bytes;
    let memory = pool::allocate(PoolKind::Paged, size, TAG, Call::current().caller);
    let string = memory.cast::<UNICODE_STRING>();
    if string.is_null() {
        return string;
    }
    let place = string.wrapping_add(1).cast::<u16>();
    // SAFETY: the block was just allocated with room for the text behind the string.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), place, text.len()) };
    let counted = UNICODE_STRING {
        Length: (bytes - 2) as u16,
        MaximumLength: bytes as u16,
        Buffer: place,
    };
    // SAFETY: as above, with room for the string.
    unsafe { string.write_unaligned(counted) };
    string
}

export! { Dll::Ntoskrnl;
    /// `IoQueryFileDosDeviceName` — the name with its drive letter, in paged pool.
    fn IoQueryFileDosDeviceName(file: PFILE_OBJECT, out: Out<*mut UNICODE_STRING>) -> NTSTATUS {
        if file_object::origin(file as usize).is_none() {
            report::unimplemented("IoQueryFileDosDeviceName of a file that is on no volume");
        }
        let Some(name) = dos_name(file) else { return STATUS_INVALID_DEVICE_REQUEST };
        let information = name_information(&name);
        if information.is_null() {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        out.give(information);
        STATUS_SUCCESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::out;
    use crate::io::CreateOptions;
    use crate::model::flt_fixture::Script;
    use crate::model::host_fixture::HostFixture;
    use crate::model::unicode;

    #[test]
    fn ioqueryfiledosdevicename_is_the_path_behind_the_drive_letter_in_pool() {
        let bench = HostFixture::new(Script::default());
        bench.put("named", b"");
        let file = bench.open(r"\named", CreateOptions::default());
        let letter = namespace::letter_of(device::devices(&bench.fixture.volume).storage());
        let mut name = std::ptr::null_mut();
        let status = call!(IoQueryFileDosDeviceName(file.pointer(), out(&mut name)));
        assert_eq!(status, STATUS_SUCCESS);
        // SAFETY: the function has left a string there.
        let text = String::from_utf16_lossy(unsafe { unicode::units(name) });
        assert_eq!(text, format!(r"{}:\named", letter.expect("a letter")));
        pool::free(name.cast(), 0);
    }
}
