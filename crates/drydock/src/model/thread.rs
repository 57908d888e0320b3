//! KTHREAD — a thread of the simulated kernel: its level, APC counts, held locks and the call it makes.

use std::cell::Cell;
use std::sync::atomic::{AtomicI32, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::bounds::{APC, DISPATCH, PASSIVE};
use super::held::Held;
use super::kernel_object::KernelObject;
use super::kpcr::Kpcr;
use super::object_type::ObjectType;
use super::wait_graph::Waiting;
use super::{modules, pageable, paged, passage, schedule, standstill};
use crate::exports::gate::{self, Call};
use crate::image::switch::{self, Chains};
use crate::verify::sample::Sample;
use crate::verify::{self, rule};

/// Id of the process that owns system threads.
pub const SYSTEM_PROCESS: u32 = 4;

/// KTHREAD — the memory that `KeGetCurrentThread` points to; opaque to drivers, zero but for its dispatcher header.
#[repr(C, align(64))]
struct KernelThread([AtomicU64; 0x100]);

/// KTHREAD — one thread of the simulated kernel, bound to the OS thread that made it.
///
/// # Invariants
/// Leaked, so that addresses of it stay good; `local` parts are reached only through [`current`], hence by one OS thread.
pub struct Thread {
    /// Windows thread id.
    pub id: u32,
    kpcr: &'static Kpcr,
    process: AtomicU32,
    irql: AtomicU8,
    kernel_apc_disable: AtomicI32,
    special_apc_disable: AtomicI32,
    top_level_irp: AtomicUsize,
    /// Number of the host's thread.
    pub os_id: libc::pid_t,
    /// Where the watchdog found it.
    pub sample: Sample,
    /// Name of the callback that it runs, as address and length; good while `call_driver` runs.
    site: (AtomicUsize, AtomicUsize),
    /// What the thread waits for; set only while it is blocked.
    waiting: Mutex<Option<Waiting>>,
    held: Mutex<Vec<Held>>,
    /// Length of `held`, as far as locks go: what a callback must leave as it was.
    locks_held: AtomicUsize,
    /// References on run-down blocks that the thread took (or, negative, dropped), by address.
    references: Mutex<Vec<(usize, i64)>>,
}

thread_local! {
    static CURRENT: Cell<Option<&'static Thread>> = const { Cell::new(None) };
    static ALIVE: Cell<Option<standstill::Alive>> = const { Cell::new(None) };
}

static ALL: Mutex<Vec<&'static Thread>> = Mutex::new(Vec::new());

/// The thread that runs this code; the first call on an OS thread makes it a thread of the simulated kernel.
#[inline]
#[must_use]
pub fn current() -> &'static Thread {
    CURRENT.get().unwrap_or_else(adopt)
}

/// Every thread there ever was, for the watchdog.
#[must_use]
pub fn all() -> Vec<&'static Thread> {
    ALL.lock().map(|all| all.clone()).unwrap_or_default()
}

/// A thread as an object of the object manager.
struct ThreadObject(usize);

impl KernelObject for ThreadObject {
    fn kind(&self) -> ObjectType {
        ObjectType::Thread
    }

    fn body(&self) -> usize {
        self.0
    }
}

/// The thread whose KTHREAD is at `address`.
#[must_use]
pub fn at(address: usize) -> Option<&'static Thread> {
    all().into_iter().find(|thread| thread.kthread() == address)
}

/// The object of the thread at `address`.
#[must_use]
pub fn kernel_object(address: usize) -> Option<Arc<dyn KernelObject>> {
    at(address).map(|_| Arc::new(ThreadObject(address)) as _)
}

#[cold]
fn adopt() -> &'static Thread {
    static NEXT_ID: AtomicU32 = AtomicU32::new(0x100);
    let kernel_thread: &'static KernelThread =
        Box::leak(Box::new(KernelThread([const { AtomicU64::new(0) }; 0x100])));
    kernel_thread.0[0].store(6, Ordering::Relaxed); // DISPATCHER_HEADER.Type of a thread object
    let kpcr = Kpcr::leak(std::ptr::from_ref(kernel_thread) as usize);
    kpcr.install();
    crate::image::fault::prepare_thread();
    let thread: &'static Thread = Box::leak(Box::new(Thread {
        id: NEXT_ID.fetch_add(4, Ordering::Relaxed),
        kpcr,
        process: AtomicU32::new(SYSTEM_PROCESS),
        irql: AtomicU8::new(PASSIVE),
        kernel_apc_disable: AtomicI32::new(0),
        special_apc_disable: AtomicI32::new(0),
        top_level_irp: AtomicUsize::new(0),
        os_id: os_thread_id(),
        sample: Sample::default(),
        site: (AtomicUsize::new(0), AtomicUsize::new(0)),
        waiting: Mutex::new(None),
        held: Mutex::new(Vec::new()),
        locks_held: AtomicUsize::new(0),
        references: Mutex::new(Vec::new()),
    }));
    if let Ok(mut all) = ALL.lock() {
        all.push(thread);
    }
    CURRENT.set(Some(thread));
    // A thread that ends at this very moment is not missed.
    let _ = ALIVE.try_with(|alive| alive.set(Some(standstill::THREADS.begun())));
    thread
}

