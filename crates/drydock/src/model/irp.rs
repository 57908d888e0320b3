//! IRP — I/O request packets: their memory, their stack locations, and what the bench remembers of each.
#![allow(unsafe_code)] // IRPs are memory that drivers read and write inline

use std::collections::BTreeMap;
use std::mem::offset_of;
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::*;

use super::pool::{self, PoolKind};
use super::{modules, thread};
use crate::verify::{self, rule};

/// Tag of the pool that IRPs lie in.
const TAG: u32 = u32::from_le_bytes(*b"Irp ");
/// Most stack locations that `StackSize`, a CCHAR, can ask for.
const MOST_LOCATIONS: i8 = i8::MAX - 1;

/// Who made an IRP, which decides what happens at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The I/O manager for a program of the bench, which waits for it and frees it.
    Program,
    /// IoBuildDeviceIoControlRequest, IoBuildSynchronousFsdRequest: the I/O manager writes the status block, sets the
    /// event and frees it.
    Threaded,
    /// IoAllocateIrp: its completion routine has to stop the completion, and the driver frees it.
    Driver,
}

/// What is known of one stack location from the moment its driver is called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Location {
    /// Marked pending when the completion passed it.
    pub marked: bool,
    /// Status with which the completion passed it.
    pub completed: Option<NTSTATUS>,
    /// Its driver called the next lower one.
    pub forwarded: bool,
    /// Dispatch routine that was called for it; zero while none was.
    pub entry: usize,
    /// What that returned.
    pub returned: Option<NTSTATUS>,
    /// Number of the use of the location: who skips his own gives it to the next driver as the same use, who sends the IRP
    /// once more begins another.
    pub use_number: u64,
}

impl Location {
    /// Whether a driver has the IRP here.
    #[must_use]
    pub fn held(&self) -> bool {
        self.entry != 0 && self.completed.is_none()
    }

    /// The dispatch routine `entry` is about to be called for the location; gives the number of the use.
    pub fn begin(&mut self, entry: usize) -> u64 {
        static USES: AtomicU64 = AtomicU64::new(1);
        let use_number = if self.held() {
            self.use_number
        } else {
            USES.fetch_add(1, Ordering::Relaxed)
        };
        *self = Self {
            entry,
            use_number,
            ..Self::default()
        };
        use_number
    }
}

/// What the bench knows of an IRP beside its memory; it stays while somebody looks, though the IRP is freed.
pub struct Tracked {
    /// Who made it.
    pub origin: Origin,
    /// Call that made it, in the driver.
    caller: usize,
    /// Freed while it was under way; the memory goes when it is complete.
    abandoned: AtomicBool,
    output: AtomicUsize,
    locations: Mutex<Vec<Location>>,
    end: Mutex<Option<(NTSTATUS, usize)>>,
}

static LIVE: Mutex<BTreeMap<usize, Arc<Tracked>>> = Mutex::new(BTreeMap::new());

