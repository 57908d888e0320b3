//! The rules: Windows' own code where one exists, else the F-number of the project's fact sheet.

/// One rule a driver can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Name in reports.
    pub name: &'static str,
    /// Bug check code and first parameter that Driver Verifier or the kernel would stop with.
    pub code: Option<(u32, u64)>,
}

impl Rule {
    /// A rule that Windows reports as bug check `code` with first parameter `parameter`.
    #[must_use]
    pub const fn stop(name: &'static str, code: u32, parameter: u64) -> Self {
        Self {
            name,
            code: Some((code, parameter)),
        }
    }

    /// A rule that Windows demands and does not report under a code.
    #[must_use]
    pub const fn named(name: &'static str) -> Self {
        Self { name, code: None }
    }

    /// `0xC4/0x37`, or the F-number or the empty string where there is no code.
    #[must_use]
    pub fn code_text(&self) -> String {
        match self.code {
            // Of 0xC4 zero is a meaning of its own.
            Some((code, 0)) if code != 0xC4 => format!("{code:#X}").replace("0X", "0x"),
            Some((code, parameter)) => format!("{code:#X}/{parameter:#X}").replace("0X", "0x"),
            None => self
                .name
                .split(' ')
                .next()
                .filter(|word| is_f_number(word))
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

fn is_f_number(word: &str) -> bool {
    word.strip_prefix('F').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

macro_rules! rules {
    ($($ident:ident = $rule:expr;)*) => {
        $(#[doc = concat!("Rule `", stringify!($ident), "`; its name says what was done.")]
        pub const $ident: Rule = $rule;)*
        /// Every rule with a constant of its own.
        pub const ALL: &[Rule] = &[$($ident),*];
    };
}

rules! {
    CONTENT_CHANGED = Rule::named("file contents changed by a filter that changes nothing");
    DATA_CHANGED = Rule::named("data changed between program and disk");
    OUTCOME_CHANGED = Rule::named("operation ended otherwise than the file system ends it");
    PAGEABLE_CODE = Rule::stop("pageable code at DISPATCH_LEVEL", 0xD1, 0);
    F1 = Rule::named("F1 unknown callback status");
    F2 = Rule::stop("F2 callback wanted without a post-operation", 0xF5, 0x66);
    F3 = Rule::named("F3 pended a non-IRP operation");
    F4 = Rule::named("F4 completion context with a status that takes none");
    F5 = Rule::named("F5 completed with a status that is not final");
    F6 = Rule::named("F6 cleanup or close failed");
    F7 = Rule::named("F7 fast I/O disallowed where it may not be");
    F8 = Rule::named("F8 FsFilter I/O disallowed outside QueryOpen");
    F9 = Rule::named("F9 synchronized where forbidden");
    F10 = Rule::named("F10 callback data changed without marking it");
    F11 = Rule::named("F11 draining post-operation did more than free its context");
    F12 = Rule::named("F12 context got, set or deleted at DISPATCH");
    F14 = Rule::named("F14 context leaked");
    CONTEXT_OVER_RELEASED = Rule::stop("F14 context over-released", 0xF5, 0x6D);
    CONTEXT_USED_AFTER_FREE = Rule::stop("F14 context used after free", 0xF5, 0x6E);
    CONTEXT_DELETED_UNSET = Rule::named("context deleted that was never set");
    F15 = Rule::named("F15 name information leaked");
    NAME_OVER_RELEASED = Rule::stop("F15 name information over-released", 0xF5, 0x68);
    NAME_CHANGED = Rule::named("file name information changed by the driver");
    NAME_PROVIDER_RECURSION = Rule::named("name provider asked itself for the name it is asked for");
    NAME_WITHOUT_VOLUME = Rule::named("name provider gave a name without a volume");
    NAME_CONTROL_BROKEN = Rule::named("name provider broke the buffer of a name");
    TUNNELED_NAME_MISPLACED = Rule::named("tunneled name asked for where there is none");
    F16 = Rule::named("F16 FltCancelFileOpen misplaced");
    F17 = Rule::named("F17 forbidden registration");
    F18 = Rule::named("F18 port open at unregister");
    F19 = Rule::named("F19 reference or work item outstanding at unregister");
    F20 = Rule::named("F20 called outside its IRQL bound");
    IRQL_CHANGED = Rule::stop("F21 IRQL changed by a callback", 0xC8, 0);
    APC_COUNT_CHANGED = Rule::stop("F21 APC count changed by a callback", 0xC4, 0xC5);
    F22 = Rule::named("F22 NetworkQueryOpen file object kept");
    LOCK_HELD_ON_RETURN = Rule::named("F23 lock held on return from a callback");
    F24 = Rule::named("F24 pended operation not resumed in TeardownStart");
    F25 = Rule::named("F25 new pend after TeardownStart");
    NOT_PENDED = Rule::stop("pended operation completed twice or never pended", 0x44, 0);
    SWAPPED_BUFFER = Rule::named("swapped buffer without what swapping demands");
    DATA_UNKNOWN = Rule::named("callback data used that is no operation under way");
    FLT_OBJECT_GONE = Rule::named("object of the filter manager used that is gone or never was");
    WORK_ITEM_MISUSED = Rule::named("work item misused");

    FILTER_STILL_REGISTERED = Rule::named("filter still registered after unload or failed DriverEntry");
    STARTED_TWICE = Rule::named("filtering started twice");
    WRONG_APC_STATE = Rule::named("called in the wrong APC state");
    REGION_LEFT_WITHOUT_ENTER = Rule::stop("critical region left without enter", 0xC4, 0x3E);
    IRQL_RAISED_DOWNWARDS = Rule::stop("KfRaiseIrql to a lower level", 0xC4, 0x30);
    IRQL_LOWERED_UPWARDS = Rule::stop("KeLowerIrql to a higher level", 0xC4, 0x31);

    POOL_ZERO_BYTES = Rule::stop("pool request of zero bytes", 0xC4, 0x00);
    POOL_PAGED_ABOVE_APC = Rule::stop("paged pool used above APC", 0xC4, 0x01);
    POOL_NONPAGED_ABOVE_DISPATCH = Rule::stop("nonpaged pool used above DISPATCH", 0xC4, 0x02);
    POOL_PAGED_FREE_ABOVE_APC = Rule::stop("paged pool freed above APC", 0xC4, 0x11);
    POOL_NONPAGED_FREE_ABOVE_DISPATCH = Rule::stop("nonpaged pool freed above DISPATCH", 0xC4, 0x12);
    POOL_TAG_ZERO = Rule::stop("pool tag of zero", 0xC2, 0x9B);
    POOL_WRONG_TAG = Rule::stop("pool freed with another tag", 0xC2, 0x0A);
    POOL_OVERRUN = Rule::stop("pool block overrun", 0xC4, 0x51);
    POOL_UNDERRUN = Rule::stop("pool block underrun", 0xC4, 0x52);
    SPECIAL_POOL_OVERRUN = Rule::stop("special pool block overrun", 0xC1, 0x24);
    SPECIAL_POOL_UNDERRUN = Rule::stop("special pool block underrun", 0xC1, 0x23);
    POOL_WRITTEN_AFTER_FREE = Rule::stop("pool block written after free", 0xC6, 0);
    POOL_LEAK = Rule::stop("pool leaked", 0xC4, 0x62);
    POOL_EXECUTABLE = Rule::stop("executable pool", 0xC4, 0x2000);
    POOL_BAD_FLAGS = Rule::named("pool flags that ExAllocatePool2 refuses");
    POOL_FREED_WITH_RESOURCE = Rule::stop("memory freed while an ERESOURCE in it is initialised", 0xC4, 0xD2);
    POOL_FREED_WITH_LOOKASIDE = Rule::stop("memory freed while a lookaside list in it is active", 0xC4, 0xCC);

    RESOURCE_APCS_ENABLED = Rule::stop("ERESOURCE acquired with APCs enabled", 0xC4, 0x37);
    RESOURCE_RELEASE_APCS_ENABLED = Rule::stop("ERESOURCE released with APCs enabled", 0xC4, 0x38);
    RESOURCE_UNALIGNED = Rule::stop("ERESOURCE not aligned", 0xC4, 0x3D);
    RESOURCE_INITIALISED_TWICE = Rule::stop("ERESOURCE initialised twice", 0xC4, 0xD0);
    RESOURCE_DELETED_UNINITIALISED = Rule::stop("ERESOURCE deleted uninitialised", 0xC4, 0xD1);
    RESOURCE_UNINITIALISED = Rule::stop("ERESOURCE used uninitialised", 0xC4, 0x1002);
    RESOURCE_DELETED_OWNED = Rule::stop("ERESOURCE deleted while owned", 0xC4, 0x100B);
    RESOURCE_LEFT_INITIALISED = Rule::stop("ERESOURCE left initialised at unload", 0xC4, 0xD2);
    RESOURCE_CONVERTED_NOT_OWNED = Rule::named("ERESOURCE converted without owning it exclusively");

    RUNDOWN_UNINITIALISED = Rule::named("rundown protection used uninitialised");
    RUNDOWN_OVER_RELEASED = Rule::named("rundown protection released more often than acquired");
    RUNDOWN_LEFT_ACQUIRED = Rule::named("rundown protection left acquired");
    RUNDOWN_NOT_RUN_DOWN = Rule::named("rundown completed or re-initialised without a wait");
    RUNDOWN_WAITED_WITH_REFERENCE = Rule::named("rundown waited for with an own reference");

    LOCK_ORDER = Rule::stop("locks taken in contradicting orders", 0xC4, 0x1001);
    LOCK_ORDER_BEYOND = Rule::named("resources or push locks taken in contradicting orders");

    PUSH_LOCK_APCS_ENABLED = Rule::stop("push lock acquired with APCs enabled", 0xC4, 0xEA);
    PUSH_LOCK_RELEASE_APCS_ENABLED = Rule::stop("push lock released with APCs enabled", 0xC4, 0xEB);
    LOCK_NOT_ACQUIRED = Rule::stop("lock released that the thread does not hold", 0xC4, 0x1007);
    PUSH_LOCK_RECURSION = Rule::stop("push lock acquired shared twice by one thread", 0xC4, 0x1000);
    PUSH_LOCK_FLAGS = Rule::stop("undefined flags to a push lock", 0x152, 0);
    WAIT_AT_DISPATCH = Rule::stop("wait at DISPATCH or above", 0xC4, 0x3B);
    WIDE_FORMAT_ABOVE_PASSIVE = Rule::named("F20 wide-character DbgPrint format above PASSIVE");
    OBJECT_OVER_DEREFERENCED = Rule::stop("object dereferenced more often than referenced", 0x18, 0);
    OBJECT_LEAK = Rule::named("object reference leaked");
    HANDLE_BAD = Rule::stop("bad handle referenced", 0xC4, 0x3C);
    HANDLE_NULL = Rule::stop("NULL handle referenced", 0xC4, 0xF5);
    HANDLE_USER_AS_KERNEL = Rule::stop("handle of a process used as a kernel handle", 0xC4, 0xF6);
    HANDLE_KERNEL_AS_USER = Rule::stop("kernel handle used as a handle of a process", 0xC4, 0xF7);
    HANDLE_CLOSED_BAD = Rule::stop("handle closed that is not open", 0x93, 1);
    SYMBOLIC_LINK_LEFT = Rule::named("symbolic link left at unload");
    CALLBACK_NOT_REGISTERED = Rule::named("callbacks unregistered that are not registered");
    CALLBACK_LEFT = Rule::named("notification routine left registered at unload");
    HANDLE_LEAK = Rule::named("handle leaked");
    OPENED_BELOW_TOP_LEVEL_IRP = Rule::named("file opened with a top-level IRP set");
    CANCEL_FORBIDDEN = Rule::named("cancel routine for an operation that cannot be cancelled");
    CANCEL_ROUTINE_LEFT = Rule::stop("operation passed on with its cancel routine set", 0x48, 0);
    CBDQ_UNINITIALISED = Rule::named("cancel-safe queue used uninitialised");
    CBDQ_NO_IRP = Rule::named("cancel-safe queue given what is no IRP under way");
    ECP_MISUSED = Rule::named("extra create parameter misused");
    OWN_DATA_LEAK = Rule::named("callback data leaked");
    OWN_DATA_UNKNOWN = Rule::named("callback data used as the filter's own that are not");
    OWN_DATA_IN_USE = Rule::named("callback data freed or sent while their operation is under way");
    REISSUED_WITHOUT_SYNCHRONIZING = Rule::named("operation reissued that was not synchronized");
    LOOKASIDE_UNINITIALISED = Rule::stop("lookaside list used or deleted uninitialised", 0xC4, 0xCB);
    LOOKASIDE_INITIALISED_TWICE = Rule::stop("lookaside list initialised twice", 0xC4, 0xCA);
    LOOKASIDE_LEFT_ACTIVE = Rule::stop("lookaside list left active at unload", 0xC7, 0);
    LOOKASIDE_TOO_SMALL = Rule::stop("lookaside list of entries that are too small", 0xC4, 0xCD);
    SYNC_OBJECT_PAGEABLE = Rule::stop("synchronization object in pageable memory", 0xC4, 0xE1);
    COPY_OVERLAPS = Rule::stop("memcpy of overlapping buffers", 0xC4, 0xF0);
    USER_WAIT_ON_STACK = Rule::stop("wait in user mode for an object on the stack", 0xC4, 0x123);
    WRITE_BUFFER_CHANGED = Rule::stop("write buffer changed in place", 0xC4, 0x1010);
    READ_BUFFER_CHANGED = Rule::stop("read buffer changed on the way down", 0xC4, 0x1011);
    MDL_NOT_LOCKED = Rule::stop("MDL unlocked that was never locked", 0xC4, 0x7C);
    MDL_OF_NONPAGED_UNLOCKED = Rule::stop("MDL of nonpaged pool unlocked", 0xC4, 0x7D);
    MDL_OF_PAGED_BUILT = Rule::stop("MDL built for nonpaged pool over paged pool", 0xC4, 0x7F);
    MDL_LOCKED_WITH_FLAGS = Rule::stop("MDL locked whose flags forbid it", 0xC4, 0xB0);
    MDL_MAPPED_TWICE = Rule::stop("MDL mapped that is mapped already", 0xC4, 0xB2);
    MDL_MAPPED_UNLOCKED = Rule::stop("MDL mapped that is not locked", 0xC4, 0xB3);
    MDL_FREED_MAPPED = Rule::stop("MDL freed while its pages are mapped", 0xC4, 0xB8);
    MDL_LEFT_LOCKED = Rule::stop("MDL left with its pages locked", 0xCB, 0);
    STRING_MALFORMED = Rule::stop("malformed UNICODE_STRING", 0xC4, 0xE4);
    IRP_FREED_NO_IRP = Rule::stop("IoFreeIrp of what is no IRP", 0xC9, 0x01);
    IRP_FREED_QUEUED = Rule::stop("IoFreeIrp of an IRP of the I/O manager", 0xC9, 0x02);
    IRP_FREED_IN_USE = Rule::stop("IoFreeIrp of an IRP in use", 0xC9, 0x20B);
    IRP_COMPLETED_PENDING = Rule::stop("IRP completed with STATUS_PENDING", 0xC9, 0x06);
    IRP_COMPLETED_CANCELABLE = Rule::stop("IRP completed with its cancel routine set", 0xC9, 0x07);
    IRP_SENT_NO_IRP = Rule::stop("IoCallDriver with what is no IRP", 0xC9, 0x03);
    IRP_SENT_NO_DEVICE = Rule::stop("IoCallDriver with what is no device object", 0xC9, 0x04);
    IRP_SENT_CANCELABLE = Rule::stop("IRP sent with its cancel routine set", 0xC9, 0x203);
    IRP_STATUS_MISMATCH = Rule::stop("dispatch routine returned another status than it completed with", 0xC9, 0x224);
    IRP_STATUS_ILLEGAL = Rule::stop("dispatch routine returned an illegal status", 0xC9, 0x225);
    IRP_FORGOTTEN = Rule::stop("dispatch routine neither completed nor passed on nor pended", 0xC9, 0x226);
    IRP_COMPLETION_PAGEABLE = Rule::stop("IRP completion routine in pageable code", 0xC9, 0x227);
    IRP_PENDING_NOT_PASSED_UP = Rule::stop("completion routine did not pass the pending mark up", 0xC9, 0x228);
    IRP_PENDING_NOT_MARKED = Rule::stop("STATUS_PENDING returned for an IRP that is not marked pending", 0xC9, 0x23D);
    IRP_MARKED_NOT_PENDING = Rule::stop("IRP marked pending and another status returned", 0xC9, 0x23E);
    IRP_INFORMATION_TOO_LONG = Rule::stop("IRP completed with more bytes than its buffer has", 0xC9, 0x312);
    IRP_RAN_OUT = Rule::named("IRP of IoAllocateIrp completed without a completion routine that keeps it");
    IRP_NEVER_COMPLETED = Rule::named("IRP never completed");
    DEVICE_DELETED_TWICE = Rule::stop("device object deleted twice", 0xC9, 0x240);
    DEVICE_LEFT = Rule::named("device object left at unload");
    TIMER_LEFT = Rule::stop("timer left set at unload", 0xC7, 0);
    DPC_LEFT = Rule::stop("DPC left queued at unload or in freed memory", 0xC7, 1);
    WORK_ITEM_LEFT = Rule::stop("executive work item left queued or running at unload", 0xCE, 0);
    THREAD_LEFT = Rule::stop("system thread left running at unload", 0xCE, 0);
    POOL_FREED_WITH_TIMER = Rule::stop("memory freed while a timer in it is set", 0xC4, 0x15);
    POOL_FREED_WITH_WORK_ITEM = Rule::named("memory freed while a work item in it is queued");
    IO_WORK_ITEM_MISUSED = Rule::named("I/O work item misused");
    EXCEPTION_LEFT_CALLBACK = Rule::named("exception left a callback of an operation");
    ASSERTION_FAILED = Rule::named("assertion of the driver failed");
    HANG = Rule::named("driver hung");
}

/// The DDI compliance rule that a wrong level of `function` falls under; F20 where Windows has no rule.
#[must_use]
pub fn irql_of(function: &str) -> Rule {
    let (name, id) = match function {
        "ExAcquireFastMutex" | "ExTryToAcquireFastMutex" => ("IrqlExApcLte1", 0x20005),
        "ProbeForRead"
        | "ProbeForWrite"
        | "ExAllocateFromPagedLookasideList"
        | "ExFreeToPagedLookasideList"
        | "ExInitializePagedLookasideList"
        | "ExDeletePagedLookasideList" => ("IrqlExApcLte2", 0x20006),
        "ExConvertExclusiveToSharedLite" | "ExDeleteResourceLite" => ("IrqlExApcLte3", 0x20007),
        name if name.starts_with("ExAcquireResource") || name.starts_with("ExAcquireShared") => {
            ("IrqlExApcLte3", 0x20007)
        }
        name if name.starts_with("ExEnterCriticalRegionAndAcquire") => ("IrqlExApcLte3", 0x20007),
        name if name.starts_with("ExAllocatePool") => ("IrqlExAllocatePool", 0x20004),
        name if name.contains("GuardedMutex") => ("IrqlKeApcLte1", 0x2000F),
        "KeDelayExecutionThread" => ("IrqlKeApcLte1", 0x2000F),
        "KeEnterCriticalRegion"
        | "KeLeaveCriticalRegion"
        | "KeEnterGuardedRegion"
        | "KeLeaveGuardedRegion" => ("IrqlKeApcLte2", 0x20010),
        "KeReleaseSpinLock" => ("IrqlKeReleaseSpinLock", 0x20015),
        "KeSetEvent" => ("IrqlKeSetEvent", 0x20016),
        name if name.starts_with("Ke") && name.contains("SpinLock") => {
            ("IrqlKeDispatchLte", 0x20011)
        }
        "KeInitializeEvent" | "KeClearEvent" | "KeResetEvent" | "KeReadStateEvent" => {
            ("IrqlKeDispatchLte", 0x20011)
        }
        name if moves_context(name) => return F12,
        "ObReferenceObjectByHandle" => ("IrqlObPassive", 0x2001B),
        name if name.starts_with("Zw") => ("IrqlZwPassive", 0x2001F),
        _ => return F20,
    };
    Rule::stop(name, 0xC4, id)
}

/// Whether a filter manager function gets, sets or deletes contexts.
fn moves_context(function: &str) -> bool {
    let verbs = ["FltGet", "FltSet", "FltDelete"];
    let object = verbs.iter().find_map(|verb| function.strip_prefix(verb));
    object.is_some_and(|object| {
        object
            .trim_end_matches("sEx")
            .trim_end_matches('s')
            .ends_with("Context")
    })
}

/// The rule that a wrong APC state of `function` falls under.
#[must_use]
pub fn apc_of(function: &str) -> Rule {
    match function {
        name if name.starts_with("ExAcquireResource") || name.starts_with("ExAcquireShared") => {
            RESOURCE_APCS_ENABLED
        }
        name if name.starts_with("ExReleaseResource") => RESOURCE_RELEASE_APCS_ENABLED,
        name if name.starts_with("ExAcquirePushLock") => PUSH_LOCK_APCS_ENABLED,
        name if name.starts_with("ExReleasePushLock") => PUSH_LOCK_RELEASE_APCS_ENABLED,
        name if name.starts_with("Zw") => {
            Rule::stop("Zw call with special APCs disabled", 0xC4, 0xE6)
        }
        _ => WRONG_APC_STATE,
    }
}

/// Symbolic name of a stop code.
#[must_use]
pub fn stop_name(code: u32) -> &'static str {
    match code {
        0x0A => "IRQL_NOT_LESS_OR_EQUAL",
        0x18 => "REFERENCE_BY_POINTER",
        0x19 => "BAD_POOL_HEADER",
        0x3B => "SYSTEM_SERVICE_EXCEPTION",
        0x35 => "NO_MORE_IRP_STACK_LOCATIONS",
        0x44 => "MULTIPLE_IRP_COMPLETE_REQUESTS",
        0x48 => "CANCEL_STATE_IN_COMPLETED_IRP",
        0x50 => "PAGE_FAULT_IN_NONPAGED_AREA",
        0x152 => "INVALID_PUSH_LOCK_FLAGS",
        0x16C => "INVALID_RUNDOWN_PROTECTION_FLAGS",
        0x7E => "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED",
        0x93 => "INVALID_KERNEL_HANDLE",
        0x7F => "UNEXPECTED_KERNEL_MODE_TRAP",
        0xBE => "ATTEMPTED_WRITE_TO_READONLY_MEMORY",
        0x1 => "APC_INDEX_MISMATCH",
        0xC1 => "SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION",
        0xC2 => "BAD_POOL_CALLER",
        0xC4 => "DRIVER_VERIFIER_DETECTED_VIOLATION",
        0xC5 => "DRIVER_CORRUPTED_EXPOOL",
        0xC8 => "IRQL_UNEXPECTED_VALUE",
        0xC9 => "DRIVER_VERIFIER_IOMANAGER_VIOLATION",
        0xCB => "DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS",
        0xCC => "PAGE_FAULT_IN_FREED_SPECIAL_POOL",
        0xCD => "PAGE_FAULT_BEYOND_END_OF_ALLOCATION",
        0xCE => "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS",
        0xD1 => "DRIVER_IRQL_NOT_LESS_OR_EQUAL",
        0xD5 => "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL",
        0xD6 => "DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION",
        0xE3 => "RESOURCE_NOT_OWNED",
        0xF5 => "FLTMGR_FILE_SYSTEM",
        0xFC => "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY",
        0x133 => "DPC_WATCHDOG_VIOLATION",
        0x139 => "KERNEL_SECURITY_CHECK_FAILURE",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_written_as_windows_documents_them() {
        assert_eq!(RESOURCE_APCS_ENABLED.code_text(), "0xC4/0x37");
        assert_eq!(POOL_ZERO_BYTES.code_text(), "0xC4/0x0");
        assert_eq!(PUSH_LOCK_FLAGS.code_text(), "0x152");
        assert_eq!(F14.code_text(), "F14");
        assert_eq!(RUNDOWN_OVER_RELEASED.code_text(), "");
    }

    #[test]
    fn no_two_rules_share_a_name() {
        let mut names: Vec<_> = ALL.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
