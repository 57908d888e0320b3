//! PsReferencePrimaryToken, SeQueryInformationToken, ZwQueryInformationToken and subject contexts — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{
    HANDLE, NTSTATUS, OBJ_KERNEL_HANDLE, STATUS_BUFFER_TOO_SMALL, STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_CID, STATUS_INVALID_HANDLE, STATUS_INVALID_INFO_CLASS, STATUS_SUCCESS,
};

use super::flt_argument::Out;
use crate::export;
use crate::model::kernel_object::{self, KernelObject};
use crate::model::object_type::ObjectType;
use crate::model::pool::{self, PoolKind};
use crate::model::token::{self, Answer, Token};
use crate::model::{handle, object_reference, process, thread};
use crate::report;

/// Tag of what SeQueryInformationToken allocates, which the driver frees by ExFreePool.
const TAG: u32 = u32::from_le_bytes(*b"SeTi");

/// Puts an answer where the driver has room for it; the pointer in it leads to the SID behind it.
///
/// # Safety
/// `out` has room for the bytes.
unsafe fn put(answer: &Answer, out: *mut u8) {
    // SAFETY: the caller's contract.
    unsafe { std::ptr::copy_nonoverlapping(answer.bytes.as_ptr(), out, answer.bytes.len()) };
    if let Some(sid) = answer.sid {
        // SAFETY: an answer with a SID begins with a pointer, and is longer than it.
        unsafe { out.cast::<usize>().write_unaligned(out as usize + sid) };
    }
}

fn asked(result: Result<Answer, NTSTATUS>) -> Result<Answer, NTSTATUS> {
    if result == Err(STATUS_INVALID_INFO_CLASS) {
        report::unimplemented("a token's information of another class");
    }
    result
}

fn query(
    handle: HANDLE,
    class: i32,
    out: *mut c_void,
    length: u32,
    needed: Out<u32>,
) -> Result<(), NTSTATUS> {
    let open = handle::resolve(handle, 0, Some(ObjectType::Token), false)?;
    let token = kernel_object::downcast::<Token>(&open.object).ok_or(STATUS_INVALID_HANDLE)?;
    let answer = asked(token.query(class))?;
    needed.give(answer.bytes.len() as u32);
    if (length as usize) < answer.bytes.len() {
        return Err(STATUS_BUFFER_TOO_SMALL);
    }
    // SAFETY: the driver says by the length that the answer fits.
    unsafe { put(&answer, out.cast()) };
    Ok(())
}

/// Numbers are given in the place of the pointer, structures in pool.
fn query_pointer(object: usize, class: i32, out: Out<usize>) -> Result<(), NTSTATUS> {
    let answer = asked(token::at(object).ok_or(STATUS_INVALID_HANDLE)?.query(class))?;
    if answer.sid.is_none() {
        let number = answer
            .bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | usize::from(*byte));
        out.give(number);
        return Ok(());
    }
    let memory = pool::allocate(PoolKind::Paged, answer.bytes.len(), TAG, 0);
    if memory.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    // SAFETY: the block was just allocated with room for the answer.
    unsafe { put(&answer, memory.cast()) };
    out.give(memory as usize);
    Ok(())
}

fn open(process: HANDLE, kernel: bool, access: u32, out: Out<HANDLE>) -> Result<(), NTSTATUS> {
    let open = handle::resolve(process, 0, Some(ObjectType::Process), false)?;
    let id = process::id_of(open.object.body()).ok_or(STATUS_INVALID_CID)?;
    out.give(handle::insert_with(token::of_process(id), access, kernel));
    Ok(())
}

