//! CcFlushCache, CcPurgeCacheSection, CcSetFileSizes, MmFlushImageSection, FsRtlGetFileSize — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::*;

use crate::export;
use crate::model::file_system::CacheRequest;
use crate::model::operation::{self, Outcome, Requestor};
use crate::model::{file_system, flt_volume, own_io};

/// What the file system says to a request about cached data; none when no file has these section object pointers.
fn ask(pointers: *mut SECTION_OBJECT_POINTERS, request: CacheRequest) -> Option<NTSTATUS> {
    let mut volumes = flt_volume::mounted().into_iter();
    volumes.find_map(|volume| {
        volume
            .file_system
            .cached_section(pointers as usize, request)
    })
}

/// Where a range begins; none for the whole file.
fn offset(offset: *const LARGE_INTEGER) -> Option<u64> {
    // SAFETY: the driver passes null or a LARGE_INTEGER of its own.
    let offset = unsafe { offset.as_ref() }?;
    // SAFETY: every bit pattern of the union is a QuadPart.
    u64::try_from(unsafe { offset.QuadPart }).ok()
}

fn file_size(file: *mut FILE_OBJECT) -> Result<i64, NTSTATUS> {
    let volume = flt_volume::of_file_object(file).ok_or(STATUS_INVALID_PARAMETER)?;
    let (mut size, mut directory) = (0, 0);
    // SAFETY: integers, for which zero is a value.
    let mut standard: FILE_STANDARD_INFORMATION = unsafe { std::mem::zeroed() };
    let mut iopb = own_io::block(IRP_MJ_QUERY_INFORMATION, file, IRP_SYNCHRONOUS_API);
    iopb.Parameters.QueryFileInformation = FLT_PARAMETERS_QUERY_FILE_INFORMATION {
        Length: size_of::<FILE_STANDARD_INFORMATION>() as u32,
        _padding1: 0,
        FileInformationClass: FileStandardInformation,
        _padding2: 0,
        InfoBuffer: (&raw mut standard).cast(),
    };
    let request = file_system::Request::Irp;
    if let Outcome::Done(block) = operation::send(&volume, request, &mut iopb, Requestor::kernel())
    {
        let status = operation::status_of(&block);
        if status < 0 {
            return Err(status);
        }
        // SAFETY: every bit pattern of the union is a QuadPart.
        (size, directory) = (unsafe { standard.EndOfFile.QuadPart }, standard.Directory);
    }
    if directory != 0 {
        Err(STATUS_FILE_IS_A_DIRECTORY)
    } else {
        Ok(size)
    }
}

