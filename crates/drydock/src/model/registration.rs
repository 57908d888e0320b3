//! FLT_REGISTRATION — what a filter registered, copied at registration time.
//!
//! The driver's structures may live in a discardable section, so nothing of them is read later.
#![allow(unsafe_code)] // reads the structures the driver passes to FltRegisterFilter

use std::mem::offset_of;

use minifilter_sys::{
    FLT_CONTEXT_END, FLT_CONTEXT_REGISTRATION, FLT_OPERATION_REGISTRATION, FLT_REGISTRATION,
    FLT_REGISTRATION_VERSION_0202, FLT_VARIABLE_SIZED_CONTEXTS, IRP_MJ_OPERATION_END, NTSTATUS,
    STATUS_FLT_INVALID_CONTEXT_REGISTRATION, STATUS_INVALID_PARAMETER,
};

/// More entries than any driver registers: a table without its end marker is refused here.
const MAX_ENTRIES: usize = 256;
/// The most fixed sizes one context type may register.
const MAX_FIXED_SIZES: usize = 3;
/// Size and version 0x02xx are what every supported version of the filter manager accepts.
const VERSION_MAJOR: u16 = 0x0200;

/// One registered context definition.
pub type ContextDefinition = FLT_CONTEXT_REGISTRATION;

/// A copied registration.
pub struct Registration {
    /// The structure itself; its two table pointers are not used any more.
    pub callbacks: FLT_REGISTRATION,
    /// Context definitions in the driver's order.
    pub contexts: Vec<ContextDefinition>,
    operations: Box<[Option<FLT_OPERATION_REGISTRATION>; 256]>,
}

// SAFETY: the copied pointers are code addresses of the loaded image and are only ever called.
unsafe impl Send for Registration {}
// SAFETY: as above; nothing is mutated after construction.
unsafe impl Sync for Registration {}

impl Registration {
    /// Copies what the driver registers, or says which status refuses it.
    ///
    /// # Safety
    /// `registration` points to a readable FLT_REGISTRATION whose tables are readable up to their end markers.
    pub unsafe fn copy(registration: *const FLT_REGISTRATION) -> Result<Self, NTSTATUS> {
        // SAFETY: this function's contract.
        let callbacks = unsafe { copy_callbacks(registration) };
        check_header(&callbacks)?;
        // SAFETY: the contract covers the table up to its end marker.
        let contexts = unsafe { copy_contexts(callbacks.ContextRegistration) }?;
        // SAFETY: the contract covers the table up to its end marker.
        let operations = unsafe { copy_operations(callbacks.OperationRegistration) }?;
        Ok(Self {
            callbacks,
            contexts,
            operations,
        })
    }

    /// The callbacks registered for one major function.
    pub fn operation(&self, major: u8) -> Option<&FLT_OPERATION_REGISTRATION> {
        self.operations[usize::from(major)].as_ref()
    }

    /// Every major function that has a callback.
    pub fn majors(&self) -> impl Iterator<Item = &FLT_OPERATION_REGISTRATION> {
        self.operations.iter().flatten()
    }

    /// Whether any context of one kind is registered.
    pub fn has_context(&self, kind: u16) -> bool {
        self.contexts
            .iter()
            .any(|definition| definition.ContextType == kind)
    }
}

/// The members that the structure has: drivers built for older systems have a shorter one, of an older version.
///
/// # Safety
/// As of [`Registration::copy`].
unsafe fn copy_callbacks(registration: *const FLT_REGISTRATION) -> FLT_REGISTRATION {
    // SAFETY: every version begins with these members; read unaligned, since the driver chose the place.
    let [size, version] = unsafe { registration.cast::<[u16; 2]>().read_unaligned() };
    let by_version = match version {
        ..FLT_REGISTRATION_VERSION_0202 => {
            offset_of!(FLT_REGISTRATION, TransactionNotificationCallback)
        }
        FLT_REGISTRATION_VERSION_0202 => offset_of!(FLT_REGISTRATION, SectionNotificationCallback),
        _ => size_of::<FLT_REGISTRATION>(),
    };
    // A driver may not have cared about Size, but one that says less than its version has does not have it.
    let shortest = offset_of!(FLT_REGISTRATION, TransactionNotificationCallback);
    let present = by_version.min(usize::from(size).max(shortest));
    // SAFETY: all zero is a registration: its pointers are options and raw pointers.
    let mut callbacks: FLT_REGISTRATION = unsafe { std::mem::zeroed() };
    let to = (&raw mut callbacks).cast::<u8>();
    // SAFETY: the members that this version has are readable by the contract, and not more than the local has.
    unsafe {
        registration
            .cast::<u8>()
            .copy_to_nonoverlapping(to, present)
    };
    callbacks
}

fn check_header(registration: &FLT_REGISTRATION) -> Result<(), NTSTATUS> {
    let half_provider = registration.GenerateFileNameCallback.is_none()
        && (registration.NormalizeNameComponentCallback.is_some()
            || registration.NormalizeNameComponentExCallback.is_some());
    if registration.Version & 0xFF00 != VERSION_MAJOR || half_provider {
        return Err(STATUS_INVALID_PARAMETER);
    }
    Ok(())
}

