//! IO_DRIVER_CREATE_CONTEXT — what IoCreateFileEx and FltCreateFileEx2 take beside their parameters: extra create parameters,
//! and the transaction to open the file in.
#![allow(unsafe_code)] // follows the driver's pointer to a TXN_PARAMETER_BLOCK

use minifilter_sys::{
    IO_DRIVER_CREATE_CONTEXT, NTSTATUS, STATUS_INVALID_PARAMETER, TXN_PARAMETER_BLOCK,
};

use super::flt_argument::In;

/// Size of the structure in headers from before Windows 10 1803, which end with TxnParameters. A driver compiled with them passes
/// no more, so no more is read.
const WITHOUT_SILO: usize = 32;

/// The part of the structure that every version of it has.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CreateContext {
    size: i16,
    extra_create_parameter: usize,
    _device_object_hint: usize,
    transaction: *const TXN_PARAMETER_BLOCK,
}

impl In<CreateContext> {
    /// PECP_LIST and transaction object, each 0 if there is none.
    ///
    /// # Errors
    /// STATUS_INVALID_PARAMETER for a structure of an unknown size.
    pub fn parts(self) -> Result<(usize, usize), NTSTATUS> {
        let Some(context) = self.get() else {
            return Ok((0, 0));
        };
        let sizes = [WITHOUT_SILO, size_of::<IO_DRIVER_CREATE_CONTEXT>()];
        if !usize::try_from(context.size).is_ok_and(|size| sizes.contains(&size)) {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let transaction = if context.transaction.is_null() {
            0
        } else {
            // SAFETY: not null, so the driver passes a parameter block that lives through the call.
            unsafe { (*context.transaction).TransactionObject as usize }
        };
        Ok((context.extra_create_parameter, transaction))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(size: i16, block: Option<&TXN_PARAMETER_BLOCK>) -> Result<(usize, usize), NTSTATUS> {
        let context = CreateContext {
            size,
            extra_create_parameter: 0x1000,
            _device_object_hint: 0,
            transaction: block.map_or(std::ptr::null(), std::ptr::from_ref),
        };
        In::from(&context).parts()
    }

    #[test]
    fn flt_create_file_ex2_and_io_create_file_ex_take_contexts_of_old_and_new_headers() {
        assert_eq!(parts(32, None), Ok((0x1000, 0)));
        assert_eq!(parts(40, None), Ok((0x1000, 0)));
        assert_eq!(parts(0, None), Err(STATUS_INVALID_PARAMETER));
        assert_eq!(parts(-40, None), Err(STATUS_INVALID_PARAMETER));
        assert_eq!(In::<CreateContext>::none().parts(), Ok((0, 0)));
    }

    #[test]
    fn a_context_names_the_transaction_to_open_in() {
        let block = TXN_PARAMETER_BLOCK {
            Length: 16,
            TxFsContext: 0xFFFE,
            TransactionObject: 0x2000 as *mut _,
        };
        assert_eq!(parts(32, Some(&block)), Ok((0x1000, 0x2000)));
    }
}