fn status(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

/// SECURITY_SUBJECT_CONTEXT.
#[repr(C)]
struct Subject {
    client: usize,
    level: i32,
    primary: usize,
    audit: usize,
}

export! { Dll::Ntoskrnl;
    /// `PsReferencePrimaryToken`
    fn PsReferencePrimaryToken(object: usize) -> usize {
        let Some(id) = process::id_of(object) else { return 0 };
        let body = token::of_process(id).body();
        object_reference::add(body);
        body
    }
    /// `PsDereferencePrimaryToken`
    fn PsDereferencePrimaryToken(token: usize) {
        object_reference::drop_one(token);
    }
    /// `SeQueryInformationToken`
    fn SeQueryInformationToken(token: usize, class: i32, out: Out<usize>) -> NTSTATUS { status(query_pointer(token, class, out)) }
    /// `SeTokenIsAdmin`
    fn SeTokenIsAdmin(token: usize) -> u8 {
        let system = token::of_process(thread::SYSTEM_PROCESS).body();
        u8::from(token == system)
    }
    /// `SeCaptureSubjectContext`
    fn SeCaptureSubjectContext(out: Out<Subject>) {
        let primary = token::of_process(thread::current().process_id()).body();
        object_reference::add(primary);
        out.give(Subject { client: 0, level: 0, primary, audit: 0 });
    }
    /// `SeReleaseSubjectContext`
    fn SeReleaseSubjectContext(subject: *mut Subject) {
        // SAFETY: the driver passes what SeCaptureSubjectContext has filled.
        let primary = unsafe { (*subject).primary };
        object_reference::drop_one(primary);
    }
    /// `SeLockSubjectContext` — nothing changes a token of the bench.
    fn SeLockSubjectContext(_subject: *mut Subject) {}
    /// `SeUnlockSubjectContext`
    fn SeUnlockSubjectContext(_subject: *mut Subject) {}
    /// `ZwOpenProcessTokenEx`
    fn ZwOpenProcessTokenEx(process: HANDLE, access: u32, attributes: u32, out: Out<HANDLE>) -> NTSTATUS {
        status(open(process, attributes & OBJ_KERNEL_HANDLE != 0, access, out))
    }
    /// `ZwOpenProcessToken`
    fn ZwOpenProcessToken(process: HANDLE, access: u32, out: Out<HANDLE>) -> NTSTATUS { status(open(process, false, access, out)) }
    /// `ZwQueryInformationToken`
    fn ZwQueryInformationToken(handle: HANDLE, class: i32, out: *mut c_void, length: u32, needed: Out<u32>) -> NTSTATUS {
        status(query(handle, class, out, length, needed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::flt_argument::tests::out;

    #[test]
    fn zwqueryinformationtoken_gives_the_user_behind_zwopenprocesstokenex() {
        let mut handle: HANDLE = std::ptr::null_mut();
        let me = -1_isize as HANDLE;
        assert_eq!(
            call!(ZwOpenProcessTokenEx(
                me,
                8,
                OBJ_KERNEL_HANDLE,
                out(&mut handle)
            )),
            STATUS_SUCCESS
        );
        let (mut room, mut needed) = ([0_usize; 8], 0);
        let mut ask = |class, length| {
            call!(ZwQueryInformationToken(
                handle,
                class,
                room.as_mut_ptr().cast(),
                length,
                out(&mut needed)
            ))
        };
        assert_eq!(
            (ask(1, 8), ask(1, 64), ask(12, 4)),
            (STATUS_BUFFER_TOO_SMALL, STATUS_SUCCESS, STATUS_SUCCESS)
        );
        assert_eq!(needed, 4);
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
        assert_eq!(
            call!(ZwOpenProcessToken(me, 8, out(&mut handle))),
            STATUS_SUCCESS
        );
        assert_eq!(handle::close(handle), STATUS_SUCCESS);
    }

    #[test]
    fn sequeryinformationtoken_allocates_the_user_of_psreferenceprimarytoken() {
        let object = process::begin(8900, 4);
        let token = call!(PsReferencePrimaryToken(object));
        let mut user = 0_usize;
        assert_eq!(
            call!(SeQueryInformationToken(token, 1, out(&mut user))),
            STATUS_SUCCESS
        );
        // SAFETY: the call has left a TOKEN_USER.
        let sid = unsafe { (user as *const usize).read_unaligned() };
        assert_eq!(sid, user + 16);
        pool::free(user as _, 0);
        assert_eq!(
            (
                call!(SeQueryInformationToken(token, 12, out(&mut user))),
                user
            ),
            (STATUS_SUCCESS, 1)
        );
        assert_eq!(call!(SeTokenIsAdmin(token)), 0);
        call!(PsDereferencePrimaryToken(token));
        assert_eq!(object_reference::count(token), 0);
    }

    #[test]
    fn secapturesubjectcontext_holds_the_token_until_sereleasesubjectcontext() {
        let mut subject = Subject {
            client: 1,
            level: 1,
            primary: 0,
            audit: 1,
        };
        call!(SeCaptureSubjectContext(out(&mut subject)));
        let held = object_reference::count(subject.primary);
        call!(SeLockSubjectContext(&raw mut subject));
        call!(SeUnlockSubjectContext(&raw mut subject));
        call!(SeReleaseSubjectContext(&raw mut subject));
        assert_eq!(
            (
                subject.client,
                held - object_reference::count(subject.primary)
            ),
            (0, 1)
        );
    }
}