/// # Safety
/// `table` is null or readable up to its FLT_CONTEXT_END.
unsafe fn copy_contexts(
    table: *const ContextDefinition,
) -> Result<Vec<ContextDefinition>, NTSTATUS> {
    let mut contexts: Vec<ContextDefinition> = Vec::new();
    if table.is_null() {
        return Ok(contexts);
    }
    for index in 0..MAX_ENTRIES {
        let entry = table.wrapping_add(index);
        // SAFETY: the end marker was not met in any earlier entry, so this one is readable by the contract.
        // The last entry may consist of its type alone, so the type is read first.
        let kind = unsafe { entry.cast::<u16>().read_unaligned() };
        if kind == FLT_CONTEXT_END {
            return Ok(contexts);
        }
        // SAFETY: not the end marker, so a whole entry is there by the contract.
        let definition = unsafe { entry.read_unaligned() };
        let duplicate = |other: &ContextDefinition| {
            other.ContextType == definition.ContextType && other.Size == definition.Size
        };
        if contexts.iter().any(duplicate) {
            continue;
        }
        check_context(&contexts, &definition)?;
        contexts.push(definition);
    }
    Err(STATUS_FLT_INVALID_CONTEXT_REGISTRATION)
}

fn check_context(earlier: &[ContextDefinition], new: &ContextDefinition) -> Result<(), NTSTATUS> {
    let same = || {
        earlier
            .iter()
            .filter(|other| other.ContextType == new.ContextType)
    };
    let variable = |definition: &ContextDefinition| definition.Size == FLT_VARIABLE_SIZED_CONTEXTS;
    let known = new.ContextType.is_power_of_two() && new.ContextType <= 0x40;
    let half_allocator = new.ContextAllocateCallback.is_some() != new.ContextFreeCallback.is_some();
    let own_allocator_shared = same().next().is_some()
        && (new.ContextAllocateCallback.is_some()
            || same().any(|other| other.ContextAllocateCallback.is_some()));
    let fixed = same().filter(|other| !variable(other)).count();
    let crowded =
        !variable(new) && fixed >= MAX_FIXED_SIZES || variable(new) && same().any(variable);
    if !known || half_allocator || own_allocator_shared || crowded {
        return Err(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
    }
    Ok(())
}

type Operations = Box<[Option<FLT_OPERATION_REGISTRATION>; 256]>;

/// # Safety
/// `table` is null or readable up to its IRP_MJ_OPERATION_END.
unsafe fn copy_operations(
    table: *const FLT_OPERATION_REGISTRATION,
) -> Result<Operations, NTSTATUS> {
    let mut operations: Operations = Box::new([const { None }; 256]);
    if table.is_null() {
        return Ok(operations);
    }
    for index in 0..MAX_ENTRIES {
        let entry = table.wrapping_add(index);
        // SAFETY: the end marker was not met in any earlier entry, so this one is readable by the contract.
        let major = unsafe { entry.cast::<u8>().read() };
        if major == IRP_MJ_OPERATION_END {
            return Ok(operations);
        }
        // SAFETY: not the end marker, so a whole entry is there by the contract.
        let operation = unsafe { entry.read_unaligned() };
        operations[usize::from(major)] = Some(operation);
    }
    Err(STATUS_INVALID_PARAMETER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use minifilter_sys::{
        FLT_REGISTRATION_VERSION, FLT_REGISTRATION_VERSION_0200, FLT_STREAM_CONTEXT,
    };

    unsafe extern "C" fn section(
        _instance: minifilter_sys::PFLT_INSTANCE,
        _context: minifilter_sys::PFLT_CONTEXT,
        _data: minifilter_sys::PFLT_CALLBACK_DATA,
    ) -> NTSTATUS {
        0
    }

    fn registered(size: usize, version: u16) -> FLT_REGISTRATION {
        // SAFETY: all zero is a registration.
        let mut registration: FLT_REGISTRATION = unsafe { std::mem::zeroed() };
        registration.Size = size as u16;
        registration.Version = version;
        registration.SectionNotificationCallback = Some(section);
        // SAFETY: a whole registration.
        unsafe { copy_callbacks(&raw const registration) }
    }

    #[test]
    fn an_older_registration_ends_where_its_version_does() {
        let whole = size_of::<FLT_REGISTRATION>();
        let has = |size, version| {
            registered(size, version)
                .SectionNotificationCallback
                .is_some()
        };
        assert!(has(whole, FLT_REGISTRATION_VERSION));
        assert!(!has(whole - 8, FLT_REGISTRATION_VERSION));
        assert!(!has(whole, FLT_REGISTRATION_VERSION_0202));
        assert!(!has(88, FLT_REGISTRATION_VERSION_0200));
    }

    fn definition(size: u64, own: bool) -> ContextDefinition {
        // SAFETY: all zero is a definition.
        let mut definition: ContextDefinition = unsafe { std::mem::zeroed() };
        definition.ContextType = FLT_STREAM_CONTEXT;
        definition.Size = size as _;
        if own {
            definition.ContextAllocateCallback = Some(allocate);
            definition.ContextFreeCallback = Some(free);
        }
        definition
    }

    unsafe extern "C" fn allocate(_pool: i32, _size: usize, _kind: u16) -> minifilter_sys::PVOID {
        std::ptr::null_mut()
    }

    unsafe extern "C" fn free(_memory: minifilter_sys::PVOID, _kind: u16) {}

    #[test]
    fn contexts_may_have_no_bytes_three_sizes_and_one_allocator() {
        let [none, eight, sixteen] = [0, 8, 16].map(|size| definition(size, false));
        let own = definition(0, true);
        assert_eq!(check_context(&[], &none), Ok(()));
        assert_eq!(check_context(&[none, eight], &sixteen), Ok(()));
        assert_eq!(check_context(&[], &own), Ok(()));
        let refused = Err(STATUS_FLT_INVALID_CONTEXT_REGISTRATION);
        let three = [none, eight, sixteen];
        assert_eq!(check_context(&three, &definition(24, false)), refused);
        assert_eq!(check_context(&[own], &eight), refused);
    }
}
