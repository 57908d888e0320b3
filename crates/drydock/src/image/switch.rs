//! The step between the bench and driver code: driver code runs on a kernel stack, the bench on the host's.
//!
//! On its way into the driver the bench leaves an [`Entry`] on the host's stack, and an import's thunk goes back to where that
//! lies and leaves a [`CallFrame`] below it. A callback within an import call goes on below the frame of the driver
//! that called. So both stacks hold the same nest of calls, and the two chains say where each begins.
#![allow(unsafe_code)] // changes stacks

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::exception::context::Context;
use super::kernel_stack;
use crate::model::kpcr::{ENTRY_SLOT, FRAME_SLOT};
use crate::model::thread;

/// Innermost [`Entry`] and [`CallFrame`] of a thread, in its KPCR.
#[repr(C)]
#[derive(Default)]
pub struct Chains {
    entry: AtomicUsize,
    frame: AtomicUsize,
}

/// One way into driver code.
///
/// # Invariants
/// Lies on the host's stack of its thread at the place where imports called from the driver go on; made by `enter` and
/// alive until that returns. `low..high` is the kernel stack, on which it began at `begin`.
#[repr(C)]
pub struct Entry {
    outer: *const Self,
    frame: *const CallFrame,
    begin: usize,
    low: usize,
    high: usize,
}

/// One call of an import: the registers that a call keeps, as its thunk found them.
///
/// # Invariants
/// Lies on the host's stack of its thread, alive until the import returns. `rsp` is where its return address lies.
#[repr(C, align(16))]
pub struct CallFrame {
    outer: *const Self,
    rsp: u64,
    /// RBX, RBP, RSI, RDI, R12 … R15.
    integer: [u64; 8],
    /// XMM6 … XMM15.
    xmm: [u128; 10],
}

const _: () = assert!(size_of::<CallFrame>() == 0xf0);
const _: () = assert!(size_of::<Entry>() == 0x28);

/// Arguments on the stack that a thunk copies: more than any function has, and enough for what people print.
const STACK_ARGUMENTS: usize = 28;

impl CallFrame {
    /// The frame of an exception: as if the code at `rsp` had called an import there.
    #[must_use]
    pub const fn of_exception(outer: *const Self, rsp: u64) -> Self {
        Self {
            outer,
            rsp,
            integer: [0; 8],
            xmm: [0; 10],
        }
    }

    /// The driver's registers as after the call.
    fn context(&self) -> Context {
        // SAFETY: by the invariant the return address is there.
        let caller = unsafe { (self.rsp as *const u64).read() };
        let [rbx, rbp, rsi, rdi, r12, r13, r14, r15] = self.integer;
        let mut integer = [0; 16];
        integer[3..8].copy_from_slice(&[rbx, self.rsp + 8, rbp, rsi, rdi]);
        integer[12..].copy_from_slice(&[r12, r13, r14, r15]);
        let mut xmm = [0; 16];
        xmm[6..].copy_from_slice(&self.xmm);
        Context::new(caller, integer, xmm)
    }
}

impl Chains {
    fn entry(&self) -> *const Entry {
        self.entry.load(Ordering::Relaxed) as *const Entry
    }

    /// The innermost call of an import.
    #[must_use]
    pub fn frame(&self) -> *const CallFrame {
        self.frame.load(Ordering::Relaxed) as *const CallFrame
    }

    /// Makes `frame` the innermost call: for an exception, which is no call but comes where one might be.
    pub fn set_frame(&self, frame: *const CallFrame) {
        self.frame.store(frame as usize, Ordering::Relaxed);
    }

    /// The innermost entry with a frame of its driver at `rsp`.
    fn entry_of(&self, rsp: usize) -> Option<&Entry> {
        let mut entry = self.entry();
        // SAFETY: null, or alive by the invariant.
        while let Some(found) = unsafe { entry.as_ref() } {
            if (found.low..=found.begin).contains(&rsp) {
                return Some(found);
            }
            entry = found.outer;
        }
        None
    }

    /// The call of an import that led to the driver code at `rsp`, which the bench called.
    #[must_use]
    pub fn call_around(&self, rsp: usize) -> Option<Context> {
        // SAFETY: null, or alive by the invariant: its call has not returned as long as the entry within it is alive.
        unsafe { self.entry_of(rsp)?.frame.as_ref() }.map(CallFrame::context)
    }

    /// The kernel stack that the thread is on.
    #[must_use]
    pub fn limits(&self) -> Option<Range<usize>> {
        // SAFETY: null, or alive by the invariant.
        let entry = unsafe { self.entry().as_ref() }?;
        Some(entry.low..entry.high)
    }

    /// The end of the kernel stack on which `rsp` is.
    #[must_use]
    pub fn top_above(&self, rsp: usize) -> Option<usize> {
        self.entry_of(rsp).map(|entry| entry.high)
    }

    /// Where the bench may go on below what is in use when driver code on a kernel stack is interrupted.
    #[must_use]
    pub fn host_below(&self, rsp: usize) -> Option<usize> {
        let entry = self.entry();
        // SAFETY: null, or alive by the invariant.
        let found = unsafe { entry.as_ref() }?;
        (found.low..=found.high)
            .contains(&rsp)
            .then_some(entry as usize)
    }