fn live<R>(look: impl FnOnce(&mut BTreeMap<usize, Arc<Tracked>>) -> R) -> R {
    look(&mut LIVE.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Tracked {
    /// Changes what is known of the location with this number; none where the number is that of the originator.
    pub fn at<R>(&self, number: i8, change: impl FnOnce(&mut Location) -> R) -> Option<R> {
        let mut locations = self
            .locations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        locations.get_mut(index).map(change)
    }

    /// Whether a dispatch routine was given the IRP and has not completed it.
    pub fn held(&self) -> bool {
        self.holder().is_some()
    }

    /// The dispatch routine that was given the IRP last and has not completed it.
    pub fn holder(&self) -> Option<usize> {
        let locations = self
            .locations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let holder = locations.iter().find(|known| known.held());
        holder.map(|known| known.entry)
    }

    /// Bytes of the originator's buffer that a buffered transfer may fill.
    pub fn output(&self) -> usize {
        self.output.load(Ordering::Relaxed)
    }

    /// Says how long the originator's buffer is.
    pub fn set_output(&self, bytes: usize) {
        self.output.store(bytes, Ordering::Relaxed);
    }

    /// Status and Information when the completion reached the originator.
    pub fn end(&self) -> Option<(NTSTATUS, usize)> {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The completion has reached the originator.
    pub fn ended(&self, status: NTSTATUS, information: usize) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = Some((status, information));
    }

    /// The IRP is to be sent once more.
    pub fn reset(&self) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let mut locations = self
            .locations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        locations.fill(Location::default());
    }
}

/// Irp — address of an IRP.
///
/// # Invariants
/// The IRP is live: made here and not freed, which [`Irp::from_raw`] has looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Irp(NonNull<IRP>);

macro_rules! field {
    ($get:ident, $set:ident, $($field:ident).+: $type:ty) => {
        #[doc = concat!("IRP.", stringify!($($field).+))]
        #[must_use]
        pub fn $get(self) -> $type {
            self.load(offset_of!(IRP, $($field).+))
        }

        #[doc = concat!("Sets IRP.", stringify!($($field).+))]
        pub fn $set(self, value: $type) {
            self.store(offset_of!(IRP, $($field).+), value);
        }
    };
}

impl Irp {
    /// `IoAllocateIrp` — an IRP of that many stack locations; none without memory. `caller` is blamed if it is left.
    #[must_use]
    pub fn allocate(origin: Origin, locations: i8, caller: usize) -> Option<Self> {
        if !(1..=MOST_LOCATIONS).contains(&locations) {
            return None;
        }
        let size = size_of::<IRP>() + locations as usize * size_of::<IO_STACK_LOCATION>();
        let owner = if origin == Origin::Driver { caller } else { 0 };
        let memory = pool::allocate_zeroed(PoolKind::NonPaged, size, TAG, owner);
        let irp = Self(NonNull::new(memory.cast())?);
        irp.initialize(size as u16, locations);
        let known = vec![Location::default(); locations as usize];
        let tracked = Tracked {
            origin,
            caller,
            abandoned: AtomicBool::new(false),
            output: AtomicUsize::new(0),
            locations: Mutex::new(known),
            end: Mutex::new(None),
        };
        live(|live| live.insert(irp.address(), Arc::new(tracked)));
        Some(irp)
    }

    /// `IoInitializeIrp` — the fields of a fresh IRP; its memory is zero.
    fn initialize(self, size: u16, locations: i8) {
        self.store(offset_of!(IRP, Type), IO_TYPE_IRP as i16);
        self.store(offset_of!(IRP, Size), size);
        self.store(offset_of!(IRP, StackCount), locations);
        self.set_current(locations + 1);
        let list = offset_of!(IRP, ThreadListEntry);
        self.store(list, [self.address() + list; 2]);
    }

    /// `IoReuseIrp` — as freshly allocated, with that status.
    pub fn reuse(self, status: NTSTATUS) {
        let (size, locations): (u16, i8) = (self.load(offset_of!(IRP, Size)), self.stack_count());
        let bytes = self.0.as_ptr().cast::<u8>();
        // SAFETY: Size is what `initialize` wrote, the size of the block, unless the driver overwrote its own IRP.
        unsafe { bytes.write_bytes(0, usize::from(size)) };
        self.initialize(size, locations);
        self.set_status(status);
        if let Some(tracked) = tracked(self.as_ptr()) {
            tracked.reset();
        }
    }

    /// The IRP at an address, if there is a live one.
    #[must_use]
    pub fn from_raw(irp: PIRP) -> Option<Self> {
        let known = live(|live| live.contains_key(&(irp as usize)));
        NonNull::new(irp).filter(|_| known).map(Self)
    }

    /// As drivers get it.
    #[must_use]
    pub fn as_ptr(self) -> PIRP {
        self.0.as_ptr()
    }

    /// The address as a number.
    #[must_use]
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }

    field!(flags, set_flags, Flags: u32);
    field!(mdl, set_mdl, MdlAddress: PMDL);
    field!(system_buffer, set_system_buffer, AssociatedIrp.SystemBuffer: PVOID);
    field!(user_buffer, set_user_buffer, UserBuffer: PVOID);
    field!(user_event, set_user_event, UserEvent: PKEVENT);
    field!(user_iosb, set_user_iosb, Anonymous.UserIosb: PIO_STATUS_BLOCK);
    field!(requestor_mode, set_requestor_mode, RequestorMode: i8);
    field!(pending_returned, set_pending_returned, PendingReturned: u8);
    field!(cancel, set_cancel, Cancel: u8);
    field!(cancel_irql, set_cancel_irql, CancelIrql: u8);
    field!(thread, set_thread, Tail.Overlay.Thread: PETHREAD);
    field!(original_file, set_original_file, Tail.Overlay.OriginalFileObject: PFILE_OBJECT);
    field!(current_location, set_current_location, CurrentLocation: i8);
    field!(information, set_information, IoStatus.Information: usize);
    field!(status, set_status, IoStatus.Anonymous.Status: NTSTATUS);

    /// IRP.StackCount
    #[must_use]
    pub fn stack_count(self) -> i8 {
        self.load(offset_of!(IRP, StackCount))
    }

    /// IRP.CancelRoutine as an address; zero for none.
    #[must_use]
    pub fn cancel_routine(self) -> usize {
        self.load(offset_of!(IRP, CancelRoutine))
    }

    /// `IoSetCancelRoutine` — exchanges the cancel routine as drivers do inline.
    pub fn exchange_cancel_routine(self, routine: usize) -> usize {
        super::driver_word::word(self.address() + offset_of!(IRP, CancelRoutine))
            .swap(routine, Ordering::AcqRel)
    }

    /// `IoSetCancelRoutine` — takes the cancel routine away.
    pub fn take_cancel_routine(self) -> usize {
        self.exchange_cancel_routine(0)
    }

    /// Where Tail.Overlay.DriverContext\[3\] is, which belongs to cancel-safe queues.
    #[must_use]
    pub fn queue_word(self) -> usize {
        let context = offset_of!(IRP, Tail.Overlay.Anonymous1.Anonymous.DriverContext);
        self.address() + context + 3 * size_of::<usize>()
    }

    fn load<T: Copy>(self, offset: usize) -> T {
        let field = self.0.as_ptr().wrapping_byte_add(offset).cast::<T>();
        // SAFETY: the IRP is live (invariant) and the offset is that of a field of this size; volatile since drivers
        // write it too.
        unsafe { field.read_volatile() }
    }

    fn store<T: Copy>(self, offset: usize, value: T) {
        let field = self.0.as_ptr().wrapping_byte_add(offset).cast::<T>();
        // SAFETY: as for `load`; the memory was allocated writable.
        unsafe { field.write_volatile(value) }
    }

    /// The stack location with this number, from 1 to StackCount; the originator's is one behind the last.
    fn location(self, number: i8) -> PIO_STACK_LOCATION {
        let first = self.0.as_ptr().wrapping_add(1).cast::<IO_STACK_LOCATION>();
        first.wrapping_offset(isize::from(number) - 1)
    }

    /// The fields of the location with this number; none for the originator's and beyond.
    #[must_use]
    pub fn fields<'a>(self, number: i8) -> Option<&'a mut IO_STACK_LOCATION> {
        let known = (1..=self.stack_count()).contains(&number);
        // SAFETY: an IRP has StackCount locations behind it, in one block with it (see `allocate`); drivers write them
        // only while they have the IRP, when the bench does not.
        known.then(|| unsafe { &mut *self.location(number) })
    }

    /// `IoGetCurrentIrpStackLocation`
    #[must_use]
    pub fn current<'a>(self) -> Option<&'a mut IO_STACK_LOCATION> {
        self.fields(self.current_location())
    }

    /// `IoGetNextIrpStackLocation` — the location of the driver that is called next.
    #[must_use]
    pub fn next<'a>(self) -> Option<&'a mut IO_STACK_LOCATION> {
        self.fields(self.current_location() - 1)
    }

    /// Makes the location with this number the current one.
    pub fn set_current(self, number: i8) {
        self.set_current_location(number);
        let place = offset_of!(IRP, Tail.Overlay.Anonymous2.Anonymous.CurrentStackLocation);
        self.store(place, self.location(number));
    }

    /// `IoFreeIrp` — gives the memory back.
    pub fn free(self) {
        live(|live| live.remove(&self.address()));
        pool::free(self.as_ptr().cast(), TAG);
    }
}

