//! FltFsControlFile and FltDeviceIoControlFile — control codes, and the buffers that each method of transfer wants.
#![allow(unsafe_code)] // copies between the driver's buffers

use std::sync::Arc;

use minifilter_sys::*;

use super::information::Buffer;
use super::{End, block, send};
use crate::model::instance::Instance;

/// METHOD_BUFFERED among the lowest two bits of a control code; 3 is METHOD_NEITHER, those between are direct.
const BUFFERED: u32 = 0;
const METHOD: u32 = 3;

/// Sends a control below an instance; `major` says which sort.
pub fn control(
    instance: &Arc<Instance>,
    major: u8,
    file: *mut FILE_OBJECT,
    code: u32,
    input: Buffer,
    output: Buffer,
) -> End {
    let [input, output] = [input, output].map(|buffer| Buffer {
        length: if buffer.address.is_null() {
            0
        } else {
            buffer.length
        },
        ..buffer
    });
    if code & METHOD == BUFFERED {
        return buffered(instance, major, file, code, input, output);
    }
    // A kernel caller's buffers are resident: no copy and no MDL is wanted to reach them.
    send(
        instance,
        parameters(
            major,
            file,
            code,
            input,
            output,
            [input.address, output.address],
        ),
    )
}

/// One system buffer takes the input there and the output back.
fn buffered(
    instance: &Arc<Instance>,
    major: u8,
    file: *mut FILE_OBJECT,
    code: u32,
    input: Buffer,
    output: Buffer,
) -> End {
    let mut system = vec![0_u64; (input.length.max(output.length) as usize).div_ceil(8)];
    let address = if system.is_empty() {
        std::ptr::null_mut()
    } else {
        system.as_mut_ptr().cast()
    };
    if input.length != 0 {
        // SAFETY: the driver vouches for its input's length, and the system buffer is no shorter.
        unsafe { std::ptr::copy_nonoverlapping(input.address, address, input.length as usize) };
    }
    let iopb = parameters(
        major,
        file,
        code,
        input,
        output,
        [address, std::ptr::null_mut()],
    );
    let (status, information) = send(instance, iopb);
    let copied = information.min(output.length as usize);
    // Output comes with successes and warnings alone.
    let failed = status as u32 >> 30 == 3;
    if copied != 0 && !failed {
        // SAFETY: the driver vouches for its output's length, of which `copied` is no more.
        unsafe { std::ptr::copy_nonoverlapping(address, output.address, copied) };
    }
    (status, information)
}

fn parameters(
    major: u8,
    file: *mut FILE_OBJECT,
    code: u32,
    input: Buffer,
    output: Buffer,
    [first, second]: [PVOID; 2],
) -> FLT_IO_PARAMETER_BLOCK {
    let mut flags = IRP_SYNCHRONOUS_API;
    if code & METHOD == BUFFERED {
        flags |= IRP_BUFFERED_IO;
    }
    let mut iopb = block(major, file, flags);
    // The parameters of both sorts of control have the same places.
    let neither = FLT_PARAMETERS_FS_CONTROL_NEITHER {
        OutputBufferLength: output.length,
        _padding1: 0,
        InputBufferLength: input.length,
        _padding2: 0,
        FsControlCode: code,
        InputBuffer: first,
        OutputBuffer: second,
        OutputMdlAddress: std::ptr::null_mut(),
    };
    iopb.Parameters.FileSystemControl = FLT_PARAMETERS_FILE_SYSTEM_CONTROL { Neither: neither };
    if major == IRP_MJ_FILE_SYSTEM_CONTROL {
        iopb.MinorFunction = IRP_MN_USER_FS_REQUEST;
    }
    iopb
}
