//! `--plan` — what happens to the driver while programs do I/O: it is unloaded, detached, its volume goes, its client goes.

use std::str::FromStr;

use fastrand::Rng;

use crate::model::{attach, filter, flt_volume, wait};
use crate::workload::{Clients, progress};

/// What happens while the workload runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disruption {
    /// The driver is unloaded, as `fltmc unload` does or, if the seed says so, as a service stop.
    Unload,
    /// Its clients connect, send messages and go, again and again.
    PortDisconnect,
    /// Its instances are detached by hand and attached again.
    Detach,
    /// The volume is dismounted; the file system below goes on.
    Dismount,
}

/// Every plan, for searches that are not told which.
pub const ALL: [Disruption; 4] = [
    Disruption::Unload,
    Disruption::PortDisconnect,
    Disruption::Detach,
    Disruption::Dismount,
];

/// Turns of the clients, and rounds of detaching and attaching.
const CLIENT_TURNS: u32 = 24;
const DETACH_ROUNDS: u32 = 3;

impl Disruption {
    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unload => "unload-under-load",
            Self::PortDisconnect => "port-disconnect",
            Self::Detach => "detach-under-load",
            Self::Dismount => "dismount-under-load",
        }
    }
}

impl FromStr for Disruption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = ALL.into_iter().find(|plan| plan.name() == text);
        found.ok_or_else(|| {
            let names = ALL.map(Self::name).join(", ");
            format!("`{text}` is none of {names}")
        })
    }
}

/// Waits until the workload has done a part of its `actions` that the seed names.
pub fn wait_for_its_time(actions: u64, random: &mut Rng) {
    let wanted = random.u64(..=actions / 2);
    let enough = || (progress::actions() >= wanted).then_some(());
    let what = || format!("action {wanted} of the workload");
    wait::until(progress::address(), None, what, enough);
}

/// The clients come and go.
pub fn clients_come_and_go(clients: &mut Clients, random: &mut Rng) {
    for _ in 0..CLIENT_TURNS {
        if random.u8(..4) == 0 {
            clients.reconnect();
        } else {
            clients.turn(random);
        }
    }
}

/// The instances of every filter go by hand, where they agree, and come back.
pub fn detach_and_attach() {
    for _ in 0..DETACH_ROUNDS {
        for filter in filter::registered() {
            for instance in filter.attached() {
                if attach::detach_manually(&instance).is_ok() {
                    // It may not be attached by hand, or refuse: then it stays away.
                    let name = Some(instance.name.as_str());
                    let _refused = attach::attach_manually(&filter, &instance.volume, name, None);
                }
            }
        }
    }
}

/// Every volume goes.
pub fn dismount_all() {
    for volume in flt_volume::mounted() {
        flt_volume::dismount(&volume);
    }
}
