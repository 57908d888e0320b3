//! FLT_FILE_NAME_INFORMATION — names of files: shared, counted, read-only.

mod cache;
mod control;
mod information;
mod parse;
mod request;
#[cfg(test)]
mod tests;

pub use cache::{file_object_closed, leaked, names_changed, reference, release, report_leaks};
pub use control::grow;
pub use parse::{Parts, parse, parse_information};
pub use request::{destination, of_file_object, of_operation};
