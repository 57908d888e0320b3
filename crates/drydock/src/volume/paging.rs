//! Paging I/O — how cached data move between the cache and the disk: through the whole filter stack.
#![allow(unsafe_code)] // a zeroed parameter block

use std::sync::Arc;

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, Done};
use crate::io::file_object::FileObject;
use crate::io::mdl::LockedBuffer;
use crate::model::file_system::{FileSystem, Request};
use crate::model::operation::{self, Outcome, Requestor};
use crate::model::thread;

/// FSRTL_CACHE_TOP_LEVEL_IRP and its neighbours are small numbers that stand where a top-level IRP would.
const TOP_LEVEL_CACHE: usize = 2;

/// Which way pages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the disk.
    In,
    /// To the disk.
    Out,
}

impl HostVolume {
    /// Sends one paging transfer for `file` and gives the bytes moved.
    pub(super) fn page(
        &self,
        file: FileObject,
        direction: Direction,
        offset: u64,
        bytes: &mut [u8],
    ) -> Answer {
        let buffer = LockedBuffer::new(bytes);
        let (major, flags) = match direction {
            Direction::In => (IRP_MJ_READ, IRP_INPUT_OPERATION | IRP_SYNCHRONOUS_PAGING_IO),
            Direction::Out => (IRP_MJ_WRITE, IRP_SYNCHRONOUS_PAGING_IO),
        };
        let mut iopb = empty_block();
        iopb.MajorFunction = major;
        iopb.IrpFlags = flags | IRP_PAGING_IO | IRP_NOCACHE;
        iopb.TargetFileObject = file.as_ptr();
        let offset = LARGE_INTEGER {
            QuadPart: offset.cast_signed(),
        };
        let transfer = FLT_PARAMETERS_READ {
            Length: buffer.length(),
            _padding1: 0,
            Key: 0,
            _padding2: 0,
            ByteOffset: offset,
            ReadBuffer: buffer.address(),
            MdlAddress: buffer.mdl(),
        };
        iopb.Parameters = FLT_PARAMETERS { Read: transfer };
        self.send_paging(&mut iopb)
    }

    /// Through the stack with the cache as top-level component, or, where no stack is mounted above, straight down.
    fn send_paging(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let mut status = IO_STATUS_BLOCK {
            Anonymous: IO_STATUS_BLOCK_STATUS {
                Status: STATUS_SUCCESS,
            },
            Information: 0,
        };
        match self.stack.get().and_then(std::sync::Weak::upgrade) {
            None => self.perform(Request::Irp, iopb, &mut status),
            Some(volume) => {
                let thread = thread::current();
                let outer = thread.top_level_irp();
                thread.set_top_level_irp(TOP_LEVEL_CACHE);
                let outcome = operation::send(
                    &Arc::clone(&volume),
                    Request::Irp,
                    iopb,
                    Requestor::kernel(),
                );
                thread.set_top_level_irp(outer);
                match outcome {
                    Outcome::Done(done) => status = done,
                    Outcome::FastIoDisallowed => return Err(STATUS_UNSUCCESSFUL),
                }
            }
        }
        // SAFETY: Status is the member that completion sets; both are integers or pointers of any value.
        let code = unsafe { status.Anonymous.Status };
        match code {
            STATUS_SUCCESS => Ok(Done {
                status: code,
                information: status.Information,
            }),
            code => Err(code),
        }
    }
}

/// A parameter block with every field zero.
pub fn empty_block() -> FLT_IO_PARAMETER_BLOCK {
    // SAFETY: the block consists of integers, raw pointers and unions of these, for which zero is a value.
    unsafe { std::mem::zeroed() }
}
