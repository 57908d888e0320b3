//! A host directory that says it is another file system than NTFS.

use std::str::FromStr;
use std::sync::Arc;

use minifilter_sys::*;

use super::HostVolume;
use crate::model::file_system::{CacheRequest, FileSystem, Request, VolumeProperties};

/// What it says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disguise {
    /// Another NTFS volume.
    Ntfs,
    /// FAT32: streams have contexts, files of their own do not.
    Fat,
    /// A network redirector.
    Network,
    /// Nobody knows the file system.
    Raw,
}

impl FromStr for Disguise {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "ntfs" => Ok(Self::Ntfs),
            "fat" => Ok(Self::Fat),
            "network" => Ok(Self::Network),
            "raw" => Ok(Self::Raw),
            other => Err(format!("`{other}` is not ntfs, fat, network or raw")),
        }
    }
}

impl Disguise {
    /// Device name of the `index`-th further volume.
    #[must_use]
    pub fn device_name(self, index: usize) -> String {
        match self {
            Self::Network => format!(r"\Device\LanmanRedirector{index}"),
            _ => format!(r"\Device\HarddiskVolume{}", index + 2),
        }
    }

    fn properties(self, own: VolumeProperties) -> VolumeProperties {
        let (file_system, driver, device) = match self {
            Self::Ntfs => return own,
            Self::Fat => (FLT_FSTYPE_FAT, r"\FileSystem\fastfat", r"\Fat"),
            Self::Network => (FLT_FSTYPE_LANMAN, r"\FileSystem\mrxsmb20", r"\Device\Mup"),
            Self::Raw => (FLT_FSTYPE_RAW, r"\FileSystem\RAW", r"\Device\RawDisk"),
        };
        let network = self == Self::Network;
        VolumeProperties {
            file_system,
            file_contexts: network,
            device_type: match network {
                true => FILE_DEVICE_NETWORK_FILE_SYSTEM,
                false => FILE_DEVICE_DISK_FILE_SYSTEM,
            },
            device_characteristics: if network { FILE_REMOTE_DEVICE } else { 0 },
            driver_name: driver.into(),
            device_name: device.into(),
            ..own
        }
    }
}

/// The directory in its disguise.
pub struct Disguised {
    /// What it really is.
    pub host: Arc<HostVolume>,
    /// What it says it is.
    pub disguise: Disguise,
}

impl FileSystem for Disguised {
    fn perform(
        &self,
        request: Request,
        iopb: &mut FLT_IO_PARAMETER_BLOCK,
        status: &mut IO_STATUS_BLOCK,
    ) {
        self.host.perform(request, iopb, status);
    }

    fn name(&self, file: *const FILE_OBJECT) -> Option<String> {
        self.host.name(file)
    }

    fn normalized_name(&self, file: *const FILE_OBJECT) -> Option<String> {
        self.host.normalized_name(file)
    }

    fn cached_section(&self, pointers: usize, request: CacheRequest) -> Option<NTSTATUS> {
        self.host.cached_section(pointers, request)
    }

    fn load_view(
        &self,
        file: *const FILE_OBJECT,
        offset: u64,
        out: &mut [u8],
    ) -> Result<(), NTSTATUS> {
        self.host.load_view(file, offset, out)
    }

    fn store_view(
        &self,
        file: *const FILE_OBJECT,
        offset: u64,
        data: &[u8],
    ) -> Result<(), NTSTATUS> {
        self.host.store_view(file, offset, data)
    }

    fn cancel_open(&self, file: *const FILE_OBJECT) {
        self.host.cancel_open(file);
    }

    fn is_directory(&self, file: *const FILE_OBJECT) -> bool {
        self.host.is_directory(file)
    }

    fn properties(&self) -> VolumeProperties {
        self.disguise.properties(self.host.properties())
    }
}
