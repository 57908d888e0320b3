//! RtlRestoreContext and calls out to handlers — the two steps that only instructions can take.
#![allow(unsafe_code)] // naked functions

use super::context::Context;
use crate::image::switch::on_kernel_stack;

/// `RtlRestoreContext` — goes on where `context` is, with all its integer and XMM registers.
///
/// # Safety
/// `context` is a state of this thread in driver code, or in code it called, whose frames from its RSP upwards are still on the stack;
/// nothing below owns anything that must be dropped.
#[unsafe(naked)]
pub unsafe extern "win64" fn restore(context: *const Context) -> ! {
    std::arch::naked_asm!(
        "movaps xmm0, [rcx + 0x1a0]",
        "movaps xmm1, [rcx + 0x1b0]",
        "movaps xmm2, [rcx + 0x1c0]",
        "movaps xmm3, [rcx + 0x1d0]",
        "movaps xmm4, [rcx + 0x1e0]",
        "movaps xmm5, [rcx + 0x1f0]",
        "movaps xmm6, [rcx + 0x200]",
        "movaps xmm7, [rcx + 0x210]",
        "movaps xmm8, [rcx + 0x220]",
        "movaps xmm9, [rcx + 0x230]",
        "movaps xmm10, [rcx + 0x240]",
        "movaps xmm11, [rcx + 0x250]",
        "movaps xmm12, [rcx + 0x260]",
        "movaps xmm13, [rcx + 0x270]",
        "movaps xmm14, [rcx + 0x280]",
        "movaps xmm15, [rcx + 0x290]",
        // The frame that iretq takes: SS, RSP, EFLAGS, CS, RIP.
        "mov eax, ss",
        "push rax",
        "push qword ptr [rcx + 0x98]",
        "mov eax, [rcx + 0x44]",
        "push rax",
        "mov eax, cs",
        "push rax",
        "push qword ptr [rcx + 0xf8]",
        "mov rax, [rcx + 0x78]",
        "mov rdx, [rcx + 0x88]",
        "mov rbx, [rcx + 0x90]",
        "mov rbp, [rcx + 0xa0]",
        "mov rsi, [rcx + 0xa8]",
        "mov rdi, [rcx + 0xb0]",
        "mov r8, [rcx + 0xb8]",
        "mov r9, [rcx + 0xc0]",
        "mov r10, [rcx + 0xc8]",
        "mov r11, [rcx + 0xd0]",
        "mov r12, [rcx + 0xd8]",
        "mov r13, [rcx + 0xe0]",
        "mov r14, [rcx + 0xe8]",
        "mov r15, [rcx + 0xf0]",
        "mov rcx, [rcx + 0x80]",
        "iretq",
    )
}

/// Calls `code`, a language handler, filter or termination handler, with up to four arguments, on the kernel stack.
///
/// # Safety
/// `code` is such a routine of a loaded driver, and the arguments are what it takes.
pub unsafe fn call_out(a: u64, b: u64, c: u64, d: u64, code: u64) -> u64 {
    // SAFETY: as the caller promises.
    on_kernel_stack(|| unsafe { call_here(a, b, c, d, code) })
}

/// The same on the stack in use; a walk knows the frame by its return address.
///
/// # Safety
/// As for [`call_out`].
#[unsafe(naked)]
unsafe extern "win64" fn call_here(a: u64, b: u64, c: u64, d: u64, code: u64) -> u64 {
    std::arch::naked_asm!(
        "sub rsp, 0x28",
        "call [rsp + 0x50]",
        ".globl drydock_called_out",
        "drydock_called_out:",
        "add rsp, 0x28",
        "ret",
    )
}

unsafe extern "C" {
    static drydock_called_out: u8;
}

/// Where what [`call_here`] called returns to.
pub fn call_out_return() -> u64 {
    &raw const drydock_called_out as u64
}
