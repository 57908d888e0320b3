//! KPCR — the block that GS points to while driver code runs, with the bench's own slots behind it.
#![allow(unsafe_code)] // GS must be set by a system call and read by an instruction

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::image::exception::context::Context;
use crate::image::exception::stack_memory::StackMemory;

/// Offset of the slot in which an import thunk leaves the return address of its caller.
pub const CALLER_SLOT: u32 = 0x2000;
/// Offset of the slots in which the thunk of an import that may raise leaves the registers of its caller.
pub const SAVED_SLOT: u32 = 0x2010;

/// The registers that a call keeps, as an import thunk found them.
#[repr(C)]
pub struct SavedRegisters {
    /// RSP (at the return address), RBX, RBP, RSI, RDI, R12, R13, R14, R15.
    pub integer: [AtomicU64; 9],
    padding: u64,
    /// XMM6 … XMM15, low half first.
    pub xmm: [[AtomicU64; 2]; 10],
}

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
    padding: u64,
    /// Registers of the last call of an import that may raise.
    pub saved: SavedRegisters,
    reserved4: [u64; 0x1e0],
}

const _: () = assert!(std::mem::offset_of!(Kpcr, self_pointer) == 0x18);
const _: () = assert!(std::mem::offset_of!(Kpcr, irql) == 0x50);
const _: () = assert!(std::mem::offset_of!(Kpcr, current_thread) == 0x188);
const _: () = assert!(std::mem::offset_of!(Kpcr, caller) == CALLER_SLOT as usize);
const _: () = assert!(std::mem::offset_of!(Kpcr, saved) == SAVED_SLOT as usize);
const _: () = assert!(std::mem::offset_of!(SavedRegisters, xmm) == 0x50);
const _: () = assert!(size_of::<Kpcr>() == 0x3000);

impl SavedRegisters {
    /// The caller's registers as after its call, if the registers kept are those of the call that returns to `caller`.
    #[must_use]
    pub fn context(&self, caller: u64) -> Option<Context> {
        let word = |slot: &AtomicU64| slot.load(Ordering::Relaxed);
        let [rsp, rbx, rbp, rsi, rdi, r12, r13, r14, r15] = self.integer.each_ref().map(word);
        if StackMemory::above(rsp)?.read(rsp)? != caller {
            return None;
        }
        let integer = [
            0,
            0,
            0,
            rbx,
            rsp + 8,
            rbp,
            rsi,
            rdi,
            0,
            0,
            0,
            0,
            r12,
            r13,
            r14,
            r15,
        ];
        let mut xmm = [0; 16];
        for (register, [low, high]) in xmm[6..].iter_mut().zip(&self.xmm) {
            *register = u128::from(word(high)) << 64 | u128::from(word(low));
        }
        Some(Context::new(caller, integer, xmm))
    }
}

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
            padding: 0,
            saved: SavedRegisters {
                integer: [const { AtomicU64::new(0) }; 9],
                padding: 0,
                xmm: [const { [const { AtomicU64::new(0) }; 2] }; 10],
            },
            reserved4: [0; 0x1e0],
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
