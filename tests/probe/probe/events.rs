//! Events, levels and waits that do not wait.

use crate::say;

use ringfence_faulty::*;

static EVENT: Global<KEVENT> = Global::zeroed();
static LOCK: Global<KSPIN_LOCK> = Global::zeroed();

/// Asks.
pub unsafe fn ask() {
    let event = EVENT.at();
    KeInitializeEvent(event, SynchronizationEvent, 0);
    say(
        c"KeSetEvent of an event that is not set",
        KeSetEvent(event, 0, 0).into(),
    );
    say(c"KeSetEvent of one that is", KeSetEvent(event, 0, 0).into());
    say(c"KeReadStateEvent", KeReadStateEvent(event).into());
    say(c"a wait for a set event", poll(event));
    say(c"a wait for one that the last wait has reset", poll(event));
    KeInitializeEvent(event, NotificationEvent, 1);
    say(c"a wait for a notification event", poll(event));
    say(c"a second wait for it", poll(event));
    say(c"KeResetEvent", KeResetEvent(event).into());
    say(c"a wait after KeResetEvent", poll(event));
    KeInitializeSpinLock(LOCK.at());
    let old = KeAcquireSpinLockRaiseToDpc(LOCK.at());
    say(c"KeAcquireSpinLockRaiseToDpc, the level before", old.into());
    KeReleaseSpinLock(LOCK.at(), old);
}

unsafe fn poll(event: *mut KEVENT) -> i64 {
    let mut now = LARGE_INTEGER { QuadPart: 0 };
    KeWaitForSingleObject(event.cast(), Executive, KernelMode as i8, 0, &mut now).into()
}
