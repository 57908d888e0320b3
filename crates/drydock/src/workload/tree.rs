//! Tree — what a thread of the mixed workload knows to be in its own directory.

use fastrand::Rng;

/// One file as it has to be.
pub struct File {
    pub path: String,
    pub content: Vec<u8>,
}

/// Tree — files and directories below one directory.
pub struct Tree {
    pub root: String,
    /// Directories; the root is the first and stays.
    pub directories: Vec<String>,
    pub files: Vec<File>,
    next_name: u64,
}

/// Most files at a time.
pub const MAX_FILES: usize = 64;
/// Most directories at a time.
pub const MAX_DIRECTORIES: usize = 10;
/// Longest file.
pub const MAX_SIZE: usize = 40_000;

impl Tree {
    /// An empty tree.
    pub fn new(root: &str) -> Self {
        Self {
            root: root.into(),
            directories: vec![root.into()],
            files: Vec::new(),
            next_name: 0,
        }
    }

    /// A path that is not taken, in one of the directories.
    pub fn new_path(&mut self, random: &mut Rng) -> String {
        let directory = &self.directories[random.usize(..self.directories.len())];
        self.next_name += 1;
        format!("{directory}\\n{}", self.next_name)
    }

    /// One of the files.
    pub fn pick(&self, random: &mut Rng) -> Option<usize> {
        (!self.files.is_empty()).then(|| random.usize(..self.files.len()))
    }

    /// Names directly in a directory, sorted.
    pub fn names_in(&self, directory: &str) -> Vec<String> {
        let paths = self
            .files
            .iter()
            .map(|f| &f.path)
            .chain(&self.directories[1..]);
        let inside = paths.filter_map(|path| path.strip_prefix(directory)?.strip_prefix('\\'));
        let mut names: Vec<String> = inside
            .filter(|name| !name.contains('\\'))
            .map(str::to_owned)
            .collect();
        names.sort();
        names
    }
}

/// Random bytes.
pub fn content(random: &mut Rng, max: usize) -> Vec<u8> {
    let mut bytes = vec![0; random.usize(1..=max)];
    random.fill(&mut bytes);
    bytes
}
