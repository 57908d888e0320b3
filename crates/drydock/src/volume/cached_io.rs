//! The cache manager's part: copying to and from resident pages, bringing missing ones in, writing dirty ones out.

use minifilter_sys::*;

use super::HostVolume;
use super::answer::Answer;
use super::cache::{PAGE, PageRun};
use super::fcb::Fcb;
use super::open_file::OpenFile;
use super::paging::Direction;
use crate::io::file_object::{self, FileObject};
use crate::model::file_system::CacheRequest;

impl HostVolume {
    /// CcInitializeCacheMap — ties a file object to its stream's cache. The first one is referenced: paging I/O is
    /// done in its name, and its close waits until the cache lets it go.
    pub(super) fn initialize_cache_map(&self, file: FileObject, open: &OpenFile) {
        if !file.private_cache_map().is_null() {
            return;
        }
        file.set_private_cache_map(open.fcb.fs_context());
        let mut owner = open.fcb.cache_owner.lock();
        if owner.is_none() && file_object::reference(file.address()) {
            *owner = Some(file);
        }
    }

    /// CcCopyRead — copies `out.len()` bytes from `offset`, all of them within the file.
    pub(super) fn copy_read(
        &self,
        file: FileObject,
        fcb: &Fcb,
        offset: u64,
        out: &mut [u8],
    ) -> Result<(), NTSTATUS> {
        loop {
            let missing = {
                let cache = fcb.cache.lock();
                if cache.read(offset, out) {
                    return Ok(());
                }
                cache.missing(offset, offset + out.len() as u64)
            };
            if let Some(run) = missing {
                self.page_in(file, fcb, run)?;
            }
        }
    }

    /// A view is mapped: copies what the file has from `offset` on, as the touch of each page would.
    pub(super) fn load_pages(
        &self,
        file: *const FILE_OBJECT,
        offset: u64,
        out: &mut [u8],
    ) -> Result<(), NTSTATUS> {
        let open = self.opened(file)?;
        let file = file_object::find(file.cast_mut()).ok_or(STATUS_INVALID_FILE_FOR_SECTION)?;
        let left = open.fcb.size().saturating_sub(offset);
        let within = left.min(out.len() as u64) as usize;
        self.initialize_cache_map(file, &open);
        self.copy_read(file, &open.fcb, offset, &mut out[..within])
    }

    /// A store into a mapped view, which shares its pages with the cache; no operation, and clipped to the file's size.
    pub fn store_in_view(
        &self,
        file: FileObject,
        offset: u64,
        data: &[u8],
    ) -> Result<usize, NTSTATUS> {
        let open = self.opened(file.as_ptr())?;
        let size = open.fcb.size();
        let within = size.saturating_sub(offset).min(data.len() as u64) as usize;
        if within > 0 {
            self.initialize_cache_map(file, &open);
            open.fcb.written_now();
            self.copy_write(file, &open.fcb, offset, &data[..within], size)?;
        }
        Ok(data.len())
    }

    /// CcCopyWrite — copies `data` to `offset`; `old_size` is where the file ended before this write.
    pub(super) fn copy_write(
        &self,
        file: FileObject,
        fcb: &Fcb,
        offset: u64,
        data: &[u8],
        old_size: u64,
    ) -> Result<(), NTSTATUS> {
        let end = offset + data.len() as u64;
        loop {
            let missing = {
                let mut cache = fcb.cache.lock();
                if cache.write(offset, data) {
                    return Ok(());
                }
                cache.missing(offset, end)
            };
            let Some(run) = missing else { continue };
            let first_byte = run.first * PAGE as u64;
            let one = PageRun { count: 1, ..run };
            let covered = offset <= first_byte && end >= first_byte + PAGE as u64;
            if covered || first_byte >= old_size {
                fcb.cache.lock().zero_fill(one);
            } else {
                self.page_in(file, fcb, one)?;
            }
        }
    }

    fn page_in(&self, file: FileObject, fcb: &Fcb, run: PageRun) -> Result<(), NTSTATUS> {
        let owner = fcb.cache_owner.lock().unwrap_or(file);
        let mut bytes = vec![0; run.count as usize * PAGE];
        let offset = run.first * PAGE as u64;
        let answer = match offset < fcb.size() {
            true => self.page(owner, Direction::In, offset, &mut bytes),
            false => Err(STATUS_END_OF_FILE),
        };
        let got = match answer {
            Ok(done) => done.information.min(bytes.len()),
            Err(STATUS_END_OF_FILE) => 0,
            Err(status) => return Err(status),
        };
        bytes[got..].fill(0);
        fcb.cache.lock().insert(run.first, &bytes);
        Ok(())
    }

    /// CcFlushCache — writes every dirty page of a stream.
    pub fn flush_stream(&self, file: FileObject, fcb: &Fcb) -> Result<(), NTSTATUS> {
        let _flushing = fcb.flushing.lock();
        let owner = fcb.cache_owner.lock().unwrap_or(file);
        let mut from = 0;
        loop {
            let Some((run, mut bytes)) = fcb.cache.lock().take_dirty(from) else {
                return Ok(());
            };
            let offset = run.first * PAGE as u64;
            // A paging write ends with the page that holds the last byte.
            let valid = fcb
                .size()
                .next_multiple_of(PAGE as u64)
                .saturating_sub(offset)
                .min(bytes.len() as u64);
            if valid > 0 {
                self.page(owner, Direction::Out, offset, &mut bytes[..valid as usize])?;
            }
            from = run.first + run.count;
        }
    }

    /// The lazy writer's flush: by the file object that the cache holds. A write that fails is lost, as on Windows
    /// (lost delayed write); the driver that failed it sees to the rest.
    pub fn write_behind(&self, fcb: &Fcb) {
        let owner = *fcb.cache_owner.lock();
        if let Some(owner) = owner {
            let _ = self.flush_stream(owner, fcb);
        }
    }

    /// CcFlushCache, CcPurgeCacheSection, CcSetFileSizes of the stream with these section object pointers, if it is here.
    pub(super) fn cache_of_section(
        &self,
        pointers: usize,
        request: CacheRequest,
    ) -> Option<NTSTATUS> {
        let fcb = self.state.lock().fcbs.with_section(pointers)?;
        let owner = *fcb.cache_owner.lock();
        match (request, owner) {
            (CacheRequest::Flush, Some(owner)) => {
                return Some(
                    self.flush_stream(owner, &fcb)
                        .err()
                        .unwrap_or(STATUS_SUCCESS),
                );
            }
            // Without a cache map nothing waits to be written.
            (CacheRequest::Flush, None) => {}
            (CacheRequest::Purge(0, u64::MAX), _) => fcb.cache.lock().purge(),
            (CacheRequest::Purge(from, to), _) => fcb.cache.lock().purge_range(from, to),
            (CacheRequest::SetSize(size), _) => fcb.cache.lock().truncate(size),
        }
        Some(STATUS_SUCCESS)
    }

    /// Carries out IRP_MJ_FLUSH_BUFFERS: one stream, or, on the volume, all.
    pub(super) fn flush(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let file = super::parameters::target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        match open.fcb.kind {
            super::fcb::Kind::File => self.flush_stream(file, &open.fcb)?,
            super::fcb::Kind::Directory => {}
            super::fcb::Kind::Volume => {
                for fcb in self.dirty_streams() {
                    self.flush_stream(file, &fcb)?;
                }
            }
        }
        super::answer::success(0)
    }
}
