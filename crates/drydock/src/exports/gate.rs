//! The gate — what every call of an import passes: counting, and the IRQL and APC bounds of the fact table.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::model::bounds::{self, ApcState, Bounds, DISPATCH};
use crate::model::pageable;
use crate::model::schedule;
use crate::model::thread::{self, Thread};
use crate::verify::{self, rule};

/// The image that exports a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dll {
    /// `FLTMGR.SYS`.
    FltMgr,
    /// `ntoskrnl.exe`, and `hal.dll`, which forwards to it.
    Ntoskrnl,
    /// `cng.sys`, and `ksecdd.sys`, which forwards to it.
    Cng,
}

/// How an import slot is bound to an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A function reached through a thunk that notes the caller.
    Function,
    /// A function with its own calling convention (`__chkstk`): bound directly.
    Direct,
    /// A variable: the slot gets its address.
    Data,
}

/// One exported name with its shim and its running counts.
pub struct Export {
    /// Name in the export table.
    pub name: &'static str,
    /// Exporting image.
    pub dll: Dll,
    /// How a slot is bound.
    pub binding: Binding,
    address: *const (),
    calls: AtomicU64,
    bounds: AtomicU32,
}

#[allow(unsafe_code)] // a raw address is not Sync by itself
// SAFETY: `address` is the address of a function or of a static, both of which any thread may use.
unsafe impl Sync for Export {}

const UNREAD: u32 = u32::MAX;

impl Export {
    /// An export named `name` whose code or variable is at `address`.
    #[must_use]
    pub const fn new(name: &'static str, dll: Dll, binding: Binding, address: *const ()) -> Self {
        Self {
            name,
            dll,
            binding,
            address,
            calls: AtomicU64::new(0),
            bounds: AtomicU32::new(UNREAD),
        }
    }

    /// Address of the shim or variable.
    #[must_use]
    pub fn address(&self) -> usize {
        self.address as usize
    }

    /// How often it was called.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Bounds packed as min, max, safe_max, apc, read from the table at the first call.
    #[inline]
    fn packed(&self) -> u32 {
        match self.bounds.load(Ordering::Relaxed) {
            UNREAD => self.read_bounds(),
            packed => packed,
        }
    }

    #[cold]
    fn read_bounds(&self) -> u32 {
        let Bounds {
            min,
            max,
            safe_max,
            apc,
        } = bounds::of(self.name);
        let packed = u32::from_le_bytes([min, max, safe_max, apc as u8]);
        self.bounds.store(packed, Ordering::Relaxed);
        packed
    }
}

/// The import call that a thread is in.
#[derive(Clone, Copy)]
pub struct Call {
    /// What was called; none outside every import call.
    pub export: Option<&'static Export>,
    /// Return address in the driver.
    pub caller: usize,
}

thread_local! {
    static CURRENT: Cell<Call> = const { Cell::new(Call { export: None, caller: 0 }) };
}

impl Call {
    /// The call in progress on this thread.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.get()
    }

    /// Name of the called function.
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.export.map_or("", |export| export.name)
    }

    /// Keeps the call in progress while a callback runs.
    #[must_use]
    pub fn save() -> Self {
        CURRENT.get()
    }

    /// Makes a kept call the one in progress again.
    pub fn restore(self) {
        CURRENT.set(self);
        thread::current().set_thunk_caller(self.caller);
    }
}

/// Forgets the call in progress: the driver has returned to the bench.
pub fn forget_current() {
    CURRENT.set(Call {
        export: None,
        caller: 0,
    });
}

/// Passes the gate: every shim calls this first.
#[inline]
pub fn enter(export: &'static Export) {
    schedule::point(export.name);
    let thread = thread::current();
    CURRENT.set(Call {
        export: Some(export),
        caller: thread.thunk_caller(),
    });
    export.calls.fetch_add(1, Ordering::Relaxed);
    let [min, max, _, apc] = export.packed().to_le_bytes();
    let irql = thread.irql();
    if irql > max || irql < min {
        outside_bounds(irql, min, max);
    }
    if apc != ApcState::Any as u8 {
        check_apc_state(thread, apc);
    }
    if verify::trace::on() {
        verify::trace::call(export.name, irql);
    }
}

/// Leaves through the gate: the code that goes on must be there at this level. On the way in its level is not known: a
/// function may end with a jump to what lowers the level again, for a caller further out.
#[inline]
pub fn leave(export: &'static Export) {
    let thread = thread::current();
    if thread.irql() >= DISPATCH {
        pageable::check(thread.thunk_caller(), thread.irql(), export.name);
    }
}

/// Reports the call in progress as made above `max`.
#[cold]
pub fn above_bound(max: u8) {
    outside_bounds(thread::current().irql(), 0, max);
}

#[cold]
fn outside_bounds(irql: u8, min: u8, max: u8) {
    let call = Call::current();
    let rule = rule::irql_of(call.function());
    let detail = if irql > max {
        format!(
            "{} called at IRQL {irql}; its bound is <= {max}",
            call.function()
        )
    } else {
        format!(
            "{} called at IRQL {irql}; it must be called at {min} or above",
            call.function()
        )
    };
    verify::violation(rule, detail);
}

