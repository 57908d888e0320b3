//! ZwQueryInformationTransaction, IoGetTransactionParameterBlock — what drivers ask about transactions.
#![allow(unsafe_code)] // Windows calling convention

use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, HANDLE, NTSTATUS, PTXN_PARAMETER_BLOCK, STATUS_INFO_LENGTH_MISMATCH,
    STATUS_INVALID_HANDLE, STATUS_INVALID_INFO_CLASS, STATUS_OBJECT_TYPE_MISMATCH, STATUS_SUCCESS,
};

use crate::export;
use crate::model::handle;
use crate::model::transaction::{self, Transaction, TransactionOutcome};

/// TransactionBasicInformation of TRANSACTION_INFORMATION_CLASS.
const BASIC: i32 = 0;
/// Bytes of TRANSACTION_BASIC_INFORMATION: a GUID, TransactionState, TransactionOutcome.
const BASIC_SIZE: u32 = 24;

/// What TRANSACTION_BASIC_INFORMATION says.
fn basic(transaction: &Transaction) -> [u8; BASIC_SIZE as usize] {
    let outcome = transaction.outcome();
    // TransactionStateNormal until the outcome is known, TransactionStateCommittedNotify after a commit.
    let state: u32 = match outcome {
        TransactionOutcome::Committed => 3,
        _ => 1,
    };
    let mut bytes = [0; BASIC_SIZE as usize];
    bytes[..8].copy_from_slice(&transaction.number.to_le_bytes());
    bytes[16..20].copy_from_slice(&state.to_le_bytes());
    bytes[20..].copy_from_slice(&(outcome as u32).to_le_bytes());
    bytes
}

fn of_handle(handle: HANDLE) -> Result<Arc<Transaction>, NTSTATUS> {
    let object = handle::lookup(handle).ok_or(STATUS_INVALID_HANDLE)?;
    transaction::at(object.body()).ok_or(STATUS_OBJECT_TYPE_MISMATCH)
}

export! { Dll::Ntoskrnl;
    /// `ZwQueryInformationTransaction` — the basic information; other classes are refused.
    fn ZwQueryInformationTransaction(handle: HANDLE, class: i32, out: *mut u8, length: u32, needed: *mut u32) -> NTSTATUS {
        let transaction = match of_handle(handle) {
            Ok(transaction) => transaction,
            Err(status) => return status,
        };
        if class != BASIC {
            return STATUS_INVALID_INFO_CLASS;
        }
        if !needed.is_null() {
            // SAFETY: the driver passes null or a ULONG of its own.
            unsafe { needed.write_unaligned(BASIC_SIZE) };
        }
        if length < BASIC_SIZE {
            return STATUS_INFO_LENGTH_MISMATCH;
        }
        let bytes = basic(&transaction);
        // SAFETY: the driver passes a buffer of `length` bytes, which is enough.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), out, bytes.len()) };
        STATUS_SUCCESS
    }
    /// `IoGetTransactionParameterBlock` — the transaction that a file object carries; null for none.
    fn IoGetTransactionParameterBlock(file: *const FILE_OBJECT) -> PTXN_PARAMETER_BLOCK {
        transaction::block_of(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kernel_object::KernelObject;

    fn query(handle: HANDLE, class: i32, out: &mut [u8]) -> (NTSTATUS, u32) {
        let mut needed = 0;
        let (to, length) = (out.as_mut_ptr(), out.len() as u32);
        // SAFETY: the buffer has `length` bytes, and the ULONG is ours.
        let status =
            unsafe { ZwQueryInformationTransaction(handle, class, to, length, &raw mut needed) };
        (status, needed)
    }

    #[test]
    fn the_basic_information_says_what_became_of_it() {
        let transaction = Transaction::begin();
        let object: Arc<dyn KernelObject> = transaction.clone();
        let handle = handle::insert(object, true);
        let mut out = [0; 24];
        assert_eq!(query(handle, BASIC, &mut out), (STATUS_SUCCESS, 24));
        assert_eq!(
            u64::from_le_bytes(*out.first_chunk().expect("eight bytes")),
            transaction.number
        );
        assert_eq!(out[20], 1);
        transaction.rollback();
        assert_eq!(query(handle, BASIC, &mut out).0, STATUS_SUCCESS);
        assert_eq!(out[20], 3);
        assert_eq!(
            query(handle, BASIC, &mut out[..23]).0,
            STATUS_INFO_LENGTH_MISMATCH
        );
        assert_eq!(query(handle, 1, &mut out).0, STATUS_INVALID_INFO_CLASS);
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
    }

    #[test]
    fn a_file_without_a_transaction_has_no_parameter_block() {
        // SAFETY: the address of a file object is looked up, not followed.
        let block = unsafe { IoGetTransactionParameterBlock(0x1000 as *const FILE_OBJECT) };
        assert!(block.is_null(), "IoGetTransactionParameterBlock");
    }
}
