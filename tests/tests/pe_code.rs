//! What the x64 code may not do, on the built driver and on copies with other instructions in it.

use iced_x86::{Code, Encoder, Instruction, MemoryOperand, Register};
use ringfence_tests::pe::{Image, assert_clean, assert_found, code, frames, imports};

fn x64() -> Image {
    Image::built("x64/ringfence")
}

/// The address of a function of the filter manager in the import table.
fn filter_manager_slot(image: &Image) -> u64 {
    let slot = imports::slots(image)
        .into_iter()
        .find(|slot| slot.module == "FLTMGR.SYS");
    u64::from(slot.unwrap().rva)
}

/// A copy whose code starts with other instructions.
fn with_code(image: &Image, instructions: &[Instruction]) -> Image {
    let start = 0x1000_u32;
    let mut encoder = Encoder::new(64);
    let mut address = u64::from(start);
    for instruction in instructions {
        address += encoder.encode(instruction, address).unwrap() as u64;
    }
    image.with_bytes(image.offset_of(start), &encoder.take_buffer())
}

fn ip_relative(target: u64) -> MemoryOperand {
    MemoryOperand::with_base_displ(Register::RIP, target as i64)
}

#[test]
fn all_code_decodes() {
    assert_clean(code::decodable(&x64()));
}

#[test]
fn bytes_that_are_no_code_are_found() {
    let image = x64();
    assert_found(
        code::decodable(&image.with_bytes(image.offset_of(0x1000), &[0x06])),
        "code at 0x1000",
    );
}

#[test]
fn no_code_needs_extended_state() {
    assert_clean(code::extended_state(&x64()));
}

#[test]
fn a_vex_instruction_is_found() {
    let wide = Instruction::with2(
        Code::VEX_Vmovdqa_ymm_ymmm256,
        Register::YMM1,
        Register::YMM2,
    )
    .unwrap();
    assert_found(
        code::extended_state(&with_code(&x64(), &[wide])),
        "extended state",
    );
    let narrow = Instruction::with2(
        Code::VEX_Vmovdqa_xmm_xmmm128,
        Register::XMM1,
        Register::XMM2,
    )
    .unwrap();
    assert_found(
        code::extended_state(&with_code(&x64(), &[narrow])),
        "extended state",
    );
}

#[test]
fn the_filter_manager_is_never_tail_called() {
    assert_clean(code::tail_calls(&x64()));
}

#[test]
fn a_jump_through_an_import_slot_is_found() {
    let image = x64();
    let jump =
        Instruction::with1(Code::Jmp_rm64, ip_relative(filter_manager_slot(&image))).unwrap();
    assert_found(
        code::tail_calls(&with_code(&image, &[jump])),
        "tail call of Flt",
    );
}

#[test]
fn a_jump_through_a_loaded_register_is_found() {
    let image = x64();
    let slot = ip_relative(filter_manager_slot(&image));
    let program = [
        Instruction::with2(Code::Mov_r64_rm64, Register::RAX, slot).unwrap(),
        Instruction::with2(Code::Mov_r64_rm64, Register::RBX, Register::RAX).unwrap(),
        Instruction::with1(Code::Jmp_rm64, Register::RBX).unwrap(),
    ];
    assert_found(
        code::tail_calls(&with_code(&image, &program)),
        "tail call of Flt",
    );
}

#[test]
fn calls_and_overwritten_registers_are_no_tail_calls() {
    let image = x64();
    let slot = ip_relative(filter_manager_slot(&image));
    let program = [
        Instruction::with1(Code::Call_rm64, slot).unwrap(),
        Instruction::with2(Code::Mov_r64_rm64, Register::RAX, slot).unwrap(),
        Instruction::with2(Code::Xor_r32_rm32, Register::EAX, Register::EAX).unwrap(),
        Instruction::with1(Code::Jmp_rm64, Register::RAX).unwrap(),
        Instruction::with(Code::Retnq),
    ];
    let found = code::tail_calls(&with_code(&image, &program));
    assert!(
        !found
            .iter()
            .any(|finding| finding.starts_with("code at 0x100")),
        "{found:?}"
    );
}

#[test]
fn no_frame_is_above_a_page() {
    assert!(!frames::functions(&x64()).is_empty());
    assert_clean(frames::sizes(&x64()));
}

#[test]
fn a_frame_above_a_page_is_found() {
    let image = x64();
    let unwind = frames::functions(&image)[0].unwind;
    let offset = image.offset_of(unwind);
    // Version 1, two slots: UWOP_ALLOC_LARGE of 0x201 times 8 bytes.
    let spoiled = image.with_bytes(offset, &[0x01, 0x07, 0x02, 0x00, 0x07, 0x01, 0x01, 0x02]);
    assert_found(frames::sizes(&spoiled), "a frame of 4104 bytes");
}
