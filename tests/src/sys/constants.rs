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

/// Declared constants that no row knows, and why they are here.
pub const WITHOUT_ROWS: &[(&str, &str)] = &[];

/// Everything in which the declarations and the table differ.
pub fn faults(declarations: &Declarations) -> Vec<String> {
    let mut faults = declarations.oddities.clone();
    for arch in Arch::ALL {
        let table = constants(arch);
        for (name, constant) in &declarations.constants {
            if !present(constant.only, arch) || WITHOUT_ROWS.iter().any(|(known, _)| known == name)
            {
                continue;
            }
            let fault = match table.get(name) {
                None => Some("is in no row of the table".to_owned()),
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
