//! TXN_PARAMETER_BLOCK — which file objects carry which transaction.
#![allow(unsafe_code)] // the blocks are memory that drivers read

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use minifilter_sys::{FILE_OBJECT, PTXN_PARAMETER_BLOCK, TXN_PARAMETER_BLOCK, USHORT};
use parking_lot::RwLock;

use super::Transaction;
use crate::model::kernel_object::KernelObject;

/// TXF_MINIVERSION_DEFAULT_VIEW.
const DEFAULT_VIEW: USHORT = 0xfffe;

struct Carried {
    transaction: Arc<Transaction>,
    block: Box<TXN_PARAMETER_BLOCK>,
}

// SAFETY: the pointer in the block is the address of an object that `transaction` keeps alive; nobody follows it here.
unsafe impl Send for Carried {}
// SAFETY: as above, and the block is never written after it was made.
unsafe impl Sync for Carried {}

static CARRIED: LazyLock<RwLock<HashMap<usize, Carried>>> = LazyLock::new(RwLock::default);
/// Entries of the table, so that operations without transactions do not look into it.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A file object is opened in a transaction.
pub fn carry(file: *const FILE_OBJECT, transaction: &Arc<Transaction>) {
    let block = Box::new(TXN_PARAMETER_BLOCK {
        Length: size_of::<TXN_PARAMETER_BLOCK>() as USHORT,
        TxFsContext: DEFAULT_VIEW,
        TransactionObject: transaction.body() as *mut _,
    });
    let carried = Carried {
        transaction: Arc::clone(transaction),
        block,
    };
    if CARRIED.write().insert(file as usize, carried).is_none() {
        COUNT.fetch_add(1, Ordering::Release);
    }
}

/// The object of the transaction that a file object carries; zero for none.
#[must_use]
pub fn of(file: *const FILE_OBJECT) -> usize {
    if COUNT.load(Ordering::Acquire) == 0 {
        return 0;
    }
    let carried = CARRIED.read();
    carried
        .get(&(file as usize))
        .map_or(0, |found| found.transaction.body())
}

/// IoGetTransactionParameterBlock — good as long as the file object; null without a transaction.
#[must_use]
pub fn block_of(file: *const FILE_OBJECT) -> PTXN_PARAMETER_BLOCK {
    let carried = CARRIED.read();
    carried
        .get(&(file as usize))
        .map_or(std::ptr::null_mut(), |found| {
            std::ptr::from_ref(&*found.block).cast_mut()
        })
}

/// The file object is about to be freed.
pub fn file_closed(file: *const FILE_OBJECT) {
    if COUNT.load(Ordering::Acquire) != 0 && CARRIED.write().remove(&(file as usize)).is_some() {
        COUNT.fetch_sub(1, Ordering::Release);
    }
}
