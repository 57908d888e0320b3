//! The filter's own state may be dropped on any thread.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

struct Namer {
    _name: FileNameInformation,
}

minifilter::install!(Namer);

impl Minifilter for Namer {
    const OPERATIONS: Operations<Self> = Operations::new(&[OperationRegistration::end()]);

    fn load(_: &Loading<'_>, _: &mut Irql<'_, Passive>) -> Result<Self> {
        Err(Status::UNSUCCESSFUL)
    }
}

fn main() {}
