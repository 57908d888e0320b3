//! What programs have open, by the number the kernel was given for it.

use std::collections::HashMap;
use std::sync::Arc;

use fuser::Errno;
use parking_lot::{Mutex, RwLock};

use crate::io::{Entry, Handle, Io, KeptHandle, Programs};

/// OpenFile — an open file or directory; the last to let go of it closes it.
pub struct OpenFile {
    /// Its node.
    pub node: u64,
    /// A directory's entries as they were when it was read from its start.
    pub listing: Mutex<Vec<Entry>>,
    handle: Option<KeptHandle>,
    /// Who opened it.
    process: u32,
    programs: Programs,
}

impl OpenFile {
    /// Lets a thread use its handle.
    pub fn with<R>(
        &self,
        io: &Io,
        work: impl FnOnce(&Handle<'_>) -> Result<R, Errno>,
    ) -> Result<R, Errno> {
        match &self.handle {
            Some(handle) => handle.with(io, work),
            None => Err(Errno::EBADF),
        }
    }

    /// Whether it was opened with one of these rights.
    pub fn has(&self, rights: u32) -> bool {
        self.handle
            .as_ref()
            .is_some_and(|handle| handle.access() & rights != 0)
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            handle.close(&self.programs.io(self.process));
        }
    }
}

/// OpenFiles — the table.
#[derive(Default)]
pub struct OpenFiles {
    table: RwLock<Table>,
}

#[derive(Default)]
struct Table {
    files: HashMap<u64, Arc<OpenFile>>,
    last: u64,
}

impl OpenFiles {
    /// Takes an open handle in; gives its number.
    pub fn insert(&self, node: u64, handle: KeptHandle, process: u32, programs: &Programs) -> u64 {
        let file = Arc::new(OpenFile {
            node,
            listing: Mutex::default(),
            handle: Some(handle),
            process,
            programs: programs.clone(),
        });
        let mut table = self.table.write();
        table.last += 1;
        let number = table.last;
        table.files.insert(number, file);
        number
    }

    /// The file of that number.
    pub fn get(&self, number: u64) -> Result<Arc<OpenFile>, Errno> {
        let found = self.table.read().files.get(&number).cloned();
        found.ok_or(Errno::EBADF)
    }

    /// Some open file of a node, with one of these rights if there is any.
    pub fn of_node(&self, node: u64, rights: u32) -> Option<Arc<OpenFile>> {
        let table = self.table.read();
        let open = || table.files.values().filter(|file| file.node == node);
        open()
            .find(|file| file.has(rights))
            .or_else(|| open().next())
            .cloned()
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.table.read().files.len()
    }

    /// Lets go of a file.
    pub fn remove(&self, number: u64) {
        let gone = self.table.write().files.remove(&number);
        drop(gone);
    }

    /// Lets go of everything; gives the number of files.
    pub fn clear(&self) -> usize {
        let gone = std::mem::take(&mut self.table.write().files);
        gone.len()
    }
}
