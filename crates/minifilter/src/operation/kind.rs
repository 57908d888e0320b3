//! The table of operations. A test compares its levels with `tests/facts/callback-irql.csv`.

use minifilter_sys::*;

use super::parameters;
use super::{Operation, SkipsPaging, sealed::Sealed};
use crate::irql::{Apc, ApcsOn, ApcsUnknown, Dispatch, Passive};
use crate::objects::{Opened, Unopened};

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $major:ident:
        pre $pre:ident $pre_apcs:ident $pre_objects:ident,
        post $post:ident $post_apcs:ident $post_objects:ident,
        $parameters:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl Sealed for $name {}

        impl Operation for $name {
            const MAJOR: UCHAR = $major as UCHAR;
            const FLAGS: FLT_OPERATION_REGISTRATION_FLAGS = 0;
            type PreLevel = $pre;
            type PreApcs = $pre_apcs;
            type PreObjects = $pre_objects;
            type PostLevel = $post;
            type PostApcs = $post_apcs;
            type PostObjects = $post_objects;
            type Parameters<'p> = parameters::$parameters<'p>;
        }
    )+};
}

operations! {
    /// `IRP_MJ_CREATE` — open or create a file, directory or volume. What was opened: [`Post::opened`](crate::callback::Post::opened).
    Create = IRP_MJ_CREATE: pre Passive ApcsOn Unopened, post Passive ApcsOn Unopened, Create;
    /// `IRP_MJ_CREATE_NAMED_PIPE` — create a named pipe.
    CreateNamedPipe = IRP_MJ_CREATE_NAMED_PIPE: pre Passive ApcsOn Unopened, post Passive ApcsOn Unopened, Untyped;
    /// `IRP_MJ_CREATE_MAILSLOT` — create a mailslot.
    CreateMailslot = IRP_MJ_CREATE_MAILSLOT: pre Passive ApcsOn Unopened, post Passive ApcsOn Unopened, Untyped;
    /// `IRP_MJ_CLEANUP` — the last handle of a file object is gone.
    Cleanup = IRP_MJ_CLEANUP: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_CLOSE` — the last reference to a file object is gone.
    Close = IRP_MJ_CLOSE: pre Apc ApcsUnknown Opened, post Dispatch ApcsUnknown Unopened, Untyped;
    /// `IRP_MJ_READ` — read from a file.
    Read = IRP_MJ_READ: pre Apc ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Read;
    /// `IRP_MJ_WRITE` — write to a file.
    Write = IRP_MJ_WRITE: pre Apc ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Write;
    /// `IRP_MJ_QUERY_INFORMATION` — ask about a file.
    QueryInformation = IRP_MJ_QUERY_INFORMATION: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, QueryInformation;
    /// `IRP_MJ_SET_INFORMATION` — change what is known about a file: times, size, name, deletion.
    SetInformation = IRP_MJ_SET_INFORMATION: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, SetInformation;
    /// `IRP_MJ_QUERY_EA` — read extended attributes.
    QueryEa = IRP_MJ_QUERY_EA: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_SET_EA` — write extended attributes.
    SetEa = IRP_MJ_SET_EA: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_FLUSH_BUFFERS` — write what is cached.
    FlushBuffers = IRP_MJ_FLUSH_BUFFERS: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_QUERY_VOLUME_INFORMATION` — ask about a volume.
    QueryVolumeInformation = IRP_MJ_QUERY_VOLUME_INFORMATION: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_SET_VOLUME_INFORMATION` — change a volume's label and the like.
    SetVolumeInformation = IRP_MJ_SET_VOLUME_INFORMATION: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_DIRECTORY_CONTROL` — list a directory or ask to be told of changes.
    DirectoryControl = IRP_MJ_DIRECTORY_CONTROL: pre Apc ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, DirectoryControl;
    /// `IRP_MJ_FILE_SYSTEM_CONTROL` — a file system control request, mounting among them.
    FileSystemControl = IRP_MJ_FILE_SYSTEM_CONTROL: pre Apc ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, FileSystemControl;
    /// `IRP_MJ_DEVICE_CONTROL` — a device control request.
    DeviceControl = IRP_MJ_DEVICE_CONTROL: pre Apc ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_INTERNAL_DEVICE_CONTROL` — a device control request from a driver.
    InternalDeviceControl = IRP_MJ_INTERNAL_DEVICE_CONTROL: pre Apc ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_SHUTDOWN` — the system shuts down. Has no post-operation callback.
    Shutdown = IRP_MJ_SHUTDOWN: pre Passive ApcsUnknown Unopened, post Dispatch ApcsUnknown Unopened, Untyped;
    /// `IRP_MJ_LOCK_CONTROL` — lock or unlock byte ranges.
    LockControl = IRP_MJ_LOCK_CONTROL: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_QUERY_SECURITY` — read a security descriptor.
    QuerySecurity = IRP_MJ_QUERY_SECURITY: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_SET_SECURITY` — write a security descriptor.
    SetSecurity = IRP_MJ_SET_SECURITY: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_QUERY_QUOTA` — read disk quotas.
    QueryQuota = IRP_MJ_QUERY_QUOTA: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_SET_QUOTA` — write disk quotas.
    SetQuota = IRP_MJ_SET_QUOTA: pre Passive ApcsOn Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_PNP` — plug and play: a volume is about to go.
    Pnp = IRP_MJ_PNP: pre Passive ApcsUnknown Unopened, post Dispatch ApcsUnknown Unopened, Untyped;
    /// `IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION` — a section over the file is about to be made.
    AcquireForSectionSynchronization = IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION: pre Passive ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, AcquireForSectionSynchronization;
    /// `IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION` — the section has been made.
    ReleaseForSectionSynchronization = IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION: pre Passive ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_ACQUIRE_FOR_MOD_WRITE` — the modified page writer is about to write.
    AcquireForModWrite = IRP_MJ_ACQUIRE_FOR_MOD_WRITE: pre Passive ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_RELEASE_FOR_MOD_WRITE` — the modified page writer has written.
    ReleaseForModWrite = IRP_MJ_RELEASE_FOR_MOD_WRITE: pre Passive ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_ACQUIRE_FOR_CC_FLUSH` — the cache is about to be flushed.
    AcquireForCcFlush = IRP_MJ_ACQUIRE_FOR_CC_FLUSH: pre Passive ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_RELEASE_FOR_CC_FLUSH` — the cache has been flushed.
    ReleaseForCcFlush = IRP_MJ_RELEASE_FOR_CC_FLUSH: pre Passive ApcsUnknown Opened, post Dispatch ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE` — whether fast I/O would succeed.
    FastIoCheckIfPossible = IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE: pre Passive ApcsUnknown Opened, post Passive ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_NETWORK_QUERY_OPEN` — open, ask and close in one. The file object is on a stack and never open.
    NetworkQueryOpen = IRP_MJ_NETWORK_QUERY_OPEN: pre Passive ApcsUnknown Unopened, post Passive ApcsUnknown Unopened, NetworkQueryOpen;
    /// `IRP_MJ_MDL_READ` — lend cached pages for reading.
    MdlRead = IRP_MJ_MDL_READ: pre Passive ApcsUnknown Opened, post Passive ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_MDL_READ_COMPLETE` — give the pages back.
    MdlReadComplete = IRP_MJ_MDL_READ_COMPLETE: pre Passive ApcsUnknown Opened, post Passive ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_PREPARE_MDL_WRITE` — lend cached pages for writing.
    PrepareMdlWrite = IRP_MJ_PREPARE_MDL_WRITE: pre Passive ApcsUnknown Opened, post Passive ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_MDL_WRITE_COMPLETE` — give the pages back.
    MdlWriteComplete = IRP_MJ_MDL_WRITE_COMPLETE: pre Passive ApcsUnknown Opened, post Passive ApcsUnknown Opened, Untyped;
    /// `IRP_MJ_VOLUME_MOUNT` — a volume is mounted.
    VolumeMount = IRP_MJ_VOLUME_MOUNT: pre Apc ApcsUnknown Unopened, post Dispatch ApcsUnknown Unopened, Untyped;
    /// `IRP_MJ_VOLUME_DISMOUNT` — a volume is dismounted.
    VolumeDismount = IRP_MJ_VOLUME_DISMOUNT: pre Apc ApcsUnknown Unopened, post Dispatch ApcsUnknown Unopened, Untyped;
}

/// `O` without its paging I/O (`FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO`): the callback runs at PASSIVE_LEVEL, in the
/// requestor's thread.
#[derive(Debug, Clone, Copy)]
pub struct NonPaging<O>(core::convert::Infallible, core::marker::PhantomData<O>);

impl<O: SkipsPaging> Sealed for NonPaging<O> {}

impl<O: SkipsPaging> Operation for NonPaging<O> {
    const MAJOR: UCHAR = O::MAJOR;
    const FLAGS: FLT_OPERATION_REGISTRATION_FLAGS =
        FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO as _;
    type PreLevel = Passive;
    type PreApcs = ApcsOn;
    type PreObjects = O::PreObjects;
    type PostLevel = O::PostLevel;
    type PostApcs = O::PostApcs;
    type PostObjects = O::PostObjects;
    type Parameters<'p> = O::Parameters<'p>;
}
