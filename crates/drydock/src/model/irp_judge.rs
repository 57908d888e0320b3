//! What a dispatch routine returned must agree with what it did with its IRP.

use minifilter_sys::*;

use super::irp::{Irp, Location, Tracked};
use super::thread::Site;
use crate::verify::{self, Rule, rule};

/// A status that no request may end with.
pub const ILLEGAL: NTSTATUS = -1;

/// The dispatch routine at `site` has returned `status` for the location with that number, in that use of it.
pub fn returned(
    site: Site<'_>,
    irp: PIRP,
    tracked: &Tracked,
    (number, begun): (i8, Option<u64>),
    status: NTSTATUS,
) {
    let known = tracked.at(number, |known| {
        // The completion waits for this look before it passes, so that the IRP is there as long.
        if known.completed.is_none()
            && let Some(location) = Irp::from_raw(irp).and_then(|irp| irp.fields(number))
        {
            known.marked = location.Control & SL_PENDING_RETURNED != 0;
        }
        if Some(known.use_number) == begun {
            known.returned = Some(status);
        }
        *known
    });
    // A completion routine may have sent the IRP once more already.
    let Some(known) = known.filter(|known| Some(known.use_number) == begun) else {
        return;
    };
    let broken = if known.forwarded {
        let below = tracked.at(number - 1, |below| *below).unwrap_or_default();
        of_forwarder(status, known, below)
    } else {
        of_owner(status, known)
    };
    if let Some(rule) = broken {
        report(rule, site, known, status);
    }
}

/// The rule that a dispatch routine broke which kept the IRP or completed it.
fn of_owner(status: NTSTATUS, known: Location) -> Option<Rule> {
    match (status, known.completed) {
        (ILLEGAL, _) => Some(rule::IRP_STATUS_ILLEGAL),
        (STATUS_PENDING, _) => (!known.marked).then_some(rule::IRP_PENDING_NOT_MARKED),
        _ if known.marked => Some(rule::IRP_MARKED_NOT_PENDING),
        (_, None) => Some(rule::IRP_FORGOTTEN),
        (_, Some(completed)) => (completed != status).then_some(rule::IRP_STATUS_MISMATCH),
    }
}

/// The rule that one broke which passed the IRP on to `below`: what that did wrong is not its fault, and its completion
/// routine may have changed the status.
fn of_forwarder(status: NTSTATUS, known: Location, below: Location) -> Option<Rule> {
    match status {
        ILLEGAL => (below.returned != Some(ILLEGAL)).then_some(rule::IRP_STATUS_ILLEGAL),
        STATUS_PENDING => None,
        _ if known.completed.is_none() && below.returned == Some(STATUS_PENDING) => {
            Some(rule::IRP_MARKED_NOT_PENDING)
        }
        _ if known.completed.is_none() && !below.held() => Some(rule::IRP_FORGOTTEN),
        _ => (known.marked && !below.marked).then_some(rule::IRP_MARKED_NOT_PENDING),
    }
}

fn report(rule: Rule, site: Site<'_>, known: Location, status: NTSTATUS) {
    let done = known.completed.map_or_else(
        || "not completed".to_owned(),
        |completed| format!("completed with {completed:#x}"),
    );
    let name = site.name;
    let detail = format!(
        "{name} returned {status:#x}; the IRP is {done}, marked pending: {}",
        known.marked
    );
    verify::violation_from(rule, name, site.code, detail);
}
