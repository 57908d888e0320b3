//! The report of one run: what was called, what was broken, what leaked; JSON for programs, a summary for people.

mod filter_manager;
mod finish;
mod html;
mod interventions;
mod status;
mod summary;
mod sweep;
mod timeline;

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::verify::fault::FaultCounts;

pub use finish::{end, end_with_bugcheck, send_to};
pub use html::html;
pub use interventions::Interventions;
pub use status::status_text;
pub use summary::summary;
pub use sweep::{BadRun, Sweep};
pub use timeline::{Event, Timeline};

/// What the run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No rule broken, nothing leaked, every import modelled.
    Clean,
    /// Rules broken or something leaked.
    Violations,
    /// The kernel would have stopped.
    Bugcheck,
    /// DriverEntry returned an error.
    Refused,
    /// The bench could not do its work.
    #[default]
    Error,
}

impl Verdict {
    /// Exit status of `drydock run`.
    #[must_use]
    pub const fn exit_code(self) -> i32 {
        match self {
            Self::Clean => 0,
            Self::Error => 1,
            Self::Refused => 2,
            Self::Violations => 3,
            Self::Bugcheck => 4,
        }
    }
}

/// The report, as it is written to `--json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// What the run came to.
    pub verdict: Verdict,
    /// Why the bench could not do its work, or how DriverEntry refused.
    pub error: Option<String>,
    /// The driver.
    pub driver: Driver,
    /// What it attached to.
    pub attached: Vec<Attachment>,
    /// Where it was attached by hand, and refused.
    #[serde(default)]
    pub unattached: Vec<Unattached>,
    /// Its communication ports and what went over them.
    #[serde(default)]
    pub ports: Vec<PortUse>,
    /// Operations that the workload sent.
    pub operations: u64,
    /// Operations by IRP_MJ name and path, as the filter saw them.
    pub seen: Vec<Seen>,
    /// Contexts by kind.
    pub contexts: BTreeMap<String, ContextCounts>,
    /// Calls per import.
    pub calls: BTreeMap<String, u64>,
    /// Broken rules.
    pub violations: Vec<Violation>,
    /// What stricter rules than those of this run would forbid.
    #[serde(default)]
    pub warnings: Vec<Violation>,
    /// What the driver did to operations on purpose.
    pub interventions: Interventions,
    /// What was left behind.
    pub leaks: Leaks,
    /// The stop, if there was one.
    pub bugcheck: Option<BugCheck>,
    /// Imports that were called and are not modelled.
    pub unimplemented: Vec<String>,
    /// Lines the driver printed, the first ones only.
    pub debug_prints: Vec<String>,
    /// Run-down references; one call may take many.
    pub rundown: Rundown,
    /// Calls that could fail and were made to, when faults are injected.
    pub faults: FaultCounts,
    /// The runs of `--faults sweep`.
    #[serde(default)]
    pub sweep: Option<Sweep>,
    /// The order in which threads ran, if a seed decided that.
    #[serde(default)]
    pub schedule: Option<Schedule>,
    /// The command that does all of it again.
    pub replay: String,
    /// What happened when, if `--html` asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
    /// Seed of the run.
    pub seed: u64,
    /// Wall time of the workload in milliseconds.
    pub workload_ms: u64,
    /// Most bytes of a kernel stack that the driver used, nested callbacks included.
    pub stack_peak_bytes: u64,
    /// Peak resident memory of the child in KiB.
    pub peak_memory_kib: u64,
}

/// The order in which threads ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// `--schedule`.
    pub seed: u64,
    /// How the next thread was chosen.
    pub strategy: String,
    /// Places at which another thread might have got the turn.
    pub points: u64,
    /// Places at which one did.
    pub switches: u64,
    /// All of it in one number, as 16 hexadecimal digits.
    pub digest: String,
}

/// The driver that ran.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Driver {
    /// File name.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
}

/// One instance that attached.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// Instance name of the INF.
    pub instance: String,
    /// Altitude.
    pub altitude: String,
    /// Volume.
    pub volume: String,
}

/// A volume to which a filter could not be attached by hand either.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Unattached {
    /// The filter.
    pub filter: String,
    /// Volume.
    pub volume: String,
    /// Who or what refused.
    pub status: String,
}

/// What went over one communication port.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PortUse {
    /// Name of the port.
    pub name: String,
    /// Connections that were accepted.
    pub connected: u64,
    /// Connections that were refused.
    pub refused: u64,
    /// Messages that MessageNotify was given.
    pub to_driver: u64,
    /// Messages that FltSendMessage sent.
    pub from_driver: u64,
    /// Of these, the ones that ended with STATUS_TIMEOUT.
    pub timed_out: u64,
}

/// Operations of one kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    /// `IRP_MJ_…` name.
    pub operation: String,
    /// `irp`, `fast I/O` or `FsFilter`.
    pub path: String,
    /// Pre-operation callbacks run.
    pub pre: u64,
    /// Post-operation callbacks run.
    pub post: u64,
    /// One of the file names seen.
    pub sample: String,
}

/// What happened to the contexts of one kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ContextCounts {
    /// Allocated.
    pub allocated: u64,
    /// Attached to an object.
    pub set: u64,
    /// Got (references handed out).
    pub got: u64,
    /// Releases.
    pub released: u64,
    /// Freed.
    pub freed: u64,
}

/// One broken rule.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Violation {
    /// Name of the rule.
    pub rule: String,
    /// Windows code or F-number.
    pub code: String,
    /// Function or callback.
    pub function: String,
    /// `module+offset` of the call.
    pub caller: String,
    /// The facts of the first time.
    pub detail: String,
    /// How often.
    pub count: u64,
}

/// What was left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaks {
    /// Contexts never freed.
    pub contexts: u64,
    /// Pool blocks never freed.
    pub pool_blocks: u64,
    /// Their bytes.
    pub pool_bytes: u64,
    /// References to filter manager and kernel objects never dropped.
    pub references: u64,
    /// File objects kept.
    pub file_objects: u64,
}

/// Run-down references of all blocks together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rundown {
    /// Taken.
    pub acquired: u64,
    /// Dropped.
    pub released: u64,
}

/// A stop.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BugCheck {
    /// Stop code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub parameters: Vec<String>,
    /// Function or place.
    pub function: String,
    /// `module+offset`.
    pub caller: String,
    /// What happened.
    pub detail: String,
}

static REPORT: Mutex<Option<Report>> = Mutex::new(None);

/// Lets `change` write to the report of this run.
pub fn with<R>(change: impl FnOnce(&mut Report) -> R) -> R {
    let mut report = REPORT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    change(report.get_or_insert_default())
}

/// Most lines of `debug_prints`.
const MOST_PRINTS: usize = 1000;

/// Keeps a line that the driver printed.
pub fn debug_print(line: &str) {
    crate::verify::trace::line(|| format!("DbgPrint {line}"));
    crate::verify::timeline::note("debug prints", None, || {
        ["DbgPrint".into(), line.to_owned(), String::new()]
    });
    with(|report| {
        if report.debug_prints.len() < MOST_PRINTS {
            report.debug_prints.push(line.to_owned());
        }
    });
}

/// Notes that an import without a model was called.
pub fn unimplemented(name: &str) {
    with(|report| {
        if !report.unimplemented.iter().any(|known| known == name) {
            report.unimplemented.push(name.to_owned());
        }
    });
}
