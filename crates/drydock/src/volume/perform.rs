//! FileSystem — one operation in, one status out.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, Done, success};
use super::fcb::{Fcb, Kind};
use super::open_file::OpenFile;
use super::paging::empty_block;
use super::parameters::{self, target};
use crate::io::file_object::{self, FileObject};
use crate::model::context;
use crate::model::file_system::{CacheRequest, FileSystem, Request, VolumeProperties};

impl FileSystem for HostVolume {
    fn perform(
        &self,
        request: Request,
        iopb: &mut FLT_IO_PARAMETER_BLOCK,
        status: &mut IO_STATUS_BLOCK,
    ) {
        let answer = match request {
            Request::Irp => self.perform_irp(iopb),
            Request::FastIo => self.perform_fast_io(iopb),
            Request::FsFilter => self.perform_fs_filter(iopb),
        };
        let done = answer.unwrap_or_else(|status| Done {
            status,
            information: 0,
        });
        status.Anonymous.Status = done.status;
        status.Information = done.information as u64 as _;
        self.complete_due();
    }

    fn name(&self, file: *const FILE_OBJECT) -> Option<String> {
        self.name_of(&*self.opened(file).ok()?)
    }

    fn cached_section(&self, pointers: usize, request: CacheRequest) -> Option<NTSTATUS> {
        self.cache_of_section(pointers, request)
    }

    fn load_view(
        &self,
        file: *const FILE_OBJECT,
        offset: u64,
        out: &mut [u8],
    ) -> Result<(), NTSTATUS> {
        self.load_pages(file, offset, out)
    }

    fn store_view(
        &self,
        file: *const FILE_OBJECT,
        offset: u64,
        data: &[u8],
    ) -> Result<(), NTSTATUS> {
        let file = file_object::find(file.cast_mut()).ok_or(STATUS_INVALID_FILE_FOR_SECTION)?;
        self.store_in_view(file, offset, data).map(|_| ())
    }

    fn cancel_open(&self, file: *const FILE_OBJECT) {
        let mut iopb = empty_block();
        iopb.TargetFileObject = file.cast_mut();
        if self.opened(file).is_ok() {
            // Both succeed for a file that is open, which has just been looked up.
            let _ = self.cleanup(&mut iopb);
            let _ = self.close(&mut iopb);
            self.complete_due();
        }
    }

    fn is_directory(&self, file: *const FILE_OBJECT) -> bool {
        self.opened(file)
            .is_ok_and(|open| open.fcb.kind == Kind::Directory)
    }

    fn properties(&self) -> VolumeProperties {
        VolumeProperties {
            file_system: FLT_FSTYPE_NTFS,
            file_contexts: true,
            device_type: FILE_DEVICE_DISK_FILE_SYSTEM,
            device_characteristics: 0,
            device_object_flags: DO_DIRECT_IO,
            alignment_requirement: 0,
            sector_size: SECTOR as u16,
            driver_name: "\\FileSystem\\Ntfs".into(),
            device_name: "\\Ntfs".into(),
            writable: true,
        }
    }
}

/// Bytes per sector.
pub const SECTOR: u32 = 512;

impl HostVolume {
    fn perform_irp(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        match iopb.MajorFunction {
            IRP_MJ_CREATE => self.create(iopb),
            IRP_MJ_READ => self.read(iopb),
            IRP_MJ_WRITE => self.write(iopb),
            IRP_MJ_QUERY_INFORMATION => self.query_information(iopb),
            IRP_MJ_SET_INFORMATION => self.set_information(iopb),
            IRP_MJ_DIRECTORY_CONTROL => self.directory_control(iopb),
            IRP_MJ_QUERY_VOLUME_INFORMATION => self.query_volume_information(iopb),
            IRP_MJ_SET_VOLUME_INFORMATION => Err(STATUS_ACCESS_DENIED),
            IRP_MJ_FLUSH_BUFFERS => self.flush(iopb),
            IRP_MJ_FILE_SYSTEM_CONTROL => self.fs_control(iopb),
            IRP_MJ_LOCK_CONTROL => self.lock_control(iopb),
            IRP_MJ_QUERY_SECURITY => self.query_security(iopb),
            IRP_MJ_SET_SECURITY => self.set_security(iopb),
            IRP_MJ_QUERY_EA => self.query_eas(iopb),
            IRP_MJ_SET_EA => self.set_eas(iopb),
            // FILE_VOLUME_QUOTAS is not set: the volume keeps no quotas.
            IRP_MJ_QUERY_QUOTA | IRP_MJ_SET_QUOTA => Err(STATUS_INVALID_DEVICE_REQUEST),
            IRP_MJ_CLEANUP => self.cleanup(iopb),
            IRP_MJ_CLOSE => self.close(iopb),
            IRP_MJ_SHUTDOWN => success(0),
            _ => Err(STATUS_INVALID_DEVICE_REQUEST),
        }
    }