export! { Dll::Ntoskrnl;
    /// `CcFlushCache` — writes all of the stream that waits to be written, which is more than a range asks for.
    fn CcFlushCache(
        pointers: *mut SECTION_OBJECT_POINTERS, _offset: *const LARGE_INTEGER, _length: u32, out: *mut IO_STATUS_BLOCK,
    ) {
        let status = ask(pointers, CacheRequest::Flush).unwrap_or(STATUS_SUCCESS);
        let block = IO_STATUS_BLOCK { Anonymous: IO_STATUS_BLOCK_STATUS { Status: status }, Information: 0 };
        if !out.is_null() {
            // SAFETY: not null; the driver passes a status block of its own to be written.
            unsafe { out.write(block) };
        }
    }
    /// `CcPurgeCacheSection`
    fn CcPurgeCacheSection(
        pointers: *mut SECTION_OBJECT_POINTERS, at: *const LARGE_INTEGER, length: u32, _flags: u32,
    ) -> u8 {
        let range = match (offset(at), length) {
            (None, _) => 0..u64::MAX,
            (Some(from), 0) => from..u64::MAX,
            (Some(from), length) => from..from.saturating_add(length.into()),
        };
        u8::from(ask(pointers, CacheRequest::Purge(range.start, range.end)).is_none_or(|status| status >= 0))
    }
    /// `CcSetFileSizes` — what is cached beyond a new, smaller end goes.
    fn CcSetFileSizes(file: *mut FILE_OBJECT, sizes: *const CC_FILE_SIZES) {
        // SAFETY: the driver passes a live file object.
        let pointers = unsafe { (*file).SectionObjectPointer };
        // SAFETY: the driver passes sizes of its own.
        let size = unsafe { (*sizes).FileSize };
        // SAFETY: every bit pattern of the union is a QuadPart.
        let size = u64::try_from(unsafe { size.QuadPart }).unwrap_or(0);
        ask(pointers, CacheRequest::SetSize(size));
    }
    /// `MmFlushImageSection` — false while an image of the file is mapped.
    fn MmFlushImageSection(pointers: *mut SECTION_OBJECT_POINTERS, _kind: i32) -> u8 {
        // SAFETY: the driver passes null or the pointers of a live file object.
        let pointers = unsafe { pointers.as_ref() };
        u8::from(pointers.is_none_or(|pointers| pointers.ImageSectionObject.is_null()))
    }
    /// `FsRtlGetFileSize` — asks from the top of the stack, as the page says it does for another's file.
    fn FsRtlGetFileSize(file: *mut FILE_OBJECT, out: *mut LARGE_INTEGER) -> NTSTATUS {
        match file_size(file) {
            Ok(size) => {
                // SAFETY: the driver passes a LARGE_INTEGER of its own to be written.
                unsafe { out.write(LARGE_INTEGER { QuadPart: size }) };
                STATUS_SUCCESS
            }
            Err(status) => status,
        }
    }
    /// `FsRtlIsPagingFile` — what the file system says in the header of the stream.
    fn FsRtlIsPagingFile(file: *mut FILE_OBJECT) -> u32 {
        // SAFETY: the driver passes a live file object.
        let header = unsafe { (*file).FsContext }.cast::<FSRTL_COMMON_FCB_HEADER>();
        // SAFETY: FsContext is null or begins with this header on every file system below filters.
        let flags = unsafe { header.as_ref() }.map_or(0, |header| header.Flags2);
        u32::from(u32::from(flags) & FSRTL_FLAG2_IS_PAGING_FILE != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::CreateOptions;
    use crate::model::flt_fixture::Script;
    use crate::model::host_fixture::{HostFixture, OpenedFile};

    const TEXT: &[u8] = b"thirteen more";

    fn opened(fixture: &HostFixture) -> OpenedFile {
        fixture.put("cached.txt", TEXT);
        fixture.open("\\cached.txt", CreateOptions::default())
    }

    #[test]
    fn the_size_of_a_file_is_asked_for_and_a_directory_has_none() {
        let fixture = HostFixture::new(Script::default());
        let file = opened(&fixture);
        let mut size = LARGE_INTEGER { QuadPart: 0 };
        assert_eq!(
            call!(FsRtlGetFileSize(file.pointer(), &raw mut size)),
            STATUS_SUCCESS
        );
        // SAFETY: every bit pattern of the union is a QuadPart.
        assert_eq!(unsafe { size.QuadPart }, TEXT.len() as i64);
        let root = fixture.open(
            "\\",
            CreateOptions::default()
                .access(GENERIC_READ)
                .with(FILE_DIRECTORY_FILE),
        );
        assert_eq!(
            call!(FsRtlGetFileSize(root.pointer(), &raw mut size)),
            STATUS_FILE_IS_A_DIRECTORY
        );
        assert_eq!(call!(FsRtlIsPagingFile(file.pointer())), 0);
    }

    #[test]
    fn a_cache_is_flushed_purged_and_cut_by_its_section_object_pointers() {
        let fixture = HostFixture::new(Script::default());
        let file = opened(&fixture);
        let pointers = file.0.section_object_pointer();
        // SAFETY: integers and pointers, for which zero is a value.
        let mut block: IO_STATUS_BLOCK = unsafe { std::mem::zeroed() };
        block.Information = 9;
        call!(CcFlushCache(pointers, std::ptr::null(), 0, &raw mut block));
        assert_eq!(
            (operation::status_of(&block), block.Information),
            (STATUS_SUCCESS, 0)
        );
        assert_eq!(
            call!(CcPurgeCacheSection(pointers, std::ptr::null(), 0, 0)),
            1
        );
        let sizes = CC_FILE_SIZES {
            AllocationSize: LARGE_INTEGER { QuadPart: 4096 },
            FileSize: LARGE_INTEGER { QuadPart: 4 },
            ValidDataLength: LARGE_INTEGER { QuadPart: 4 },
        };
        call!(CcSetFileSizes(file.pointer(), &raw const sizes));
        assert_eq!(ask(pointers, CacheRequest::Flush), Some(STATUS_SUCCESS));
        assert_eq!(ask(std::ptr::dangling_mut(), CacheRequest::Flush), None);
        assert_eq!(call!(MmFlushImageSection(pointers, 0)), 1);
    }
}
