//! The table of failures — which functions may fail, with which documented answers, and what they leave in their
//! outputs then.
//!
//! A row stands for what the function's page says. Functions whose failure would contradict what the driver already knows
//! are left out: getting a context that is there, an acquire that waits, run-down protection before anyone waits for it.
#![allow(unsafe_code)] // writes to the outputs of a call

use std::collections::HashMap;
use std::sync::LazyLock;

use minifilter_sys::*;

use crate::model::bounds::DISPATCH;

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its name.
    pub name: &'static str,
    /// The status; zero stands for null and FALSE.
    pub value: i32,
}

/// When a function may fail at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// Where this argument is zero.
    Zero(usize),
    /// Where this argument is not zero.
    NonZero(usize),
    /// Where this argument has none of these bits.
    Without(usize, u64),
    /// At DISPATCH_LEVEL and above.
    AtDispatch,
}

/// One function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fallible {
    /// Its name.
    pub function: &'static str,
    /// Its answers.
    pub answers: &'static [Answer],
    /// Arguments that point to pointers and handles, which are null after a failure.
    pub nulls: &'static [usize],
    /// Arguments that point to a ULONG, which is zero after a failure.
    pub zeroes: &'static [usize],
    when: When,
}

const NULL: Answer = Answer {
    name: "NULL",
    value: 0,
};
const FALSE: Answer = Answer {
    name: "FALSE",
    value: 0,
};

/// An answer that is a status, by its name.
macro_rules! status {
    ($($name:ident),*) => { &[$(Answer { name: stringify!($name), value: $name }),*] };
}

const fn row(function: &'static str, answers: &'static [Answer]) -> Fallible {
    Fallible {
        function,
        answers,
        nulls: &[],
        zeroes: &[],
        when: When::Always,
    }
}

impl Fallible {
    const fn nulls(self, nulls: &'static [usize]) -> Self {
        Self { nulls, ..self }
    }

    const fn zeroes(self, zeroes: &'static [usize]) -> Self {
        Self { zeroes, ..self }
    }

    const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    /// Whether a call with these arguments may fail.
    #[must_use]
    pub fn may_fail(&self, words: &[u64], irql: u8) -> bool {
        let argument = |index: usize| words.get(index).copied().unwrap_or(0);
        match self.when {
            When::Always => true,
            // A BOOLEAN is passed in the low byte of its register.
            When::Zero(index) => argument(index) == 0,
            When::NonZero(index) => argument(index) != 0,
            When::Without(index, bits) => argument(index) & bits == 0,
            When::AtDispatch => irql >= DISPATCH,
        }
    }

    /// Leaves in the outputs what a failure leaves there.
    pub fn clear_outputs(&self, words: &[u64]) {
        let outputs = |indices: &'static [usize]| {
            let all = indices
                .iter()
                .filter_map(|index| words.get(*index).copied());
            all.filter(|address| *address != 0)
        };
        for address in outputs(self.nulls) {
            // SAFETY: the driver passes room for a pointer in this argument.
            unsafe { (address as *mut u64).write_unaligned(0) };
        }
        for address in outputs(self.zeroes) {
            // SAFETY: the driver passes room for a ULONG in this argument.
            unsafe { (address as *mut u32).write_unaligned(0) };
        }
    }
}

/// The row of a function.
#[must_use]
pub fn of(function: &str) -> Option<&'static Fallible> {
    static INDEX: LazyLock<HashMap<&str, &Fallible>> = LazyLock::new(|| {
        let rows = TABLES.iter().flat_map(|table| table.iter());
        rows.map(|row| (row.function, row)).collect()
    });
    INDEX.get(function).copied()
}

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Fallible> {
    TABLES.iter().flat_map(|table| table.iter())
}

static TABLES: &[&[Fallible]] = &[MEMORY, CONTEXTS, NAMES, WORK, FILES, PORTS, OBJECTS, KERNEL];

