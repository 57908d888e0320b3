//! `mixed` — seeded random operations: each thread in a directory of its own and all in a shared one.

use fastrand::Rng;
use minifilter_sys::*;

use super::tree::{File, MAX_DIRECTORIES, MAX_FILES, MAX_SIZE, Tree, content};
use super::watcher::Watcher;
use super::{Clients, Load, Mounted, check, progress, shared};
use crate::io::{BasicInformation, CreateOptions, Handle, Io};
use crate::model::schedule;

/// One action in so many a client of a port does something.
const CLIENT_TURNS: u32 = 64;

/// After so many actions the watcher looks what it has been told.
const WATCHER_TURNS: u64 = 8;

/// Runs all threads; gives the number of actions.
pub fn run(mounted: &Mounted, load: Load, clients: &mut Clients) -> u64 {
    let threads = load.threads.max(1);
    shared::prepare(&mounted.io(0, load.seed));
    let mut first = Some(&mut *clients);
    schedule::scope(|scope| {
        for index in 0..threads {
            let actions = load.operations / u64::from(threads)
                + u64::from(u64::from(index) < load.operations % u64::from(threads));
            // Distinct streams of one seed: the thread's index in the upper half.
            let seed = load.seed ^ (u64::from(index) + 1) << 32;
            // The first thread moves the clients too.
            let clients = first.take();
            let program = move || {
                // The watcher's choices are its own, so that it does not change what happens to files.
                let watching = mounted.io(index, !seed);
                Program::new(mounted.io(index, seed), index, seed).run(actions, clients, &watching);
            };
            let spawned = scope.spawn(&format!("program {index}"), program);
            assert!(spawned.is_ok(), "the host gives no thread for a program");
        }
    });
    clients.stay();
    load.operations
}

/// Program — one thread with its tree.
struct Program {
    io: Io,
    random: Rng,
    tree: Tree,
}

impl Program {
    fn new(io: Io, index: u32, seed: u64) -> Self {
        let tree = Tree::new(&format!("\\mixed{index}"));
        Self {
            io,
            random: Rng::with_seed(seed.rotate_left(17)),
            tree,
        }
    }

    fn run(mut self, actions: u64, mut clients: Option<&mut Clients>, watching: &Io) {
        // A generator of its own, so that clients do not change what happens to files.
        let mut turns = self.random.clone();
        let options = CreateOptions::default()
            .disposition(FILE_OPEN_IF)
            .with(FILE_DIRECTORY_FILE);
        check::success(
            "mixed: make directory",
            &self.tree.root,
            self.io.create(&self.tree.root, options),
        );
        let mut watcher = Watcher::begin(watching, &self.tree.root);
        for action in 0..actions {
            self.act();
            if let Some(watcher) = watcher.as_mut().filter(|_| action % WATCHER_TURNS == 0) {
                watcher.turn();
            }
            progress::advance();
            if let Some(clients) = &mut clients
                && turns.u32(..CLIENT_TURNS) == 0
            {
                clients.turn(&mut turns);
            }
        }
        drop(watcher);
        self.remove_all();
    }

    fn act(&mut self) {
        match self.random.u32(..100) {
            0..14 => self.create(),
            14..40 => self.read(),
            40..58 => self.write(),
            58..64 => self.rename(),
            64..72 => self.delete(),
            72..77 => self.list(),
            77..86 => self.query(),
            86..90 => self.set(),
            90..92 => self.flush(),
            92..94 => self.change_directories(),
            94..96 => self.lock(),
            96..97 => self.stream(),
            _ => shared::act(&self.io, &mut self.random),
        }
    }

