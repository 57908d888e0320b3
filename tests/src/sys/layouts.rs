//! Compares the asserted layouts with the tables.

use std::collections::BTreeSet;

use syn::Type;

use super::Arch;
use super::declarations::{Aggregate, Asserted, Declarations, present};
use super::facts::{Place, TypeFacts, layouts};

/// Declared types that no row reaches, because the headers keep them opaque or nameless, and why they are here.
pub const WITHOUT_ROWS: &[(&str, &str)] = &[];

/// Everything in which the declarations and the tables differ.
pub fn faults(declarations: &Declarations) -> Vec<String> {
    let mut faults = declarations.oddities.clone();
    faults.extend(unasserted(declarations));
    for arch in Arch::ALL {
        let mut check = Check {
            declarations,
            arch,
            reached: BTreeSet::new(),
            faults: Vec::new(),
        };
        for (name, facts) in &layouts(arch) {
            check.compare(name, facts);
        }
        check.report_unreached();
        faults.append(&mut check.faults);
    }
    faults
}

/// Types whose fields are not all asserted in order.
fn unasserted(declarations: &Declarations) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, aggregate) in &declarations.aggregates {
        let opaque = aggregate.fields.iter().all(|field| field.name == "_opaque");
        let Some(layout) = &aggregate.layout else {
            if !opaque {
                faults.push(format!("{name} has no layout! line"));
            }
            continue;
        };
        let declared = aggregate
            .fields
            .iter()
            .map(|field| (&field.name, field.only));
        let asserted = layout.places.iter().map(|place| (&place.field, place.only));
        if !declared.eq(asserted) {
            faults.push(format!(
                "layout! of {name} does not list its fields in order"
            ));
        }
    }
    faults
}

struct Check<'d> {
    declarations: &'d Declarations,
    arch: Arch,
    /// Type and field that some row named.
    reached: BTreeSet<(String, String)>,
    faults: Vec<String>,
}

impl<'d> Check<'d> {
    fn fault(&mut self, text: String) {
        self.faults.push(format!("{}: {text}", self.arch.name()));
    }

    fn compare(&mut self, name: &str, facts: &TypeFacts) {
        if let Some(alias) = self.declarations.aliases.get(name) {
            match self.size_and_align(alias) {
                Some(found) if found == (facts.size, facts.align) => {}
                found => self.fault(format!(
                    "{name} is {found:?}, not {:?}",
                    (facts.size, facts.align)
                )),
            }
        }
        let Some((target, aggregate)) = self.resolve_name(name) else {
            return;
        };
        if let Some(layout) = &aggregate.layout
            && (layout.size, layout.align(self.arch)) != (facts.size, facts.align)
        {
            self.fault(format!(
                "{name}: size or alignment is not {:?}",
                (facts.size, facts.align)
            ));
        }
        for (path, place) in &facts.fields {
            self.compare_field(&target, path, *place);
        }
    }

    fn compare_field(&mut self, name: &str, path: &str, place: Place) {
        let found = match place {
            Place::Bytes(..) => self.find(name, path),
            Place::BitsIn(offset) => {
                if !self.covered(name, offset) {
                    self.fault(format!(
                        "{name}: nothing is declared at byte {offset}, where bit field {path} is"
                    ));
                }
                return;
            }
        };
        match found {
            None => self.fault(format!("{name}.{path} is not declared")),
            Some((start, end)) if place == Place::Bytes(start, end - start) => {}
            // A flexible array has no size in C and one element here.
            Some((start, _)) if place == Place::Bytes(start, 0) => {}
            Some(found) => self.fault(format!(
                "{name}.{path} is at {found:?}, the table has {place:?}"
            )),
        }
    }

    /// First and past-the-end byte of the field at a dotted path; anonymous members are looked into.
    fn find(&mut self, name: &str, path: &str) -> Option<(u64, u64)> {
        let (name, aggregate) = self.resolve_name(name)?;
        let (first, rest) = path
            .split_once('.')
            .map_or((path, None), |(a, b)| (a, Some(b)));
        for (place, ty) in self.places(aggregate) {
            if place.field == first {
                self.reached.insert((name.clone(), place.field.clone()));
                let Some(rest) = rest else {
                    return Some((place.start, place.end));
                };
                let (start, end) = self.find(&type_name(ty)?, rest)?;
                return Some((place.start + start, place.start + end));
            }
            if place.field.starts_with("Anonymous")
                && let Some((start, end)) = self.find(&type_name(ty)?, path)
            {
                self.reached.insert((name.clone(), place.field.clone()));
                return Some((place.start + start, place.start + end));
            }
        }
        None
    }

    fn covered(&self, name: &str, offset: u64) -> bool {
        self.resolve_name(name).is_some_and(|(_, aggregate)| {
            let mut places = self.places(aggregate);
            places.any(|(place, _)| {
                (place.start..place.end).contains(&offset) && !place.field.starts_with("_padding")
            })
        })
    }

    fn places(
        &self,
        aggregate: &'d Aggregate,
    ) -> impl Iterator<Item = (&'d Asserted, &'d Type)> + use<'d> {
        let arch = self.arch;
        let layout = aggregate.layout.iter().flat_map(|layout| &layout.places);
        let places = layout.zip(&aggregate.fields);
        places
            .filter(move |(place, _)| present(place.only, arch))
            .map(|(place, field)| (place, &field.ty))
    }

    /// The structure or union that a name stands for.
    fn resolve_name(&self, name: &str) -> Option<(String, &'d Aggregate)> {
        if let Some(aggregate) = self.declarations.aggregates.get(name) {
            return Some((name.to_owned(), aggregate));
        }
        self.resolve_name(&type_name(self.declarations.aliases.get(name)?)?)
    }

    fn size_and_align(&self, ty: &Type) -> Option<(u64, u64)> {
        if matches!(ty, Type::Ptr(_)) {
            return Some((8, 8));
        }
        let name = type_name(ty)?;
        let bytes = match name.as_str() {
            "u8" | "i8" => 1,
            "u16" | "i16" => 2,
            "u32" | "i32" => 4,
            "u64" | "i64" | "usize" | "isize" | "Option" => 8,
            _ => {
                if let Some(alias) = self.declarations.aliases.get(&name) {
                    return self.size_and_align(alias);
                }
                let layout = self.declarations.aggregates.get(&name)?.layout.as_ref()?;
                return Some((layout.size, layout.align(self.arch)));
            }
        };
        Some((bytes, bytes))
    }

    /// Declared fields that no row of a table named.
    fn report_unreached(&mut self) {
        let mut unreached = Vec::new();
        for (name, aggregate) in &self.declarations.aggregates {
            if WITHOUT_ROWS.iter().any(|(known, _)| known == name) {
                continue;
            }
            for (place, _) in self.places(aggregate) {
                let silent =
                    place.field.starts_with("_padding") || place.field.starts_with("BitField");
                if !silent && !self.reached.contains(&(name.clone(), place.field.clone())) {
                    unreached.push(format!("{name}.{} is in no row of the table", place.field));
                }
            }
        }
        unreached.into_iter().for_each(|text| self.fault(text));
    }
}

/// The last name of a path type; none for arrays and pointers.
fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}
