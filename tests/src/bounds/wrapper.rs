//! [`Wrapper`]: one public call of the library, with the bound in its signature and the one in its documentation.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::{Attribute, Expr, ImplItem, Item, Meta, Signature, Visibility};

use super::{Level, Source};

/// What bounds a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    Level(Level),
    /// `MaxIrql` of a pool: DISPATCH_LEVEL for nonpaged, APC_LEVEL for paged.
    Pool,
    /// No token at all: the call is confined by the type it belongs to.
    None,
}

/// A public function or method that takes a token or reaches the kernel.
#[derive(Clone, Debug)]
pub struct Wrapper {
    pub file: String,
    /// `Type::method` or `function`.
    pub name: String,
    pub doc: String,
    pub bound: Bound,
    /// `on`, `off` or nothing.
    pub apcs: Option<&'static str>,
    pub waits: bool,
    /// The rows it reaches, itself or through private functions of its file.
    pub rows: BTreeSet<String>,
}

impl Wrapper {
    /// What its first line names before the dash.
    pub fn kernel_name(&self) -> Option<&str> {
        let (name, _) = self.doc.split_once(" — ")?;
        Some(name.trim().trim_matches('`'))
    }
}

struct Function {
    name: String,
    public: bool,
    doc: String,
    signature: Signature,
    /// Generics and receiver of the impl block around it.
    around: String,
    body: Vec<String>,
}

/// The public functions of a file that take a token or reach a row of `names`.
pub fn wrappers(source: &Source, names: &BTreeSet<String>) -> Vec<Wrapper> {
    let functions = functions(&source.file);
    let public = functions.iter().filter(|function| function.public);
    public
        .map(|function| Wrapper {
            file: source.path.clone(),
            name: function.name.clone(),
            doc: function.doc.clone(),
            bound: bound(function),
            apcs: apcs(function),
            waits: of(function).contains("Waits"),
            rows: reached(function, &functions, names, &mut BTreeSet::new()),
        })
        .filter(|wrapper| !wrapper.rows.is_empty() || wrapper.bound != Bound::None)
        .collect()
}

fn functions(file: &syn::File) -> Vec<Function> {
    let mut functions = Vec::new();
    for item in &file.items {
        match item {
            Item::Fn(item) => functions.push(Function {
                name: item.sig.ident.to_string(),
                public: matches!(item.vis, Visibility::Public(_)),
                doc: doc(&item.attrs),
                signature: item.sig.clone(),
                around: String::new(),
                body: words(&item.block),
            }),
            Item::Impl(block) => functions.extend(methods(block)),
            _ => {}
        }
    }
    functions
}

fn methods(block: &syn::ItemImpl) -> impl Iterator<Item = Function> {
    let of = block.self_ty.to_token_stream().to_string();
    let of_type = of.split([' ', '<']).next().unwrap_or_default().to_owned();
    let around = format!("{} {of}", block.generics.to_token_stream());
    block.items.iter().filter_map(move |item| {
        let ImplItem::Fn(method) = item else {
            return None;
        };
        Some(Function {
            name: format!("{of_type}::{}", method.sig.ident),
            public: block.trait_.is_none() && matches!(method.vis, Visibility::Public(_)),
            doc: doc(&method.attrs),
            signature: method.sig.clone(),
            around: around.clone(),
            body: words(&method.block),
        })
    })
}

fn words(tokens: &impl ToTokens) -> Vec<String> {
    let text = tokens.to_token_stream().to_string();
    let split = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    split
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(meta) = &attribute.meta else {
            return None;
        };
        let Expr::Lit(literal) = &meta.value else {
            return None;
        };
        match (&literal.lit, meta.path.is_ident("doc")) {
            (syn::Lit::Str(line), true) => Some(line.value().trim().to_owned()),
            _ => None,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Arguments and bounds, with those of the impl block where the token is `self`.
fn of(function: &Function) -> String {
    let signature = &function.signature;
    let own = format!(
        "{} {} {}",
        signature.generics.to_token_stream(),
        signature.generics.where_clause.to_token_stream(),
        signature.inputs.to_token_stream()
    );
    if function.around.contains("Irql <") {
        format!("{} {own}", function.around)
    } else {
        own
    }
}

fn bound(function: &Function) -> Bound {
    let text = of(function);
    if !text.contains("Irql <") {
        return Bound::None;
    }
    if text.contains("MaxIrql") {
        return Bound::Pool;
    }
    let after = |mark: &str| {
        let rest = &text[text.find(mark)? + mark.len()..];
        let name = rest.split([' ', ',', '>']).find(|word| !word.is_empty())?;
        Level::of_type(name.rsplit("::").next()?)
    };
    let level = after("AtMost < ").or_else(|| after("AtMost < crate :: irql :: "));
    let exact = ["Passive", "Apc", "Dispatch"]
        .iter()
        .find(|level| text.contains(&format!("Irql < '_ , {level}")))
        .and_then(|level| Level::of_type(level));
    Bound::Level(level.or(exact).unwrap_or(Level::Any))
}

fn apcs(function: &Function) -> Option<&'static str> {
    let text = of(function);
    match (text.contains("ApcsEnabled"), text.contains("ApcsDisabled")) {
        (true, _) => Some("on"),
        (_, true) => Some("off"),
        _ => None,
    }
}

/// The rows that a function reaches, itself or through functions of its file.
fn reached(
    function: &Function,
    all: &[Function],
    names: &BTreeSet<String>,
    seen: &mut BTreeSet<String>,
) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    if !seen.insert(function.name.clone()) {
        return rows;
    }
    let after_ddi = function.body.windows(2).filter(|pair| pair[0] == "ddi");
    rows.extend(
        after_ddi
            .map(|pair| pair[1].clone())
            .filter(|name| names.contains(name)),
    );
    for callee in all {
        let short = callee.name.rsplit("::").next().unwrap_or_default();
        let same_type = callee.name.split("::").next() == function.name.split("::").next();
        let free = !callee.name.contains("::");
        if !callee.public && (same_type || free) && function.body.iter().any(|word| word == short) {
            rows.extend(reached(callee, all, names, seen));
        }
    }
    rows
}