    fn open(&mut self, site: &str, index: usize) -> Option<Handle<'_>> {
        let unbuffered = if self.random.u32(..16) == 0 {
            FILE_WRITE_THROUGH
        } else {
            0
        };
        let path = &self.tree.files[index].path;
        check::success(
            site,
            path,
            self.io
                .create(path, CreateOptions::default().with(unbuffered)),
        )
    }

    fn create(&mut self) {
        if self.tree.files.len() >= MAX_FILES {
            return self.delete();
        }
        let path = self.tree.new_path(&mut self.random);
        let content = content(&mut self.random, 8000);
        let options = CreateOptions::default().disposition(FILE_CREATE);
        if let Some(handle) = check::success("mixed: create", &path, self.io.create(&path, options))
        {
            let written = check::success("mixed: write", &path, handle.write(Some(0), &content));
            check::equal("mixed: write", &path, &written, &Some(content.len()), |n| {
                format!("{n:?} bytes")
            });
            drop(handle);
            self.tree.files.push(File { path, content });
        }
    }

    fn read(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        let length = self.tree.files[index].content.len();
        let offset = if self.random.bool() || length == 0 {
            0
        } else {
            self.random.usize(..length)
        };
        let mut out = vec![0; self.random.usize(1..=MAX_SIZE)];
        let Some(handle) = self.open("mixed: open to read", index) else {
            return;
        };
        let read = |offset: usize, out: &mut [u8]| match handle.read(Some(offset as u64), out) {
            Err(STATUS_END_OF_FILE) => Some(0),
            result => check::success("mixed: read", "", result),
        };
        // The second time the file is a cached one, so that read goes by fast I/O.
        let mut again = [0; 1000];
        let turns = [(offset, read(offset, &mut out)), (0, read(0, &mut again))];
        drop(handle);
        let file = &self.tree.files[index];
        for ((offset, got), out) in turns.into_iter().zip([out.as_slice(), &again]) {
            if let Some(got) = got {
                let wanted = &file.content[offset..file.content.len().min(offset + out.len())];
                check::bytes("mixed: read", &file.path, &out[..got], wanted);
            }
        }
    }

    fn write(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        let data = content(&mut self.random, 4096);
        let length = self.tree.files[index].content.len();
        let offset = self.random.usize(..=length.min(MAX_SIZE - data.len()));
        let Some(handle) = self.open("mixed: open to write", index) else {
            return;
        };
        let written = check::success("mixed: write", "", handle.write(Some(offset as u64), &data));
        drop(handle);
        if written == Some(data.len()) {
            let content = &mut self.tree.files[index].content;
            content.resize(length.max(offset + data.len()), 0);
            content[offset..offset + data.len()].copy_from_slice(&data);
        }
    }

    fn rename(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        let to = self.tree.new_path(&mut self.random);
        let Some(handle) = self.open("mixed: open to rename", index) else {
            return;
        };
        let done = check::success("mixed: rename", &to, handle.rename(&to, false));
        let name = check::success("mixed: name", &to, handle.name());
        drop(handle);
        if done.is_some() {
            self.tree.files[index].path.clone_from(&to);
            check::equal(
                "mixed: name after rename",
                &to,
                &name,
                &Some(to.clone()),
                |n| format!("{n:?}"),
            );
        }
    }

    fn delete(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        let path = self.tree.files[index].path.clone();
        let gone = if self.random.bool() {
            let Some(handle) = self.open("mixed: open to delete", index) else {
                return;
            };
            check::success("mixed: delete", &path, handle.set_delete(true))
        } else {
            let options = CreateOptions::default().with(FILE_DELETE_ON_CLOSE);
            check::success(
                "mixed: delete on close",
                &path,
                self.io.create(&path, options),
            )
            .map(drop)
        };
        if gone.is_some() {
            self.tree.files.swap_remove(index);
            let missing = self.io.create(&path, CreateOptions::default());
            check::failure(
                "mixed: open a deleted file",
                &path,
                missing,
                STATUS_OBJECT_NAME_NOT_FOUND,
            );
        }
    }

    fn list(&mut self) {
        let directory =
            self.tree.directories[self.random.usize(..self.tree.directories.len())].clone();
        let options = CreateOptions::default().with(FILE_DIRECTORY_FILE);
        let opened = check::success(
            "mixed: open directory",
            &directory,
            self.io.create(&directory, options),
        );
        let Some(entries) =
            opened.and_then(|handle| check::success("mixed: list", &directory, handle.list("*")))
        else {
            return;
        };
        let mut names: Vec<String> = entries.into_iter().map(|entry| entry.name).collect();
        names.sort();
        let wanted = self.tree.names_in(&directory);
        check::equal("mixed: list", &directory, &names, &wanted, |names| {
            format!("{names:?}")
        });
    }

    fn query(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        let file = &self.tree.files[index];
        let (path, wanted) = (file.path.clone(), Some(file.content.len() as u64));
        let size = if self.random.bool() {
            check::success(
                "mixed: query by name",
                &path,
                self.io.full_attributes(&path),
            )
            .map(|(size, _)| size)
        } else {
            let Some(handle) = self.open("mixed: open to query", index) else {
                return;
            };
            check::success("mixed: query basic", &path, handle.basic());
            check::success("mixed: query standard", &path, handle.standard())
                .map(|standard| standard.size)
        };
        check::equal("mixed: size", &path, &size, &wanted, |size| {
            format!("{size:?}")
        });
    }

    fn set(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        let size = self.random.usize(..MAX_SIZE);
        let cut = self.random.bool();
        let Some(handle) = self.open("mixed: open to set", index) else {
            return;
        };
        if cut {
            let done = check::success("mixed: set size", "", handle.set_size(size as u64));
            drop(handle);
            if done.is_some() {
                self.tree.files[index].content.resize(size, 0);
            }
        } else {
            let attributes = FILE_ATTRIBUTE_ARCHIVE | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
            let basic = BasicInformation {
                attributes,
                ..BasicInformation::default()
            };
            check::success("mixed: set basic", "", handle.set_basic(&basic));
        }
    }

    fn flush(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        if let Some(handle) = self.open("mixed: open to flush", index) {
            check::success("mixed: flush", "", handle.flush());
        }
    }

    fn change_directories(&mut self) {
        let empty = self
            .tree
            .directories
            .iter()
            .skip(1)
            .position(|d| self.tree.names_in(d).is_empty());
        match empty {
            Some(index) if self.tree.directories.len() > MAX_DIRECTORIES / 2 => {
                let path = self.tree.directories.remove(index + 1);
                let options = CreateOptions::default().with(FILE_DIRECTORY_FILE);
                let handle = check::success(
                    "mixed: open directory",
                    &path,
                    self.io.create(&path, options),
                );
                if let Some(handle) = handle {
                    check::success("mixed: remove directory", &path, handle.set_delete(true));
                }
            }
            _ if self.tree.directories.len() < MAX_DIRECTORIES => {
                let path = self.tree.new_path(&mut self.random);
                let options = CreateOptions::default()
                    .disposition(FILE_CREATE)
                    .with(FILE_DIRECTORY_FILE);
                let made = check::success(
                    "mixed: make directory",
                    &path,
                    self.io.create(&path, options),
                )
                .is_some();
                if made {
                    self.tree.directories.push(path);
                }
            }
            _ => self.list(),
        }
    }

    fn lock(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        if let Some(handle) = self.open("mixed: open to lock", index) {
            check::success("mixed: lock", "", handle.lock(10, 100, true));
            check::success("mixed: unlock", "", handle.unlock(10, 100));
        }
    }

    fn stream(&mut self) {
        let Some(index) = self.tree.pick(&mut self.random) else {
            return self.create();
        };
        let data = content(&mut self.random, 600);
        let path = format!("{}:side", self.tree.files[index].path);
        let options = CreateOptions::default().disposition(FILE_OVERWRITE_IF);
        let Some(handle) =
            check::success("mixed: open stream", &path, self.io.create(&path, options))
        else {
            return;
        };
        check::success("mixed: write stream", &path, handle.write(Some(0), &data));
        let mut out = vec![0; data.len()];
        if check::success("mixed: read stream", &path, handle.read(Some(0), &mut out)).is_some() {
            check::bytes("mixed: read stream", &path, &out, &data);
        }
    }

    fn remove_all(&mut self) {
        let files: Vec<String> = self.tree.files.drain(..).map(|file| file.path).collect();
        let mut directories = self.tree.directories.clone();
        directories.sort_by_key(|path| std::cmp::Reverse(path.matches('\\').count()));
        for path in files.iter().chain(&directories) {
            let handle = check::success(
                "mixed: open to remove",
                path,
                self.io.create(path, CreateOptions::default()),
            );
            if let Some(handle) = handle {
                check::success("mixed: remove", path, handle.set_delete(true));
            }
        }
    }
}