    /// The thread goes on in driver code at `rsp`: whatever lies further in is gone. Gives the host's stack pointer that this
    /// leaves in use.
    #[must_use]
    pub fn settle(&self, rsp: usize) -> usize {
        let Some(entry) = self.entry_of(rsp) else {
            return rsp;
        };
        let place = std::ptr::from_ref(entry) as usize;
        self.entry.store(place, Ordering::Relaxed);
        self.set_frame(entry.frame);
        place
    }

    /// The driver's registers at the innermost call of an import, as if it had returned.
    #[must_use]
    pub fn context_of_call(&self) -> Option<Context> {
        // SAFETY: null, or alive by the invariant.
        unsafe { self.frame().as_ref() }.map(CallFrame::context)
    }

    /// Where the return address of the innermost call of an import lies.
    #[must_use]
    pub fn stack_pointer_of_call(&self) -> Option<usize> {
        // SAFETY: null, or alive by the invariant.
        unsafe { self.frame().as_ref() }.map(|frame| frame.rsp as usize)
    }

    /// Where the next entry begins and on which stack; none when driver code is to run on the stack in use.
    fn next(&self) -> Option<(usize, Range<usize>)> {
        // SAFETY: null, or alive by the invariant.
        let Some(entry) = (unsafe { self.entry().as_ref() }) else {
            let own = kernel_stack::own();
            return Some((own.end, own));
        };
        // SAFETY: null, or alive by the invariant.
        let frame = unsafe { self.frame().as_ref() }?;
        let (rsp, stack) = (frame.rsp as usize, entry.low..entry.high);
        // Without an import call in between this code is on the kernel stack already.
        let called = !std::ptr::eq(frame, entry.frame) && stack.contains(&rsp);
        called.then_some((rsp & !15, stack))
    }
}

/// Runs `run`, which calls driver code, on the kernel stack of this thread.
pub fn on_kernel_stack<R>(run: impl FnOnce() -> R) -> R {
    match thread::current().chains().next() {
        Some((begin, stack)) => on(begin, stack, run),
        None => run(),
    }
}

/// Runs `run`, which calls driver code, on the kernel stack with the limits `stack`, on which nothing runs yet.
pub fn on_stack<R>(stack: Range<usize>, run: impl FnOnce() -> R) -> R {
    on(stack.end, stack, run)
}

struct Job<F, R> {
    run: Option<F>,
    done: Option<std::thread::Result<R>>,
}

/// Runs the body of a thread, which calls driver code, on the kernel stack; comes back when it ends or calls [`leave`].
pub fn until_left(run: impl FnOnce()) {
    let begun = thread::current().chains().next();
    assert!(
        begun.is_some(),
        "the body of a thread is its first driver code"
    );
    if let Some((begin, stack)) = begun {
        let _ = on_or_left(begin, stack, run);
    }
}

/// Ends what [`until_left`] runs on this thread. Everything further in is forgotten, not dropped: frames of the driver, and of
/// imports that own nothing.
pub fn leave() -> ! {
    let mut outermost = thread::current().chains().entry();
    // SAFETY: null, or alive by the invariant.
    while let Some(entry) = unsafe { outermost.as_ref() }.filter(|entry| !entry.outer.is_null()) {
        outermost = entry.outer;
    }
    assert!(
        !outermost.is_null(),
        "a thread that leaves driver code is in it"
    );
    // SAFETY: the outermost entry is alive, and its `enter` has not returned.
    unsafe { return_from(outermost) }
}

fn on<F: FnOnce() -> R, R>(begin: usize, stack: Range<usize>, run: F) -> R {
    match on_or_left(begin, stack, run) {
        Some(result) => result,
        None => unreachable!("only the body of a thread is left"),
    }
}

fn on_or_left<F: FnOnce() -> R, R>(begin: usize, stack: Range<usize>, run: F) -> Option<R> {
    let mut job = Job {
        run: Some(run),
        done: None,
    };
    let data = std::ptr::from_mut(&mut job).cast();
    // SAFETY: `perform` takes a pointer to a Job of these types; `begin` is aligned and lies on `stack`, with everything in
    // use above it.
    unsafe { enter(perform::<F, R>, data, begin, stack.start, stack.end) };
    match job.done {
        Some(Ok(result)) => Some(result),
        Some(Err(panic)) => resume_unwind(panic),
        None => None,
    }
}

unsafe extern "C" fn perform<F: FnOnce() -> R, R>(job: *mut ()) {
    // SAFETY: `on` passes its own Job of these types and does not touch it meanwhile.
    let job = unsafe { &mut *job.cast::<Job<F, R>>() };
    if let Some(run) = job.run.take() {
        // Nothing unwinds from one stack to the other.
        job.done = Some(catch_unwind(AssertUnwindSafe(run)));
    }
}

