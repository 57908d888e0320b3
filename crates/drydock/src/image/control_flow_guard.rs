//! Control flow guard — an image that is compiled for it calls only what its own table names.
//!
//! As on a machine with kernel CFG on (memory integrity): the loader puts the kernel's routines where the image's calls look for
//! them. A target within the image must be in its table; one elsewhere is another's and passes.
#![allow(unsafe_code)] // ends a call that machine code made

use super::bytes::Bytes;
use super::headers::Headers;
use super::load_config::{self, GUARD_CHECK, GUARD_COUNT, GUARD_DISPATCH, GUARD_TABLE};
use super::thunk::{self, Target};
use crate::model::{modules, thread};
use crate::verify;

/// IMAGE_DLLCHARACTERISTICS_GUARD_CF.
const GUARD_CF: u16 = 0x4000;
/// IMAGE_GUARD_CF_INSTRUMENTED and IMAGE_GUARD_CF_FUNCTION_TABLE_PRESENT: without either there is nothing to hold calls to.
const GUARDED: u32 = 0x100 | 0x400;
/// IMAGE_GUARD_CF_FUNCTION_TABLE_SIZE_SHIFT: how many bytes of flags follow an RVA in the table.
const STRIDE_SHIFT: u32 = 28;
/// IMAGE_GUARD_FLAG_FID_SUPPRESSED: in the table, and yet no target.
const SUPPRESSED: u8 = 1;
/// FAST_FAIL_GUARD_ICALL_CHECK_FAILURE.
const ICALL_CHECK_FAILURE: u64 = 10;

/// Puts the bench's routines into `view`, which will lie at `base` and is relocated, if it is an image with the guard.
///
/// # Errors
/// No memory for the routines.
pub fn arm(headers: &Headers, view: &mut [u8], base: u64) -> std::io::Result<()> {
    if headers.dll_characteristics & GUARD_CF == 0 {
        return Ok(());
    }
    let Some(targets) = targets(headers, view, base) else {
        return Ok(());
    };
    let failed = thunk::make(Target::Shim(check_failed as *const () as usize))?;
    let image = Guarded {
        base,
        size: u32::try_from(view.len()).unwrap_or(u32::MAX),
        targets: Box::leak(targets).as_ptr() as u64,
        failed: failed as u64,
    };
    for (field, code) in [
        (GUARD_CHECK, image.check()),
        (GUARD_DISPATCH, image.dispatch()),
    ] {
        let slot = load_config::field(headers, view, field)
            .and_then(|address| load_config::offset(address, base))
            .and_then(|slot| view.get_mut(slot..slot + 8));
        if let Some(slot) = slot {
            let routine = thunk::place(&code)? as u64;
            slot.copy_from_slice(&routine.to_le_bytes());
        }
    }
    Ok(())
}

/// A bit for each byte of the image, set where a function of the table begins; none for an image whose calls are not checked.
fn targets(headers: &Headers, view: &[u8], base: u64) -> Option<Box<[u64]>> {
    let flags = load_config::guard_flags(headers, view)?;
    if flags & GUARDED != GUARDED {
        return None;
    }
    let table = load_config::offset(load_config::field(headers, view, GUARD_TABLE)?, base)?;
    let count = usize::try_from(load_config::field(headers, view, GUARD_COUNT)?).ok()?;
    let stride = 4 + (flags >> STRIDE_SHIFT) as usize;
    let size = count.checked_mul(stride)?;
    let entries = Bytes(view).slice(table, size, "guard table").ok()?;
    let mut bits = vec![0_u64; view.len().div_ceil(64)];
    for entry in entries.chunks_exact(stride) {
        let rva = u32::from_le_bytes(*entry.first_chunk()?) as usize;
        let suppressed = entry.get(4).is_some_and(|flags| flags & SUPPRESSED != 0);
        if let Some(word) = bits.get_mut(rva / 64).filter(|_| !suppressed) {
            *word |= 1 << (rva % 64);
        }
    }
    Some(bits.into_boxed_slice())
}

/// What the routines of one image know.
struct Guarded {
    base: u64,
    size: u32,
    targets: u64,
    failed: u64,
}

