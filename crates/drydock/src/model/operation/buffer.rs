//! Where the parameters of each major function keep a buffer, its length and its MDL; MDLs that come and go with an operation.
#![allow(unsafe_code)] // reaches into the parameter union by offset

use std::mem::offset_of;

use minifilter_sys::{FLT_IO_PARAMETER_BLOCK, NTSTATUS, PMDL, STATUS_INSUFFICIENT_RESOURCES};

use super::data::Operation;
use crate::model::mdl;

/// LOCK_OPERATION — what happens to the buffer below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// IoReadAccess: the buffer is read.
    Read = 0,
    /// IoWriteAccess: the buffer is written.
    Write = 1,
}

/// Offsets into FLT_PARAMETERS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Of the ULONG length.
    pub length: usize,
    /// Of the buffer pointer.
    pub buffer: usize,
    /// Of the MDL pointer; some operations have none.
    pub mdl: Option<usize>,
    /// What happens to the buffer.
    pub access: Access,
}

const PARAMETERS: usize = offset_of!(FLT_IO_PARAMETER_BLOCK, Parameters);

/// The places for a major function; none if it has no buffer, or one whose place depends on a control code.
pub fn places(major: u8) -> Option<Places> {
    let at = |length, buffer, mdl, access| {
        Some(Places {
            length,
            buffer,
            mdl,
            access,
        })
    };
    match major {
        0x03 => at(0, 24, Some(32), Access::Write),
        0x04 => at(0, 24, Some(32), Access::Read),
        0x05 | 0x0A => at(0, 16, None, Access::Write),
        0x06 => at(0, 32, None, Access::Read),
        0x0B => at(0, 16, None, Access::Read),
        0x07 | 0x0C | 0x19 => at(0, 32, Some(40), Access::Write),
        0x08 | 0x1A => at(0, 8, Some(16), Access::Read),
        0x14 => at(8, 16, Some(24), Access::Write),
        _ => None,
    }
}

/// Address of a place in the parameters of an operation.
pub fn address(operation: &Operation, place: usize) -> usize {
    operation.parameter_block() + PARAMETERS + place
}

/// Address of the buffer in the parameters, or 0.
pub fn buffer_of(iopb: &FLT_IO_PARAMETER_BLOCK) -> usize {
    places(iopb.MajorFunction).map_or(0, |places| {
        let parameters = std::ptr::from_ref(&iopb.Parameters).cast::<u8>();
        // SAFETY: places of buffer pointers lie inside the 48 bytes of FLT_PARAMETERS, at multiples of eight.
        unsafe {
            parameters
                .wrapping_add(places.buffer)
                .cast::<usize>()
                .read()
        }
    })
}

/// The MDL in the parameters, or null.
pub fn mdl_of(iopb: &FLT_IO_PARAMETER_BLOCK) -> PMDL {
    let place = places(iopb.MajorFunction).and_then(|places| places.mdl);
    place.map_or(std::ptr::null_mut(), |place| {
        let parameters = std::ptr::from_ref(&iopb.Parameters).cast::<u8>();
        // SAFETY: places of MDL pointers lie inside the 48 bytes of FLT_PARAMETERS, at multiples of eight.
        unsafe { parameters.wrapping_add(place).cast::<PMDL>().read() }
    })
}

/// Frees the MDL in the parameters, if there is one.
pub fn free_mdl(iopb: &FLT_IO_PARAMETER_BLOCK) {
    let mdl = mdl_of(iopb);
    if !mdl.is_null() {
        mdl::free_if_allocated(mdl);
    }
}

/// Copies the MDL of the same major function.
pub fn copy_mdl(from: &FLT_IO_PARAMETER_BLOCK, to: &mut FLT_IO_PARAMETER_BLOCK) {
    let mdl = mdl_of(from);
    if let Some(place) = places(to.MajorFunction).and_then(|places| places.mdl) {
        let parameters = std::ptr::from_mut(&mut to.Parameters).cast::<u8>();
        // SAFETY: as in `mdl_of`.
        unsafe { parameters.wrapping_add(place).cast::<PMDL>().write(mdl) };
    }
}

