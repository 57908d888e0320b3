//! RtlVirtualUnwind — undoes one frame by the unwind codes of its function.

use super::context::{Context, RSP};
use super::epilogue;
use super::function_table::{Function, FunctionTable};

/// Reads a quadword of the stack; none where there is no stack.
pub type Memory<'a> = &'a dyn Fn(u64) -> Option<u64>;

/// UNW_FLAG_EHANDLER.
pub const EXCEPTION_HANDLER: u8 = 1;
/// UNW_FLAG_UHANDLER.
pub const UNWIND_HANDLER: u8 = 2;
const CHAINED: u8 = 4;
/// More chained entries than this are a circle.
const LONGEST_CHAIN: usize = 32;

/// What is known of a frame after it was undone.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    /// The address by which the function finds its variables.
    pub establisher: u64,
    /// RVAs of its language handler and of that one's data.
    pub handler: Option<(u32, u32)>,
}

/// The head of an UNWIND_INFO.
struct Info {
    at: u32,
    version: u8,
    flags: u8,
    prologue: u8,
    codes: u8,
    frame_register: usize,
    frame_offset: u64,
}

impl Info {
    fn read(table: &FunctionTable, at: u32) -> Option<Self> {
        let [head, prologue, codes, frame] = *table.bytes(at).first_chunk()?;
        let info = Self {
            at,
            version: head & 7,
            flags: head >> 3,
            prologue,
            codes,
            frame_register: usize::from(frame & 15),
            frame_offset: u64::from(frame >> 4) * 16,
        };
        matches!(info.version, 1 | 2).then_some(info)
    }

    fn code_at(&self, index: u8) -> u32 {
        self.at + 4 + u32::from(index) * 2
    }

    /// What follows the codes, whose number is rounded up to an even one.
    fn tail(&self) -> u32 {
        self.at + 4 + u32::from(self.codes).next_multiple_of(2) * 2
    }
}

/// One unwind code with its operand.
struct Code {
    offset: u8,
    operation: u8,
    info: u8,
    operand: u32,
    slots: u8,
}

const PUSH_NONVOL: u8 = 0;
const ALLOC_LARGE: u8 = 1;
const ALLOC_SMALL: u8 = 2;
const SET_FPREG: u8 = 3;
const SAVE_NONVOL: u8 = 4;
const SAVE_NONVOL_FAR: u8 = 5;
const EPILOG: u8 = 6;
const SPARE: u8 = 7;
const SAVE_XMM128: u8 = 8;
const SAVE_XMM128_FAR: u8 = 9;
const PUSH_MACHFRAME: u8 = 10;

impl Code {
    fn read(table: &FunctionTable, info: &Info, index: u8) -> Option<Self> {
        let at = info.code_at(index);
        let (offset, packed) = (table.u8(at)?, table.u8(at + 1)?);
        let (operation, argument) = (packed & 15, packed >> 4);
        let near = |unit: u32| table.u16(at + 2).map(|value| (u32::from(value) * unit, 2));
        let far = || table.u32(at + 2).map(|value| (value, 3));
        let (operand, slots) = match operation {
            PUSH_NONVOL | SET_FPREG | PUSH_MACHFRAME => (0, 1),
            ALLOC_SMALL => (u32::from(argument) * 8 + 8, 1),
            ALLOC_LARGE if argument == 0 => near(8)?,
            SAVE_NONVOL => near(8)?,
            SAVE_XMM128 => near(16)?,
            ALLOC_LARGE | SAVE_NONVOL_FAR | SAVE_XMM128_FAR => far()?,
            // Version 1 had a form of saved XMM registers here that no compiler writes any more.
            EPILOG => (0, if info.version == 2 { 1 } else { 2 }),
            SPARE => (0, 3),
            _ => return None,
        };
        Some(Self {
            offset,
            operation,
            info: argument,
            operand,
            slots,
        })
    }
}

/// Undoes the frame of `function`, in which `context` is: it becomes the caller's context.
///
/// The handler is given when the frame has one of the kind `wanted` and is neither in its prologue nor in its epilogue.
pub fn unwind(
    table: &FunctionTable,
    function: Function,
    context: &mut Context,
    wanted: u8,
    memory: Memory<'_>,
) -> Option<Frame> {
    let rva = table.rva(context.rip)?;
    let into = rva.checked_sub(function.begin)?;
    let info = Info::read(table, function.unwind)?;
    let in_prologue = info.flags & CHAINED == 0 && into < u32::from(info.prologue);
    let establisher = establisher(table, &info, context, into)?;
    let left = table
        .bytes(rva)
        .get(..function.end.checked_sub(rva)? as usize)?;
    if !in_prologue && let Some(epilogue) = epilogue::recognize(left, info.frame_register) {
        epilogue.run(context, memory)?;
        return_to_caller(context, memory)?;
        return Some(Frame {
            establisher,
            handler: None,
        });
    }
    let last = undo_chain(table, info, into, establisher, context, memory)?;
    let handler = if in_prologue {
        None
    } else {
        handler(table, &last, wanted)
    };
    Some(Frame {
        establisher,
        handler,
    })
}