fn os_thread_id() -> libc::pid_t {
    rustix::thread::gettid().as_raw_nonzero().get()
}

impl Thread {
    /// Names the callback that runs from now on; gives the one before.
    fn set_site(&self, (address, length): (usize, usize)) -> (usize, usize) {
        let before = (
            self.site.0.load(Ordering::Relaxed),
            self.site.1.load(Ordering::Relaxed),
        );
        self.site.0.store(address, Ordering::Relaxed);
        self.site.1.store(length, Ordering::Relaxed);
        before
    }

    /// Notes where this, the calling thread is; `instruction` is what it executes.
    #[allow(unsafe_code)] // a name by address and length
    pub fn take_sample(&self, instruction: usize) {
        let address = self.site.0.load(Ordering::Relaxed) as *const u8;
        let length = self.site.1.load(Ordering::Relaxed);
        // SAFETY: bytes that `call_driver` of this thread borrows until it has put back the name before.
        let site = (length != 0).then(|| unsafe { std::slice::from_raw_parts(address, length) });
        self.sample.take(instruction, site);
    }

    /// Address of the KTHREAD, which is also the resource thread id of this thread.
    #[must_use]
    pub fn kthread(&self) -> usize {
        self.kpcr.current_thread.load(Ordering::Relaxed)
    }

    /// Return address that the last import thunk left on this thread.
    #[must_use]
    pub fn thunk_caller(&self) -> usize {
        self.kpcr.caller.load(Ordering::Relaxed)
    }

    /// Puts back the return address of an outer call after a callback made calls of its own.
    pub fn set_thunk_caller(&self, caller: usize) {
        self.kpcr.caller.store(caller, Ordering::Relaxed);
    }

    /// Where driver code and the bench go on on their stacks.
    #[must_use]
    pub const fn chains(&self) -> &Chains {
        &self.kpcr.chains
    }