/// The MDL that an instance put in place of the one it `saw`.
pub fn swapped_mdl(
    seen: &FLT_IO_PARAMETER_BLOCK,
    sent_on: &FLT_IO_PARAMETER_BLOCK,
) -> Option<usize> {
    let (seen, sent_on) = (mdl_of(seen), mdl_of(sent_on));
    (!sent_on.is_null() && seen != sent_on).then_some(sent_on as usize)
}

/// FltLockUserBuffer — gives the operation an MDL of its buffer, which goes with the operation.
///
/// # Errors
/// When there is no memory.
pub fn lock_user_buffer(operation: &Operation, places: Places, mdl: usize) -> Result<(), NTSTATUS> {
    let read = |place| address(operation, place) as *const usize;
    // SAFETY: the place is that of a pointer in the parameters of this operation.
    let buffer = unsafe { read(places.buffer).read() };
    // SAFETY: the place is that of a pointer in the parameters of this operation.
    let old = unsafe { read(mdl).read() };
    // SAFETY: the place is that of a ULONG in the parameters of this operation.
    let length = unsafe { (address(operation, places.length) as *const u32).read() };
    if old != 0 || length == 0 {
        return Ok(());
    }
    let made = mdl::allocate(buffer, length, 0);
    if made.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    mdl::lock(made, places.access == Access::Write);
    operation.keep_mdl(made as usize, mdl);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use minifilter_sys::*;

    #[test]
    fn places_are_those_of_the_structures() {
        let read = places(IRP_MJ_READ).expect("a read has a buffer");
        assert_eq!(read.length, offset_of!(FLT_PARAMETERS_READ, Length));
        assert_eq!(read.buffer, offset_of!(FLT_PARAMETERS_READ, ReadBuffer));
        assert_eq!(read.mdl, Some(offset_of!(FLT_PARAMETERS_READ, MdlAddress)));
        let write = places(IRP_MJ_WRITE).expect("a write has a buffer");
        assert_eq!(write.buffer, offset_of!(FLT_PARAMETERS_WRITE, WriteBuffer));
        let set = places(IRP_MJ_SET_INFORMATION).expect("it has a buffer");
        assert_eq!(
            set.buffer,
            offset_of!(FLT_PARAMETERS_SET_FILE_INFORMATION, InfoBuffer)
        );
        let query = places(IRP_MJ_QUERY_INFORMATION).expect("it has a buffer");
        assert_eq!(
            query.buffer,
            offset_of!(FLT_PARAMETERS_QUERY_FILE_INFORMATION, InfoBuffer)
        );
        let volume = places(IRP_MJ_QUERY_VOLUME_INFORMATION).expect("it has a buffer");
        assert_eq!(
            volume.buffer,
            offset_of!(FLT_PARAMETERS_VOLUME_INFORMATION, VolumeBuffer)
        );
        let directory = places(IRP_MJ_DIRECTORY_CONTROL).expect("it has a buffer");
        assert_eq!(
            directory.mdl,
            Some(offset_of!(FLT_PARAMETERS_QUERY_DIRECTORY, MdlAddress))
        );
        let attributes = places(IRP_MJ_SET_EA).expect("it has a buffer");
        assert_eq!(
            attributes.mdl,
            Some(offset_of!(FLT_PARAMETERS_SET_EA, MdlAddress))
        );
        let security = places(IRP_MJ_QUERY_SECURITY).expect("it has a buffer");
        assert_eq!(
            security.length,
            offset_of!(FLT_PARAMETERS_QUERY_SECURITY, Length)
        );
        assert!(places(IRP_MJ_CLEANUP).is_none());
    }
}
