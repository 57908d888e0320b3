//! `fltmc attach` — what whoever loads a filter does by hand where it came to no volume by itself: its INF may suppress
//! automatic attachment (flag 1), and its InstanceSetupCallback may want to be asked.

use std::sync::Arc;

use crate::model::attach::{self, NO_AUTOMATIC};
use crate::model::filter::{self, Filter};
use crate::model::flt_volume::{self, FltVolume};
use crate::model::instance::Instance;
use crate::report::{self, Unattached};
use crate::verify::fault;

/// Attaches the default instance of every filter that waits for it to every mounted volume.
pub fn attach_idle() {
    for filter in filter::registered() {
        for volume in flt_volume::mounted() {
            if filter.is_filtering() && waits(&filter, &volume) {
                attach_default(&filter, &volume);
            }
        }
    }
}

/// A filter that is nowhere waits, unless a failure on demand may have kept it away; one that is elsewhere waits only if it never
/// attaches by itself.
fn waits(filter: &Filter, volume: &FltVolume) -> bool {
    let elsewhere = filter.attached();
    if elsewhere.is_empty() {
        return fault::outcome().injected == 0;
    }
    let here = |instance: &Arc<Instance>| std::ptr::eq(&raw const *instance.volume, volume);
    let (_, definitions) = filter.definitions();
    !elsewhere.iter().any(here) && definitions.iter().all(|one| one.flags & NO_AUTOMATIC != 0)
}

fn attach_default(filter: &Arc<Filter>, volume: &Arc<FltVolume>) {
    if let Err(status) = attach::attach_manually(filter, volume, None, None) {
        let refused = Unattached {
            filter: filter.name.clone(),
            volume: volume.name.clone(),
            status: report::status_text(status),
        };
        report::with(|report| report.unattached.push(refused));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::flt_fixture::{Fixture, Script};

    /// No manual attachment.
    const NO_MANUAL: u32 = 2;

    fn fixture(instance_flags: u32) -> Fixture {
        let script = Script {
            instance_flags,
            ..Script::default()
        };
        Fixture::new(script)
    }

    #[test]
    fn a_filter_that_does_not_attach_by_itself_is_attached_by_hand() {
        let fixture = fixture(NO_AUTOMATIC);
        assert!(fixture.filter.attached().is_empty());
        attach_idle();
        assert_eq!(fixture.filter.attached().len(), 1);
        attach_idle();
        assert_eq!(fixture.filter.attached().len(), 1);
    }

    #[test]
    fn a_filter_that_is_somewhere_by_itself_is_left_alone() {
        let fixture = fixture(0);
        let before = fixture.filter.attached();
        attach_idle();
        assert_eq!(fixture.filter.attached().len(), before.len());
    }

    #[test]
    fn a_filter_that_may_not_be_attached_by_hand_is_told_of() {
        let fixture = fixture(NO_AUTOMATIC | NO_MANUAL);
        attach_idle();
        assert!(fixture.filter.attached().is_empty());
        let told = report::with(|report| std::mem::take(&mut report.unattached));
        assert_eq!(told.len(), 1);
        assert!(told[0].status.contains("STATUS_FLT_INSTANCE_NOT_FOUND"));
    }
}
