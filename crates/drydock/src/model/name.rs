//! FLT_FILE_NAME_INFORMATION — names of files: shared, counted, read-only.

pub mod above;
mod cache;
mod control;
mod information;
mod normalize;
mod parse;
mod provider;
#[cfg(test)]
mod provider_tests;
mod request;
#[cfg(test)]
mod tests;
mod tunneled;

pub use cache::{
    file_object_closed, leaked, names_changed, provider_gone, purge, reference, release,
    report_leaks,
};
pub use control::grow;
pub use parse::{Parts, parse, parse_information};
pub use provider::is_provider;
pub use request::{destination, of_file_object, of_operation};
pub use tunneled::tunneled;