/// The frame register less its offset once it is set, else RSP.
fn establisher(table: &FunctionTable, info: &Info, context: &Context, into: u32) -> Option<u64> {
    if info.frame_register == 0 {
        return Some(context.rsp());
    }
    let framed = context.integer[info.frame_register].wrapping_sub(info.frame_offset);
    if into >= u32::from(info.prologue) || info.flags & CHAINED != 0 {
        return Some(framed);
    }
    let mut index = 0;
    while index < info.codes {
        let code = Code::read(table, info, index)?;
        if code.operation == SET_FPREG && u32::from(code.offset) <= into {
            return Some(framed);
        }
        index = index.checked_add(code.slots)?;
    }
    Some(context.rsp())
}

/// Undoes the codes of `info` and of what it is chained to; gives the last info.
fn undo_chain(
    table: &FunctionTable,
    mut info: Info,
    mut into: u32,
    base: u64,
    context: &mut Context,
    memory: Memory<'_>,
) -> Option<Info> {
    for _ in 0..LONGEST_CHAIN {
        let mut index = 0;
        while index < info.codes {
            let code = Code::read(table, &info, index)?;
            // A code describes an instruction that ends at `offset`.
            if u32::from(code.offset) <= into && undo(&code, &info, base, context, memory)? {
                return Some(info);
            }
            index = index.checked_add(code.slots)?;
        }
        if info.flags & CHAINED == 0 {
            return_to_caller(context, memory)?;
            return Some(info);
        }
        let parent = table.function_at(info.tail())?;
        info = Info::read(table, parent.unwind)?;
        into = u32::MAX;
    }
    None
}

/// Undoes one instruction of a prologue; true when it was a trap's, which leaves no return address.
fn undo(
    code: &Code,
    info: &Info,
    base: u64,
    context: &mut Context,
    memory: Memory<'_>,
) -> Option<bool> {
    let register = usize::from(code.info);
    let saved = base.wrapping_add(u64::from(code.operand));
    match code.operation {
        PUSH_NONVOL => {
            context.integer[register] = memory(context.rsp())?;
            context.integer[RSP] += 8;
        }
        ALLOC_LARGE | ALLOC_SMALL => {
            context.integer[RSP] = context.rsp().checked_add(u64::from(code.operand))?;
        }
        SET_FPREG => {
            context.integer[RSP] =
                context.integer[info.frame_register].wrapping_sub(info.frame_offset);
        }
        SAVE_NONVOL | SAVE_NONVOL_FAR => context.integer[register] = memory(saved)?,
        SAVE_XMM128 | SAVE_XMM128_FAR => {
            let high = u128::from(memory(saved.checked_add(8)?)?);
            context.xmm[register] = high << 64 | u128::from(memory(saved)?);
        }
        PUSH_MACHFRAME => {
            let at = context.rsp().checked_add(u64::from(code.info) * 8)?;
            context.rip = memory(at)?;
            context.integer[RSP] = memory(at.checked_add(24)?)?;
            return Some(true);
        }
        _ => {}
    }
    Some(false)
}

/// What `ret` does.
pub fn return_to_caller(context: &mut Context, memory: Memory<'_>) -> Option<()> {
    context.rip = memory(context.rsp())?;
    context.integer[RSP] += 8;
    Some(())
}