/// What is known of the IRP at an address; none when no IRP lives there.
#[must_use]
pub fn tracked(irp: PIRP) -> Option<Arc<Tracked>> {
    live(|live| live.get(&(irp as usize)).cloned())
}

/// `IoFreeIrp` as a driver calls it.
pub fn free(irp: PIRP) {
    let Some(tracked) = tracked(irp) else {
        let detail = format!("{irp:p} is no IRP, or is freed already");
        return verify::violation(rule::IRP_FREED_NO_IRP, detail);
    };
    if tracked.origin != Origin::Driver {
        let detail =
            format!("IRP {irp:p} belongs to the I/O manager, which frees it when it is complete");
        verify::violation(rule::IRP_FREED_QUEUED, detail);
        // Reported once: it is not left at unload as well.
        let unsent = tracked.origin == Origin::Threaded && !tracked.held();
        if let Some(irp) = Irp::from_raw(irp).filter(|_| unsent) {
            irp.free();
        }
    } else if tracked.held() {
        tracked.abandoned.store(true, Ordering::Release);
        let detail = format!("IRP {irp:p} is freed while a driver below has it");
        verify::violation(rule::IRP_FREED_IN_USE, detail);
    } else if let Some(irp) = Irp::from_raw(irp) {
        irp.free();
    }
}

/// The completion of the IRP at this address has stopped or ended: one that was freed too early is freed now.
pub fn settled(irp: PIRP) {
    let abandoned = |tracked: &Arc<Tracked>| tracked.abandoned.load(Ordering::Acquire);
    if tracked(irp).is_some_and(|tracked| abandoned(&tracked) && !tracked.held())
        && let Some(irp) = Irp::from_raw(irp)
    {
        irp.free();
    }
}

/// Where the thread that runs stands, for an IRP that it makes.
#[must_use]
pub fn this_thread() -> PETHREAD {
    thread::current().kthread() as PETHREAD
}

/// Reports IRPs that code of `image` had built and that never came to their end. Those of programs are reported while the program
/// waits, those of IoAllocateIrp as leaked pool.
pub fn report_left(image: &Range<usize>) {
    let left = live(|live| {
        let built = |entry: &(&usize, &Arc<Tracked>)| {
            entry.1.origin == Origin::Threaded && image.contains(&entry.1.caller)
        };
        let with_caller = |entry: (&usize, &Arc<Tracked>)| (*entry.0, entry.1.caller);
        let left = live.iter().filter(built).map(with_caller);
        left.collect::<Vec<_>>()
    });
    for (irp, caller) in left {
        let made = modules::describe(caller);
        let detail = format!("IRP {irp:#x}, built at {made}, was never completed");
        verify::violation_from(rule::IRP_NEVER_COMPLETED, "unload", caller, detail);
    }
}