    /// `PsGetCurrentProcessId` — process on whose behalf the thread runs.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.load(Ordering::Relaxed)
    }

    /// Makes this a thread of the process `id`.
    pub fn set_process_id(&self, id: u32) {
        self.process.store(id, Ordering::Relaxed);
    }

    /// `KeGetCurrentIrql` — current level.
    #[inline]
    #[must_use]
    pub fn irql(&self) -> u8 {
        self.irql.load(Ordering::Relaxed)
    }

    /// Sets the level, whatever it was.
    #[inline]
    pub fn set_irql(&self, irql: u8) {
        self.set_irql_at(irql, self.thunk_caller());
    }

    /// Sets the level, whatever it was, on behalf of the driver's code at `site`.
    #[inline]
    fn set_irql_at(&self, irql: u8, site: usize) {
        let old = self.irql.load(Ordering::Relaxed);
        self.irql.store(irql, Ordering::Relaxed);
        self.kpcr.irql.store(u64::from(irql), Ordering::Relaxed);
        if old < DISPATCH && irql >= DISPATCH {
            paged::raised(site);
        } else if old >= DISPATCH && irql < DISPATCH {
            paged::lowered();
        }
    }

    /// Depth of critical regions (normal kernel APCs off).
    #[must_use]
    pub fn kernel_apc_disable(&self) -> i32 {
        self.kernel_apc_disable.load(Ordering::Relaxed)
    }

    /// Depth of guarded regions (all kernel APCs off).
    #[must_use]
    pub fn special_apc_disable(&self) -> i32 {
        self.special_apc_disable.load(Ordering::Relaxed)
    }

    /// `KeEnterCriticalRegion` — switches normal kernel APCs off once more.
    pub fn enter_critical_region(&self) {
        self.kernel_apc_disable
            .store(self.kernel_apc_disable() + 1, Ordering::Relaxed);
    }

    /// `KeLeaveCriticalRegion` — undoes one enter; leaving without an enter is a violation.
    pub fn leave_critical_region(&self) {
        leave(&self.kernel_apc_disable, "critical region");
    }

    /// `KeEnterGuardedRegion` — switches all kernel APCs off once more.
    pub fn enter_guarded_region(&self) {
        self.special_apc_disable
            .store(self.special_apc_disable() + 1, Ordering::Relaxed);
    }

    /// `KeLeaveGuardedRegion` — undoes one enter; leaving without an enter is a violation.
    pub fn leave_guarded_region(&self) {
        leave(&self.special_apc_disable, "guarded region");
    }

    /// Whether normal kernel APCs are off: critical or guarded region, or a level of APC and above.
    #[inline]
    #[must_use]
    pub fn apcs_disabled(&self) -> bool {
        self.kernel_apc_disable() != 0 || self.all_apcs_disabled()
    }

    /// Whether special kernel APCs are off too: guarded region, or a level of APC and above.
    #[inline]
    #[must_use]
    pub fn all_apcs_disabled(&self) -> bool {
        self.special_apc_disable() != 0 || self.irql() >= APC
    }

    /// Gives the locks that the thread holds to `change`.
    pub fn change_held<R>(&self, change: impl FnOnce(&mut Vec<Held>) -> R) -> R {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut held);
        let locks = held.iter().filter(|held| !held.lock.is_promise()).count();
        self.locks_held.store(locks, Ordering::Relaxed);
        result
    }

    /// The locks that the thread holds at this moment.
    #[must_use]
    pub fn held_now(&self) -> Vec<Held> {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Gives the thread's references on run-down blocks to `change`.
    pub fn change_references<R>(&self, change: impl FnOnce(&mut Vec<(usize, i64)>) -> R) -> R {
        let mut references = self
            .references
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        change(&mut references)
    }

    /// What the thread waits for at this moment.
    #[must_use]
    pub fn waiting_now(&self) -> Option<Waiting> {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes what the thread waits for from now on; gives back what it waited for.
    pub fn set_waiting(&self, waiting: Option<Waiting>) -> Option<Waiting> {
        let mut slot = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut slot, waiting)
    }

    /// `IoGetTopLevelIrp` — the marker a file system left on the thread.
    #[must_use]
    pub fn top_level_irp(&self) -> usize {
        self.top_level_irp.load(Ordering::Relaxed)
    }

    /// `IoSetTopLevelIrp` — leaves a marker on the thread.
    pub fn set_top_level_irp(&self, irp: usize) {
        self.top_level_irp.store(irp, Ordering::Relaxed);
    }
}

fn leave(depth: &AtomicI32, region: &str) {
    let now = depth.load(Ordering::Relaxed);
    if now == 0 {
        verify::violation(
            rule::REGION_LEFT_WITHOUT_ENTER,
            format!("{region} left without an enter"),
        );
    } else {
        depth.store(now - 1, Ordering::Relaxed);
    }
}

/// Gives the locks that this thread holds to `look`.
pub fn with_held<R>(look: impl FnOnce(&mut Vec<Held>) -> R) -> R {
    current().change_held(look)
}

/// Reports the call in progress when the level is above `max`: for shims whose bound hangs on an argument.
#[inline]
pub fn require_irql(max: u8) {
    if current().irql() > max {
        gate::above_bound(max);
    }
}

/// One of the driver's callbacks, as reports name it.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// For instance `pre-operation IRP_MJ_CREATE`.
    pub name: &'a str,
    /// Address of its code.
    pub code: usize,
}

/// Calls into the driver at `level` and holds it to what it must leave as it was: level, APC counts, locks.
///
/// Violations are reported as broken by `site`.
pub fn call_driver<R>(site: Site<'_>, level: u8, callback: impl FnOnce() -> R) -> R {
    held_to_account(site, level, || {
        if modules::covers(site.code) {
            switch::on_kernel_stack(callback)
        } else {
            // A test's own callback.
            callback()
        }
    })
}

/// The same for the body of a system thread, which may end itself by [`switch::leave`].
pub fn run_to_end(site: Site<'_>, body: impl FnOnce()) {
    held_to_account(site, PASSIVE, || switch::until_left(body));
}