fn handler(table: &FunctionTable, info: &Info, wanted: u8) -> Option<(u32, u32)> {
    if info.flags & wanted == 0 || info.flags & CHAINED != 0 {
        return None;
    }
    Some((table.u32(info.tail())?, info.tail() + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: u64 = 0x10000;
    const STACK: u64 = 0x8000;

    /// A function at RVA 0x100 … 0x200 whose UNWIND_INFO is at 0x200, full of `nop`s.
    fn function(info: &[u8]) -> (FunctionTable, Function) {
        let mut view = vec![0x90; 0x400];
        let entry = [0x100_u32, 0x200, 0x200].map(u32::to_le_bytes).concat();
        view[..12].copy_from_slice(&entry);
        view[0x200..0x200 + info.len()].copy_from_slice(info);
        let table = FunctionTable::new(BASE as usize, view.leak(), (0, 12));
        let function = table.find(0x180).expect("the only function");
        (table, function)
    }

    /// Undoes the frame at `into` with a stack whose every word is its own offset.
    fn undone(info: &[u8], into: u64, register: (usize, u64)) -> Option<(Context, Frame)> {
        let (table, function) = function(info);
        let mut context = Context::new(BASE + 0x100 + into, [0; 16], [0; 16]);
        context.integer[RSP] = STACK;
        context.integer[register.0] = register.1;
        let read = |address: u64| {
            address
                .checked_sub(STACK)
                .filter(|offset| *offset < 0x10_0000)
        };
        let frame = unwind(&table, function, &mut context, EXCEPTION_HANDLER, &read)?;
        Some((context, frame))
    }

    #[test]
    fn pushes_and_allocations_are_undone_as_far_as_they_were_done() {
        // push rbx; sub rsp, 30h: at 5, 1; with a handler at 0x123.
        let info = [1 | 1 << 3, 5, 2, 0, 5, 0x52, 1, 0x30, 0x23, 1, 0, 0];
        let (context, frame) = undone(&info, 0x20, (RSP, STACK)).expect("a frame");
        assert_eq!((context.integer[3], context.rip), (0x30, 0x38));
        assert_eq!(context.rsp(), STACK + 0x40);
        assert_eq!(frame.handler, Some((0x123, 0x20c)));
        let (context, frame) = undone(&info, 1, (RSP, STACK)).expect("a frame");
        assert_eq!(
            (context.integer[3], context.rip, frame.handler),
            (0, 8, None)
        );
    }

    #[test]
    fn saved_registers_are_found_near_and_far() {
        // XMM6 at 20h, XMM7 far at 40h, RSI at 50h, RDI far at 58h, 10000h bytes.
        let info = [
            1, 20, 13, 0, 20, 0x68, 2, 0, 19, 0x79, 0x40, 0, 0, 0, 18, 0x64, 10, 0, 17, 0x75, 0x58,
            0, 0, 0, 7, 0x11, 0, 0, 1, 0, 0, 0,
        ];
        let (context, _) = undone(&info, 0x20, (RSP, STACK)).expect("a frame");
        assert_eq!(context.xmm[6], 0x28 << 64 | 0x20);
        assert_eq!(context.xmm[7], 0x48 << 64 | 0x40);
        assert_eq!((context.integer[6], context.integer[7]), (0x50, 0x58));
        assert_eq!(context.rip, 0x1_0000);
    }

    #[test]
    fn a_frame_register_stands_for_a_stack_pointer_that_moved() {
        // push rbp; lea rbp, [rsp + 20h] after 40h bytes.
        let info = [1, 9, 3, 0x25, 9, 0x03, 5, 0x72, 1, 0x50, 0, 0];
        let (context, frame) = undone(&info, 0x20, (5, STACK + 0x120)).expect("a frame");
        assert_eq!(frame.establisher, STACK + 0x100);
        assert_eq!((context.integer[5], context.rip), (0x140, 0x148));
    }

    #[test]
    fn a_chained_part_goes_on_with_its_parent() {
        // push rsi here; the parent at 0x300 pushed rbx.
        let mut info = vec![0_u8; 0x104];
        info[..8].copy_from_slice(&[1 | 4 << 3, 1, 1, 0, 1, 0x60, 0, 0]);
        info[8..20].copy_from_slice(&[0, 1, 0, 0, 0x80, 1, 0, 0, 0, 3, 0, 0]);
        info[0x100..].copy_from_slice(&[1, 1, 1, 0]);
        info.extend([1, 0x30, 0, 0]);
        let (context, _) = undone(&info, 0x20, (RSP, STACK)).expect("a frame");
        assert_eq!(
            (context.integer[6], context.integer[3], context.rip),
            (0, 8, 0x10)
        );
    }

    #[test]
    fn a_trap_frame_has_its_own_rip_and_rsp() {
        let info = [1, 0, 1, 0, 0, 0x1a, 0, 0];
        let (context, _) = undone(&info, 0x20, (RSP, STACK)).expect("a frame");
        assert_eq!((context.rip, context.rsp()), (8, 0x20));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_come_to_an_end(
            info in proptest::collection::vec(0_u8.., 4..64),
            into in 0_u64..0x100,
            register in 0_usize..16,
            value in 0_u64..,
        ) {
            let _ = undone(&info, into, (register, value));
        }
    }

    #[test]
    fn damaged_information_ends_the_walk() {
        assert!(undone(&[7, 0, 1, 0, 0, 0], 0x20, (RSP, STACK)).is_none());
        assert!(undone(&[1, 0, 1, 0, 0, 0x0f], 0x20, (RSP, STACK)).is_none());
        // Chained to itself.
        let circle = [1 | 4 << 3, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0];
        assert!(undone(&circle, 0x20, (RSP, STACK)).is_none());
    }
}
