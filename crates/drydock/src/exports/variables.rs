//! Variables of the kernel that drivers read: NtBuildNumber, KdDebuggerEnabled, …
//!
//! One that is imported and not here keeps the driver from being loaded: code in its place would be read as data.

use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};

use crate::export;
use crate::model::thread::SYSTEM_PROCESS;
use crate::model::{legal_characters, object_type, process, se_exports, shared_user_data};

/// The build that KUSER_SHARED_DATA tells of; the upper bits say that it is a free one.
static BUILD: AtomicU32 = AtomicU32::new(0xF000_0000 | shared_user_data::BUILD);
static NO: AtomicU8 = AtomicU8::new(0);
static YES: AtomicU8 = AtomicU8::new(1);
static NORMAL_BOOT: AtomicU32 = AtomicU32::new(0);
/// Counters of the cache manager, and flags that are off.
static ZERO: [AtomicU32; 4] = [const { AtomicU32::new(0) }; 4];
static SYSTEM: AtomicUsize = AtomicUsize::new(0);
static PROCESSORS: AtomicU8 = AtomicU8::new(1);
/// An address that is never good.
static BAD_POINTER: AtomicUsize = AtomicUsize::new(0xFFFF_8000_0000_0001);

/// Fills what is known only at run time, before a driver is loaded.
pub fn prepare() {
    se_exports::prepare();
    SYSTEM.store(process::object(SYSTEM_PROCESS), Ordering::Release);
    let count = std::thread::available_parallelism().map_or(1, |count| count.get().min(64) as u8);
    PROCESSORS.store(count, Ordering::Release);
}

export! { Dll::Ntoskrnl;
    data NtBuildNumber = &super::BUILD;
    data KdDebuggerEnabled = &super::NO;
    data KdDebuggerNotPresent = &super::YES;
    data InitSafeBootMode = &super::NORMAL_BOOT;
    data NtGlobalFlag = &super::ZERO[0];
    data CcFastReadNotPossible = &super::ZERO[1];
    data CcFastReadWait = &super::ZERO[2];
    data CcFastMdlReadWait = &super::ZERO[3];
    data NlsMbCodePageTag = &super::NO;
    data NlsMbOemCodePageTag = &super::NO;
    data KeNumberProcessors = &super::PROCESSORS;
    data MmBadPointer = &super::BAD_POINTER;
    data PsInitialSystemProcess = &super::SYSTEM;
    data SeExports = &se_exports::VARIABLE;
    data FsRtlLegalAnsiCharacterArray = &legal_characters::VARIABLE;
    data PsJobType = &object_type::JOB_TYPE;
    data IoCompletionObjectType = &object_type::IO_COMPLETION_TYPE;
    data LpcPortObjectType = &object_type::LPC_PORT_TYPE;
    data IoAdapterObjectType = &object_type::ADAPTER_TYPE;
    data ExDesktopObjectType = &object_type::DESKTOP_TYPE;
    data ExWindowStationObjectType = &object_type::WINDOW_STATION_TYPE;
    data TmEnlistmentObjectType = &object_type::ENLISTMENT_TYPE;
    data TmResourceManagerObjectType = &object_type::RESOURCE_MANAGER_TYPE;
    data TmTransactionManagerObjectType = &object_type::TRANSACTION_MANAGER_TYPE;
}

/// Other variables that ntoskrnl and hal export.
const UNMODELLED: &[&str] = &[
    "HalDispatchTable",
    "HalPrivateDispatchTable",
    "IoDeviceHandlerObjectType",
    "KeLoaderBlock",
    "NlsLeadByteInfo",
    "NlsOemLeadByteInfo",
    "POGOBuffer",
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
        prepare();
        for name in [
            "NtGlobalFlag",
            "CcFastReadNotPossible",
            "CcFastReadWait",
            "CcFastMdlReadWait",
            "NlsMbCodePageTag",
            "NlsMbOemCodePageTag",
            "KeNumberProcessors",
            "MmBadPointer",
            "PsInitialSystemProcess",
            "SeExports",
            "FsRtlLegalAnsiCharacterArray",
            "PsJobType",
            "IoCompletionObjectType",
            "LpcPortObjectType",
            "IoAdapterObjectType",
            "ExDesktopObjectType",
            "ExWindowStationObjectType",
            "TmEnlistmentObjectType",
            "TmResourceManagerObjectType",
            "TmTransactionManagerObjectType",
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
        let system = SYSTEM.load(Ordering::Acquire);
        assert_eq!(process::id_of(system), Some(SYSTEM_PROCESS));
    }

    #[test]
    fn a_variable_that_is_not_modelled_is_known_to_be_one() {
        assert!(is_unmodelled("KeLoaderBlock") && !is_unmodelled("NtBuildNumber"));
    }
}
