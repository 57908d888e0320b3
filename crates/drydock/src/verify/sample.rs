//! Where each thread is — asked by a signal when a run takes too long, since a thread that loops does not tell by itself.
#![allow(unsafe_code)] // a signal handler

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::exports::{Export, gate::Call};
use crate::model::{modules, thread};

/// What the signal handler found on its thread.
#[derive(Default)]
pub struct Sample {
    taken: AtomicBool,
    in_driver: AtomicBool,
    instruction: AtomicUsize,
    export: AtomicPtr<Export>,
    caller: AtomicUsize,
    site: [AtomicU8; 32],
}

/// A thread that was found at work for the driver.
pub struct Busy {
    /// Its id.
    pub thread: u32,
    /// The callback that it runs.
    pub site: String,
    /// Its level.
    pub irql: u8,
    /// Address in the driver.
    pub address: usize,
    /// The import in which it is; none in the driver's own code.
    pub function: Option<&'static str>,
}

/// A thread that cannot answer in this time is left out.
const PATIENCE: Duration = Duration::from_millis(500);

/// The threads that execute driver code, or an import that it called, and wait for nothing.
#[must_use]
pub fn busy() -> Vec<Busy> {
    install();
    let threads = thread::all();
    let process = std::process::id() as libc::pid_t;
    for thread in &threads {
        // SAFETY: tgkill of a thread that is gone, or was never there, fails.
        unsafe { libc::syscall(libc::SYS_tgkill, process, thread.os_id, SIGNAL) };
    }
    let end = Instant::now() + PATIENCE;
    let open = || threads.iter().any(|thread| !thread.sample.taken());
    while open() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    let waiting = |thread: &thread::Thread| thread.waiting_now().is_some();
    let found = threads.into_iter().filter(|thread| !waiting(thread));
    found
        .filter_map(|thread| thread.sample.busy(thread.id, thread.irql()))
        .collect()
}

const SIGNAL: libc::c_int = libc::SIGUSR2;

fn install() {
    // SAFETY: all-zero is a valid sigaction (no flags, empty mask, default handler).
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = on_signal as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
    // SAFETY: `on_signal` has the signature that SA_SIGINFO asks for.
    let outcome = unsafe { libc::sigaction(SIGNAL, &raw const action, std::ptr::null_mut()) };
    debug_assert_eq!(outcome, 0, "this signal may be handled");
}

extern "C" fn on_signal(_signal: libc::c_int, _info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel passes a ucontext_t to SA_SIGINFO handlers.
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    let instruction = context.uc_mcontext.gregs[libc::REG_RIP as usize] as usize;
    thread::current().take_sample(instruction);
}

impl Sample {
    fn taken(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }

    /// Notes where the calling thread is: nothing here allocates or takes a lock.
    pub fn take(&self, instruction: usize, site: Option<&[u8]>) {
        let call = Call::current();
        let export = call.export.map_or(std::ptr::null(), std::ptr::from_ref);
        self.instruction.store(instruction, Ordering::Relaxed);
        self.export.store(export.cast_mut(), Ordering::Relaxed);
        self.caller.store(call.caller, Ordering::Relaxed);
        self.in_driver.store(site.is_some(), Ordering::Relaxed);
        for (place, byte) in self.site.iter().zip(site.unwrap_or_default()) {
            place.store(*byte, Ordering::Relaxed);
        }
        self.taken.store(true, Ordering::Release);
    }

    fn busy(&self, thread: u32, irql: u8) -> Option<Busy> {
        if !self.taken() || !self.in_driver.load(Ordering::Relaxed) {
            return None;
        }
        let instruction = self.instruction.load(Ordering::Relaxed);
        let own = modules::covers(instruction);
        let export = self.export.load(Ordering::Relaxed);
        // SAFETY: null, or the address of an Export, of which all live for ever.
        let export = unsafe { export.as_ref() }.filter(|_| !own);
        let site: Vec<u8> = self
            .site
            .iter()
            .map(|byte| byte.load(Ordering::Relaxed))
            .collect();
        Some(Busy {
            thread,
            site: String::from_utf8_lossy(&site)
                .trim_end_matches('\0')
                .to_owned(),
            irql,
            address: if own {
                instruction
            } else {
                self.caller.load(Ordering::Relaxed)
            },
            function: export.map(|export| export.name),
        })
    }
}
