//! IRP_MJ_DIRECTORY_CONTROL — listing a directory, in pieces that fit the caller's buffer.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, Done, status_of};
use super::fcb::Kind;
use super::host_directory::HostStat;
use super::information::{Record, text_bytes};
use super::name::matches;
use super::open_file::OpenFile;
use super::parameters::{self, target};

/// Scan — a listing under way: the entries as they were at its start, and how far it is.
pub struct Scan {
    pattern: String,
    entries: Vec<(String, HostStat)>,
    next: usize,
}

impl HostVolume {
    /// Carries out a directory operation.
    pub(super) fn directory_control(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        if open.fcb.kind != Kind::Directory {
            return Err(STATUS_INVALID_PARAMETER);
        }
        match iopb.MinorFunction {
            IRP_MN_QUERY_DIRECTORY => self.query_directory(iopb, &open),
            _ => self.notify_change(iopb, file, &open),
        }
    }

    fn query_directory(&self, iopb: &FLT_IO_PARAMETER_BLOCK, open: &OpenFile) -> Answer {
        let query = parameters::query_directory(iopb);
        let flags = iopb.OperationFlags;
        let class = query.FileInformationClass;
        let name_at = name_offset(class).ok_or(STATUS_INVALID_INFO_CLASS)?;
        let buffer = parameters::output(query.DirectoryBuffer, query.MdlAddress, query.Length)?;
        if buffer.len() < name_at.next_multiple_of(8) {
            return Err(STATUS_INFO_LENGTH_MISMATCH);
        }
        let mut state = open.state.lock();
        if flags & SL_RESTART_SCAN != 0 || state.scan.is_none() {
            let pattern = parameters::text(query.FileName)?.filter(|p| !p.is_empty());
            // The pattern of the first query stays that of the handle.
            let kept = state.scan.take().map(|scan| scan.pattern);
            let first = kept.is_none();
            let pattern = pattern.or(kept).unwrap_or_else(|| "*".into());
            let entries = self.entries(open, &pattern)?;
            if entries.is_empty() && first {
                state.scan = Some(Scan {
                    pattern,
                    entries,
                    next: 0,
                });
                return Err(STATUS_NO_SUCH_FILE);
            }
            state.scan = Some(Scan {
                pattern,
                entries,
                next: 0,
            });
        }
        let single = flags & SL_RETURN_SINGLE_ENTRY != 0;
        match &mut state.scan {
            Some(scan) => self.fill(scan, class, single, buffer),
            None => Err(STATUS_NO_MORE_FILES),
        }
    }

    fn entries(&self, open: &OpenFile, pattern: &str) -> Result<Vec<(String, HostStat)>, NTSTATUS> {
        let state = self.state.lock();
        let path = state
            .names
            .host_path(open.link)
            .ok_or(STATUS_DELETE_PENDING)?;
        let parent = state
            .names
            .host_path(state.names.parent(open.link))
            .ok_or(STATUS_DELETE_PENDING)?;
        let mut entries = Vec::new();
        if !path.is_empty() {
            for (name, path) in [(".", &path), ("..", &parent)] {
                entries.push((name.to_owned(), self.host.stat(path).map_err(status_of)?));
            }
        }
        drop(state);
        entries.extend(self.host.list(&path).map_err(status_of)?);
        entries.retain(|(name, _)| matches(pattern, name));
        Ok(entries)
    }

    fn fill(
        &self,
        scan: &mut Scan,
        class: FILE_INFORMATION_CLASS,
        single: bool,
        buffer: &mut [u8],
    ) -> Answer {
        let (mut used, mut previous) = (0_usize, None);
        while let Some((name, stat)) = scan.entries.get(scan.next) {
            let start = used.next_multiple_of(8);
            let record = self.entry(class, name, stat).0;
            let room = buffer.len().saturating_sub(start);
            if record.len() > room {
                match previous {
                    Some(_) => break,
                    None => {
                        let length = room.min(record.len());
                        buffer[..length].copy_from_slice(&record[..length]);
                        scan.next += 1;
                        return Ok(Done {
                            status: STATUS_BUFFER_OVERFLOW,
                            information: length,
                        });
                    }
                }
            }
            buffer[start..start + record.len()].copy_from_slice(&record);
            if let Some(previous) = previous {
                let distance =
                    u32::try_from(start - previous).map_err(|_| STATUS_INVALID_PARAMETER)?;
                buffer[previous..previous + 4].copy_from_slice(&distance.to_le_bytes());
            }
            (used, previous) = (start + record.len(), Some(start));
            scan.next += 1;
            if single {
                break;
            }
        }
        match previous {
            Some(_) => Ok(Done {
                status: STATUS_SUCCESS,
                information: used,
            }),
            None => Err(STATUS_NO_MORE_FILES),
        }
    }

    fn entry(&self, class: FILE_INFORMATION_CLASS, name: &str, stat: &HostStat) -> Record {
        let head = Record::default().u32(0).u32(0);
        let length = text_bytes(name);
        if class == FileNamesInformation {
            return head.u32(length).text(name);
        }
        let stat = self.with_extras(*stat);
        let times = stat.times;
        let head = head
            .i64(times.creation)
            .i64(times.last_access)
            .i64(times.last_write)
            .i64(times.change);
        let head = head
            .u64(stat.size)
            .u64(stat.allocation)
            .u32(self.attributes(&stat))
            .u32(length);
        // For a reparse point the place of EaSize holds its tag.
        let tag = self.reparse_tag(&stat);
        let size = match tag {
            0 => self.ea_size(stat.id),
            tag => tag,
        };
        let record = match class {
            FileFullDirectoryInformation => head.u32(size),
            FileBothDirectoryInformation => head.u32(size).pad_to(94),
            FileIdBothDirectoryInformation => head.u32(size).pad_to(96).u64(stat.id),
            FileIdFullDirectoryInformation => head.u32(size).pad_to(72).u64(stat.id),
            FileIdExtdDirectoryInformation => {
                head.u32(self.ea_size(stat.id)).u32(tag).u64(stat.id).u64(0)
            }
            _ => head,
        };
        record.text(name)
    }
}

/// Where the name begins in each form of an entry; `None` for classes that are none of directories.
fn name_offset(class: FILE_INFORMATION_CLASS) -> Option<usize> {
    match class {
        FileNamesInformation => Some(12),
        FileDirectoryInformation => Some(64),
        FileFullDirectoryInformation => Some(68),
        FileBothDirectoryInformation => Some(94),
        FileIdBothDirectoryInformation => Some(104),
        FileIdFullDirectoryInformation => Some(80),
        FileIdExtdDirectoryInformation => Some(88),
        _ => None,
    }
}
