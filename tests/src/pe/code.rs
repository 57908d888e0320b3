//! Code — what the x64 instructions may not do: tail-call the filter manager, or use AVX.

use super::imports::{self, Slot};
use super::{Findings, Image, sections};
use iced_x86::{
    Decoder, DecoderOptions, FlowControl, Instruction, InstructionInfoFactory, Mnemonic, OpKind,
    Register,
};
use object::LittleEndian as LE;
use std::collections::HashMap;

/// Every instruction of the executable sections, in order.
///
/// A linear sweep: the compiler puts no data between x64 functions, only int3.
pub fn instructions(image: &Image) -> Vec<Instruction> {
    let mut found = Vec::new();
    for section in sections::all(image)
        .iter()
        .filter(|section| sections::is_code(section))
    {
        let start = section.virtual_address.get(LE);
        let bytes = image.at(start).unwrap_or_default();
        let bytes = &bytes[..bytes.len().min(section.virtual_size.get(LE) as usize)];
        found.extend(Decoder::with_ip(64, bytes, u64::from(start), DecoderOptions::NONE).iter());
    }
    found
}

/// Every byte of code decodes, so that the other checks see all of it.
pub fn decodable(image: &Image) -> Findings {
    let invalid = instructions(image)
        .into_iter()
        .filter(Instruction::is_invalid);
    invalid
        .map(|instruction| format!("code at {:#x}: no instruction", instruction.ip()))
        .collect()
}

/// No instruction needs more processor state than the kernel saves: no VEX, EVEX or XOP encoding, no YMM or ZMM.
pub fn extended_state(image: &Image) -> Findings {
    let mut info = InstructionInfoFactory::new();
    let mut wide = |instruction: &Instruction| {
        let used = info.info(instruction).used_registers();
        let register = used.iter().any(|used| {
            used.register().is_ymm() || used.register().is_zmm() || used.register().is_mm()
        });
        register || instruction.encoding() != iced_x86::EncodingKind::Legacy
    };
    let found = instructions(image)
        .into_iter()
        .filter(|instruction| wide(instruction));
    found
        .map(|instruction| {
            format!(
                "code at {:#x}: {:?} needs extended state",
                instruction.ip(),
                instruction.code()
            )
        })
        .collect()
}

/// No jump goes to a function of the filter manager.
///
/// Filter Verifier attributes a call by its return address; after a jump that is the caller's caller.
/// Seen are jumps through an import slot, and jumps through a register that was loaded from one (or copied
/// from such a register) and not written since, in the order of the code. A pointer kept in memory is not followed.
pub fn tail_calls(image: &Image) -> Findings {
    let slots = imports::slots(image)
        .into_iter()
        .filter(|slot| slot.module.eq_ignore_ascii_case("FLTMGR.SYS"));
    let slots: HashMap<u64, Slot> = slots.map(|slot| (u64::from(slot.rva), slot)).collect();
    let mut held = HashMap::new();
    let mut info = InstructionInfoFactory::new();
    let mut found = Findings::new();
    for instruction in instructions(image) {
        let source = pointed_to(&instruction, 1, &slots, &held);
        if instruction.flow_control() == FlowControl::IndirectBranch
            && let Some(name) = pointed_to(&instruction, 0, &slots, &held)
        {
            found.push(format!(
                "code at {:#x}: tail call of {name}",
                instruction.ip()
            ));
        }
        for used in info.info(&instruction).used_registers() {
            if is_written(used.access()) {
                held.remove(&used.register().full_register());
            }
        }
        if let (Mnemonic::Mov, OpKind::Register, Some(name)) =
            (instruction.mnemonic(), instruction.op0_kind(), source)
        {
            held.insert(instruction.op0_register().full_register(), name);
        }
        if matches!(instruction.mnemonic(), Mnemonic::Ret | Mnemonic::Int3) {
            held.clear();
        }
    }
    found
}

/// The filter manager's function that an operand holds the address of.
fn pointed_to(
    instruction: &Instruction,
    operand: u32,
    slots: &HashMap<u64, Slot>,
    held: &HashMap<Register, String>,
) -> Option<String> {
    if operand >= instruction.op_count() {
        return None;
    }
    match instruction.op_kind(operand) {
        OpKind::Memory if instruction.is_ip_rel_memory_operand() => slots
            .get(&instruction.ip_rel_memory_address())
            .map(|slot| slot.name.clone()),
        OpKind::Register => held
            .get(&instruction.op_register(operand).full_register())
            .cloned(),
        _ => None,
    }
}

fn is_written(access: iced_x86::OpAccess) -> bool {
    use iced_x86::OpAccess::{CondWrite, ReadCondWrite, ReadWrite, Write};
    matches!(access, Write | CondWrite | ReadWrite | ReadCondWrite)
}