const NO_RESOURCES: &[Answer] = status![STATUS_INSUFFICIENT_RESOURCES];
const GOING: &[Answer] = status![STATUS_INSUFFICIENT_RESOURCES, STATUS_FLT_DELETING_OBJECT];
const UNSUPPORTED: &[Answer] = status![
    STATUS_INSUFFICIENT_RESOURCES,
    STATUS_NOT_SUPPORTED,
    STATUS_FLT_DELETING_OBJECT
];
const NAMELESS: &[Answer] = status![
    STATUS_FLT_INVALID_NAME_REQUEST,
    STATUS_INSUFFICIENT_RESOURCES
];
const NO_MEMORY: &[Answer] = status![STATUS_NO_MEMORY];
const ABSENT: &[Answer] = status![STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INSUFFICIENT_RESOURCES];

/// Memory of every kind.
const MEMORY: &[Fallible] = &[
    row("ExAllocatePool", &[NULL]),
    row("ExAllocatePoolWithTag", &[NULL]),
    row("ExAllocatePoolWithTagPriority", &[NULL]),
    row("ExAllocateFromNPagedLookasideList", &[NULL]),
    row("ExAllocateFromPagedLookasideList", &[NULL]),
    row("ExAllocateFromLookasideListEx", &[NULL]),
    row("ExAllocateCacheAwareRundownProtection", &[NULL]),
    row("FltAllocatePoolAlignedWithTag", &[NULL]),
    row("IoAllocateMdl", &[NULL]),
    row("IoAllocateIrp", &[NULL]),
    row("IoBuildDeviceIoControlRequest", &[NULL]),
    row("IoBuildSynchronousFsdRequest", &[NULL]),
    row("IoAllocateWorkItem", &[NULL]),
    row("FltAllocateGenericWorkItem", &[NULL]),
    row("FltAllocateDeferredIoWorkItem", &[NULL]),
    row("FltAllocateFileLock", &[NULL]),
    row("ExAllocatePool2", &[NULL]).when(When::Without(0, POOL_FLAG_RAISE_ON_FAILURE)),
    row("ExAllocatePool3", &[NULL]).when(When::Without(0, POOL_FLAG_RAISE_ON_FAILURE)),
    row("MmMapLockedPagesSpecifyCache", &[NULL]).when(When::Zero(4)),
    row("ExInitializeLookasideListEx", NO_RESOURCES),
    row("FltLockUserBuffer", NO_RESOURCES),
    row("RtlAnsiStringToUnicodeString", NO_MEMORY).when(When::NonZero(2)),
    row("RtlUnicodeStringToAnsiString", NO_MEMORY).when(When::NonZero(2)),
    row("RtlUpcaseUnicodeString", NO_MEMORY).when(When::NonZero(2)),
    row("RtlDowncaseUnicodeString", NO_MEMORY).when(When::NonZero(2)),
    row("RtlDuplicateUnicodeString", NO_MEMORY),
    row("RtlCreateUnicodeString", &[FALSE]),
    row("RtlStringFromGUID", NO_MEMORY),
];

/// Contexts: low memory, files that cannot carry one, objects that go.
const CONTEXTS: &[Fallible] = &[
    row("FltAllocateContext", GOING).nulls(&[4]),
    row("FltSetVolumeContext", GOING).nulls(&[3]),
    row("FltSetInstanceContext", GOING).nulls(&[3]),
    row("FltSetFileContext", UNSUPPORTED).nulls(&[4]),
    row("FltSetStreamContext", UNSUPPORTED).nulls(&[4]),
    row("FltSetStreamHandleContext", UNSUPPORTED).nulls(&[4]),
    row("FltSetTransactionContext", GOING).nulls(&[4]),
];

