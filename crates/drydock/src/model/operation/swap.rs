//! Swapped buffers — what a pre-operation callback owes that puts a buffer of its own into an operation.
#![allow(unsafe_code)] // reads buffer and MDL pointers out of the parameter union

use minifilter_sys::{FLT_IO_PARAMETER_BLOCK, FLT_PREOP_SUCCESS_NO_CALLBACK};

use super::buffer;
use super::data::Operation;
use super::flow::Phase;
use super::obligations;
use crate::model::file_system::Request;
use crate::model::{mdl, pool};
use crate::verify::rule;

/// Reports a buffer that was swapped between `before` and the operation's present parameters without what that demands.
pub fn check(operation: &Operation, before: &FLT_IO_PARAMETER_BLOCK, status: i32) {
    let now = operation.iopb();
    let buffer = buffer::buffer_of(&now);
    if now.MajorFunction != before.MajorFunction
        || buffer == 0
        || buffer == buffer::buffer_of(before)
    {
        return;
    }
    let report = |what: &str| {
        let detail = format!("buffer {buffer:#x} was put into the operation, {what}");
        obligations::report(operation, Phase::Pre, rule::SWAPPED_BUFFER, detail);
    };
    if status == FLT_PREOP_SUCCESS_NO_CALLBACK {
        report("and no post-operation callback asked for that takes it back");
    }
    let described = buffer::mdl_of(&now);
    match (operation.request(), described.is_null()) {
        (Request::Irp, true) if pool::is_paged(buffer) => report("which is paged pool"),
        (Request::Irp, false) if !mdl::describes(described, buffer) => {
            report("and the MDL describes another");
        }
        (Request::FastIo, false) => report("with an MDL, which fast I/O has none of"),
        _ => {}
    }
}

/// Reports FltRetainSwappedBufferMdlAddress outside the post-operation callback of `operation`.
pub fn check_retained(operation: &Operation) {
    if !operation.is_in_post() {
        crate::verify::violation(
            rule::SWAPPED_BUFFER,
            "the MDL of a swapped buffer is kept in a post-operation callback only",
        );
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use minifilter_sys::{
        FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_SUCCESS_WITH_CALLBACK, FLTFL_CALLBACK_DATA_DIRTY,
        IRP_MJ_READ, PFLT_CALLBACK_DATA,
    };

    use super::*;
    use crate::model::flt_fixture::{Fixture, Script};
    use crate::model::operation::find;
    use crate::model::pool::PoolKind;
    use crate::verify::tests::violations_of;

    const TAG: u32 = u32::from_le_bytes(*b"Swap");
    const SITE: &str = "pre-operation IRP_MJ_READ";

    fn iopb(data: PFLT_CALLBACK_DATA) -> &'static mut FLT_IO_PARAMETER_BLOCK {
        // SAFETY: the data belongs to the callback that got it.
        let iopb = unsafe { (*data).Iopb };
        // SAFETY: the parameter block lives as long as the data, which is leaked.
        unsafe { &mut *iopb }
    }

    /// The rules that a read breaks which gets a buffer from `kind` of pool, and what `more` puts into its parameters.
    fn broken_by(
        request: Request,
        kind: PoolKind,
        status: i32,
        more: impl Fn(&mut FLT_IO_PARAMETER_BLOCK, usize) + Send + Sync + 'static,
    ) -> Vec<String> {
        let memory = pool::allocate(kind, 64, TAG, 0);
        let address = memory as usize;
        let script = Script {
            pre: Some(Arc::new(move |data, _, _| {
                iopb(data).Parameters.Read.ReadBuffer = address as *mut _;
                more(iopb(data), address);
                let operation = find(data).expect("it is under way");
                operation.change_flags(FLTFL_CALLBACK_DATA_DIRTY, 0);
                status
            })),
            post: Some(Arc::new(|_, _, _, _| FLT_POSTOP_FINISHED_PROCESSING)),
            ..Script::default()
        };
        let found = violations_of(SITE, || {
            let _any_outcome = Fixture::new(script).send(request, IRP_MJ_READ);
        });
        pool::free(memory, TAG);
        found
    }

    fn put_mdl(iopb: &mut FLT_IO_PARAMETER_BLOCK, described: usize) {
        iopb.Parameters.Read.MdlAddress = mdl::allocate(described, 64, 0);
    }

    const WANTED: i32 = FLT_PREOP_SUCCESS_WITH_CALLBACK;
    const BROKEN: [&str; 1] = ["swapped buffer without what swapping demands"];

    #[test]
    fn a_buffer_with_its_mdl_and_a_callback_breaks_no_rule() {
        let found = broken_by(Request::Irp, PoolKind::NonPaged, WANTED, put_mdl);
        assert_eq!(found, Vec::<String>::new());
        let none = |_: &mut FLT_IO_PARAMETER_BLOCK, _| ();
        let found = broken_by(Request::FastIo, PoolKind::Paged, WANTED, none);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_buffer_that_nobody_takes_back_breaks_the_rule() {
        let status = FLT_PREOP_SUCCESS_NO_CALLBACK;
        let found = broken_by(Request::Irp, PoolKind::NonPaged, status, put_mdl);
        assert_eq!(found, BROKEN);
    }

    #[test]
    fn an_mdl_of_another_buffer_breaks_the_rule() {
        let other = |iopb: &mut FLT_IO_PARAMETER_BLOCK, own| put_mdl(iopb, own + 0x1000);
        let found = broken_by(Request::Irp, PoolKind::NonPaged, WANTED, other);
        assert_eq!(found, BROKEN);
    }

    #[test]
    fn an_mdl_for_fast_io_breaks_the_rule() {
        let found = broken_by(Request::FastIo, PoolKind::NonPaged, WANTED, put_mdl);
        assert_eq!(found, BROKEN);
    }

    #[test]
    fn paged_pool_without_an_mdl_breaks_the_rule() {
        let none = |_: &mut FLT_IO_PARAMETER_BLOCK, _| ();
        let found = broken_by(Request::Irp, PoolKind::Paged, WANTED, none);
        assert_eq!(found, BROKEN);
    }
}
