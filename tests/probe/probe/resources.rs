//! ERESOURCE: who may have it, and how often.

use crate::say;
use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

/// Asks.
pub unsafe fn ask() {
    let resource = RESOURCE.at();
    say(
        c"ExInitializeResourceLite",
        ExInitializeResourceLite(resource).into(),
    );
    KeEnterCriticalRegion();
    say(
        c"KeAreApcsDisabled in a critical region",
        KeAreApcsDisabled().into(),
    );
    state(resource);
    say(
        c"ExAcquireResourceSharedLite",
        ExAcquireResourceSharedLite(resource, 1).into(),
    );
    say(
        c"ExAcquireResourceSharedLite again",
        ExAcquireResourceSharedLite(resource, 1).into(),
    );
    state(resource);
    ExReleaseResourceLite(resource);
    ExReleaseResourceLite(resource);
    say(
        c"ExAcquireResourceExclusiveLite",
        ExAcquireResourceExclusiveLite(resource, 1).into(),
    );
    say(
        c"ExAcquireResourceExclusiveLite again",
        ExAcquireResourceExclusiveLite(resource, 0).into(),
    );
    say(
        c"ExAcquireResourceSharedLite of an exclusive owner",
        ExAcquireResourceSharedLite(resource, 0).into(),
    );
    state(resource);
    for _ in 0..3 {
        ExReleaseResourceLite(resource);
    }
    state(resource);
    say(
        c"ExGetSharedWaiterCount",
        ExGetSharedWaiterCount(resource).into(),
    );
    say(
        c"ExGetExclusiveWaiterCount",
        ExGetExclusiveWaiterCount(resource).into(),
    );
    KeLeaveCriticalRegion();
    say(c"KeAreApcsDisabled after it", KeAreApcsDisabled().into());
    say(
        c"ExDeleteResourceLite",
        ExDeleteResourceLite(resource).into(),
    );
}

unsafe fn state(resource: *mut ERESOURCE) {
    say(
        c"ExIsResourceAcquiredExclusiveLite",
        ExIsResourceAcquiredExclusiveLite(resource).into(),
    );
    say(
        c"ExIsResourceAcquiredSharedLite",
        ExIsResourceAcquiredSharedLite(resource).into(),
    );
}
