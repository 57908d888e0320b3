//! Instructions that read a page which only a real kernel has: decoded, done on the saved registers, skipped.
#![allow(unsafe_code)] // reads code by address

use iced_x86::{Decoder, DecoderError, DecoderOptions, Instruction, Mnemonic, OpKind, Register};

use super::exception::trap::ORDER;

type Registers = [libc::greg_t; 23];
/// Longest x64 instruction.
const LONGEST: usize = 15;
const PAGE: usize = 0x1000;

const CARRY: i64 = 1;
const PARITY: i64 = 4;
const ZERO: i64 = 0x40;
const SIGN: i64 = 0x80;
const OVERFLOW: i64 = 0x800;

/// Does the instruction at RIP with `read` in place of the memory it reads; false when it is of a kind not known here.
///
/// The processor has just fetched that instruction.
pub fn load(registers: &mut Registers, read: impl Fn(usize) -> Option<u64>) -> bool {
    let rip = registers[libc::REG_RIP as usize] as u64;
    let instruction = decode(rip);
    let size = instruction.memory_size().size();
    let Some(value) = read(size).filter(|_| size > 0) else {
        return false;
    };
    if perform(&instruction, registers, value, size).is_none() {
        return false;
    }
    registers[libc::REG_RIP as usize] = instruction.next_ip() as i64;
    true
}

/// Skips the instruction at RIP if it only holds interrupts back or empties caches, of which there is nothing to see here.
///
/// The processor has just fetched that instruction.
pub fn skip(registers: &mut Registers) -> bool {
    let instruction = decode(registers[libc::REG_RIP as usize] as u64);
    let skipped = matches!(
        instruction.mnemonic(),
        Mnemonic::Cli | Mnemonic::Sti | Mnemonic::Wbinvd | Mnemonic::Invd | Mnemonic::Invlpg
    );
    if skipped {
        registers[libc::REG_RIP as usize] = instruction.next_ip() as i64;
    }
    skipped
}

/// The name of the instruction at `rip` if only a kernel may execute it.
///
/// The processor has just fetched that instruction.
pub fn privileged(rip: u64) -> Option<String> {
    let instruction = decode(rip);
    let name = || format!("{:?}", instruction.mnemonic()).to_lowercase();
    instruction.is_privileged().then(name)
}

fn decode(rip: u64) -> Instruction {
    let in_page = PAGE - rip as usize % PAGE;
    // SAFETY: the rest of the page of an instruction just fetched; the driver does not change its code meanwhile.
    let code = unsafe { std::slice::from_raw_parts(rip as *const u8, in_page.min(LONGEST)) };
    let mut decoder = Decoder::with_ip(64, code, rip, DecoderOptions::NONE);
    let instruction = decoder.decode();
    if decoder.last_error() != DecoderError::NoMoreBytes {
        return instruction;
    }
    // SAFETY: the instruction goes on in the next page, which was fetched with it.
    let code = unsafe { std::slice::from_raw_parts(rip as *const u8, LONGEST) };
    Decoder::with_ip(64, code, rip, DecoderOptions::NONE).decode()
}

fn perform(
    instruction: &Instruction,
    registers: &mut Registers,
    value: u64,
    size: usize,
) -> Option<()> {
    let to_register = instruction.op0_kind() == OpKind::Register;
    match instruction.mnemonic() {
        Mnemonic::Mov | Mnemonic::Movzx if to_register => {
            write(registers, instruction.op0_register(), value)
        }
        Mnemonic::Movsx | Mnemonic::Movsxd if to_register => {
            let extended = (align(value, size) as i64) >> (64 - size * 8);
            write(registers, instruction.op0_register(), extended as u64)
        }
        Mnemonic::Cmp | Mnemonic::Test => {
            let other = other_operand(instruction, registers)?;
            let (left, right) = if to_register {
                (other, value)
            } else {
                (value, other)
            };
            let (left, right) = (align(left, size), align(right, size));
            let flags = &mut registers[libc::REG_EFL as usize];
            *flags &= !(CARRY | PARITY | ZERO | SIGN | OVERFLOW);
            *flags |= if instruction.mnemonic() == Mnemonic::Cmp {
                flags_of_difference(left, right, size)
            } else {
                flags_of_result(left & right, size)
            };
            Some(())
        }
        _ => None,
    }
}

/// The operand of size `size` in the high bits, where the flags of 64-bit arithmetic are those of its own size.
const fn align(value: u64, size: usize) -> u64 {
    value << (64 - size * 8)
}

fn flags_of_difference(left: u64, right: u64, size: usize) -> i64 {
    let (difference, borrow) = left.overflowing_sub(right);
    let (_, overflow) = (left as i64).overflowing_sub(right as i64);
    let carry = if borrow { CARRY } else { 0 };
    let overflow = if overflow { OVERFLOW } else { 0 };
    flags_of_result(difference, size) | carry | overflow
}

