//! Notify routines — what drivers registered to be told of processes, threads and images.

use std::sync::{Mutex, PoisonError};

use minifilter_sys::{NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_PROCEDURE_NOT_FOUND};

use super::bounds::PASSIVE;
use super::modules;
use super::thread::{self, Site};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// Event — what a routine is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// PsSetCreateProcessNotifyRoutine.
    Process,
    /// PsSetCreateProcessNotifyRoutineEx and Ex2.
    ProcessEx,
    /// PsSetCreateThreadNotifyRoutine.
    Thread,
    /// PsSetLoadImageNotifyRoutine.
    Image,
}

impl Event {
    /// As reports name the callback.
    fn name(self) -> &'static str {
        match self {
            Self::Process => "CreateProcessNotify",
            Self::ProcessEx => "CreateProcessNotifyEx",
            Self::Thread => "CreateThreadNotify",
            Self::Image => "LoadImageNotify",
        }
    }
}

/// How many routines of one kind there may be.
const MOST: usize = 64;

#[derive(Clone, Copy)]
struct Routine {
    event: Event,
    code: usize,
    caller: usize,
}

static ROUTINES: Mutex<Vec<Routine>> = Mutex::new(Vec::new());

fn routines<R>(work: impl FnOnce(&mut Vec<Routine>) -> R) -> R {
    work(&mut ROUTINES.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Registers a routine.
///
/// # Errors
/// STATUS_INVALID_PARAMETER for one that is registered, or when there are too many.
pub fn register(event: Event, code: usize) -> Result<(), NTSTATUS> {
    routines(|all| {
        let mut same = all.iter().filter(|routine| routine.event == event);
        if code == 0 || same.clone().count() >= MOST || same.any(|routine| routine.code == code) {
            return Err(STATUS_INVALID_PARAMETER);
        }
        all.push(Routine {
            event,
            code,
            caller: Call::current().caller,
        });
        Ok(())
    })
}

/// Takes a routine off.
///
/// # Errors
/// STATUS_PROCEDURE_NOT_FOUND.
pub fn remove(event: Event, code: usize) -> Result<(), NTSTATUS> {
    routines(|all| {
        let place = all
            .iter()
            .position(|routine| routine.event == event && routine.code == code);
        all.remove(place.ok_or(STATUS_PROCEDURE_NOT_FOUND)?);
        Ok(())
    })
}

/// Calls every routine for an event, in the order of registration, as Windows does: at PASSIVE_LEVEL in a critical region.
pub fn tell(event: Event, mut call: impl FnMut(usize)) {
    let told: Vec<Routine> = routines(|all| {
        all.iter()
            .filter(|routine| routine.event == event)
            .copied()
            .collect()
    });
    for routine in told {
        let thread = thread::current();
        thread.enter_critical_region();
        let site = Site {
            name: event.name(),
            code: routine.code,
        };
        thread::call_driver(site, PASSIVE, || call(routine.code));
        thread.leave_critical_region();
    }
}

/// Takes off what code of `image` registered and did not take off, and reports it.
pub fn report_left(image: &std::ops::Range<usize>) {
    let left: Vec<Routine> = routines(|all| {
        let left = all
            .iter()
            .filter(|routine| image.contains(&routine.code))
            .copied()
            .collect();
        all.retain(|routine| !image.contains(&routine.code));
        left
    });
    for routine in left {
        let detail = format!(
            "{} {}",
            routine.event.name(),
            modules::describe(routine.code)
        );
        verify::violation_from(rule::CALLBACK_LEFT, "unload", routine.caller, detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;

    #[test]
    fn a_routine_is_registered_once_and_taken_off_once() {
        assert_eq!(register(Event::Image, 0x10), Ok(()));
        assert_eq!(register(Event::Image, 0x10), Err(STATUS_INVALID_PARAMETER));
        assert_eq!(register(Event::Image, 0), Err(STATUS_INVALID_PARAMETER));
        let mut told = Vec::new();
        tell(Event::Image, |code| {
            told.push((code, thread::current().apcs_disabled()))
        });
        assert!(told.contains(&(0x10, true)));
        assert_eq!(
            (remove(Event::Image, 0x10), remove(Event::Image, 0x10)),
            (Ok(()), Err(STATUS_PROCEDURE_NOT_FOUND))
        );
    }

    #[test]
    fn a_routine_left_at_unload_is_reported_and_taken_off() {
        let found = violations_of("unload", || {
            assert_eq!(register(Event::Thread, 0x7700_0010), Ok(()));
            report_left(&(0x7700_0000..0x7700_1000));
            assert_eq!(
                remove(Event::Thread, 0x7700_0010),
                Err(STATUS_PROCEDURE_NOT_FOUND)
            );
        });
        assert!(
            found
                .iter()
                .any(|rule| rule == "notification routine left registered at unload")
        );
    }
}
