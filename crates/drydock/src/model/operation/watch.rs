//! Operations for the trace and the timeline, when somebody wants either.

use std::time::Duration;

use minifilter_sys::{FLT_IO_PARAMETER_BLOCK, IO_STATUS_BLOCK};

use super::{major, status_of};
use crate::io::file_object;
use crate::model::file_system::Request;
use crate::model::flt_volume::FltVolume;
use crate::model::time;
use crate::report::status_text;
use crate::verify::{timeline, trace};

/// Watched — an operation under way.
pub struct Watched {
    begun: Duration,
    name: String,
}

/// Begins to watch an operation; nothing where nobody looks.
pub fn begin(volume: &FltVolume, iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<Watched> {
    if !trace::on() && !timeline::on() {
        return None;
    }
    let file = iopb.TargetFileObject;
    let opened = || volume.file_system.name(file);
    let named = || file_object::find(file).map(|file| String::from_utf16_lossy(&file.name()));
    Some(Watched {
        begun: time::running(),
        name: opened().or_else(named).unwrap_or_default(),
    })
}

impl Watched {
    /// Tells of the operation's end.
    pub fn end(self, major: u8, request: Request, status: &IO_STATUS_BLOCK) {
        let what = major::names(major).name;
        let result = || {
            let code = status_text(status_of(status));
            format!("{code}, {:#x}", status.Information)
        };
        trace::line(|| {
            let (path, result) = (request.label(), result());
            format!("{what} ({path}) {:?} = {result}", self.name)
        });
        timeline::note(what, Some(self.begun), || {
            let what = format!("{what} ({})", request.label());
            [what, self.name, result()]
        });
    }
}