    /// What a fast I/O call cannot do without waiting or without a cache goes back to be sent as an IRP.
    fn perform_fast_io(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let major = iopb.MajorFunction;
        match major {
            IRP_MJ_NETWORK_QUERY_OPEN => return self.network_query_open(iopb),
            IRP_MJ_VOLUME_MOUNT | IRP_MJ_VOLUME_DISMOUNT => return success(0),
            _ => {}
        }
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        // A call that would have to wait for the holder of an oplock goes back.
        let free = !open.fcb.oplock.is_held();
        let cached = !file.private_cache_map().is_null() && open.fcb.kind == Kind::File && free;
        let copies = |iopb: &_| cached && self.fast_transfer_is_possible(file, &open, iopb);
        match major {
            IRP_MJ_READ if copies(iopb) => self.read(iopb),
            IRP_MJ_WRITE if self.fast_write_is_possible(iopb, &open) && copies(iopb) => {
                self.write(iopb)
            }
            IRP_MJ_QUERY_INFORMATION => match parameters::query_file(iopb).FileInformationClass {
                FileBasicInformation | FileStandardInformation | FileNetworkOpenInformation => {
                    self.query_information(iopb)
                }
                _ => Err(STATUS_FLT_DISALLOW_FAST_IO),
            },
            IRP_MJ_LOCK_CONTROL if free => self.lock_control(iopb),
            IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE if cached && self.locks_allow(file, &open, iopb) => {
                success(0)
            }
            _ if cached => self.perform_mdl(file, &open, iopb),
            _ => Err(STATUS_FLT_DISALLOW_FAST_IO),
        }
    }

    /// Pages lent and given back; with byte-range locks on the file a server copies.
    fn perform_mdl(
        &self,
        file: FileObject,
        open: &OpenFile,
        iopb: &FLT_IO_PARAMETER_BLOCK,
    ) -> Answer {
        let unlocked = open.fcb.locks.lock().is_empty();
        match iopb.MajorFunction {
            IRP_MJ_MDL_READ if unlocked => self.mdl_read(file, open, &parameters::mdl_read(iopb)),
            IRP_MJ_PREPARE_MDL_WRITE if unlocked => {
                self.prepare_mdl_write(file, open, &parameters::prepare_mdl_write(iopb))
            }
            IRP_MJ_MDL_READ_COMPLETE => {
                self.mdl_read_complete(parameters::mdl_read_complete(iopb).MdlChain)
            }
            IRP_MJ_MDL_WRITE_COMPLETE => {
                let lent = parameters::mdl_write_complete(iopb);
                self.mdl_write_complete(file, open, lent.FileOffset, lent.MdlChain)
            }
            _ => Err(STATUS_FLT_DISALLOW_FAST_IO),
        }
    }

    /// FsRtlCopyWrite leaves writes that extend the file, and write-through, to the IRP path.
    fn fast_write_is_possible(&self, iopb: &FLT_IO_PARAMETER_BLOCK, open: &OpenFile) -> bool {
        let write = parameters::write(iopb);
        let end = parameters::quad(write.ByteOffset).checked_add(write.Length.into());
        let within = end
            .and_then(|end| u64::try_from(end).ok())
            .is_some_and(|end| end <= open.fcb.size());
        within && parameters::quad(write.ByteOffset) >= 0 && open.options & FILE_WRITE_THROUGH == 0
    }

    /// Acquire and release for section synchronization, modified page writer and cache flush.
    fn perform_fs_filter(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        if iopb.MajorFunction == IRP_MJ_QUERY_OPEN {
            return self.query_open(iopb);
        }
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        let major = iopb.MajorFunction;
        let creates_section = major == IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION
            && parameters::section_synchronization(iopb).SyncType == SyncTypeCreateSection;
        if !creates_section {
            return success(0);
        }
        let status = match open.fcb.usage.lock().share.has_writers() {
            true => STATUS_FILE_LOCKED_WITH_WRITERS,
            false => STATUS_FILE_LOCKED_WITH_ONLY_READERS,
        };
        Ok(Done {
            status,
            information: 0,
        })
    }

    /// Ends the lives of FCBs; not to be called with the state locked, since contexts are freed.
    pub(super) fn tear_down(&self, gone: Vec<Arc<Fcb>>) {
        for fcb in gone {
            context::stream_closed(fcb.fs_context().cast_const());
            if Arc::strong_count(&fcb.slot) == 1 {
                context::file_closed(fcb.slot_address() as *const c_void);
            }
        }
    }
}
