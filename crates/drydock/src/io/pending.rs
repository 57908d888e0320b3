//! Requests that a program does not wait for: overlapped I/O, with STATUS_PENDING as the first answer.

use std::sync::Arc;
use std::time::Duration;

use minifilter_sys::*;
use parking_lot::Mutex;

use super::{End, Io, end};
use crate::model::operation::Operation;
use crate::model::operation::asynchronous::{self, Sent};
use crate::model::wait;

/// How it ended, once it has.
type Ended = Arc<Mutex<Option<Result<End, NTSTATUS>>>>;

/// Pending — an overlapped request with its buffer. Dropping it cancels it and waits for its end.
pub struct Pending {
    sent: Sent,
    ended: Ended,
    buffer: Box<[u8]>,
}

impl Io {
    /// Sends a request without waiting; `buffer` is what its parameters point into.
    pub(super) fn start(
        &self,
        iopb: &FLT_IO_PARAMETER_BLOCK,
        buffer: Box<[u8]>,
    ) -> Result<Pending, NTSTATUS> {
        self.check_process(iopb.MajorFunction)?;
        let ended = Ended::default();
        let told = Arc::clone(&ended);
        let completion = Box::new(move |operation: &'static Operation| {
            *told.lock() = Some(end(&operation.status()));
            wait::wake(Arc::as_ptr(&told) as usize);
        });
        let sent = asynchronous::send_from_top(&self.volume, iopb, self.requestor(), completion);
        Ok(Pending {
            sent,
            ended,
            buffer,
        })
    }
}

impl Pending {
    /// HasOverlappedIoCompleted — its end, if it has come.
    pub fn ended(&self) -> Option<Result<End, NTSTATUS>> {
        *self.ended.lock()
    }

    /// GetOverlappedResult — waits for its end.
    ///
    /// # Errors
    /// The status it ended with, if that is one.
    pub fn wait(&self) -> Result<End, NTSTATUS> {
        let what = || "the end of an overlapped request".to_owned();
        let address = Arc::as_ptr(&self.ended) as usize;
        let ended = wait::until(address, None, what, || self.ended());
        ended.unwrap_or(Err(STATUS_UNSUCCESSFUL))
    }

    /// GetOverlappedResultEx — waits so long for its end; whether that has come.
    pub fn wait_for(&self, patience: Duration) -> bool {
        let what = || "the end of an overlapped request".to_owned();
        let address = Arc::as_ptr(&self.ended) as usize;
        wait::until(address, Some(patience), what, || self.ended()).is_some()
    }

    /// CancelIoEx — asks for its end; whether somebody could be asked.
    pub fn cancel(&self) -> bool {
        self.sent.cancel()
    }

    /// What it brought, as far as its Information says.
    pub fn output(&self) -> &[u8] {
        let length = match self.ended() {
            Some(Ok(end)) => end.information.min(self.buffer.len()),
            _ => 0,
        };
        &self.buffer[..length]
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.cancel();
            // However it ends: the buffer goes now.
            let _ = self.wait();
        }
    }
}
