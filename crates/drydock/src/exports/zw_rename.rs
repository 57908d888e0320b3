//! FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION of drivers: where the new name is.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use minifilter_sys::*;

use crate::io::{Handle, kernel_file, path};
use crate::model::handle;
use crate::model::kernel_object;
use crate::model::object_type::ObjectType;
use crate::volume::information::{i64_at, text_at, u32_at};

/// Sets a class; a new name is one in the same directory, a full one, or one below a directory that is open.
pub fn set(file: &Handle<'_>, class: FILE_INFORMATION_CLASS, bytes: &[u8]) -> Result<(), NTSTATUS> {
    match class {
        FileRenameInformation => file.rename(&target(file, bytes)?, bytes.first() == Some(&1)),
        FileRenameInformationEx => file.rename_with(&target(file, bytes)?, u32_at(bytes, 0)?),
        FileLinkInformation => file.link(&target(file, bytes)?, bytes.first() == Some(&1)),
        class => file.set(class, bytes),
    }
}

/// The new name: without a path, or with the path from the volume's root.
fn target(file: &Handle<'_>, bytes: &[u8]) -> Result<String, NTSTATUS> {
    let (root, name) = (i64_at(bytes, 8)? as usize, text_at(bytes, 16, 20)?);
    if root != 0 {
        let open = handle::resolve(root as HANDLE, 0, Some(ObjectType::File), false)?;
        let directory = kernel_object::downcast::<kernel_file::KernelFile>(&open.object)
            .ok_or(STATUS_OBJECT_TYPE_MISMATCH)?;
        let path = directory.with(|directory| directory.name())??;
        return Ok(format!("{}\\{name}", path.trim_end_matches('\\')));
    }
    if !name.starts_with('\\') {
        return Ok(name);
    }
    let units: Vec<u16> = name.encode_utf16().collect();
    let (volume, path) = path::locate(&units).ok_or(STATUS_OBJECT_PATH_NOT_FOUND)?;
    if !file.is_on(&volume) {
        return Err(STATUS_NOT_SAME_DEVICE);
    }
    String::from_utf16(&path).map_err(|_| STATUS_OBJECT_NAME_INVALID)
}

#[cfg(test)]
mod tests {
    use super::super::zw_file::tests::opened;
    use super::*;
    use crate::model::flt_fixture::Script;
    use crate::model::host_fixture::{HostFixture, VOLUME};
    use crate::volume::information::{Record, text_bytes};

    fn rename(file: HANDLE, root: HANDLE, name: &str) -> Result<(), NTSTATUS> {
        let record = Record::default()
            .u32(0)
            .pad_to(8)
            .i64(root as i64)
            .u32(text_bytes(name))
            .text(name)
            .pad_to(24);
        kernel_file::with_handle(file, 0, |file| set(file, FileRenameInformation, &record.0))?
    }

    #[test]
    fn a_file_is_renamed_by_its_name_by_a_full_name_and_below_an_open_directory() {
        let fixture = HostFixture::new(Script::default());
        std::fs::create_dir(fixture.directory.join("d")).unwrap();
        let (file, directory) = (opened("\\one"), opened("\\d"));
        let none = std::ptr::null_mut();
        assert_eq!(rename(file, none, "two"), Ok(()));
        assert!(fixture.directory.join("two").exists());
        assert_eq!(rename(file, none, &format!("{VOLUME}\\d\\three")), Ok(()));
        assert!(fixture.directory.join("d/three").exists());
        assert_eq!(rename(file, directory, "four"), Ok(()));
        assert!(fixture.directory.join("d/four").exists());
        assert_eq!(
            rename(file, none, r"\Device\None\five"),
            Err(STATUS_OBJECT_PATH_NOT_FOUND)
        );
        assert_eq!(
            [handle::close(file), handle::close(directory)],
            [STATUS_SUCCESS; 2]
        );
    }
}