/// Names that are not available.
const NAMES: &[Fallible] = &[
    row("FltGetFileNameInformation", NAMELESS).nulls(&[2]),
    row("FltGetFileNameInformationUnsafe", NAMELESS).nulls(&[3]),
    row("FltGetDestinationFileNameInformation", NAMELESS).nulls(&[6]),
    row("FltGetTunneledName", NO_RESOURCES).nulls(&[2]),
    row("FltGetVolumeName", NO_RESOURCES),
    row("FltGetVolumeGuidName", NO_RESOURCES),
    row("FltGetVolumeFromName", GOING).nulls(&[2]),
    row("FltGetVolumeInstanceFromName", GOING).nulls(&[3]),
    row(
        "FltGetDiskDeviceObject",
        status![STATUS_FLT_NO_DEVICE_OBJECT],
    )
    .nulls(&[1]),
    row("IoVolumeDeviceToDosName", NO_RESOURCES),
    row("FltCheckAndGrowNameControl", NO_RESOURCES),
];

/// Work that cannot be queued, and objects of the filter manager.
const WORK: &[Fallible] = &[
    row(
        "FltQueueGenericWorkItem",
        status![STATUS_FLT_DELETING_OBJECT],
    ),
    row(
        "FltQueueDeferredIoWorkItem",
        status![
            STATUS_FLT_NOT_SAFE_TO_POST_OPERATION,
            STATUS_FLT_DELETING_OBJECT
        ],
    ),
    row("FltDoCompletionProcessingWhenSafe", &[FALSE])
        .zeroes(&[5])
        .when(When::AtDispatch),
    row("FltCbdqInsertIo", status![STATUS_FLT_DELETING_OBJECT]),
    row("FltAllocateCallbackData", NO_RESOURCES).nulls(&[2]),
    row("FltAllocateCallbackDataEx", NO_RESOURCES).nulls(&[3]),
    row("FltRequestOperationStatusCallback", NO_RESOURCES),
    row("FltRegisterFilter", NO_RESOURCES).nulls(&[2]),
    row("FltStartFiltering", GOING),
    row("FltAttachVolume", GOING).nulls(&[3]),
    row("FltAttachVolumeAtAltitude", GOING).nulls(&[4]),
    row("FltObjectReference", status![STATUS_FLT_DELETING_OBJECT]),
    row("FltEnlistInTransaction", NO_RESOURCES),
    row("FltRegisterForDataScan", NO_RESOURCES),
    row("FltCreateSectionForDataScan", NO_RESOURCES).nulls(&[9, 10]),
];

/// I/O of the driver itself.
const FILES: &[Fallible] = &[
    row("FltCreateFile", NO_RESOURCES).nulls(&[2]),
    row("FltOpenVolume", NO_RESOURCES).nulls(&[1, 2]),
    row("FltCreateFileEx", NO_RESOURCES).nulls(&[2, 3]),
    row("FltCreateFileEx2", NO_RESOURCES).nulls(&[2, 3]),
    row("FltReadFile", NO_RESOURCES),
    row("FltWriteFile", NO_RESOURCES),
    row("FltReadFileEx", NO_RESOURCES),
    row("FltWriteFileEx", NO_RESOURCES),
    row("FltQueryInformationFile", NO_RESOURCES),
    row("FltSetInformationFile", NO_RESOURCES),
    row("FltQueryDirectoryFile", NO_RESOURCES),
    row("FltFlushBuffers", NO_RESOURCES),
    row("FltFsControlFile", NO_RESOURCES),
    row("FltDeviceIoControlFile", NO_RESOURCES),
    row("FltQuerySecurityObject", NO_RESOURCES),
    row("FltSetSecurityObject", NO_RESOURCES),
    row("FltQueryVolumeInformation", NO_RESOURCES),
    row("FltQueryVolumeInformationFile", NO_RESOURCES),
    row("FltQueryEaFile", NO_RESOURCES),
    row("FltSetEaFile", NO_RESOURCES),
    row("ZwCreateFile", ABSENT).nulls(&[0]),
    row("ZwOpenFile", ABSENT).nulls(&[0]),
    row("ZwReadFile", NO_RESOURCES),
    row("ZwWriteFile", NO_RESOURCES),
    row("ZwQueryInformationFile", NO_RESOURCES),
    row("ZwSetInformationFile", NO_RESOURCES),
];