fn flags_of_result(result: u64, size: usize) -> i64 {
    let low = (result >> (64 - size * 8)) as u8;
    let zero = if result == 0 { ZERO } else { 0 };
    let sign = if (result as i64) < 0 { SIGN } else { 0 };
    let parity = if low.count_ones().is_multiple_of(2) {
        PARITY
    } else {
        0
    };
    zero | sign | parity
}

/// The operand that is not in memory.
fn other_operand(instruction: &Instruction, registers: &Registers) -> Option<u64> {
    let operand = u32::from(instruction.op0_kind() != OpKind::Register);
    if instruction.op_kind(operand) == OpKind::Register {
        let register = instruction.op_register(operand);
        return Some(registers[slot(register)?] as u64);
    }
    (operand == 1).then(|| instruction.try_immediate(1).ok())?
}

/// Where a general register is saved; none for AH, CH, DH, BH and the special ones.
fn slot(register: Register) -> Option<usize> {
    let high = [Register::AH, Register::CH, Register::DH, Register::BH].contains(&register);
    (register.is_gpr() && !high)
        .then(|| ORDER[register.full_register() as usize - Register::RAX as usize] as usize)
}

fn write(registers: &mut Registers, register: Register, value: u64) -> Option<()> {
    let old = &mut registers[slot(register)?];
    let mask = match register.size() {
        1 => 0xff,
        2 => 0xffff,
        // A 32-bit result clears the upper half.
        4 => {
            *old = 0;
            0xffff_ffff
        }
        _ => u64::MAX,
    };
    *old = ((*old as u64 & !mask) | (value & mask)) as i64;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Registers after `code` ran with `value` in memory and RAX = -1, RCX = 5.
    fn ran(code: &[u8], value: u64) -> Option<Registers> {
        let mut place = [0x90; 32];
        place[..code.len()].copy_from_slice(code);
        let mut registers = [0; 23];
        registers[libc::REG_RAX as usize] = -1;
        registers[libc::REG_RCX as usize] = 5;
        registers[libc::REG_RIP as usize] = place.as_ptr() as i64;
        load(&mut registers, |_| Some(value)).then(|| {
            let end = registers[libc::REG_RIP as usize];
            assert_eq!(end, place.as_ptr() as i64 + code.len() as i64);
            registers
        })
    }

    fn rax(code: &[u8], value: u64) -> Option<i64> {
        ran(code, value).map(|registers| registers[libc::REG_RAX as usize])
    }

    #[test]
    fn loads_fill_their_register_as_the_processor_does() {
        assert_eq!(rax(&[0x48, 0x8b, 0x02], 7 << 40), Some(7 << 40)); // mov rax, [rdx]
        assert_eq!(rax(&[0x8b, 0x02], 7), Some(7)); // mov eax, [rdx]
        assert_eq!(rax(&[0x66, 0x8b, 0x02], 7), Some(-0x1_0000 + 7)); // mov ax, [rdx]
        assert_eq!(rax(&[0x8a, 0x02], 7), Some(-0x100 + 7)); // mov al, [rdx]
        assert_eq!(rax(&[0x0f, 0xb6, 0x02], 0x80), Some(0x80)); // movzx eax, byte [rdx]
        assert_eq!(rax(&[0x48, 0x0f, 0xbe, 0x02], 0x80), Some(-0x80)); // movsx rax, byte [rdx]
        assert_eq!(rax(&[0x48, 0x63, 0x02], 0x8000_0000), Some(-0x8000_0000)); // movsxd rax, [rdx]
        let absolute = [0x48, 0xa1, 0x14, 0, 0, 0, 0x80, 0xf7, 0xff, 0xff];
        assert_eq!(rax(&absolute, 9), Some(9)); // mov rax, [FFFFF78000000014h]
    }

    #[test]
    fn comparisons_set_the_flags() {
        let flags = |code: &[u8], value| {
            let registers = ran(code, value)?;
            Some(registers[libc::REG_EFL as usize])
        };
        assert_eq!(flags(&[0x83, 0x3a, 10], 10), Some(ZERO | PARITY)); // cmp dword [rdx], 10
        assert_eq!(flags(&[0x39, 0x0a], 4), Some(CARRY | SIGN | PARITY)); // cmp [rdx], ecx
        assert_eq!(flags(&[0x3b, 0x0a], 4), Some(0)); // cmp ecx, [rdx]
        assert_eq!(flags(&[0xf6, 0x02, 0x80], 0x80), Some(SIGN)); // test byte [rdx], 80h
    }

    #[test]
    fn anything_else_is_left_alone() {
        assert!(ran(&[0x89, 0x02], 0).is_none()); // mov [rdx], eax
        assert!(ran(&[0x0f, 0x0b], 0).is_none()); // ud2
        assert!(ran(&[0x8a, 0x22], 0).is_none()); // mov ah, [rdx]
    }
}
