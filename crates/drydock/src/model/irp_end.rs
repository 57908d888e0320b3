//! The end of an IRP — buffers copied back, status block written, event set, waiters woken.
#![allow(unsafe_code)] // writes to the buffers that an IRP names

use minifilter_sys::*;

use super::irp::{Irp, Tracked};
use super::pool::{self, PoolKind};
use super::{event, mdl, wait};
use crate::verify::{self, rule};

/// Tag of system buffers.
const TAG: u32 = u32::from_le_bytes(*b"IoSB");

/// A system buffer of `length` bytes that begins with `input`; null without memory.
#[must_use]
pub fn system_buffer(input: &[u8], length: usize) -> PVOID {
    let length = length.max(input.len()).max(1);
    let buffer = pool::allocate(PoolKind::NonPaged, length, TAG, 0);
    if !buffer.is_null() {
        // SAFETY: the block has at least as many bytes as the input and overlaps nothing.
        unsafe { std::ptr::copy_nonoverlapping(input.as_ptr(), buffer.cast(), input.len()) };
    }
    buffer
}

/// Does what the I/O manager does with the buffers of an IRP of its own; the originator's has `room` bytes.
fn copy_back(irp: Irp, room: usize) {
    let flags = irp.flags();
    let buffered = flags & (IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER)
        == IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    if buffered {
        let buffer = irp.system_buffer();
        // An error means that there is nothing to copy; a warning comes with data.
        let failed = (irp.status() as u32) >> 30 == 3;
        if flags & IRP_INPUT_OPERATION != 0 && !failed {
            let bytes = irp.information();
            if bytes > room {
                let detail = format!("Information is {bytes}, the output buffer has {room} bytes");
                verify::violation(rule::IRP_INFORMATION_TOO_LONG, detail);
            }
            // SAFETY: the system buffer and the originator's have at least `room` bytes each.
            unsafe {
                std::ptr::copy(
                    buffer.cast::<u8>(),
                    irp.user_buffer().cast(),
                    bytes.min(room),
                )
            };
        }
        pool::free(buffer, TAG);
    }
    let mdl = irp.mdl();
    if !mdl.is_null() {
        mdl::unlock(mdl);
        mdl::free_if_allocated(mdl);
        irp.set_mdl(std::ptr::null_mut());
    }
}

/// The program that waits frees the IRP.
pub fn of_program(irp: Irp, tracked: &Tracked) {
    copy_back(irp, tracked.output());
    tracked.ended(irp.status(), irp.information());
    wait::wake(std::ptr::from_ref(tracked) as usize);
}

/// The I/O manager writes the status block, sets the event and frees the IRP.
pub fn of_thread(irp: Irp, tracked: &Tracked) {
    copy_back(irp, tracked.output());
    tracked.ended(irp.status(), irp.information());
    let (block, event) = (irp.user_iosb(), irp.user_event());
    if !block.is_null() {
        let result = IO_STATUS_BLOCK {
            Anonymous: IO_STATUS_BLOCK_STATUS {
                Status: irp.status(),
            },
            Information: irp.information(),
        };
        // SAFETY: the driver promised this block until the IRP is complete.
        unsafe { block.write(result) };
    }
    irp.free();
    if !event.is_null() {
        event::set(event as usize);
    }
}
