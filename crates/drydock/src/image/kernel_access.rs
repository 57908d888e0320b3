//! What only a kernel can touch: `cr8`, which is the level, and the page that the system shares with everybody.
#![allow(unsafe_code)] // reads code by address

use super::emulate;
use super::exception::trap;
use crate::model::{pageable, shared_user_data, thread};

/// Does a read of KUSER_SHARED_DATA; false when it is none.
pub fn shared_data(address: usize, registers: &mut [libc::greg_t; 23]) -> bool {
    let address = address as u64;
    let written = registers[libc::REG_ERR as usize] & 2 != 0;
    !written
        && shared_user_data::read(address, 1).is_some()
        && emulate::load(registers, |size| shared_user_data::read(address, size))
}

/// `mov r64, cr8` and `mov cr8, r64` — the inline forms of KeGetCurrentIrql, KfRaiseIrql and KeLowerIrql; false for other code.
pub fn cr8(instruction: usize, registers: &mut [libc::greg_t; 23]) -> bool {
    // SAFETY: the processor has fetched the instruction there, for the fault is not one of fetching, and sections end with whole pages.
    let code = unsafe { (instruction as *const [u8; 4]).read_unaligned() };
    let [
        rex @ (0x44 | 0x45),
        0x0f,
        operation @ (0x20 | 0x22),
        operands,
    ] = code
    else {
        return false;
    };
    if operands & 0xf8 != 0xc0 {
        return false;
    }
    let register = trap::ORDER[usize::from(operands & 7) + usize::from(rex & 1) * 8] as usize;
    let thread = thread::current();
    pageable::check(instruction, thread.irql(), "mov cr8");
    if operation == 0x20 {
        registers[register] = libc::greg_t::from(thread.irql());
    } else {
        thread.set_irql(registers[register] as u8 & 0xf);
    }
    registers[libc::REG_RIP as usize] += 4;
    true
}