/// Ports: clients that do not answer or are gone.
const PORTS: &[Fallible] = &[
    row("FltCreateCommunicationPort", NO_RESOURCES).nulls(&[1]),
    row("FltBuildDefaultSecurityDescriptor", NO_RESOURCES).nulls(&[0]),
    row(
        "FltSendMessage",
        status![
            STATUS_TIMEOUT,
            STATUS_PORT_DISCONNECTED,
            STATUS_INSUFFICIENT_RESOURCES
        ],
    )
    .when(When::NonZero(6)),
];

/// Objects of the kernel.
const OBJECTS: &[Fallible] = &[
    row("FltAllocateExtraCreateParameterList", NO_RESOURCES).nulls(&[2]),
    row("FltAllocateExtraCreateParameter", NO_RESOURCES).nulls(&[6]),
    row("ZwOpenKey", ABSENT).nulls(&[0]),
    row("ZwCreateKey", NO_RESOURCES).nulls(&[0]),
    row("ZwQueryValueKey", ABSENT),
    row("ZwSetValueKey", NO_RESOURCES),
    row("IoOpenDriverRegistryKey", ABSENT).nulls(&[4]),
    row("IoCreateDevice", NO_RESOURCES).nulls(&[6]),
    row("IoCreateSymbolicLink", NO_RESOURCES),
    row("PsCreateSystemThread", NO_RESOURCES).nulls(&[0]),
    row("ZwCreateSection", NO_RESOURCES).nulls(&[0]),
    row("ZwMapViewOfSection", NO_RESOURCES),
    row("ObOpenObjectByPointer", NO_RESOURCES).nulls(&[6]),
];

/// Registrations, waits with a time-out, cryptography.
const KERNEL: &[Fallible] = &[
    row("ObRegisterCallbacks", NO_RESOURCES).nulls(&[1]),
    row("CmRegisterCallbackEx", NO_RESOURCES),
    row(
        "PsSetCreateProcessNotifyRoutine",
        status![STATUS_INVALID_PARAMETER],
    )
    .when(When::Zero(1)),
    row(
        "PsSetCreateProcessNotifyRoutineEx",
        status![STATUS_INVALID_PARAMETER],
    )
    .when(When::Zero(1)),
    row("PsSetLoadImageNotifyRoutine", NO_RESOURCES),
    row("KeWaitForSingleObject", status![STATUS_TIMEOUT]).when(When::NonZero(4)),
    row("ExTryToAcquireFastMutex", &[FALSE]),
    row("BCryptOpenAlgorithmProvider", NO_MEMORY).nulls(&[0]),
    row("BCryptGenerateSymmetricKey", NO_MEMORY).nulls(&[1]),
    row("BCryptCreateHash", NO_MEMORY).nulls(&[1]),
    row("BCryptEncrypt", NO_MEMORY),
    row("BCryptDecrypt", NO_MEMORY),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_function_has_two_rows_and_every_row_has_an_answer() {
        let mut names: Vec<_> = all().map(|row| row.function).collect();
        let rows = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), rows);
        assert!(all().all(|row| !row.answers.is_empty()));
    }

    #[test]
    fn a_call_fails_only_where_its_page_says_so() {
        let map = of("MmMapLockedPagesSpecifyCache").expect("a row");
        assert!(map.may_fail(&[0, 0, 0, 0, 0, 0], 0));
        assert!(!map.may_fail(&[0, 0, 0, 0, 1, 0], 0));
        let safe = of("FltDoCompletionProcessingWhenSafe").expect("a row");
        assert!(safe.may_fail(&[], DISPATCH) && !safe.may_fail(&[], DISPATCH - 1));
        let pool = of("ExAllocatePool2").expect("a row");
        assert!(!pool.may_fail(&[POOL_FLAG_RAISE_ON_FAILURE], 0));
    }

    #[test]
    fn outputs_are_null_after_a_failure() {
        let mut context = 17_u64;
        let words = [0, 0, 0, 0, &raw mut context as u64];
        of("FltAllocateContext")
            .expect("a row")
            .clear_outputs(&words);
        assert_eq!(context, 0);
    }
}
