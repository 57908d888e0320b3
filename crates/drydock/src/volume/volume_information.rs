//! IRP_MJ_QUERY_VOLUME_INFORMATION — label, sizes, device and abilities of the volume.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, status_of};
use super::information::{Record, text_bytes};
use super::parameters;
use super::perform::SECTOR;

const LABEL: &str = "drydock";
const SECTORS_PER_CLUSTER: u32 = 8;
const ABILITIES: u32 = FILE_CASE_PRESERVED_NAMES
    | FILE_UNICODE_ON_DISK
    | FILE_NAMED_STREAMS
    | FILE_SUPPORTS_HARD_LINKS
    | FILE_SUPPORTS_OPEN_BY_FILE_ID
    | FILE_SUPPORTS_REPARSE_POINTS
    | FILE_SUPPORTS_EXTENDED_ATTRIBUTES;

/// What programs of Linux need beside.
const LINUX_ABILITIES: u32 = FILE_CASE_SENSITIVE_SEARCH
    | FILE_SUPPORTS_CASE_SENSITIVE_DIRS
    | FILE_SUPPORTS_POSIX_UNLINK_RENAME;

impl HostVolume {
    /// Carries out a query of volume information.
    pub(super) fn query_volume_information(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let query = parameters::query_volume(iopb);
        let buffer = parameters::output(query.VolumeBuffer, std::ptr::null_mut(), query.Length)?;
        let cluster = u64::from(SECTOR * SECTORS_PER_CLUSTER);
        let (total, free, available) = self.host.space().map_err(status_of)?;
        let record = Record::default();
        match query.FsInformationClass {
            FileFsVolumeInformation => {
                let created = self.host.stat("").map_err(status_of)?.times.creation;
                let record = record
                    .i64(created)
                    .u32(self.serial())
                    .u32(text_bytes(LABEL))
                    .u8(0)
                    .u8(0);
                record.text(LABEL).deliver(buffer, 24)
            }
            FileFsSizeInformation => {
                let record = record.u64(total / cluster).u64(available / cluster);
                record
                    .u32(SECTORS_PER_CLUSTER)
                    .u32(SECTOR)
                    .deliver(buffer, 24)
            }
            FileFsFullSizeInformation => {
                let record = record
                    .u64(total / cluster)
                    .u64(available / cluster)
                    .u64(free / cluster);
                record
                    .u32(SECTORS_PER_CLUSTER)
                    .u32(SECTOR)
                    .deliver(buffer, 32)
            }
            FileFsDeviceInformation => record.u32(FILE_DEVICE_DISK).u32(0).deliver(buffer, 8),
            FileFsAttributeInformation => record
                .u32(
                    ABILITIES
                        | if self.host.is_linux() {
                            LINUX_ABILITIES
                        } else {
                            0
                        },
                )
                .u32(255)
                .u32(text_bytes("NTFS"))
                .text("NTFS")
                .deliver(buffer, 16),
            FileFsSectorSizeInformation => record
                .u32(SECTOR)
                .u32(SECTOR)
                .u32(SECTOR)
                .u32(SECTOR)
                .u32(0)
                .u32(0)
                .u32(0)
                .deliver(buffer, 28),
            _ => Err(STATUS_INVALID_PARAMETER),
        }
    }

    /// The volume's serial number, from the root's inode number so that it stays the same between runs.
    pub(super) fn serial(&self) -> u32 {
        self.host
            .stat("")
            .map_or(0, |root| (root.id as u32) ^ 0x4452_5944)
    }
}
