//! The driver file: parsed, checked, mapped, relocated, bound and protected as the Windows loader does it.

mod bytes;
mod control_flow_guard;
mod emulate;
mod error;
pub mod exception;
pub mod fault;
pub mod fault_stop;
pub mod headers;
pub mod imports;
pub mod inspect;
mod kernel_access;
pub mod kernel_stack;
mod load_config;
pub mod loaded;
mod relocate;
pub mod switch;
pub mod thunk;

pub use error::LoadError;
pub use loaded::Loaded;

use error::Problem;
use headers::Headers;
use imports::Import;

/// A checked driver file, laid out as in memory but not yet at an address.
#[derive(Clone, Debug)]
pub struct Image {
    /// File name.
    pub name: String,
    /// Bytes of the file.
    pub file_size: usize,
    /// Its headers.
    pub headers: Headers,
    /// What it imports.
    pub imports: Vec<Import>,
    view: Vec<u8>,
    fixups: Vec<usize>,
    computed_checksum: u32,
}

impl Image {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// One line naming the file and the field.
    pub fn open(path: &std::path::Path) -> Result<Self, LoadError> {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        let file = std::fs::read(path).map_err(|error| LoadError {
            file: path.display().to_string(),
            field: "file".to_owned(),
            problem: format!("cannot be read: {error}"),
        })?;
        Self::parse(&name, &file)
    }

    /// Checks the bytes of the file called `name`.
    ///
    /// # Errors
    /// One line naming the file and the field.
    pub fn parse(name: &str, file: &[u8]) -> Result<Self, LoadError> {
        Self::read(name, file).map_err(|problem| problem.in_file(name))
    }

    fn read(name: &str, file: &[u8]) -> Result<Self, Problem> {
        let headers = Headers::parse(file)?;
        let view = lay_out(&headers, file);
        Ok(Self {
            name: name.to_owned(),
            file_size: file.len(),
            imports: imports::read(&headers, &view)?,
            fixups: relocate::read(&headers, &view)?,
            computed_checksum: inspect::checksum(file, headers.checksum.1),
            view,
            headers,
        })
    }
}

/// The file's bytes at their addresses in memory.
fn lay_out(headers: &Headers, file: &[u8]) -> Vec<u8> {
    let mut view = vec![
        0;
        headers
            .image_size
            .next_multiple_of(headers.section_alignment)
    ];
    view[..headers.header_size].copy_from_slice(&file[..headers.header_size]);
    for section in &headers.sections {
        // Padding to the file's alignment may go beyond the section.
        let size = section.raw_size.min(section.size);
        let raw = &file[section.raw_offset.min(file.len())..][..size];
        view[section.address..section.address + size].copy_from_slice(raw);
    }
    view
}

#[cfg(test)]
mod tests;
