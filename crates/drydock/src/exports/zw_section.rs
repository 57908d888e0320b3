//! ZwCreateSection, ZwMapViewOfSection, ZwUnmapViewOfSection — shims.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::sync::Arc;

use minifilter_sys::{
    HANDLE, NTSTATUS, OBJECT_ATTRIBUTES, PAGE_EXECUTE, PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE,
    PAGE_EXECUTE_WRITECOPY, PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, SEC_COMMIT, SEC_FILE,
    STATUS_INVALID_PAGE_PROTECTION, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_4,
    STATUS_INVALID_PARAMETER_8, STATUS_NOT_IMPLEMENTED, STATUS_OBJECT_TYPE_MISMATCH,
    STATUS_SUCCESS,
};

use super::flt_argument::{In, InOut, Out};
use super::object_attributes::{self, Attributes};
use crate::export;
use crate::model::object_type::ObjectType;
use crate::model::section::Section;
use crate::model::section::view::{self, Wanted};
use crate::model::{handle, kernel_object, namespace, process, thread};
use crate::report;

/// SECTION_MAP_READ and SECTION_MAP_WRITE are rights of handles, which the kernel's own calls are not asked for.
const NO_ACCESS: u32 = 0;
/// ViewShare and ViewUnmap.
const INHERIT: std::ops::RangeInclusive<i32> = 1..=2;
/// More high-order zero bits than this cannot be asked for.
const MOST_ZERO_BITS: usize = 20;
/// MEM_TOP_DOWN, which decides nothing here.
const TOP_DOWN: u32 = 0x10_0000;

fn unmodelled(what: &str) -> NTSTATUS {
    report::unimplemented(what);
    STATUS_NOT_IMPLEMENTED
}

fn new_section(
    maximum: In<i64>,
    protection: u32,
    allocation: u32,
    file: HANDLE,
    name: Option<String>,
) -> Result<Arc<Section>, NTSTATUS> {
    match protection {
        PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY => {}
        PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY => {}
        _ => return Err(STATUS_INVALID_PAGE_PROTECTION),
    }
    if allocation & !SEC_FILE != SEC_COMMIT {
        return Err(unmodelled(
            "ZwCreateSection of another kind than SEC_COMMIT",
        ));
    }
    let maximum = u64::try_from(maximum.get().unwrap_or(0));
    let maximum = maximum.map_err(|_| STATUS_INVALID_PARAMETER_4)?;
    if !file.is_null() {
        let open = handle::resolve(file, NO_ACCESS, Some(ObjectType::File), false)?;
        return Section::of_file(open.object, maximum, protection, name);
    }
    if maximum == 0 {
        return Err(STATUS_INVALID_PARAMETER_4);
    }
    Section::of_paging_file(maximum, protection, name)
}

fn create(
    attributes: In<OBJECT_ATTRIBUTES>,
    access: u32,
    make: impl FnOnce(Option<String>) -> Result<Arc<Section>, NTSTATUS>,
) -> Result<HANDLE, NTSTATUS> {
    let named: Option<Attributes> = match attributes.get() {
        None => None,
        Some(_) => Some(object_attributes::copy(attributes)?),
    };
    let kernel = named.as_ref().is_some_and(|named| named.kernel);
    let named = named.filter(|named| !named.name.is_empty());
    let name = named.map(|named| namespace::full_name(&named.name));
    let section = make(name.clone())?;
    if let Some(name) = name {
        namespace::name_object(&name, section.clone())?;
    }
    Ok(handle::insert_with(section, access, kernel))
}

/// Views are made in the current process, whichever handle it is named by.
fn check_process(handle: HANDLE) -> Result<(), NTSTATUS> {
    let open = handle::resolve(handle, NO_ACCESS, Some(ObjectType::Process), false)?;
    if open.object.body() != process::object(thread::current().process_id()) {
        return Err(unmodelled("views of sections in another process"));
    }
    Ok(())
}

fn check_kind(
    zero_bits: usize,
    inherit: i32,
    allocation: u32,
    protection: u32,
) -> Result<(), NTSTATUS> {
    if zero_bits > MOST_ZERO_BITS {
        return Err(STATUS_INVALID_PARAMETER_4);
    }
    if !INHERIT.contains(&inherit) {
        return Err(STATUS_INVALID_PARAMETER_8);
    }
    let executes =
        PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    if zero_bits != 0 || allocation & !TOP_DOWN != 0 || protection & executes != 0 {
        return Err(unmodelled(
            "ZwMapViewOfSection with zero bits, an allocation type, or for execution",
        ));
    }
    Ok(())
}

fn map(
    section: HANDLE,
    base: InOut<usize>,
    offset: InOut<i64>,
    size: InOut<usize>,
    protection: u32,
) -> Result<(), NTSTATUS> {
    let (Some(at), Some(bytes)) = (base.get(), size.get()) else {
        return Err(STATUS_INVALID_PARAMETER);
    };
    let start = u64::try_from(offset.get().unwrap_or(0));
    let open = handle::resolve(section, NO_ACCESS, Some(ObjectType::Section), false)?;
    let object = kernel_object::downcast_arc::<Section>(open.object);
    let wanted = Wanted {
        base: at,
        offset: start.map_err(|_| view::STATUS_INVALID_VIEW_SIZE)?,
        size: bytes,
        protection,
    };
    let (at, start, bytes) = view::map(&object.ok_or(STATUS_OBJECT_TYPE_MISMATCH)?, &wanted)?;
    base.set(at);
    size.set(bytes);
    if offset.get().is_some() {
        offset.set(start.cast_signed());
    }
    Ok(())
}

export! { Dll::Ntoskrnl;
    /// `ZwCreateSection` — of a file, or of the paging file without one.
    fn ZwCreateSection(
        out: Out<HANDLE>, access: u32, attributes: In<OBJECT_ATTRIBUTES>, maximum: In<i64>, protection: u32, allocation: u32,
        file: HANDLE,
    ) -> NTSTATUS {
        match create(attributes, access, |name| new_section(maximum, protection, allocation, file, name)) {
            Ok(handle) => {
                out.give(handle);
                STATUS_SUCCESS
            }
            Err(status) => status,
        }
    }
    /// `ZwMapViewOfSection`
    fn ZwMapViewOfSection(
        section: HANDLE, process: HANDLE, base: InOut<usize>, zero_bits: usize, _commit: usize, offset: InOut<i64>,
        size: InOut<usize>, inherit: i32, allocation: u32, protection: u32,
    ) -> NTSTATUS {
        let mapped = check_kind(zero_bits, inherit, allocation, protection)
            .and_then(|()| check_process(process))
            .and_then(|()| map(section, base, offset, size, protection));
        mapped.err().unwrap_or(STATUS_SUCCESS)
    }
    /// `ZwUnmapViewOfSection`
    fn ZwUnmapViewOfSection(process: HANDLE, address: usize) -> NTSTATUS {
        check_process(process).and_then(|()| view::unmap(address)).err().unwrap_or(STATUS_SUCCESS)
    }
}

#[cfg(test)]
mod tests;
