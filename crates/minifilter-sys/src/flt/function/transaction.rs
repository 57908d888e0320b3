//! Transactions.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltEnlistInTransaction` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnlistInTransaction(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        transaction_context: PFLT_CONTEXT,
        notification_mask: ULONG,
    ) -> NTSTATUS;

    /// `FltRollbackEnlistment` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltRollbackEnlistment(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        transaction_context: PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltPrePrepareComplete` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltPrePrepareComplete(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        transaction_context: PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltPrepareComplete` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltPrepareComplete(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        transaction_context: PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltCommitComplete` — callable at PASSIVE_LEVEL.
    pub fn FltCommitComplete(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        transaction_context: PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltCommitFinalizeComplete` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCommitFinalizeComplete(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        transaction_context: PFLT_CONTEXT,
    ) -> NTSTATUS;

    /// `FltRollbackComplete` — callable at PASSIVE_LEVEL.
    pub fn FltRollbackComplete(
        instance: PFLT_INSTANCE,
        transaction: PKTRANSACTION,
        transaction_context: PFLT_CONTEXT,
    ) -> NTSTATUS;
}
