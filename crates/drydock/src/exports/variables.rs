//! Variables of the kernel that drivers read: NtBuildNumber, KdDebuggerEnabled, …
//!
//! One that is imported and not here keeps the driver from being loaded: code in its place would be read as data.

use std::sync::atomic::{AtomicU8, AtomicU32};

use crate::export;
use crate::model::shared_user_data;

/// The build that KUSER_SHARED_DATA tells of; the upper bits say that it is a free one.
static BUILD: AtomicU32 = AtomicU32::new(0xF000_0000 | shared_user_data::BUILD);
static NO: AtomicU8 = AtomicU8::new(0);
static YES: AtomicU8 = AtomicU8::new(1);
static NORMAL_BOOT: AtomicU32 = AtomicU32::new(0);

export! { Dll::Ntoskrnl;
    data NtBuildNumber = &super::BUILD;
    data KdDebuggerEnabled = &super::NO;
    data KdDebuggerNotPresent = &super::YES;
    data InitSafeBootMode = &super::NORMAL_BOOT;
}

/// Other variables that ntoskrnl and hal export.
const UNMODELLED: &[&str] = &[
    "CcFastMdlReadWait",
    "CcFastReadNotPossible",
    "CcFastReadWait",
    "ExDesktopObjectType",
    "ExWindowStationObjectType",
    "FsRtlLegalAnsiCharacterArray",
    "HalDispatchTable",
    "HalPrivateDispatchTable",
    "IoAdapterObjectType",
    "IoCompletionObjectType",
    "IoDeviceHandlerObjectType",
    "KeLoaderBlock",
    "KeNumberProcessors",
    "LpcPortObjectType",
    "MmBadPointer",
    "NlsLeadByteInfo",
    "NlsMbCodePageTag",
    "NlsMbOemCodePageTag",
    "NlsOemLeadByteInfo",
    "NtGlobalFlag",
    "POGOBuffer",
    "PsInitialSystemProcess",
    "PsJobType",
    "SeExports",
    "TmEnlistmentObjectType",
    "TmResourceManagerObjectType",
    "TmTransactionManagerObjectType",
];

/// Whether `name` is a variable for which there is nothing to read.
#[must_use]
pub fn is_unmodelled(name: &str) -> bool {
    UNMODELLED.contains(&name) && super::find(super::Dll::Ntoskrnl, name).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::{Binding, Dll, find};

    #[test]
    fn the_slot_of_a_variable_gets_its_address() {
        for name in [
            "NtBuildNumber",
            "KdDebuggerEnabled",
            "KdDebuggerNotPresent",
            "InitSafeBootMode",
        ] {
            let export = find(Dll::Ntoskrnl, name).expect("a variable");
            assert_eq!(export.binding, Binding::Data, "{name}");
        }
        let build = find(Dll::Ntoskrnl, "NtBuildNumber").map(super::super::Export::address);
        assert_eq!(build, Some(BUILD.as_ptr() as usize));
    }

    #[test]
    fn a_variable_that_is_not_modelled_is_known_to_be_one() {
        assert!(is_unmodelled("SeExports") && !is_unmodelled("NtBuildNumber"));
    }
}
