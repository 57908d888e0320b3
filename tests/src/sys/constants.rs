//! Compares the declared constants with the table.

use syn::{Expr, Lit, Type, UnOp};

use super::Arch;
use super::declarations::{Constant, Declarations, present};
use super::facts::{ConstantFacts, constants};

/// Constants that C leaves as wide as an `int`, declared in the type of the field that holds them.
pub const NARROWED: &[(&str, &str)] = &[
    ("IRP_MJ_", "UCHAR"),
    ("IRP_MN_", "UCHAR"),
    ("SL_", "UCHAR"),
    ("MDL_", "CSHORT"),
    ("FLT_REGISTRATION_VERSION", "USHORT"),
    ("FLTFL_FILE_NAME_PARSED_", "FLT_FILE_NAME_PARSED_FLAGS"),
    (
        "FLTFL_CONTEXT_REGISTRATION_",
        "FLT_CONTEXT_REGISTRATION_FLAGS",
    ),
    ("FLT_", "FLT_CONTEXT_TYPE"),
    ("", "KIRQL"),
];

/// Declared constants that no row knows, with the values the public `ntstatus.h` gives them.
pub const WITHOUT_ROWS: &[(&str, u64)] = &[
    ("STATUS_GUARD_PAGE_VIOLATION", 0x8000_0001),
    ("STATUS_BREAKPOINT", 0x8000_0003),
    ("STATUS_SINGLE_STEP", 0x8000_0004),
    ("STATUS_IN_PAGE_ERROR", 0xC000_0006),
    ("STATUS_IO_REPARSE_TAG_NOT_HANDLED", 0xC000_0279),
    ("STATUS_NO_SUCH_DEVICE", 0xC000_000E),
    ("STATUS_WRONG_VOLUME", 0xC000_0012),
    ("STATUS_ILLEGAL_INSTRUCTION", 0xC000_001D),
    ("STATUS_NOT_LOCKED", 0xC000_002A),
    ("STATUS_EA_TOO_LARGE", 0xC000_0050),
    ("STATUS_NONEXISTENT_EA_ENTRY", 0xC000_0051),
    ("STATUS_NO_EAS_ON_FILE", 0xC000_0052),
    ("STATUS_EA_CORRUPT_ERROR", 0xC000_0053),
    ("STATUS_NO_SUCH_PRIVILEGE", 0xC000_0060),
    ("STATUS_INVALID_IMAGE_FORMAT", 0xC000_007B),
    ("STATUS_DISK_FULL", 0xC000_007F),
    ("STATUS_ARRAY_BOUNDS_EXCEEDED", 0xC000_008C),
    ("STATUS_INTEGER_DIVIDE_BY_ZERO", 0xC000_0094),
    ("STATUS_INTEGER_OVERFLOW", 0xC000_0095),
    ("STATUS_PRIVILEGED_INSTRUCTION", 0xC000_0096),
    ("STATUS_CANT_WAIT", 0xC000_00D8),
    ("STATUS_UNEXPECTED_IO_ERROR", 0xC000_00E9),
    ("STATUS_DIRECTORY_NOT_EMPTY", 0xC000_0101),
    ("STATUS_FILE_CORRUPT_ERROR", 0xC000_0102),
    ("STATUS_NOT_A_DIRECTORY", 0xC000_0103),
    ("STATUS_TOO_MANY_OPENED_FILES", 0xC000_011F),
    ("STATUS_DLL_NOT_FOUND", 0xC000_0135),
    ("STATUS_ORDINAL_NOT_FOUND", 0xC000_0138),
    ("STATUS_ENTRYPOINT_NOT_FOUND", 0xC000_0139),
    ("STATUS_UNRECOGNIZED_VOLUME", 0xC000_014F),
    ("STATUS_IO_DEVICE_ERROR", 0xC000_0185),
    ("STATUS_INVALID_LOCK_RANGE", 0xC000_01A1),
    ("STATUS_CONNECTION_REFUSED", 0xC000_0236),
    ("STATUS_TOO_MANY_LINKS", 0xC000_0265),
    ("STATUS_NOT_A_REPARSE_POINT", 0xC000_0275),
    ("STATUS_STACK_BUFFER_OVERRUN", 0xC000_0409),
];

/// Everything in which the declarations and the table differ.
pub fn faults(declarations: &Declarations) -> Vec<String> {
    let mut faults = declarations.oddities.clone();
    for arch in Arch::ALL {
        let table = constants(arch);
        for (name, constant) in &declarations.constants {
            if !present(constant.only, arch) {
                continue;
            }
            let fault = match table.get(name) {
                None => unlisted_fault(name, constant),
                Some(facts) => fault(declarations, name, constant, facts),
            };
            faults.extend(fault.map(|text| format!("{}: {name} {text}", arch.name())));
        }
    }
    faults
}

fn fault(
    declarations: &Declarations,
    name: &str,
    constant: &Constant,
    facts: &ConstantFacts,
) -> Option<String> {
    let Type::Path(path) = &constant.ty else {
        return Some("has no named type".to_owned());
    };
    let ty = path.path.segments.last()?.ident.to_string();
    if facts.of_enum.as_ref().is_some_and(|of_enum| *of_enum != ty) {
        return Some(format!("is a {ty}, but belongs to {:?}", facts.of_enum));
    }
    let Some(bytes) = bytes_of(declarations, &constant.ty) else {
        return Some(format!("has a type of unknown size, {ty}"));
    };
    let narrowed = NARROWED
        .iter()
        .any(|(prefix, narrow)| name.starts_with(prefix) && *narrow == ty);
    if bytes != facts.bytes && !(narrowed && bytes < facts.bytes) {
        return Some(format!("has {bytes} bytes, the table has {}", facts.bytes));
    }
    let Some(value) = value_of(&constant.value) else {
        return Some("has a value that is not a literal".to_owned());
    };
    let found = value as u64 & mask(bytes);
    (found != facts.value).then(|| format!("is {found:#X}, the table has {:#X}", facts.value))
}

/// A constant that the table leaves out must be listed here, with the same value.
fn unlisted_fault(name: &str, constant: &Constant) -> Option<String> {
    let Some((_, value)) = WITHOUT_ROWS.iter().find(|(known, _)| *known == name) else {
        return Some("is in no row of the table".to_owned());
    };
    let found = value_of(&constant.value);
    (found != Some(i128::from(*value))).then(|| format!("is {found:?}, the list has {value:#X}"))
}

fn mask(bytes: u64) -> u64 {
    u64::MAX >> (64 - 8 * bytes)
}

fn bytes_of(declarations: &Declarations, ty: &Type) -> Option<u64> {
    let Type::Path(path) = ty else {
        return matches!(ty, Type::Ptr(_)).then_some(8);
    };
    let name = path.path.segments.last()?.ident.to_string();
    match name.as_str() {
        "u8" | "i8" => Some(1),
        "u16" | "i16" => Some(2),
        "u32" | "i32" => Some(4),
        "u64" | "i64" | "usize" | "isize" => Some(8),
        _ => bytes_of(declarations, declarations.aliases.get(&name)?),
    }
}

fn value_of(value: &Expr) -> Option<i128> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Some(-value_of(&unary.expr)?),
        Expr::Cast(cast) => value_of(&cast.expr),
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else {
                return None;
            };
            (path.path.segments.last()?.ident == "null_mut").then_some(0)
        }
        _ => None,
    }
}
