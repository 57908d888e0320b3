//! [`Compiler`]: checks one program against the library.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::{env, fs, thread};

use cargo_metadata::Message;

use super::message::normalised;

/// What the compiler said of a program.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Compiles,
    /// The message, normalised.
    Fails(String),
}

/// `rustc`, with the library at hand.
pub struct Compiler {
    root: PathBuf,
    library: PathBuf,
    output: PathBuf,
}

impl Compiler {
    /// Has cargo check the library. What programs compile to goes to a folder of its own in `scratch`.
    pub fn with_library(scratch: &Path) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let root = root.canonicalize().expect("the workspace");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["check", "--quiet", "--package", "minifilter", "--lib"])
            .arg("--message-format=json")
            .current_dir(&root)
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo runs");
        let library = Message::parse_stream(output.stdout.as_slice())
            .filter_map(|message| match message.expect("a message of cargo") {
                Message::CompilerArtifact(artifact) if artifact.target.name == "minifilter" => {
                    artifact.filenames.into_iter().next()
                }
                _ => None,
            })
            .last()
            .expect("the library passes cargo check");
        let output = scratch.join("ui");
        fs::create_dir_all(&output).expect("a folder for output");
        Self {
            root,
            library: library.into(),
            output,
        }
    }

    /// Compiles a program as far as the borrow checker and constants, without linking it.
    pub fn check(&self, program: &Path) -> Outcome {
        let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let relative = program.strip_prefix(&self.root).unwrap_or(program);
        let half = program
            .parent()
            .and_then(Path::file_name)
            .unwrap_or_default();
        let output = self.output.join(half);
        fs::create_dir_all(&output).expect("a folder for output");
        let mut library = std::ffi::OsString::from("minifilter=");
        library.push(&self.library);
        let result = Command::new(rustc)
            .args(["--edition=2024", "--crate-type=bin", "--emit=metadata"])
            .args(["--diagnostic-width=140", "--color=never", "--out-dir"])
            .arg(output)
            .arg("--extern")
            .arg(library)
            .arg("-L")
            .arg(self.library.parent().expect("a folder"))
            .arg(relative)
            .current_dir(&self.root)
            .output()
            .expect("rustc runs");
        if result.status.success() {
            return Outcome::Compiles;
        }
        let message = String::from_utf8_lossy(&result.stderr);
        Outcome::Fails(normalised(&message, &self.root))
    }

    /// Checks all programs, as many at once as there are processors.
    pub fn check_all<'p>(&self, programs: &[&'p Path]) -> Vec<(&'p Path, Outcome)> {
        let rest = Mutex::new(programs.iter());
        let done = Mutex::new(Vec::new());
        let workers = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let next = rest.lock().expect("no panic").next().copied();
                        let Some(program) = next else { break };
                        let outcome = self.check(program);
                        done.lock().expect("no panic").push((program, outcome));
                    }
                });
            }
        });
        let mut done = done.into_inner().expect("no panic");
        done.sort_by_key(|(program, _)| *program);
        done
    }
}
