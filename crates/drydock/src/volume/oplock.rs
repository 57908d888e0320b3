//! Oplocks of the volume's streams — FSCTL_REQUEST_OPLOCK and its kin, and the breaks that operations make.

use std::sync::{Arc, Weak};

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, Done, success};
use super::fcb::{Fcb, Kind};
use super::open_file::OpenFile;
use super::parameters::{self, CreateRequest};
use crate::io::file_object::FileObject;
use crate::model::operation::{Kept, pre_status_block};
use crate::model::oplock::conflict::Conflict;
use crate::model::oplock::{self, Due, Opens, Oplock, Request, request};

/// A break that a create has begun.
#[derive(Default)]
pub struct Break {
    /// The create begins anew when this one's holders have answered.
    pub awaits: Option<Arc<Oplock>>,
    /// FILE_COMPLETE_IF_OPLOCKED: the create goes on without them.
    pub under_way: bool,
}

impl HostVolume {
    /// Carries out a control of oplocks: one that is granted lasts until it breaks.
    pub(super) fn oplock_control(
        &self,
        iopb: &FLT_IO_PARAMETER_BLOCK,
        file: FileObject,
        open: &OpenFile,
    ) -> Answer {
        // Directories have none here, as before Windows 8.
        if open.fcb.kind != Kind::File {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let control = parameters::fs_control(iopb);
        let (buffer, none) = (control.SystemBuffer, std::ptr::null_mut());
        let input = parameters::input(buffer, none, control.InputBufferLength)?;
        let length = control.OutputBufferLength;
        let asked = request::read(control.FsControlCode, input, length as usize)?;
        let output = parameters::output(buffer, none, length)?;
        let opens = self.opens_of(file, open);
        let oplock = &open.fcb.oplock;
        let (answer, due) = oplock.control(asked, file.address(), opens, || keep(oplock, output));
        due.settle();
        match answer {
            oplock::Answer::Ended(STATUS_SUCCESS) => success(0),
            oplock::Answer::Ended(status) => Err(status),
            oplock::Answer::Kept => Ok(Done {
                status: STATUS_PENDING,
                information: 0,
            }),
        }
    }

    fn opens_of(&self, file: FileObject, open: &OpenFile) -> Opens {
        let strangers = |(address, other): &(&usize, &Arc<OpenFile>)| {
            Arc::ptr_eq(&other.fcb, &open.fcb)
                && !other.state.lock().cleaned_up
                && !oplock::keys_equal(**address, file.address())
        };
        Opens {
            handles: open.fcb.usage.lock().handles,
            strangers: self.opens.read().iter().filter(strangers).count() as u32,
            locked: !open.fcb.locks.lock().is_empty(),
            synchronous: file.flags() & FO_SYNCHRONOUS_IO != 0,
        }
    }

    /// Breaks the oplocks of others that an operation is about to make wrong, and waits for their holders.
    pub(super) fn break_oplocks(&self, file: FileObject, open: &OpenFile, conflict: Conflict) {
        let oplock = &open.fcb.oplock;
        while oplock.is_held() {
            let (waits, due) = oplock.check(conflict, file.address());
            due.settle();
            if !waits {
                return;
            }
            oplock.wait();
        }
    }

    /// The same for a create, with the state locked: what is to be told is due later, and who has to wait begins anew.
    pub(super) fn break_by_create(
        &self,
        request: &CreateRequest,
        fcb: &Fcb,
        added: u32,
    ) -> Result<(), NTSTATUS> {
        if request.options & FILE_RESERVE_OPFILTER != 0 && fcb.usage.lock().handles > 0 {
            return Err(STATUS_OPLOCK_NOT_GRANTED);
        }
        if !fcb.oplock.is_held() || request.broken.borrow().under_way {
            return Ok(());
        }
        let shared = fcb.usage.lock().share.allows(&request.share_mode(added));
        let conflict = match shared {
            true => Conflict::of_create(request.desired_access, request.disposition),
            false => Some(Conflict::Sharing),
        };
        let Some(conflict) = conflict else {
            return Ok(());
        };
        let (waits, due) = fcb.oplock.check(conflict, request.file);
        self.later(due);
        if !waits {
            return Ok(());
        }
        let mut broken = request.broken.borrow_mut();
        if request.options & FILE_OPEN_REQUIRING_OPLOCK != 0 {
            return Err(STATUS_CANNOT_BREAK_OPLOCK);
        }
        if request.options & FILE_COMPLETE_IF_OPLOCKED != 0 {
            broken.under_way = true;
            return Ok(());
        }
        broken.awaits = Some(Arc::clone(&fcb.oplock));
        Err(STATUS_OPLOCK_BREAK_IN_PROGRESS)
    }

    /// The last handle of a file object goes, and its oplock with it.
    pub(super) fn close_oplock(&self, file: FileObject, open: &OpenFile) {
        if open.fcb.oplock.is_held() {
            self.later(open.fcb.oplock.closed(file.address()));
        }
    }

    fn later(&self, due: Due) {
        self.oplocks_due.lock().push(due);
    }

    /// Tells what became due while locks were held.
    pub(super) fn settle_oplocks(&self) {
        let due = std::mem::take(&mut *self.oplocks_due.lock());
        due.into_iter().for_each(Due::settle);
    }
}

/// Keeps the control that is performed, until the oplock it is granted ends.
fn keep(oplock: &Arc<Oplock>, output: &'static mut [u8]) -> Option<Request> {
    let broken: Weak<Oplock> = Arc::downgrade(oplock);
    let cancelled = move |operation: &'static _| {
        if let Some(oplock) = broken.upgrade() {
            oplock
                .cancelled(std::ptr::from_ref(operation) as usize)
                .settle();
        }
    };
    let kept = Kept::current(Box::new(cancelled))?;
    let id = kept.id();
    let end = move |status, information| kept.complete(pre_status_block(status, information));
    Some(Request {
        end: Box::new(end),
        output,
        id,
    })
}
