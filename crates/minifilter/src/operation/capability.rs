//! What an operation can do beyond passing through: which results exist for it.

use super::Operation;
use super::kind::*;

/// An operation with a post-operation callback: every one but shutdown.
#[diagnostic::on_unimplemented(message = "`{Self}` has no post-operation callback")]
pub trait HasPost: Operation {}

/// An operation that a filter may complete with a failure.
#[diagnostic::on_unimplemented(
    message = "`{Self}` must not be failed by a filter",
    note = "cleanup and close may be completed with success only; section synchronization fails only in cases that the \
            library does not tell apart"
)]
pub trait MayFail: Operation {}

/// An operation whose post-operation callback may be asked to run in the same thread at IRQL ≤ APC_LEVEL
/// (`FLT_PREOP_SYNCHRONIZE`) whatever its parameters: not create, nor what may be asynchronous, an oplock request, a
/// directory notification or a byte-range lock.
#[diagnostic::on_unimplemented(message = "`{Self}` must not be synchronized")]
pub trait Synchronizes: HasPost {}

/// An operation that comes as paging I/O too, and can be registered without: see [`NonPaging`].
#[diagnostic::on_unimplemented(message = "`{Self}` is no operation that comes as paging I/O")]
pub trait SkipsPaging: Operation {}

/// An operation that opens its file object if it succeeds.
#[diagnostic::on_unimplemented(message = "`{Self}` opens nothing")]
pub trait Opens: HasPost {}

macro_rules! capability {
    ($capability:ident: $($operation:ident)+) => {
        $(impl $capability for $operation {})+
    };
}

capability! { HasPost:
    Create CreateNamedPipe CreateMailslot Cleanup Close Read Write QueryInformation SetInformation QueryEa SetEa FlushBuffers
    QueryVolumeInformation SetVolumeInformation DirectoryControl FileSystemControl DeviceControl InternalDeviceControl
    LockControl QuerySecurity SetSecurity QueryQuota SetQuota Pnp AcquireForSectionSynchronization
    ReleaseForSectionSynchronization AcquireForModWrite ReleaseForModWrite AcquireForCcFlush ReleaseForCcFlush
    FastIoCheckIfPossible NetworkQueryOpen MdlRead MdlReadComplete PrepareMdlWrite MdlWriteComplete VolumeMount VolumeDismount
}

capability! { MayFail:
    Create CreateNamedPipe CreateMailslot Read Write QueryInformation SetInformation QueryEa SetEa FlushBuffers
    QueryVolumeInformation SetVolumeInformation DirectoryControl FileSystemControl DeviceControl InternalDeviceControl
    LockControl QuerySecurity SetSecurity QueryQuota SetQuota NetworkQueryOpen
}

capability! { Synchronizes:
    Cleanup QueryInformation SetInformation QueryEa SetEa FlushBuffers QueryVolumeInformation SetVolumeInformation
    QuerySecurity SetSecurity QueryQuota SetQuota
}

capability! { Opens: Create CreateNamedPipe CreateMailslot }
capability! { SkipsPaging: Read Write FileSystemControl DeviceControl }

impl<O: SkipsPaging + HasPost> HasPost for NonPaging<O> {}
impl<O: SkipsPaging + MayFail> MayFail for NonPaging<O> {}