fn held_to_account<R>(site: Site<'_>, level: u8, run: impl FnOnce() -> R) -> R {
    schedule::point(site.name);
    let thread = current();
    let outer = Call::save();
    let before = State::of(thread);
    let around = thread.set_site((site.name.as_ptr() as usize, site.name.len()));
    let begun = verify::trace::entered(site.name, level);
    thread.set_irql_at(level, site.code);
    if level >= DISPATCH {
        pageable::check(site.code, level, site.name);
    }
    let left = || {
        thread.set_site(around);
        thread.set_irql(before.irql);
        outer.restore();
    };
    let result = passage::through(&left, run);
    thread.set_site(around);
    let entered = State {
        irql: level,
        ..before
    };
    let after = State::of(thread);
    if after != entered {
        entered.report_changes(site, &after);
    }
    before.restore(thread);
    outer.restore();
    if let Some(begun) = begun {
        verify::trace::left(site.name, begun);
    }
    schedule::point(site.name);
    result
}

/// Calls into the driver as part of the call that it makes, at the level it makes it: the callback may change the level
/// and take or release locks, which the driver's own call is held to account for.
pub fn call_inside<R>(site: Site<'_>, callback: impl FnOnce() -> R) -> R {
    let outer = Call::save();
    let result = passage::through(&|| outer.restore(), || {
        if modules::covers(site.code) {
            switch::on_kernel_stack(callback)
        } else {
            callback()
        }
    });
    outer.restore();
    result
}

/// What a callback must leave as it found it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    irql: u8,
    kernel_apc_disable: i32,
    special_apc_disable: i32,
    held: usize,
}

impl State {
    fn of(thread: &Thread) -> Self {
        Self {
            irql: thread.irql(),
            kernel_apc_disable: thread.kernel_apc_disable(),
            special_apc_disable: thread.special_apc_disable(),
            held: thread.locks_held.load(Ordering::Relaxed),
        }
    }

    fn restore(self, thread: &Thread) {
        thread.set_irql(self.irql);
        thread
            .kernel_apc_disable
            .store(self.kernel_apc_disable, Ordering::Relaxed);
        thread
            .special_apc_disable
            .store(self.special_apc_disable, Ordering::Relaxed);
    }

    #[cold]
    fn report_changes(&self, site: Site<'_>, after: &Self) {
        let Site { name, code } = site;
        gate::forget_current();
        if after.irql != self.irql {
            let detail = format!(
                "{name} entered at IRQL {} and returned at {}",
                self.irql, after.irql
            );
            verify::violation_from(rule::IRQL_CHANGED, name, code, detail);
        }
        let regions = |state: &Self| (state.kernel_apc_disable, state.special_apc_disable);
        if regions(after) != regions(self) {
            let detail = format!(
                "{name} entered with APC disable counts (kernel, special) {:?} and returned with {:?}",
                regions(self),
                regions(after)
            );
            verify::violation_from(rule::APC_COUNT_CHANGED, name, code, detail);
        }
        if after.held > self.held {
            let locks = with_held(|held| locks_from(held, self.held));
            for lock in locks {
                verify::violation_from(
                    rule::LOCK_HELD_ON_RETURN,
                    name,
                    code,
                    format!("{name} returned holding {lock}"),
                );
            }
        }
    }
}

/// Takes out every lock but the first `kept`.
fn locks_from(held: &mut Vec<Held>, kept: usize) -> Vec<Held> {
    let mut locks = 0;
    let later = |held: &mut Held| {
        locks += usize::from(!held.lock.is_promise());
        !held.lock.is_promise() && locks > kept
    };
    held.extract_if(.., later).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;

    fn site(name: &str) -> Site<'_> {
        Site { name, code: 0 }
    }

    #[test]
    fn gs_0x188_is_the_current_thread() {
        assert_eq!(
            current().kthread(),
            crate::exports::gate::tests::read_gs_188()
        );
    }

    #[test]
    fn an_irql_left_raised_is_reported_and_restored() {
        let found = violations_of("raised", || {
            call_driver(site("raised"), PASSIVE, || current().set_irql(DISPATCH))
        });
        assert_eq!(found, ["F21 IRQL changed by a callback"]);
        assert_eq!(current().irql(), PASSIVE);
    }

    #[test]
    fn a_region_left_open_is_reported_and_closed() {
        let found = violations_of("open", || {
            call_driver(site("open"), PASSIVE, || current().enter_critical_region())
        });
        assert_eq!(found, ["F21 APC count changed by a callback"]);
        assert!(!current().apcs_disabled());
    }

    #[test]
    fn leaving_a_region_never_entered_is_reported() {
        let found = violations_of("leave", || {
            gate::tests::in_call("leave", || current().leave_critical_region());
        });
        assert_eq!(found, ["critical region left without enter"]);
    }
}
