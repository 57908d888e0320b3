//! What the sources of minifilter-sys declare, as syntax: nothing is compiled for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, ForeignItem, Ident, Item, LitInt, LitStr, Token, Type};

use super::Arch;

/// A structure or union and the assertions that stand beside it.
#[derive(Debug)]
pub struct Aggregate {
    pub fields: Vec<Field>,
    /// What the `layout!` lines say; none for an opaque type.
    pub layout: Option<Layout>,
}

/// A field, present on one processor or on both.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    pub only: Option<Arch>,
}

/// `layout!(TYPE: size, align { Field: start..end, … })`.
#[derive(Debug)]
pub struct Layout {
    name: String,
    pub size: u64,
    align: (u64, u64),
    pub places: Vec<Asserted>,
}

/// One field's bytes.
#[derive(Debug)]
pub struct Asserted {
    pub field: String,
    pub start: u64,
    pub end: u64,
    pub only: Option<Arch>,
}

/// A constant's type and value.
#[derive(Debug)]
pub struct Constant {
    pub ty: Type,
    pub value: syn::Expr,
    pub only: Option<Arch>,
}

/// An imported function.
#[derive(Debug)]
pub struct Function {
    pub dll: String,
    pub doc: String,
    pub only: Option<Arch>,
}

/// Everything the crate declares.
#[derive(Debug, Default)]
pub struct Declarations {
    pub aggregates: BTreeMap<String, Aggregate>,
    pub aliases: BTreeMap<String, Type>,
    pub constants: BTreeMap<String, Constant>,
    pub functions: BTreeMap<String, Function>,
    /// Names declared twice, and assertions without a type.
    pub oddities: Vec<String>,
}

impl Layout {
    /// The alignment on one processor.
    pub fn align(&self, arch: Arch) -> u64 {
        match arch {
            Arch::X64 => self.align.0,
            Arch::Arm64 => self.align.1,
        }
    }
}

/// Whether something for `only` one processor is there on `arch`.
pub fn present(only: Option<Arch>, arch: Arch) -> bool {
    only.is_none_or(|only| only == arch)
}

impl Declarations {
    /// The sources of minifilter-sys.
    pub fn of_minifilter_sys() -> Self {
        let mut declarations = Self::default();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/minifilter-sys/src");
        for path in sources(&root) {
            let text = std::fs::read_to_string(&path).expect("a source file");
            declarations.add(&text);
        }
        declarations
    }

    /// One source text.
    pub fn of_text(text: &str) -> Self {
        let mut declarations = Self::default();
        declarations.add(text);
        declarations
    }

    fn add(&mut self, text: &str) {
        let file = syn::parse_file(text).expect("Rust source");
        for item in &file.items {
            self.add_item(item);
        }
    }

    fn add_item(&mut self, item: &Item) {
        match item {
            Item::Struct(item) => self.add_aggregate(&item.ident, &item.fields),
            Item::Union(item) => {
                self.add_aggregate(&item.ident, &Fields::Named(item.fields.clone()))
            }
            Item::Type(item) => {
                let earlier = self
                    .aliases
                    .insert(item.ident.to_string(), *item.ty.clone());
                self.note_double(&item.ident, earlier.is_some());
            }
            Item::Const(item) if item.ident != "_" => {
                let constant = Constant {
                    ty: *item.ty.clone(),
                    value: *item.expr.clone(),
                    only: only(&item.attrs),
                };
                let earlier = self.constants.insert(item.ident.to_string(), constant);
                self.note_double(&item.ident, earlier.is_some());
            }
            Item::Macro(item) if item.mac.path.is_ident("layout") => {
                let layout = item.mac.parse_body::<Layout>().expect("a layout! line");
                match self.aggregates.get_mut(&layout.name) {
                    Some(aggregate) => aggregate.layout = Some(layout),
                    None => self
                        .oddities
                        .push(format!("layout! of {} stands before the type", layout.name)),
                }
            }
            Item::ForeignMod(block) => self.add_functions(block),
            _ => {}
        }
    }

