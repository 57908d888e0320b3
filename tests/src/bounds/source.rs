//! [`Source`]: the library's source files, parsed.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

/// One source file.
pub struct Source {
    /// Its path inside `src`.
    pub path: String,
    pub file: syn::File,
    /// Its identifiers and punctuation in order, inside macros too.
    pub tokens: Vec<String>,
}

impl Source {
    /// A file with this text.
    pub fn of_text(path: &str, text: &str) -> Self {
        let stream = TokenStream::from_str(text).expect("Rust tokens");
        let mut tokens = Vec::new();
        flatten(stream, &mut tokens);
        Self {
            path: path.to_owned(),
            file: syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}")),
            tokens,
        }
    }

    /// Every file of the library.
    pub fn of_library() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/minifilter/src");
        let mut paths = Vec::new();
        collect(&root, &mut paths);
        paths.sort();
        paths
            .into_iter()
            .map(|path| {
                let inside = path.strip_prefix(&root).expect("below the root");
                let text = fs::read_to_string(&path).expect("a text file");
                Self::of_text(&inside.to_string_lossy().replace('\\', "/"), &text)
            })
            .collect()
    }

    /// Whether it holds `ddi!` tables.
    pub fn is_table(&self) -> bool {
        self.path.starts_with("ddi/")
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn flatten(stream: TokenStream, tokens: &mut Vec<String>) {
    for tree in stream {
        match tree {
            TokenTree::Group(group) => flatten(group.stream(), tokens),
            TokenTree::Ident(ident) => tokens.push(ident.to_string()),
            TokenTree::Punct(punct) => tokens.push(punct.to_string()),
            TokenTree::Literal(_) => tokens.push(String::new()),
        }
    }
}