#[inline]
fn check_apc_state(thread: &Thread, apc: u8) {
    let met = match apc {
        x if x == ApcState::NormalDisabled as u8 => thread.apcs_disabled(),
        x if x == ApcState::NormalDisabledOfPrograms as u8 => {
            thread.apcs_disabled() || thread.process_id() == thread::SYSTEM_PROCESS
        }
        x if x == ApcState::AllDisabled as u8 => thread.all_apcs_disabled(),
        x if x == ApcState::SpecialEnabled as u8 => !thread.all_apcs_disabled(),
        _ => !thread.apcs_disabled(),
    };
    if !met {
        wrong_apc_state(thread, apc);
    }
}

#[cold]
fn wrong_apc_state(thread: &Thread, apc: u8) {
    let function = Call::current().function();
    let wanted = match apc {
        x if x == ApcState::NormalDisabled as u8
            || x == ApcState::NormalDisabledOfPrograms as u8 =>
        {
            "normal kernel APCs disabled"
        }
        x if x == ApcState::AllDisabled as u8 => "all kernel APCs disabled",
        x if x == ApcState::SpecialEnabled as u8 => "special kernel APCs enabled",
        _ => "normal kernel APCs enabled",
    };
    let detail = format!(
        "{function} wants {wanted}; IRQL {}, APC disable counts (kernel, special) ({}, {})",
        thread.irql(),
        thread.kernel_apc_disable(),
        thread.special_apc_disable()
    );
    verify::violation(rule::apc_of(function), detail);
}

#[cfg(test)]
pub mod tests {
    #![allow(unsafe_code)] // reads GS
    use super::*;
    use crate::verify::tests::violations_of;

    /// What driver code reads inline at gs:[0x188].
    pub fn read_gs_188() -> usize {
        let value: usize;
        // SAFETY: `thread::current` has set this thread's GS base to a Kpcr, which is longer than 0x190 bytes.
        unsafe {
            std::arch::asm!("mov {}, gs:[0x188]", out(reg) value, options(nostack, readonly))
        };
        value
    }

    /// Runs `body` as if a driver had called the function `name`.
    pub fn in_call<R>(name: &'static str, body: impl FnOnce() -> R) -> R {
        let export: &'static Export = Box::leak(Box::new(Export::new(
            name,
            Dll::Ntoskrnl,
            Binding::Function,
            std::ptr::null(),
        )));
        let outer = Call::save();
        enter(export);
        let result = body();
        outer.restore();
        result
    }

    #[test]
    fn a_call_above_its_bound_is_reported() {
        let found = violations_of("KeEnterCriticalRegion", || {
            thread::current().set_irql(bounds::DISPATCH);
            in_call("KeEnterCriticalRegion", || ());
            thread::current().set_irql(bounds::PASSIVE);
        });
        assert_eq!(found, ["IrqlKeApcLte2"]);
    }

    #[test]
    fn pageable_code_is_judged_by_the_level_at_which_a_call_returns_to_it() {
        static CALLED: Export = Export::new(
            "KeReleaseSpinLock",
            Dll::Ntoskrnl,
            Binding::Function,
            std::ptr::null(),
        );
        let page = 0x7000..0x8000;
        let found = |level_after| {
            violations_of("KeReleaseSpinLock", move || {
                let thread = thread::current();
                thread.set_thunk_caller(0x7123);
                thread.set_irql(DISPATCH);
                enter(&CALLED);
                thread.set_irql(level_after);
                leave(&CALLED);
                thread.set_irql(bounds::PASSIVE);
            })
        };
        pageable::add(page.clone(), libc::PROT_READ | libc::PROT_EXEC);
        let (stays, lowers) = (found(DISPATCH), found(bounds::PASSIVE));
        pageable::remove(&page);
        assert_eq!(stays, ["pageable code at DISPATCH_LEVEL"]);
        assert_eq!(lowers, Vec::<String>::new());
    }

    #[test]
    fn a_call_below_its_bound_is_reported() {
        let found = violations_of("KeReleaseSpinLockFromDpcLevel", || {
            in_call("KeReleaseSpinLockFromDpcLevel", || ())
        });
        assert_eq!(found, ["IrqlKeDispatchLte"]);
    }

    #[test]
    fn only_a_program_s_thread_releases_for_a_thread_with_apcs_off() {
        let release = |process| {
            violations_of("ExReleaseResourceForThreadLite", move || {
                thread::current().set_process_id(process);
                in_call("ExReleaseResourceForThreadLite", || ());
            })
        };
        assert_eq!(release(thread::SYSTEM_PROCESS), Vec::<String>::new());
        assert_eq!(release(1000), ["ERESOURCE released with APCs enabled"]);
    }

    #[test]
    fn a_resource_taken_with_apcs_on_is_reported() {
        let found = violations_of("ExAcquireResourceSharedLite", || {
            in_call("ExAcquireResourceSharedLite", || ())
        });
        assert_eq!(found, ["ERESOURCE acquired with APCs enabled"]);
    }
}
