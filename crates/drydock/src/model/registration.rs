//! FLT_REGISTRATION — what a filter registered, copied at registration time.
//!
//! The driver's structures may live in a discardable section, so nothing of them is read later.
#![allow(unsafe_code)] // reads the structures the driver passes to FltRegisterFilter

use minifilter_sys::{
    FLT_CONTEXT_END, FLT_CONTEXT_REGISTRATION, FLT_OPERATION_REGISTRATION, FLT_REGISTRATION,
    FLT_VARIABLE_SIZED_CONTEXTS, IRP_MJ_OPERATION_END, NTSTATUS,
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
        // SAFETY: readable by this function's contract; read unaligned, since the driver chose the place.
        let callbacks = unsafe { registration.read_unaligned() };
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
    if !known || half_allocator || own_allocator_shared || crowded || new.Size == 0 {
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
