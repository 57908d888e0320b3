//! Instances: a filter's attachments to volumes.

use minifilter_sys::{
    DEVICE_TYPE, FLT_FILESYSTEM_TYPE, FLT_INSTANCE_SETUP_FLAGS, FLT_INSTANCE_TEARDOWN_FLAGS,
    FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT, FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT,
    FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME, FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD,
    FLTFL_INSTANCE_TEARDOWN_INTERNAL_ERROR, FLTFL_INSTANCE_TEARDOWN_MANDATORY_FILTER_UNLOAD,
    FLTFL_INSTANCE_TEARDOWN_MANUAL, FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT,
};

use crate::objects::{RelatedObjects, Unopened};

/// Whether a filter attaches to a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attachment {
    /// `STATUS_SUCCESS`: an instance is made.
    Attach,
    /// `STATUS_FLT_DO_NOT_ATTACH`: none is.
    DoNotAttach,
}

/// Whether a filter lets an instance be detached by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detachment {
    /// `STATUS_SUCCESS`: it goes.
    Detach,
    /// `STATUS_FLT_DO_NOT_DETACH`: it stays.
    DoNotDetach,
}

/// `PFLT_INSTANCE_SETUP_CALLBACK`'s arguments — a volume that a filter may attach to.
pub struct InstanceSetup<'i, F> {
    objects: RelatedObjects<'i, F, Unopened>,
    flags: FLT_INSTANCE_SETUP_FLAGS,
    device_type: DEVICE_TYPE,
    file_system: FLT_FILESYSTEM_TYPE,
}

impl<'i, F> InstanceSetup<'i, F> {
    pub(super) const fn new(
        objects: RelatedObjects<'i, F, Unopened>,
        flags: FLT_INSTANCE_SETUP_FLAGS,
        device_type: DEVICE_TYPE,
        file_system: FLT_FILESYSTEM_TYPE,
    ) -> Self {
        Self {
            objects,
            flags,
            device_type,
            file_system,
        }
    }

    /// The instance to be, and its volume.
    pub const fn objects(&self) -> RelatedObjects<'i, F, Unopened> {
        self.objects
    }

    /// Whether FltMgr attaches by itself (`FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT`).
    pub const fn is_automatic(&self) -> bool {
        self.flags & FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT != 0
    }

    /// Whether somebody asked for it (`FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT`).
    pub const fn is_manual(&self) -> bool {
        self.flags & FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT != 0
    }

    /// Whether the volume was mounted just now (`FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME`).
    pub const fn is_newly_mounted(&self) -> bool {
        self.flags & FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME != 0
    }

    /// `FILE_DEVICE_DISK_FILE_SYSTEM` and the like.
    pub const fn device_type(&self) -> DEVICE_TYPE {
        self.device_type
    }

    /// `FLT_FSTYPE_NTFS` and the like.
    pub const fn file_system(&self) -> FLT_FILESYSTEM_TYPE {
        self.file_system
    }
}

/// Why an instance is torn down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeardownReason {
    /// Somebody detached it.
    Manual,
    /// The filter unloads.
    FilterUnload,
    /// The filter's service is stopped.
    MandatoryFilterUnload,
    /// The volume is dismounted.
    VolumeDismount,
    /// FltMgr could not set the instance up.
    InternalError,
    /// A reason that this library does not know.
    Other(u32),
}

impl TeardownReason {
    pub(super) const fn from_raw(flags: FLT_INSTANCE_TEARDOWN_FLAGS) -> Self {
        match flags {
            FLTFL_INSTANCE_TEARDOWN_MANUAL => Self::Manual,
            FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD => Self::FilterUnload,
            FLTFL_INSTANCE_TEARDOWN_MANDATORY_FILTER_UNLOAD => Self::MandatoryFilterUnload,
            FLTFL_INSTANCE_TEARDOWN_VOLUME_DISMOUNT => Self::VolumeDismount,
            FLTFL_INSTANCE_TEARDOWN_INTERNAL_ERROR => Self::InternalError,
            other => Self::Other(other),
        }
    }
}
