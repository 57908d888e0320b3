//! IRP_MJ_QUERY_INFORMATION — attributes, sizes, names and streams of an open file.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, status_of};
use super::fcb::Kind;
use super::host_directory::HostStat;
use super::information::{Record, text_bytes};
use super::linux_metadata::{STAT, STAT_LX};
use super::name::STREAM_STORE;
use super::open_file::OpenFile;
use super::parameters::{self, target};

impl HostVolume {
    /// Carries out a query of information.
    pub(super) fn query_information(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        if open.fcb.kind == Kind::Volume {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let query = parameters::query_file(iopb);
        let buffer = parameters::output(query.InfoBuffer, std::ptr::null_mut(), query.Length)?;
        let mut fixed = |record: Record, size: usize| record.pad_to(size).deliver(buffer, size);
        match query.FileInformationClass {
            FileBasicInformation => fixed(self.basic(&open)?, 40),
            FileStandardInformation => fixed(self.standard(&open)?, 24),
            FileInternalInformation => fixed(Record::default().u64(open.fcb.key.id), 8),
            FileEaInformation => fixed(Record::default().u32(self.ea_size(open.fcb.key.id)), 4),
            FileAccessInformation => fixed(Record::default().u32(open.access), 4),
            FilePositionInformation => fixed(Record::default().i64(file.position()), 8),
            FileModeInformation => fixed(Record::default().u32(open.options), 4),
            FileAlignmentInformation => fixed(Record::default().u32(0), 4),
            FileNetworkOpenInformation => fixed(self.network_open(&open)?, 56),
            FileAttributeTagInformation => {
                let stat = self.stat(&open)?;
                let record = Record::default().u32(self.attributes(&stat));
                fixed(record.u32(self.reparse_tag(&stat)), 8)
            }
            FileStandardLinkInformation => {
                let stat = self.stat(&open)?;
                let record = Record::default().u32(stat.links).u32(stat.links);
                fixed(
                    record
                        .u8(self.delete_pending(&open).into())
                        .u8(stat.directory.into()),
                    12,
                )
            }
            FileIdInformation => fixed(
                Record::default()
                    .u64(self.serial().into())
                    .u64(open.fcb.key.id),
                24,
            ),
            FileStatInformation => {
                let stat = self.stat(&open)?;
                fixed(self.stat_record(&stat, open.access), STAT)
            }
            FileStatLxInformation => {
                let stat = self.stat(&open)?;
                fixed(self.stat_lx(&stat, open.access), STAT_LX)
            }
            FileCompressionInformation => fixed(Record::default().u64(open.fcb.size()), 16),
            FileNameInformation | FileNormalizedNameInformation => {
                self.name_record(&open)?.deliver(buffer, 8)
            }
            FileAllInformation => self.all(&open, file.position(), buffer),
            FileStreamInformation => self.stream_list(&open)?.deliver(buffer, 24),
            FileAlternateNameInformation => Err(STATUS_OBJECT_NAME_NOT_FOUND),
            _ => Err(STATUS_INVALID_PARAMETER),
        }
    }

    /// The host's stat of an open file, with the size of the stream that is open.
    pub(super) fn stat(&self, open: &OpenFile) -> Result<HostStat, NTSTATUS> {
        use std::os::fd::AsFd;
        let path = self.state.lock().names.host_path(open.link);
        // Who still has a handle on a file without a name may ask; to who has closed the last one the file is deleted.
        let open_still = open.fcb.stream.is_empty() && !open.state.lock().cleaned_up;
        let of_file = match (path, open.fcb.opened_host_file()) {
            (Some(path), _) => self.host.stat(&path),
            (None, Some(file)) if open_still => self.host.stat_of(file.as_fd()),
            (None, _) => return Err(STATUS_FILE_DELETED),
        };
        let stat = of_file.map_err(status_of)?;
        let size = if open.fcb.kind == Kind::File {
            open.fcb.size()
        } else {
            0
        };
        let mut stat = self.with_extras(stat);
        stat.times.last_write = open.fcb.last_write().unwrap_or(stat.times.last_write);
        Ok(HostStat {
            size,
            allocation: size.next_multiple_of(4096),
            ..stat
        })
    }

    fn basic(&self, open: &OpenFile) -> Result<Record, NTSTATUS> {
        let stat = self.stat(open)?;
        let times = stat.times;
        let record = Record::default()
            .i64(times.creation)
            .i64(times.last_access)
            .i64(times.last_write);
        Ok(record
            .i64(times.change)
            .u32(self.attributes(&stat))
            .pad_to(40))
    }

    fn standard(&self, open: &OpenFile) -> Result<Record, NTSTATUS> {
        let stat = self.stat(open)?;
        let pending = self.delete_pending(open);
        let links = stat.links.saturating_sub(pending.into());
        let record = Record::default()
            .u64(stat.allocation)
            .u64(stat.size)
            .u32(links);
        Ok(record
            .u8(pending.into())
            .u8((open.fcb.kind == Kind::Directory).into())
            .pad_to(24))
    }

    /// FILE_NETWORK_OPEN_INFORMATION of an open file.
    pub(super) fn network_open(&self, open: &OpenFile) -> Result<Record, NTSTATUS> {
        Ok(self.network_open_of(&self.stat(open)?))
    }

    /// FILE_NETWORK_OPEN_INFORMATION of a stat.
    pub(super) fn network_open_of(&self, stat: &HostStat) -> Record {
        let times = stat.times;
        let record = Record::default()
            .i64(times.creation)
            .i64(times.last_access)
            .i64(times.last_write);
        record
            .i64(times.change)
            .u64(stat.allocation)
            .u64(stat.size)
            .u32(self.attributes(stat))
            .pad_to(56)
    }

    fn name_record(&self, open: &OpenFile) -> Result<Record, NTSTATUS> {
        let name = self.name_of(open).ok_or(STATUS_FILE_DELETED)?;
        Ok(Record::default().u32(text_bytes(&name)).text(&name))
    }

    /// The name an open file has now, with its stream.
    pub(super) fn name_of(&self, open: &OpenFile) -> Option<String> {
        let path = self.state.lock().names.path(open.link)?;
        Some(match (open.fcb.kind, open.fcb.stream.as_str()) {
            (Kind::Volume, _) => String::new(),
            (_, "") => path,
            (_, stream) => format!("{path}:{stream}"),
        })
    }

    /// FileAllInformation: access, mode and alignment are the I/O manager's and stay as they are in the buffer.
    fn all(&self, open: &OpenFile, position: i64, buffer: &mut [u8]) -> Answer {
        let kept = |range: std::ops::Range<usize>| {
            buffer
                .get(range)
                .and_then(|b| b.try_into().ok())
                .map_or(0, u32::from_le_bytes)
        };
        let (access, mode, alignment) = (kept(76..80), kept(88..92), kept(92..96));
        let record = Record::default()
            .record(&self.basic(open)?)
            .record(&self.standard(open)?);
        let record = record
            .u64(open.fcb.key.id)
            .u32(self.ea_size(open.fcb.key.id))
            .u32(access)
            .i64(position)
            .u32(mode)
            .u32(alignment);
        record.record(&self.name_record(open)?).deliver(buffer, 104)
    }

    fn stream_list(&self, open: &OpenFile) -> Result<Record, NTSTATUS> {
        let id = open.fcb.key.id;
        let mut streams = Vec::new();
        let directory = self
            .state
            .lock()
            .fcbs
            .find(id, "")
            .map(|fcb| fcb.kind == Kind::Directory);
        if directory != Some(true) {
            let size = self.state.lock().fcbs.find(id, "").map(|fcb| fcb.size());
            streams.push((
                "::$DATA".to_owned(),
                size.map_or_else(|| self.stat(open).map(|s| s.size), Ok)?,
            ));
        }
        for (name, stat) in self.streams(id)? {
            streams.push((format!(":{name}:$DATA"), stat.size));
        }
        let mut list = Record::default();
        let count = streams.len();
        for (index, (name, size)) in streams.into_iter().enumerate() {
            let length = 24 + text_bytes(&name) as usize;
            let next = if index + 1 == count {
                0
            } else {
                length.next_multiple_of(8)
            };
            let record = Record::default()
                .u32(next as u32)
                .u32(text_bytes(&name))
                .u64(size);
            let record = record
                .u64(size.next_multiple_of(4096))
                .text(&name)
                .pad_to(next);
            list = list.record(&record);
        }
        Ok(list)
    }

    /// The named streams of a file.
    pub(super) fn streams(&self, id: u64) -> Result<Vec<(String, HostStat)>, NTSTATUS> {
        match self.host.list_store(&format!("{STREAM_STORE}/{id}")) {
            Err(rustix::io::Errno::NOENT) => Ok(Vec::new()),
            found => found.map_err(status_of),
        }
    }

    fn delete_pending(&self, open: &OpenFile) -> bool {
        if open.fcb.stream.is_empty() {
            self.state.lock().names.get(open.link).delete_pending
        } else {
            open.fcb.usage.lock().delete_pending
        }
    }
}