/// Leaves an [`Entry`] on this stack and calls `run(data)` with the stack pointer at `begin`.
///
/// # Safety
/// `low..high` is a stack that nobody uses below `begin`, which is a multiple of 16; the GS base is this thread's Kpcr.
#[unsafe(naked)]
unsafe extern "sysv64" fn enter(
    run: unsafe extern "C" fn(*mut ()),
    data: *mut (),
    begin: usize,
    low: usize,
    high: usize,
) {
    std::arch::naked_asm!(
        "push rbx",
        "push rbp",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "push r8",
        "push rcx",
        "push rdx",
        "push qword ptr gs:[{frame}]",
        "push qword ptr gs:[{entry}]",
        // Six registers and five words behind the return address: RSP is a multiple of 16 now.
        "mov gs:[{entry}], rsp",
        "mov rsp, rdx",
        "mov rax, rdi",
        "mov rdi, rsi",
        "call rax",
        "mov rdi, gs:[{entry}]",
        "jmp {back}",
        entry = const ENTRY_SLOT,
        frame = const FRAME_SLOT,
        back = sym return_from,
    )
}

/// Returns from the `enter` that made `entry`, whether its job is done or not.
///
/// # Safety
/// `entry` is alive on the host's stack of this thread.
#[unsafe(naked)]
unsafe extern "sysv64" fn return_from(entry: *const Entry) -> ! {
    std::arch::naked_asm!(
        "mov rsp, rdi",
        "pop qword ptr gs:[{entry}]",
        "pop qword ptr gs:[{frame}]",
        "add rsp, 0x18",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbp",
        "pop rbx",
        "ret",
        entry = const ENTRY_SLOT,
        frame = const FRAME_SLOT,
    )
}

/// Goes back to the host's stack, leaves a [`CallFrame`] there, and calls the shim in R10 with the same arguments.
///
/// # Safety
/// Entered by thunks only, on a thread whose GS base is its Kpcr.
#[unsafe(naked)]
pub unsafe extern "win64" fn leave_driver() {
    std::arch::naked_asm!(
        "mov rax, rsp",
        "mov r11, gs:[{entry}]",
        "test r11, r11",
        "cmovz r11, rsp",
        "and r11, -16",
        "mov rsp, r11",
        "sub rsp, 0xf0",
        "mov r11, gs:[{frame}]",
        "mov [rsp], r11",
        "mov [rsp + 8], rax",
        "mov [rsp + 0x10], rbx",
        "mov [rsp + 0x18], rbp",
        "mov [rsp + 0x20], rsi",
        "mov [rsp + 0x28], rdi",
        "mov [rsp + 0x30], r12",
        "mov [rsp + 0x38], r13",
        "mov [rsp + 0x40], r14",
        "mov [rsp + 0x48], r15",
        "movaps [rsp + 0x50], xmm6",
        "movaps [rsp + 0x60], xmm7",
        "movaps [rsp + 0x70], xmm8",
        "movaps [rsp + 0x80], xmm9",
        "movaps [rsp + 0x90], xmm10",
        "movaps [rsp + 0xa0], xmm11",
        "movaps [rsp + 0xb0], xmm12",
        "movaps [rsp + 0xc0], xmm13",
        "movaps [rsp + 0xd0], xmm14",
        "movaps [rsp + 0xe0], xmm15",
        "mov gs:[{frame}], rsp",
        "mov rbx, rsp",
        "sub rsp, {room}",
        ".set drydock_word, 0",
        ".rept {pairs}",
        "movups xmm4, [rax + 0x28 + drydock_word]",
        "movaps [rsp + 0x20 + drydock_word], xmm4",
        ".set drydock_word, drydock_word + 16",
        ".endr",
        "call r10",
        "mov rcx, [rbx]",
        "mov gs:[{frame}], rcx",
        "mov rsp, [rbx + 8]",
        "mov rbx, [rbx + 0x10]",
        "ret",
        entry = const ENTRY_SLOT,
        frame = const FRAME_SLOT,
        room = const 0x20 + STACK_ARGUMENTS * 8,
        pairs = const STACK_ARGUMENTS / 2,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack_pointer() -> usize {
        let here = 0_u8;
        std::hint::black_box(&raw const here) as usize
    }

    #[test]
    fn what_calls_a_driver_runs_on_the_kernel_stack() {
        let own = kernel_stack::own();
        assert!(!own.contains(&stack_pointer()));
        let (inside, limits) =
            on_kernel_stack(|| (stack_pointer(), thread::current().chains().limits()));
        assert!(own.contains(&inside));
        assert_eq!(limits, Some(own));
        assert_eq!(thread::current().chains().limits(), None);
    }

    #[test]
    fn a_thread_s_body_can_be_left_from_within() {
        let mut begun = false;
        until_left(|| {
            begun = true;
            on_kernel_stack(|| leave());
        });
        assert!(begun && thread::current().chains().limits().is_none());
    }

    #[test]
    fn a_panic_comes_back_to_the_host_s_stack() {
        let outcome = catch_unwind(|| on_kernel_stack(|| resume_unwind(Box::new(17_u32))));
        let payload = outcome.map(|(): ()| ()).expect_err("it panicked");
        assert_eq!(payload.downcast_ref(), Some(&17_u32));
        assert!(thread::current().chains().limits().is_none());
    }
}
