//! KPCR — the block that GS points to while driver code runs, with the bench's own slots behind it.
#![allow(unsafe_code)] // GS must be set by a system call and read by an instruction

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::image::switch::Chains;

/// Offset of the slot in which an import thunk leaves the return address of its caller.
pub const CALLER_SLOT: u32 = 0x2000;
/// Offset of the slot with the innermost way into the driver.
pub const ENTRY_SLOT: u32 = 0x2008;
/// Offset of the slot with the innermost call of an import.
pub const FRAME_SLOT: u32 = 0x2010;

/// KPCR — true at the offsets that x64 drivers read inline, zero elsewhere.
///
/// # Invariants
/// Lives as long as the process (it is leaked), because a thread's GS base points at it.
#[repr(C, align(4096))]
pub struct Kpcr {
    reserved0: [u64; 3],
    /// 0x18 `Self`.
    self_pointer: AtomicUsize,
    /// 0x20 `CurrentPrcb`.
    prcb: AtomicUsize,
    reserved1: [u64; 5],
    /// 0x50 `Irql`.
    pub irql: AtomicU64,
    reserved2: [u64; (0x188 - 0x58) / 8],
    /// 0x188 `Prcb.CurrentThread`, read inline by `KeGetCurrentThread` and `ExGetCurrentResourceThread`.
    pub current_thread: AtomicUsize,
    reserved3: [u64; (CALLER_SLOT as usize - 0x190) / 8],
    /// Return address of the import call in progress.
    pub caller: AtomicUsize,
    /// Where driver code and bench go on on their stacks.
    pub chains: Chains,
    reserved4: [u64; 0x1fd],
}

const _: () = assert!(std::mem::offset_of!(Kpcr, self_pointer) == 0x18);
const _: () = assert!(std::mem::offset_of!(Kpcr, irql) == 0x50);
const _: () = assert!(std::mem::offset_of!(Kpcr, current_thread) == 0x188);
const _: () = assert!(std::mem::offset_of!(Kpcr, caller) == CALLER_SLOT as usize);
const _: () = assert!(std::mem::offset_of!(Kpcr, chains) == ENTRY_SLOT as usize);
const _: () = assert!(FRAME_SLOT == ENTRY_SLOT + 8);
const _: () = assert!(size_of::<Kpcr>() == 0x3000);

impl Kpcr {
    /// A KPCR whose current thread is the KTHREAD at `thread`.
    #[must_use]
    pub fn leak(thread: usize) -> &'static Self {
        let kpcr: &'static Self = Box::leak(Box::new(Self {
            reserved0: [0; 3],
            self_pointer: AtomicUsize::new(0),
            prcb: AtomicUsize::new(0),
            reserved1: [0; 5],
            irql: AtomicU64::new(0),
            reserved2: [0; (0x188 - 0x58) / 8],
            current_thread: AtomicUsize::new(thread),
            reserved3: [0; (CALLER_SLOT as usize - 0x190) / 8],
            caller: AtomicUsize::new(0),
            chains: Chains::default(),
            reserved4: [0; 0x1fd],
        }));
        let address = std::ptr::from_ref(kpcr) as usize;
        kpcr.self_pointer.store(address, Ordering::Relaxed);
        kpcr.prcb.store(address + 0x180, Ordering::Relaxed);
        kpcr
    }

    /// Points the GS base of the calling OS thread at this block; FS stays Linux's.
    pub fn install(&'static self) {
        const ARCH_SET_GS: libc::c_int = 0x1001;
        let address = std::ptr::from_ref(self) as libc::c_ulong;
        // SAFETY: arch_prctl(ARCH_SET_GS) changes the GS base of this thread only; Rust and libc on x86-64 Linux use FS.
        let outcome = unsafe { libc::syscall(libc::SYS_arch_prctl, ARCH_SET_GS, address) };
        assert_eq!(
            outcome, 0,
            "arch_prctl(ARCH_SET_GS) is part of every x86-64 Linux"
        );
    }
}
