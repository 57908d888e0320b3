#![allow(unsafe_code)] // FltQueryInformationFile

//! Questions about the file of an operation, asked below the filter.

use core::mem::MaybeUninit;

pub use minifilter_sys::{FILE_BASIC_INFORMATION, FILE_STANDARD_INFORMATION};
use minifilter_sys::{FILE_INFORMATION_CLASS, FileBasicInformation, FileStandardInformation};

use crate::ddi;
use crate::irql::{ApcsEnabled, AtMost, Irql, Passive, WaitState};
use crate::objects::{Opened, RelatedObjects};
use crate::status::{Result, Status};

/// What can be asked about a file with one structure of fixed size.
///
/// # Safety
/// The file system fills the whole structure for `CLASS`, and every bit pattern is a value of it.
pub unsafe trait FileInformation: Copy {
    /// The class.
    const CLASS: FILE_INFORMATION_CLASS;
}

// SAFETY: plain numbers, filled whole.
unsafe impl FileInformation for FILE_BASIC_INFORMATION {
    const CLASS: FILE_INFORMATION_CLASS = FileBasicInformation;
}

// SAFETY: plain numbers, filled whole; BOOLEAN is a byte.
unsafe impl FileInformation for FILE_STANDARD_INFORMATION {
    const CLASS: FILE_INFORMATION_CLASS = FileStandardInformation;
}

impl<F> RelatedObjects<'_, F, Opened> {
    /// `FltQueryInformationFile` — asks the file system about the file, below this filter. PASSIVE_LEVEL, normal APCs on.
    ///
    /// # Errors
    /// What the file system reports; `STATUS_INVALID_PARAMETER` if the operation is about no file; `STATUS_UNSUCCESSFUL` if it fills less than the structure.
    pub fn query<T: FileInformation>(
        &self,
        irql: &Irql<'_, impl AtMost<Passive>, impl ApcsEnabled, impl WaitState>,
    ) -> Result<T> {
        let mut information = MaybeUninit::<T>::uninit();
        let mut returned = 0;
        let size = size_of::<T>() as u32;
        let objects = self.raw();
        if objects.FileObject.is_null() {
            return Err(Status::INVALID_PARAMETER);
        }
        // SAFETY: the objects are live and the file is open; the buffer has the size that is passed.
        let status = unsafe {
            ddi::FltQueryInformationFile(
                irql,
                objects.Instance,
                objects.FileObject,
                information.as_mut_ptr().cast(),
                size,
                T::CLASS,
                &raw mut returned,
            )
        };
        Status::from_raw(status).ok()?;
        if returned < size {
            return Err(Status::UNSUCCESSFUL);
        }
        // SAFETY: the file system filled all of it, as it says and as the trait demands.
        Ok(unsafe { information.assume_init() })
    }
}
