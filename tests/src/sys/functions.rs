//! Compares the imported functions with the table.

use super::Arch;
use super::declarations::{Declarations, Function, present};
use super::facts::{FunctionFacts, functions};

/// Everything in which the imports and the table differ.
pub fn faults(declarations: &Declarations) -> Vec<String> {
    let mut faults = declarations.oddities.clone();
    for arch in Arch::ALL {
        let table = functions(arch);
        for (name, function) in &declarations.functions {
            if present(function.only, arch) {
                let found = match table.get(name) {
                    None => vec!["is in no row of the table".to_owned()],
                    Some(facts) => differences(name, function, facts),
                };
                faults.extend(
                    found
                        .iter()
                        .map(|text| format!("{}: {name} {text}", arch.name())),
                );
            }
        }
    }
    faults
}

/// Functions of the filter manager that can be imported and are not.
pub fn missing_from_fltmgr(declarations: &Declarations) -> Vec<String> {
    let mut faults = Vec::new();
    for arch in Arch::ALL {
        for (name, facts) in &functions(arch) {
            let offered = facts.dll == "FLTMGR.SYS" && facts.linkage == "extern";
            let imported = declarations
                .functions
                .get(name)
                .is_some_and(|function| present(function.only, arch));
            if offered && !imported {
                faults.push(format!("{}: {name} is not imported", arch.name()));
            }
        }
    }
    faults
}

fn differences(name: &str, function: &Function, facts: &FunctionFacts) -> Vec<String> {
    let mut found = Vec::new();
    if facts.linkage != "extern" {
        found.push(format!("cannot be imported: it is {}", facts.linkage));
    }
    if function.dll != facts.dll {
        found.push(format!(
            "is imported from {:?}, the table has {}",
            function.dll, facts.dll
        ));
    }
    let doc = format!("`{name}` — callable {}.", level(&facts.safe_max));
    if function.doc != doc {
        found.push(format!(
            "is documented as {:?}, the table says {doc:?}",
            function.doc
        ));
    }
    found
}

/// A bound of the table in words.
fn level(bound: &str) -> String {
    match bound {
        "" => "at a level that its page leaves open".to_owned(),
        "ANY" => "at any IRQL".to_owned(),
        "PASSIVE" => "at PASSIVE_LEVEL".to_owned(),
        _ => match bound.split_once('_') {
            Some(("EXACT", level)) => format!("at {level}_LEVEL"),
            Some(("MIN", level)) => format!("at IRQL ≥ {level}_LEVEL"),
            _ => format!("at IRQL ≤ {bound}_LEVEL"),
        },
    }
}
