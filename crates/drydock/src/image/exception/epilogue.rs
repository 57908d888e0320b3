//! Epilogues — an x64 function that is about to return has undone part of its prologue; its code says which part is left.

use super::context::{Context, RSP};
use super::unwind::Memory;

/// What is left of an epilogue.
#[derive(Debug, PartialEq, Eq)]
pub struct Epilogue {
    /// RSP becomes this register plus this displacement first.
    adjust: Option<(usize, i32)>,
    /// Registers popped, in order.
    pops: Vec<usize>,
}

/// The epilogue that starts with `code`, the bytes of a function from RIP on to its end.
///
/// Only these forms are epilogues by the x64 convention: `add rsp, n` or `lea rsp, [r + n]`, pops, and `ret` or a jump out of the function.
pub fn recognize(mut code: &[u8], frame_register: usize) -> Option<Epilogue> {
    let adjust = match code {
        [0x48, 0x83, 0xc4, n, ..] => Some((4, (RSP, i32::from(*n as i8)))),
        [0x48, 0x81, 0xc4, a, b, c, d, ..] => {
            Some((7, (RSP, i32::from_le_bytes([*a, *b, *c, *d]))))
        }
        [rex @ (0x48 | 0x49), 0x8d, modrm, ..] if (modrm >> 3) & 7 == 4 => {
            lea_rsp(*rex, *modrm, code, frame_register)
        }
        _ => None,
    };
    if let Some((length, _)) = adjust {
        code = &code[length..];
    }
    let mut pops = Vec::new();
    loop {
        match code {
            [op @ 0x58..=0x5f, rest @ ..] => {
                pops.push(usize::from(op & 7));
                code = rest;
            }
            [0x41, op @ 0x58..=0x5f, rest @ ..] => {
                pops.push(usize::from(op & 7) + 8);
                code = rest;
            }
            _ => break,
        }
    }
    ends_function(code).then(|| Epilogue {
        adjust: adjust.map(|(_, change)| change),
        pops,
    })
}

/// `lea rsp, [frame register + displacement]`.
fn lea_rsp(
    rex: u8,
    modrm: u8,
    code: &[u8],
    frame_register: usize,
) -> Option<(usize, (usize, i32))> {
    let register = usize::from(modrm & 7) + usize::from(rex & 1) * 8;
    if register != frame_register || modrm & 7 == 4 {
        return None;
    }
    let displacement = code.get(3..)?;
    match modrm >> 6 {
        0 => Some((3, (register, 0))),
        1 => Some((4, (register, i32::from(*displacement.first()? as i8)))),
        2 => Some((
            7,
            (register, i32::from_le_bytes(*displacement.first_chunk()?)),
        )),
        _ => None,
    }
}

/// `ret`, `rep ret`, `ret n`, or a jump to somewhere outside.
fn ends_function(code: &[u8]) -> bool {
    match code {
        [0xc3 | 0xc2, ..] | [0xf3, 0xc3, ..] | [0xff, 0x25, ..] => true,
        [0x48..=0x4f, 0xff, modrm, ..] => (modrm >> 3) & 7 == 4,
        [0xeb, distance, ..] => leaves(code, i64::from(*distance as i8) + 2),
        [0xe9, a, b, c, d, ..] => leaves(code, i64::from(i32::from_le_bytes([*a, *b, *c, *d])) + 5),
        _ => false,
    }
}

/// A jump backwards may be a loop; only one beyond the end surely leaves.
fn leaves(code: &[u8], distance: i64) -> bool {
    distance > code.len() as i64
}

impl Epilogue {
    /// Does to `context` what the epilogue would do.
    pub fn run(&self, context: &mut Context, memory: Memory<'_>) -> Option<()> {
        if let Some((register, displacement)) = self.adjust {
            context.integer[RSP] =
                context.integer[register].wrapping_add_signed(i64::from(displacement));
        }
        for register in &self.pops {
            let value = memory(context.rsp())?;
            context.integer[RSP] += 8;
            context.integer[*register] = value;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epilogue_is_told_from_a_body() {
        let found = recognize(&[0x48, 0x83, 0xc4, 0x28, 0x5b, 0x41, 0x5e, 0xc3], 0);
        let whole = Epilogue {
            adjust: Some((RSP, 0x28)),
            pops: vec![3, 14],
        };
        assert_eq!(found, Some(whole));
        // add rsp, 28h; nop
        assert_eq!(recognize(&[0x48, 0x83, 0xc4, 0x28, 0x90], 0), None);
        // lea rsp, [rbp + 40h]; pop rbp; ret
        let code = [0x48, 0x8d, 0x65, 0x40, 0x5d, 0xc3];
        assert!(recognize(&code, 5).is_some() && recognize(&code, 0).is_none());
    }

    #[test]
    fn a_jump_inside_the_function_is_no_end() {
        assert_eq!(recognize(&[0xeb, 0x01, 0x90, 0x90], 0), None);
        assert!(recognize(&[0xeb, 0x10, 0x90, 0x90], 0).is_some());
    }
}