    fn add_aggregate(&mut self, name: &Ident, fields: &Fields) {
        let fields = fields.iter().filter_map(|field| {
            Some(Field {
                name: field.ident.as_ref()?.to_string(),
                ty: field.ty.clone(),
                only: only(&field.attrs),
            })
        });
        let aggregate = Aggregate {
            fields: fields.collect(),
            layout: None,
        };
        let earlier = self.aggregates.insert(name.to_string(), aggregate);
        self.note_double(name, earlier.is_some());
    }

    fn add_functions(&mut self, block: &syn::ItemForeignMod) {
        let dll = block
            .attrs
            .iter()
            .find_map(linked_image)
            .unwrap_or_default();
        for item in &block.items {
            let ForeignItem::Fn(function) = item else {
                continue;
            };
            let name = &function.sig.ident;
            let imported = Function {
                dll: dll.clone(),
                doc: function.attrs.iter().filter_map(doc_line).collect(),
                only: only(&function.attrs),
            };
            let earlier = self.functions.insert(name.to_string(), imported);
            self.note_double(name, earlier.is_some());
        }
    }

    fn note_double(&mut self, name: &Ident, double: bool) {
        if double {
            self.oddities.push(format!("{name} is declared twice"));
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a source folder");
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The processor of a `#[cfg(target_arch = "…")]`.
fn only(attributes: &[Attribute]) -> Option<Arch> {
    let attribute = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("cfg"))?;
    let mut found = None;
    let parsed = attribute.parse_nested_meta(|meta| {
        let name: LitStr = meta.value()?.parse()?;
        found = Arch::ALL
            .into_iter()
            .find(|arch| arch.rust_name() == name.value());
        Ok(())
    });
    parsed.expect("a cfg of the processor");
    Some(found.expect("a processor that is declared for"))
}

/// The image of `#[cfg_attr(windows, link(name = "…", …))]`.
fn linked_image(attribute: &Attribute) -> Option<String> {
    let list = attribute.meta.require_list().ok()?;
    let metas = list
        .parse_args_with(Punctuated::<syn::Meta, Token![,]>::parse_terminated)
        .ok()?;
    let link = metas.iter().find(|meta| meta.path().is_ident("link"))?;
    let mut image = None;
    let parsed = link.require_list().ok()?.parse_nested_meta(|meta| {
        let value: LitStr = meta.value()?.parse()?;
        if meta.path.is_ident("name") {
            image = Some(value.value());
        }
        Ok(())
    });
    parsed.expect("a link attribute");
    image
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let meta = attribute.meta.require_name_value().ok()?;
    let syn::Expr::Lit(literal) = &meta.value else {
        return None;
    };
    match &literal.lit {
        syn::Lit::Str(text) if meta.path.is_ident("doc") => Some(text.value().trim().to_owned()),
        _ => None,
    }
}

fn number(input: ParseStream) -> syn::Result<u64> {
    input.parse::<LitInt>()?.base10_parse()
}

impl Parse for Layout {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        input.parse::<Token![:]>()?;
        let size = number(input)?;
        input.parse::<Token![,]>()?;
        let x64 = number(input)?;
        let arm64 = match input.parse::<Option<Token![|]>>()? {
            Some(_) => number(input)?,
            None => x64,
        };
        let body;
        syn::braced!(body in input);
        let places = Punctuated::<Asserted, Token![,]>::parse_terminated(&body)?;
        Ok(Layout {
            name,
            size,
            align: (x64, arm64),
            places: places.into_iter().collect(),
        })
    }
}

impl Parse for Asserted {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let field = input.parse::<Ident>()?.to_string();
        input.parse::<Token![:]>()?;
        let start = number(input)?;
        input.parse::<Token![..]>()?;
        Ok(Asserted {
            field,
            start,
            end: number(input)?,
            only: only(&attributes),
        })
    }
}
