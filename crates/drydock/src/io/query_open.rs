//! NtQueryFullAttributesFile — IRP_MJ_NETWORK_QUERY_OPEN, and open, query and close where that is refused.
#![allow(unsafe_code)] // an IRP and its stack location for filters to look at

use minifilter_sys::*;

use super::file_object::{self, FileObject};
use super::{CreateOptions, Io};
use crate::model::object_reference;
use crate::volume::information::{i64_at, u32_at};
use crate::volume::paging::empty_block;

/// What a query by name gives: size and attributes.
pub type FullAttributes = (u64, u32);

pub(super) const OPTIONS: u32 = FILE_OPEN_REPARSE_POINT;

impl Io {
    /// Size and attributes of a file by its path.
    pub fn full_attributes(&self, path: &str) -> Result<FullAttributes, NTSTATUS> {
        let mut answer = [0_u64; 7];
        let found = match self.network_query_open(path, &mut answer) {
            Some(end) => end,
            None => self.open_query_close(path, &mut answer),
        };
        self.let_system_work();
        found?;
        let bytes: Vec<u8> = answer.iter().flat_map(|word| word.to_le_bytes()).collect();
        Ok((i64_at(&bytes, 40)?.cast_unsigned(), u32_at(&bytes, 48)?))
    }

    fn open_query_close(&self, path: &str, answer: &mut [u64; 7]) -> Result<(), NTSTATUS> {
        let options = CreateOptions {
            options: OPTIONS,
            ..CreateOptions::default().access(FILE_READ_ATTRIBUTES)
        };
        let handle = self.create(path, options)?;
        let mut bytes = [0; 56];
        handle.query(FileNetworkOpenInformation, &mut bytes)?;
        for (word, chunk) in answer.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = u64::from_le_bytes(chunk.try_into().map_err(|_| STATUS_INTERNAL_ERROR)?);
        }
        Ok(())
    }

    /// Sends the call; the file object lives on the stack of the I/O manager, so nobody may keep it.
    fn network_query_open(
        &self,
        path: &str,
        answer: &mut [u64; 7],
    ) -> Option<Result<(), NTSTATUS>> {
        self.with_unopened(path, |file, irp| {
            let mut iopb = empty_block();
            iopb.MajorFunction = IRP_MJ_NETWORK_QUERY_OPEN;
            iopb.TargetFileObject = file.as_ptr();
            let parameters = FLT_PARAMETERS_NETWORK_QUERY_OPEN {
                Irp: irp,
                NetworkInformation: answer.as_mut_ptr().cast(),
            };
            iopb.Parameters = FLT_PARAMETERS {
                NetworkQueryOpen: parameters,
            };
            self.fast_io(&mut iopb).map(|end| end.map(|_| ()))
        })
    }

    /// Lends a file object that lives on the stack of the I/O manager, and the IRP that would open it.
    pub(super) fn with_unopened<R>(
        &self,
        path: &str,
        ask: impl FnOnce(FileObject, PIRP) -> R,
    ) -> R {
        let name: Vec<u16> = path.encode_utf16().collect();
        let file = FileObject::allocate(&self.volume, self.process_id, &name, std::ptr::null_mut());
        file.set_device_object(super::device::devices(&self.volume).storage());
        file.set_vpb(super::device::devices(&self.volume).vpb());
        let mut request = OpenRequest::new(file);
        let answer = ask(file, request.irp());
        crate::model::context::file_object_closed(file.as_ptr());
        object_reference::stack_object_gone(file.as_ptr() as usize);
        file_object::free(file);
        answer
    }
}

/// OpenRequest — the IRP that shows filters what the open would ask for.
///
/// # Invariants
/// The parts point to each other, so they stay in their Box.
struct OpenRequest {
    irp: IRP,
    stack: IO_STACK_LOCATION,
    security: IO_SECURITY_CONTEXT,
    state: ACCESS_STATE,
}

impl OpenRequest {
    fn new(file: FileObject) -> Box<Self> {
        // SAFETY: all parts consist of integers, raw pointers and unions of these, for which zero is a value.
        let mut request: Box<Self> = Box::new(unsafe { std::mem::zeroed() });
        request.state.OriginalDesiredAccess = FILE_READ_ATTRIBUTES;
        request.state.RemainingDesiredAccess = FILE_READ_ATTRIBUTES;
        request.security.AccessState = &raw mut request.state;
        request.security.DesiredAccess = FILE_READ_ATTRIBUTES;
        request.stack.MajorFunction = IRP_MJ_CREATE;
        request.stack.FileObject = file.as_ptr();
        request.stack.Parameters.Create = IO_STACK_CREATE {
            SecurityContext: &raw mut request.security,
            Options: FILE_OPEN << 24 | OPTIONS,
            _padding1: 0,
            FileAttributes: 0,
            ShareAccess: (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE) as u16,
            _padding2: 0,
            EaLength: 0,
            _padding3: 0,
        };
        request.irp.Type = TYPE_IRP;
        request.irp.Size = size_of::<IRP>() as u16;
        request.irp.RequestorMode = super::USER_MODE;
        request.irp.StackCount = 1;
        request.irp.CurrentLocation = 1;
        let place = IRP_CURRENT {
            CurrentStackLocation: &raw mut request.stack,
        };
        request.irp.Tail.Overlay = IRP_TAIL_OVERLAY {
            Anonymous2: IRP_PLACE {
                Anonymous: place,
                ..empty_place()
            },
            OriginalFileObject: file.as_ptr(),
            ..empty_overlay()
        };
        request
    }

    fn irp(&mut self) -> PIRP {
        &raw mut self.irp
    }
}

/// IO_TYPE_IRP
const TYPE_IRP: i16 = 6;

fn empty_overlay() -> IRP_TAIL_OVERLAY {
    // SAFETY: the overlay consists of integers, raw pointers and unions of these, for which zero is a value.
    unsafe { std::mem::zeroed() }
}

fn empty_place() -> IRP_PLACE {
    // SAFETY: the place consists of raw pointers and a union with an integer, for which zero is a value.
    unsafe { std::mem::zeroed() }
}