impl Guarded {
    /// `_guard_check_icall` — looks at the target in RCX and returns. RAX, R10, R11 and the flags may change.
    fn check(&self) -> Vec<u8> {
        let mut code = vec![0x49, 0x89, 0xcb]; // mov r11, rcx
        self.look_up(&mut code, &[0xc3]); // ret
        code.extend([0x49, 0xbb]); // mov r11, failed
        code.extend(self.failed.to_le_bytes());
        code.extend([0x41, 0xff, 0xe3]); // jmp r11
        code
    }

    /// `_guard_dispatch_icall` — looks at the target in RAX and goes there. R10, R11 and the flags may change.
    fn dispatch(&self) -> Vec<u8> {
        let mut code = vec![0x49, 0x89, 0xc3]; // mov r11, rax
        self.look_up(&mut code, &[0xff, 0xe0]); // jmp rax
        code.extend([0x48, 0x89, 0xc1]); // mov rcx, rax
        code.extend([0x49, 0xbb]); // mov r11, failed
        code.extend(self.failed.to_le_bytes());
        code.extend([0x41, 0xff, 0xe3]); // jmp r11
        code
    }

    /// Runs `pass` if the target in R11 may be called, and else what follows.
    fn look_up(&self, code: &mut Vec<u8>, pass: &[u8]) {
        code.extend([0x49, 0xba]); // mov r10, base
        code.extend(self.base.to_le_bytes());
        code.extend([0x4d, 0x29, 0xd3]); // sub r11, r10
        code.extend([0x49, 0x81, 0xfb]); // cmp r11, size
        code.extend(self.size.to_le_bytes());
        // To `pass`, over: mov r10 (10), bt (4), jnc (2).
        code.extend([0x73, 16]); // jae pass
        code.extend([0x49, 0xba]); // mov r10, targets
        code.extend(self.targets.to_le_bytes());
        code.extend([0x4d, 0x0f, 0xa3, 0x1a]); // bt [r10], r11
        code.extend([0x73, pass.len() as u8]); // jnc beyond pass
        code.extend(pass);
    }
}

/// Where a call ends whose target is no function of the image's table.
extern "win64" fn check_failed(target: usize) {
    verify::bugcheck_at(
        0x139,
        [ICALL_CHECK_FAILURE, 0, 0, 0],
        "driver code",
        thread::current().thunk_caller(),
        format!(
            "control flow guard: a call through a pointer to {}, which the image's guard table has not",
            modules::describe(target)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Image, tests::small_driver};

    const BASE: u64 = 0x1_4000_0000;
    /// Where the directory lies: 0x130 into a section that is 0x600 into the file.
    const CONFIG: (u32, usize) = (0x2130, 0x730);

    /// A driver with a table of two functions, the second suppressed, and a byte of flags after each.
    fn guarded(guard_flags: u32, count: u64) -> Image {
        let mut file = small_driver();
        let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
        let optional = 0x58;
        put(optional + 112 + 80, &CONFIG.0.to_le_bytes());
        put(optional + 112 + 84, &0x94_u32.to_le_bytes());
        put(CONFIG.1, &0x94_u32.to_le_bytes());
        put(CONFIG.1 + GUARD_TABLE, &(BASE + 0x21d0).to_le_bytes());
        put(CONFIG.1 + GUARD_COUNT, &count.to_le_bytes());
        put(CONFIG.1 + 0x90, &guard_flags.to_le_bytes());
        put(0x7d0, &[0x00, 0x10, 0, 0, 0, 0x10, 0x10, 0, 0, SUPPRESSED]);
        Image::parse("guarded.sys", &file).expect("a driver")
    }

    fn targets_of(image: &Image) -> Option<Vec<usize>> {
        let bits = targets(&image.headers, &image.view, BASE)?;
        let set = |rva: &usize| bits[rva / 64] & 1 << (rva % 64) != 0;
        Some((0..image.view.len()).filter(set).collect())
    }

    #[test]
    fn a_suppressed_function_of_the_table_is_no_target() {
        let image = guarded(1 << STRIDE_SHIFT | GUARDED, 2);
        assert_eq!(targets_of(&image), Some(vec![0x1000]));
    }

    #[test]
    fn an_image_without_instrumentation_or_with_half_a_table_is_not_checked() {
        assert_eq!(targets_of(&guarded(1 << STRIDE_SHIFT | 0x400, 2)), None);
        assert_eq!(targets_of(&guarded(GUARDED, u64::MAX)), None);
        assert_eq!(targets_of(&guarded(GUARDED, 0x1000)), None);
    }
}
